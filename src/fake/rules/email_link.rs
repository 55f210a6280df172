//! `GET /v1/verify`, `POST /v1/client/magic_links/complete`: the user opens a link from an email.

use std::time::Duration;

use http::StatusCode;
use serde_json::json;

use super::Call;
use super::attempt_factor::given;
use crate::fake::page_url::{self, with_parameters};
use crate::fake::records::authorization::SentFrom;
use crate::fake::records::email_link::{Approval, Flow, LeadsTo, Link};
use crate::fake::records::place::Place;
use crate::fake::records::sign_in::{Check, Which};
use crate::fake::records::state::FakeState;
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{
    Answer, CompleteMagicLink, EmailLinkStatus, ErrorCode, MagicLink, OpenEmailLink, PrepareFactor, Rejection, Secret,
    Strategy, Timestamp, VerificationStatus,
};

/// The time within which an app must complete an opened link.
const APPROVAL_LIFETIME: Duration = Duration::from_secs(10 * 60);

/// Opens a link. `opener` is the client that opens the link, or `None` if the server does not know that client.
///
/// The server redirects the user to the page or the app, and the URL contains the result. If the link leads to neither
/// a page nor an app, the answer itself contains the result.
pub(in crate::fake) fn open(
    state: &mut FakeState,
    now: Timestamp,
    opener: Option<&str>,
    open: &OpenEmailLink,
) -> Result<Answer, Rejection> {
    let token = given("token", open.token.as_ref())?;
    let link = state.links.get(token.expose()).cloned().ok_or_else(rejections::link_token_invalid)?;
    let client_id = state.attempts.get(&link.attempt_id).map(|attempt| attempt.client_id.clone());
    let client_id = client_id.ok_or_else(rejections::link_token_invalid)?;
    let from = SentFrom::DevelopmentBrowser;
    let mut call = Call { state, now, client_id: &client_id, origin: None, from, place: Place::default() };
    let check = call.openable(token, &link, opener);
    match (&link.leads_to, check) {
        (LeadsTo::App(flow), Ok(_)) => {
            let approval = call.approve(token);
            Ok(see_other(&flow.redirect_uri, &[("flow_id", &flow.id), ("approval_token", approval.expose())]))
        }
        (LeadsTo::Page(page), Ok(check)) => {
            let session = call.link_verified(&link, check, opener)?;
            let mut parameters = vec![("__clerk_status", EmailLinkStatus::Verified.as_str())];
            parameters.extend(session.as_deref().map(|session| ("__clerk_created_session", session)));
            Ok(see_other(page, &parameters))
        }
        (LeadsTo::Nowhere, Ok(check)) => {
            call.link_verified(&link, check, opener)?;
            Ok(Answer::Document(json!({ "status": EmailLinkStatus::Verified })))
        }
        (LeadsTo::App(Flow { redirect_uri: page, .. }) | LeadsTo::Page(page), Err(rejection)) => {
            Ok(see_other(page, &[("__clerk_status", shown(&rejection).as_str())]))
        }
        (LeadsTo::Nowhere, Err(rejection)) => Err(rejection),
    }
}

/// Returns the link status that tells the page about this rejection.
fn shown(rejection: &Rejection) -> EmailLinkStatus {
    if rejection.has(&ErrorCode::VerificationLinkTokenExpired) {
        EmailLinkStatus::Expired
    } else if rejection.has(&ErrorCode::SignInEmailLinkNotSameClient) {
        EmailLinkStatus::ClientMismatch
    } else {
        EmailLinkStatus::Failed
    }
}

pub(super) fn see_other(url: &str, parameters: &[(&str, &str)]) -> Answer {
    let to = with_parameters(url, parameters).into();
    Answer::Redirect { status: StatusCode::SEE_OTHER, to, cookies: Vec::new() }
}

impl Call<'_> {
    /// Returns the place to which the requested link leads.
    pub(super) fn leads_to(&mut self, prepare: &PrepareFactor) -> Result<LeadsTo, Rejection> {
        let is_url = |url: &str| page_url::is_url(url) && !page_url::runs_code(url);
        match (&prepare.redirect_uri, &prepare.redirect_url) {
            (Some(uri), _) if !is_url(uri) => Err(rejections::param_value_invalid("redirect_uri")),
            (Some(uri), _) => {
                let challenge = prepare.code_challenge.as_deref().filter(|challenge| !challenge.is_empty());
                let challenge = challenge.ok_or_else(rejections::pkce_required)?;
                if prepare.code_challenge_method.as_deref() != Some("S256") {
                    return Err(rejections::param_value_invalid("code_challenge_method"));
                }
                let id = self.state.random.id("mlf");
                Ok(LeadsTo::App(Flow::new(id, uri.clone(), challenge.to_owned())))
            }
            (None, Some(url)) if !is_url(url) => Err(rejections::param_value_invalid("redirect_url")),
            (None, Some(url)) => Ok(LeadsTo::Page(url.clone())),
            (None, None) => Ok(LeadsTo::Nowhere),
        }
    }

    /// Creates a link, and returns its token.
    pub(super) fn new_link(&mut self, attempt_id: &str, which: Which, leads_to: LeadsTo) -> Secret {
        let token = self.state.random.token();
        let expires_at = self.now + self.state.settings.code_lifetime;
        if let Some(attempt) = self.state.attempts.get_mut(attempt_id) {
            attempt.link_tokens.push(token.clone());
        }
        self.state.links.insert(token.clone(), Link { attempt_id: attempt_id.to_owned(), which, leads_to, expires_at });
        token.into()
    }

    /// Returns the check that is verified by opening this link, if the link still works.
    fn openable(&self, token: &Secret, link: &Link, opener: Option<&str>) -> Result<Check, Rejection> {
        if self.now >= link.expires_at && !without("a link expires") {
            return Err(rejections::link_token_expired());
        }
        let (is_app, is_used) = match &link.leads_to {
            LeadsTo::App(flow) => (true, flow.approval.as_ref().is_some_and(|approval| approval.consumed)),
            LeadsTo::Page(_) | LeadsTo::Nowhere => (false, false),
        };
        let same_client = self.state.settings.email_link_same_client && !without("a link is opened on its own client");
        if same_client && !is_app && opener != Some(self.client_id) {
            return Err(rejections::link_not_same_client());
        }
        let attempt = self.verifiable(&link.attempt_id, link.which)?;
        if attempt.gate.is_some() && !without("a link passes no protect check") {
            return Err(rejections::protect_check_required());
        }
        let check = attempt.check(link.which).filter(|check| check.strategy == Strategy::EmailLink);
        let is_newest = |check: &&Check| {
            check.sent.as_ref().is_some_and(|sent| sent.code == *token) || without("only the newest link works")
        };
        let check = check.filter(is_newest).filter(|check| check.status == VerificationStatus::Unverified);
        check.filter(|_| !is_used).cloned().ok_or_else(rejections::link_token_stale)
    }

    /// Verifies the factor on the client where the sign-in started.
    ///
    /// If this verification completes the sign-in, the function returns the session.
    fn link_verified(
        &mut self,
        link: &Link,
        mut check: Check,
        opener: Option<&str>,
    ) -> Result<Option<String>, Rejection> {
        check.verified_at_client = opener.map(str::to_owned);
        match self.verified(&link.attempt_id, link.which, check, None) {
            Err(rejection) if !rejection.has(&ErrorCode::SignUpIfMissingTransfer) => return Err(rejection),
            _ => {}
        }
        self.state.note_changes(self.client_id, self.now);
        Ok(self.state.attempts.get(&link.attempt_id).and_then(|attempt| attempt.session_id.clone()))
    }

    /// Approves the app to which the link leads. If the link is opened again, a new approval replaces the old one.
    fn approve(&mut self, link_token: &Secret) -> Secret {
        let token = Secret::from(self.state.random.token());
        let approval = Approval { token: token.clone(), expires_at: self.now + APPROVAL_LIFETIME, consumed: false };
        if let Some(Link { leads_to: LeadsTo::App(flow), .. }) = self.state.links.get_mut(link_token.expose()) {
            flow.approval = Some(approval);
        }
        token
    }

    /// Completes a link in the native app that the link opened. The app gets a ticket with which it can sign in.
    pub(super) fn complete_magic_link(&mut self, complete: &CompleteMagicLink) -> Result<Answer, Rejection> {
        let flow_id = complete.flow_id.as_deref().ok_or_else(|| rejections::param_missing("flow_id"))?;
        let approval_token = given("approval_token", complete.approval_token.as_ref())?;
        let code_verifier = given("code_verifier", complete.code_verifier.as_ref())?;

        let (token, link) = self.link_of_flow(flow_id).ok_or_else(rejections::approval_token_invalid)?;
        let attempt = self.own_attempt(&link.attempt_id)?;
        self.admit(attempt)?;
        let LeadsTo::App(flow) = &link.leads_to else { return Err(rejections::approval_token_invalid()) };
        let approval = flow.approval.as_ref().ok_or_else(rejections::flow_not_approved)?;
        if approval.token != *approval_token {
            return Err(rejections::approval_token_invalid());
        }
        if approval.consumed && !without("an approval works once") {
            return Err(rejections::approval_token_consumed());
        }
        if self.now >= approval.expires_at && !without("an approval expires") {
            return Err(rejections::approval_token_expired());
        }
        if !flow.is_proven_by(code_verifier) && !without("an app proves that it requested its link") {
            return Err(rejections::pkce_verification_failed());
        }
        let user_id = attempt.user_id.clone().ok_or_else(rejections::approval_token_invalid)?;
        if let Some(Link { leads_to: LeadsTo::App(flow), .. }) = self.state.links.get_mut(&token) {
            flow.approval = flow.approval.take().map(|approval| Approval { consumed: true, ..approval });
        }
        let ticket = self
            .state
            .add_ticket(&user_id, self.now + APPROVAL_LIFETIME)
            .map_err(|_| rejections::approval_token_invalid())?;
        Ok(Answer::MagicLink(MagicLink { flow_id: Some(flow_id.to_owned()), ticket: ticket.ticket }))
    }

    /// Returns the link that belongs to this flow, if this client started the flow.
    fn link_of_flow(&self, flow_id: &str) -> Option<(String, Link)> {
        let attempts = self.state.clients.get(self.client_id)?.attempt_ids.iter();
        let mut tokens = attempts.filter_map(|id| self.state.attempts.get(id)).flat_map(|attempt| &attempt.link_tokens);
        let is_of_flow = |link: &&Link| matches!(&link.leads_to, LeadsTo::App(flow) if flow.id == flow_id);
        tokens.find_map(|token| {
            let link = self.state.links.get(token).filter(is_of_flow)?;
            Some((token.clone(), link.clone()))
        })
    }
}
