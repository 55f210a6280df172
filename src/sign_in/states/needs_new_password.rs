//! `needs_new_password`: choose a new password.

use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterReset;
use crate::sign_in::step_error::StepError;
use crate::wire::{Request, ResetPassword};

/// A sign-in whose user must choose a new password.
///
/// The user verified a code that resets the password, or the instance requires a new one.
#[derive(Debug)]
pub struct NeedsNewPassword(pub(crate) ());

/// The effect of a new password on the user's sessions on other clients.
///
/// Clerk's SDKs disagree on a default, so there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OtherSessions {
    /// They end: anyone who knew the old password is signed out.
    SignOut,
    /// They continue.
    Keep,
}

impl SignIn<NeedsNewPassword> {
    /// `NeedsNewPassword` → [`AfterReset`], mostly `Complete` or `NeedsSecondFactor`: sets the new password.
    /// `POST /v1/client/sign_ins/{id}/reset_password`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the password is not accepted (`form_password_length_too_short`, `form_password_pwned`,
    ///   `form_new_password_matches_current`, …). [`broken_password_rules`](crate::Error::broken_password_rules) lists
    ///   every rule that it breaks. A [`PasswordPolicy`](crate::PasswordPolicy) finds most of them before the call.
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](SignIn::refresh) tells what happened.
    ///
    /// [`StepError::Moved`] if the rejection shows the attempt in another state.
    pub async fn submit_password(
        self,
        new_password: &str,
        other_sessions: OtherSessions,
    ) -> Result<AfterReset, StepError<NeedsNewPassword>> {
        let reset = ResetPassword::new(self.id(), new_password, other_sessions == OtherSessions::SignOut);
        self.step(Request::ResetPassword(reset)).await.map(AfterReset::from)
    }
}

state!(NeedsNewPassword);
