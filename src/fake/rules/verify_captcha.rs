//! Captchas: the call `POST /v1/client/verify`, which submits a solution, and the check before a sign-in.

use super::Call;
use crate::fake::rejections;
use crate::fault_switches::without;
use crate::wire::{Answer, Rejection, Secret, VerifyCaptcha};

impl Call<'_> {
    pub(super) fn verify_captcha(&mut self, verify: &VerifyCaptcha) -> Result<Answer, Rejection> {
        if !self.state.settings.captcha_required {
            return Err(rejections::captcha_not_enabled());
        }
        reject_unless_solved(verify.captcha_token.as_ref(), verify.captcha_error.as_deref())?;
        if let Some(client) = self.state.clients.get_mut(self.client_id) {
            client.captcha_solved = !without("a solved captcha covers the client");
        }
        Ok(Answer::Client)
    }

    /// Rejects a request if a captcha is required and none has been solved.
    ///
    /// A captcha that the client solved earlier counts for all requests from this client. A captcha token in a request
    /// counts only for that request.
    pub(super) fn reject_without_captcha(&self, token: Option<&Secret>, error: Option<&str>) -> Result<(), Rejection> {
        let solved = self.state.clients.get(self.client_id).is_some_and(|client| client.captcha_solved);
        if solved || !self.state.settings.captcha_required || without("a captcha is required") {
            return Ok(());
        }
        if token.is_none() && error.is_none() {
            return Err(rejections::captcha_required());
        }
        reject_unless_solved(token, error)
    }
}

fn reject_unless_solved(token: Option<&Secret>, error: Option<&str>) -> Result<(), Rejection> {
    match (token.map_or("", Secret::expose), error) {
        _ if without("a captcha's solution is checked") => Ok(()),
        (_, Some(_)) | ("invalid", None) => Err(rejections::captcha_invalid()),
        ("", None) => Err(rejections::captcha_missing_token()),
        (_, None) => Ok(()),
    }
}
