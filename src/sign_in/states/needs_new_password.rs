//! `needs_new_password`: choose a new password.

use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterReset;
use crate::sign_in::step_error::StepError;
use crate::wire::{Request, ResetPassword};

/// The user has to choose a new password: after a code that resets it, or because the instance wants it changed.
#[derive(Debug)]
pub struct NeedsNewPassword(pub(crate) ());

/// What becomes of the user's sessions on other devices when the password changes. Clerk's SDKs disagree on a default,
/// so there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OtherSessions {
    /// They end: whoever knew the old password is out.
    SignOut,
    /// They go on.
    Keep,
}

impl SignIn<NeedsNewPassword> {
    /// `NeedsNewPassword` → `Complete` or `NeedsSecondFactor`: sets the new password.
    /// `POST /v1/client/sign_ins/{id}/reset_password`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the password does not do (`form_password_length_too_short`, `form_password_pwned`,
    ///   `form_new_password_matches_current`, …). Every rule that it breaks is in
    ///   [`broken_password_rules`](crate::Error::broken_password_rules); a [`PasswordPolicy`](crate::PasswordPolicy) tells
    ///   most before.
    /// - `Transport` or `Protocol`: no readable answer came; [`refresh`](SignIn::refresh) tells what happened.
    ///
    /// [`StepError::Moved`] if the refusal shows the attempt at another state.
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
