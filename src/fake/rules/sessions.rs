//! `/v1/client/sessions`, `/v1/me`: reading, using and ending sessions.

use std::time::Duration;

use super::{Call, issue_session_token};
use crate::fake::records::organization::Organization;
use crate::fake::records::session::Session;
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{Answer, CreateSessionToken, Rejection, Secret, SessionStatus, SessionToken, TouchSession};

impl Call<'_> {
    pub(super) fn get_session(&self, id: &str) -> Result<Answer, Rejection> {
        Ok(self.session(self.own_session(id)?))
    }

    pub(super) fn touch_session(&mut self, touch: &TouchSession) -> Result<Answer, Rejection> {
        let id = touch.session_id.as_str();
        let selected = self.selected_organization(self.own_session(id)?, touch.active_organization_id.as_deref())?;
        if let Some(session) = self.state.sessions.get_mut(id) {
            session.last_active_at = self.now;
            session.select(selected);
            if let Some(user) = self.state.users.get_mut(&session.user_id) {
                user.last_active_at = Some(self.now);
            }
        }
        if let Some(client) = self.state.clients.get_mut(self.client_id) {
            client.last_active_session_id = Some(id.to_owned());
        }
        if !without("a session that is used takes its sign-in off the client") {
            self.state.drop_complete_sign_in(self.client_id, id);
        }
        self.get_session(id)
    }

    /// Returns the id of the organization that is active after a touch with this parameter. `None` is the personal
    /// account.
    ///
    /// The parameter is the id or the slug of an organization. If it is missing, nothing changes. If it is empty, it
    /// selects the personal account, unless the instance requires an organization.
    fn selected_organization(&self, session: &Session, wanted: Option<&str>) -> Result<Option<String>, Rejection> {
        let keeps = wanted.is_none_or(|wanted| wanted.is_empty() && self.state.settings.force_organization_selection);
        let Some(wanted) = wanted.filter(|_| !keeps) else {
            let active = self.state.active_membership(session);
            return Ok(active.map(|(organization, _)| organization.id.clone()));
        };
        if wanted.is_empty() {
            return Ok(None);
        }
        let mut organizations = self.state.organizations.values();
        let is_wanted = |it: &&Organization| {
            (it.id == wanted || it.slug == wanted)
                && (it.has(&session.user_id) || without("an organization is the user's own"))
        };
        let organization = organizations.find(is_wanted).ok_or_else(rejections::not_a_member)?;
        Ok(Some(organization.id.clone()))
    }

    pub(super) fn create_session_token(&mut self, create: &CreateSessionToken) -> Result<Answer, Rejection> {
        let id = create.session_id.as_str();
        let session = self.own_session(id)?;
        let wanted = self.selected_organization(session, create.organization_id.as_deref())?;
        let active = self.state.active_membership(session).map(|(organization, _)| &organization.id);
        let jwt = if active == wanted.as_ref() {
            issue_session_token(self.state, id, self.origin, self.now, Duration::ZERO)
        } else {
            self.token_in(&Session { organization_id: wanted, ..session.clone() })
        };
        jwt.map(|jwt| Answer::SessionToken(SessionToken::new(jwt))).ok_or_else(rejections::session_not_found)
    }

    /// Issues a token for an organization that is not the active one.
    fn token_in(&mut self, session: &Session) -> Option<Secret> {
        let jti = self.state.random.token_id();
        let claim = self.state.active_membership(session).map(|(organization, member)| organization.claim(member));
        session.new_token(&self.state.settings.issuer, self.origin, &jti, claim, self.now).map(|issued| issued.jwt)
    }

    pub(super) fn end_session(&mut self, id: &str, how: SessionStatus) -> Result<Answer, Rejection> {
        self.own_session(id)?;
        let ended = self.state.end_session(id, how).ok_or_else(rejections::session_not_found)?;
        Ok(self.session(&ended))
    }

    /// Ends every session of the client. Afterwards, the server still knows and trusts the client.
    pub(super) fn end_sessions_here(&mut self) -> Answer {
        let ids: Vec<_> = self.state.sessions_on(self.client_id).map(|session| session.id.clone()).collect();
        for id in ids {
            self.state.end_session(&id, SessionStatus::Removed);
        }
        Answer::Client
    }

    pub(super) fn get_user(&self, session_id: &str) -> Result<Answer, Rejection> {
        let session = self.state.describe_session(self.own_session(session_id)?, self.now);
        session.user.map(Answer::User).ok_or_else(rejections::session_not_found)
    }

    pub(super) fn list_sessions(&self, session_id: &str) -> Result<Answer, Rejection> {
        let user = self.state.users.get(&self.own_session(session_id)?.user_id);
        let sessions = user.into_iter().flat_map(|user| &user.session_ids).filter_map(|id| self.state.sessions.get(id));
        let live = sessions.filter(|session| self.now < session.expire_at);
        Ok(Answer::Sessions(live.map(|session| self.state.describe_session(session, self.now)).collect()))
    }

    /// Returns the id of the user who has this session on this client.
    pub(super) fn acting_user(&self, session_id: &str) -> Result<String, Rejection> {
        let session = self.own_session(session_id).map_err(|_| rejections::session_not_authorized())?;
        Ok(session.user_id.clone())
    }

    fn own_session(&self, id: &str) -> Result<&Session, Rejection> {
        let is_own = |it: &&Session| it.client_id == self.client_id || without("a session belongs to one client");
        let session = self.state.sessions.get(id).filter(is_own);
        session.ok_or_else(rejections::session_not_found)
    }

    fn session(&self, session: &Session) -> Answer {
        Answer::Session(Box::new(self.state.describe_session(session, self.now)))
    }
}
