//! Sign-in with a passkey. The passkey identifies the user, so no identifier is needed.

use super::NeedsIdentifier;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::PasskeyChallenged;
use crate::sign_in::step_error::StepError;
use crate::wire::{CreateSignIn, Strategy};

/// Sign-in with a passkey. The passkey identifies the user, so no identifier is needed.
impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `PasskeyChallenged`: requests a challenge that any passkey of this app can answer.
    /// `POST /v1/client/sign_ins`
    ///
    /// The passkey must be `discoverable`, which means that it identifies its user. Either the user is asked for a
    /// passkey at once, or the passkeys appear among the suggestions in the identifier field
    /// ([`Mediation::Autofill`](crate::platform::Mediation::Autofill)).
    ///
    /// ```
    /// # #[cfg(feature = "local-passkeys")] {
    /// # use clerk_sign_in::fake::{FakeBackend, LINUS};
    /// # use clerk_sign_in::platform::{LocalPasskeys, Mediation};
    /// # use clerk_sign_in::{AfterFirstFactor, Client};
    /// # futures::executor::block_on(async {
    /// # let fake = FakeBackend::demo();
    /// # let passkeys = LocalPasskeys::new("https://fake.clerk.accounts.dev")?;
    /// # let options = fake.new_passkey(LINUS.email_address)?;
    /// # fake.add_passkey(LINUS.email_address, passkeys.create(&options).await?.expose())?;
    /// # let client = Client::new(fake);
    /// let challenged = client.sign_in().challenge_passkey().await?;
    /// let AfterFirstFactor::Complete(linus) =
    ///     challenged.verify_with(&passkeys, Mediation::Modal).await? else {
    ///     panic!()
    /// };
    /// # drop(linus);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// # }
    /// ```
    ///
    /// # Errors
    /// The errors are those of [`create`](SignIn::create). In addition, the server rejects the step with
    /// `form_param_value_invalid` if the instance does not offer passkeys.
    ///
    /// [`StepError::Moved`] if the attempt began, but the server sent no challenge.
    #[doc(alias = "passkey")]
    #[doc(alias = "authenticateWithPasskey")]
    pub async fn challenge_passkey(self) -> Result<SignIn<PasskeyChallenged>, StepError<NeedsIdentifier>> {
        let create = CreateSignIn { strategy: Some(Strategy::Passkey), ..CreateSignIn::new() };
        self.create_prepared(create).await
    }
}
