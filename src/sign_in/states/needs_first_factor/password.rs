//! The password.

use super::NeedsFirstFactor;
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterFirstFactor;
use crate::sign_in::step_error::StepError;
use crate::wire::{AttemptFactor, Request};

/// Password.
impl SignIn<NeedsFirstFactor> {
    /// `NeedsFirstFactor` → `Complete`, `NeedsSecondFactor` or `NeedsClientTrust`: submits the password.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor`
    ///
    /// ```
    /// # use clerk_sign_in::fake::FakeBackend;
    /// # use clerk_sign_in::{AfterCreate, AfterFirstFactor, Client, StepError};
    /// # futures::executor::block_on(async {
    /// # let client = Client::new(FakeBackend::demo());
    /// # let AfterCreate::NeedsFirstFactor(ada) = client.sign_in().create("ada@example.com").await? else { panic!() };
    /// // A wrong password hands the sign-in back, and the same attempt goes on.
    /// let ada = match ada.password("battery-horse-correct").await {
    ///     Err(StepError::Stayed { error, sign_in }) if error.is_wrong_input() => sign_in,
    ///     other => panic!("{other:?}"),
    /// };
    /// let AfterFirstFactor::NeedsSecondFactor(_) =
    ///     ada.password("correct-horse-battery").await? else {
    ///     panic!()
    /// };
    /// # Ok::<_, clerk_sign_in::Error>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `Rejected`: the password is wrong (`form_password_incorrect`), the user has no password
    ///   (`strategy_for_user_invalid`), the account is locked (`user_locked`, with [`lockout`](crate::Error::lockout)),
    ///   or there were too many tries (429).
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the rejection shows that the attempt is in another state.
    #[doc(alias = "attemptFirstFactor")]
    pub async fn password(self, password: &str) -> Result<AfterFirstFactor, StepError<NeedsFirstFactor>> {
        let attempt = AttemptFactor::password(self.id(), password);
        self.step(Request::AttemptFirstFactor(attempt)).await.map(AfterFirstFactor::from)
    }
}
