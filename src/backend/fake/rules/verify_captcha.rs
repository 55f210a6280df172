//! `POST /v1/client/verify`: a captcha was solved.

use super::Call;
use super::attempt_factor::given;
use crate::backend::fake::refusal;
use crate::wire::{Answer, Rejection, VerifyCaptcha};

impl Call<'_> {
    pub(super) fn verify_captcha(&mut self, verify: &VerifyCaptcha) -> Result<Answer, Rejection> {
        let token = given("captcha_token", verify.captcha_token.as_ref())?;
        if token.expose() == "invalid" {
            return Err(refusal::captcha_invalid());
        }
        if let Some(device) = self.state.devices.get_mut(self.device_id) {
            device.captcha_solved = true;
        }
        Ok(Answer::Client)
    }
}
