//! `POST /v1/me/change_password`, `/v1/me/totp`: a new password and an authenticator app for the user of a session.

use super::Call;
use super::attempt_factor::given;
use crate::fake::crypto::totp::Authenticator;
use crate::fake::records::session::{RESET_PASSWORD, SETUP_MFA};
use crate::fake::records::user::{NewTotp, User};
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{Answer, ChangePassword, Rejection, Secret, SessionStatus, Totp, VerifyTotp};

impl Call<'_> {
    pub(super) fn change_password(&mut self, change: &ChangePassword) -> Result<Answer, Rejection> {
        let user_id = self.acting_user(&change.session_id)?;
        let user = self.state.users.get(&user_id).ok_or_else(rejections::session_not_authorized)?;
        let demanded = self.state.sessions.get(&change.session_id).is_some_and(|it| it.has_task(RESET_PASSWORD));
        match (&user.password, &change.current_password) {
            _ if without("the current password is checked") => {}
            (Some(password), Some(current)) if !password.verifies(current.expose()) => {
                return Err(rejections::current_password_incorrect());
            }
            (Some(_), None) if !demanded && !self.state.settings.password_settings.disable_password_reverification => {
                return Err(rejections::param_missing("current_password"));
            }
            _ => {}
        }
        let password = given("new_password", change.new_password.as_ref())?;
        let identifiers: Vec<_> = user.identifiers().cloned().collect();
        self.reject_broken_password(password, &identifiers, user.password.as_ref())
            .map_err(rejections::of_new_password)?;
        let hash = self.state.hash(password);
        if let Some(user) = self.state.users.get_mut(&user_id) {
            (user.password, user.password_set_at) = (Some(hash), self.now);
        }
        if change.sign_out_of_other_sessions == Some(true) {
            self.end_sessions_except(&user_id, &change.session_id);
        }
        self.complete_task(&user_id, RESET_PASSWORD);
        self.get_user(&change.session_id)
    }

    pub(super) fn create_totp(&mut self, session_id: &str) -> Result<Answer, Rejection> {
        let user_id = self.acting_user(session_id)?;
        let (id, secret) = (self.state.random.id("totp"), self.state.random.totp_secret());
        let user = self.state.users.get_mut(&user_id).ok_or_else(rejections::session_not_authorized)?;
        if user.authenticator.is_some() {
            return Err(rejections::totp_already_enabled());
        }
        let authenticator = Authenticator::new(&secret).ok_or_else(rejections::totp_already_enabled)?;
        user.new_totp = Some(NewTotp { id: id.clone(), authenticator, created_at: self.now });
        let uri = otpauth_uri(user, &self.state.settings.application_name, &secret);
        Ok(Answer::Totp(Box::new(Totp {
            id,
            secret: Some(secret.into()),
            uri: Some(uri),
            created_at: Some(self.now),
            updated_at: Some(self.now),
            ..Totp::default()
        })))
    }

    pub(super) fn verify_totp(&mut self, verify: &VerifyTotp) -> Result<Answer, Rejection> {
        let user_id = self.acting_user(&verify.session_id)?;
        self.count_attempt()?;
        let (now, once) = (self.now, self.state.settings.totp_codes_once);
        let user = self.state.users.get_mut(&user_id).ok_or_else(rejections::session_not_authorized)?;
        let new = user.new_totp.as_mut().ok_or_else(rejections::verification_missing)?;
        let code = given("code", verify.code.as_ref())?;
        let is_right = new.authenticator.accepts(code.expose(), once, now);
        if !is_right && !without("a wrong code of the authenticator app is rejected") {
            return Err(rejections::code_incorrect());
        }
        let NewTotp { id, authenticator, created_at } = new.clone();
        (user.authenticator, user.new_totp) = (Some(authenticator), None);
        self.complete_task(&user_id, SETUP_MFA);
        Ok(Answer::Totp(Box::new(Totp {
            id,
            verified: true,
            created_at: Some(created_at),
            updated_at: Some(now),
            ..Totp::default()
        })))
    }

    /// Completes a task of the user, in all of the user's sessions.
    fn complete_task(&mut self, user_id: &str, key: &str) {
        let Some(user) = self.state.users.get_mut(user_id) else { return };
        user.session_tasks.retain(|task| task != key);
        for id in user.session_ids.clone() {
            if let Some(session) = self.state.sessions.get_mut(&id) {
                session.complete_task(key);
            }
        }
    }

    fn end_sessions_except(&mut self, user_id: &str, kept: &str) {
        let ids = self.state.users.get(user_id).map(|user| user.session_ids.clone()).unwrap_or_default();
        for id in ids.iter().filter(|id| *id != kept) {
            self.state.end_session(id, SessionStatus::Revoked);
        }
    }
}

/// Returns the secret in the form that authenticator apps scan.
fn otpauth_uri(user: &User, issuer: &str, secret: &str) -> Secret {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let account = user.identifiers().next().map(|identifier| encode(identifier)).unwrap_or_default();
    let issuer = encode(issuer);
    format!("otpauth://totp/{issuer}:{account}?algorithm=SHA1&digits=6&issuer={issuer}&period=30&secret={secret}")
        .into()
}
