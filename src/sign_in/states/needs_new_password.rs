//! `needs_new_password`: the user must choose a new password.

use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterReset;
use crate::sign_in::step_error::StepError;
use crate::wire::{Request, ResetPassword};

/// A sign-in in which the user must choose a new password.
///
/// The user verified a password-reset code, or the instance requires a new password.
///
/// This state comes after [`ResetCodeSent`], or after a verified factor if the instance requires a new password.
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`submit_password`](SignIn::submit_password) | the new password | [`AfterReset`], mostly [`Complete`] or [`NeedsSecondFactor`] |
///
/// ```
/// # use clerk_sign_in::fake::FakeBackend;
/// # use clerk_sign_in::{AfterReset, AfterResetCode, Client, OtherSessions};
/// # futures::executor::block_on(async {
/// # let fake = FakeBackend::demo();
/// # let sent = Client::new(fake.clone()).sign_in().send_reset_password_email_code("grace@example.com").await?;
/// # let code = fake.outbox().pop().unwrap().code().unwrap().expose().to_owned();
/// let AfterResetCode::NeedsNewPassword(grace) = sent.verify(&code).await? else { panic!() };
/// match grace.submit_password("a-new-nanosecond", OtherSessions::SignOut).await? {
///     AfterReset::Complete(grace) => grace.finalize().await?,
///     other => return Err(other.unhandled()),
/// };
/// # Ok::<_, clerk_sign_in::Error>(())
/// # }).unwrap();
/// ```
///
/// [`NeedsSecondFactor`]: crate::NeedsSecondFactor
/// [`Complete`]: crate::Complete
/// [`AfterReset`]: crate::AfterReset
/// [`ResetCodeSent`]: crate::ResetCodeSent
#[derive(Debug)]
pub struct NeedsNewPassword(pub(crate) ());

/// The effect of a new password on the user's sessions on other clients.
///
/// Clerk's SDKs use different defaults, so this crate has no default.
#[doc(alias = "signOutOfOtherSessions")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OtherSessions {
    /// The other sessions end, so anyone who signed in with the old password is signed out.
    SignOut,
    /// The other sessions continue.
    Keep,
}

impl SignIn<NeedsNewPassword> {
    /// `NeedsNewPassword` → [`AfterReset`], usually `Complete` or `NeedsSecondFactor`: sets the new password.
    /// `POST /v1/client/sign_ins/{id}/reset_password`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the password is not accepted (`form_password_length_too_short`, `form_password_pwned`,
    ///   `form_new_password_matches_current`, …). [`broken_password_rules`](crate::Error::broken_password_rules) lists
    ///   every rule that the password breaks. A [`PasswordPolicy`](crate::PasswordPolicy) can check most of these rules
    ///   before the call.
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the rejection shows that the attempt is in another state.
    #[doc(alias = "submitPassword")]
    #[doc(alias = "resetPassword")]
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
