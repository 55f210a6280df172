//! `/v1/client/sessions`, `/v1/me`: reading, using and ending sessions.

use std::time::Duration;

use super::{Call, issue_session_token};
use crate::fake::records::session::Session;
use crate::fake::rejections;
use crate::wire::{Answer, CreateSessionToken, Rejection, SessionStatus, SessionToken, TouchSession};

impl Call<'_> {
    pub(super) fn get_session(&self, id: &str) -> Result<Answer, Rejection> {
        Ok(self.session(self.own_session(id)?))
    }

    pub(super) fn touch_session(&mut self, touch: &TouchSession) -> Result<Answer, Rejection> {
        let id = touch.session_id.as_str();
        self.own_session(id)?;
        if let Some(session) = self.state.sessions.get_mut(id) {
            session.last_active_at = self.now;
            if let Some(user) = self.state.users.get_mut(&session.user_id) {
                user.last_active_at = Some(self.now);
            }
        }
        if let Some(client) = self.state.clients.get_mut(self.client_id) {
            client.last_active_session_id = Some(id.to_owned());
        }
        self.state.drop_complete_sign_in(self.client_id, id);
        self.get_session(id)
    }

    pub(super) fn create_session_token(&mut self, create: &CreateSessionToken) -> Result<Answer, Rejection> {
        let id = create.session_id.as_str();
        self.own_session(id)?;
        let jwt = issue_session_token(self.state, id, self.origin, self.now, Duration::ZERO)
            .ok_or_else(rejections::session_not_found)?;
        Ok(Answer::SessionToken(SessionToken::new(jwt)))
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
        let session = self.state.sessions.get(id).filter(|session| session.client_id == self.client_id);
        session.ok_or_else(rejections::session_not_found)
    }

    fn session(&self, session: &Session) -> Answer {
        Answer::Session(Box::new(self.state.describe_session(session, self.now)))
    }
}
