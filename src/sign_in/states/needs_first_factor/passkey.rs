//! The user's passkeys.

use super::NeedsFirstFactor;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::PasskeyChallenged;
use crate::sign_in::states::factors::choose;
use crate::sign_in::step_error::StepError;
use crate::wire::{Factor, Strategy};

/// Passkeys.
impl SignIn<NeedsFirstFactor> {
    /// `NeedsFirstFactor` → `PasskeyChallenged`: requests a challenge for one of this user's passkeys.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `FactorNotFound`: the user has no passkey; nothing was sent.
    /// - `Rejected`: the account is locked (`user_locked`).
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the attempt is in another state. In that case, there is no challenge.
    #[doc(alias = "passkey")]
    #[doc(alias = "authenticateWithPasskey")]
    #[doc(alias = "prepareFirstFactor")]
    pub async fn challenge_passkey(self) -> Result<SignIn<PasskeyChallenged>, StepError<NeedsFirstFactor>> {
        match choose(self.supported_first_factors(), &Strategy::Passkey, self.identifier()) {
            Ok(factor) => self.prepare_first(factor).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// Requests a challenge for the passkey with this id.
    ///
    /// In all other respects, this step is like [`challenge_passkey`](SignIn#method.challenge_passkey-1).
    ///
    /// # Errors
    /// The errors are those of [`challenge_passkey`](SignIn#method.challenge_passkey-1). The server checks that the
    /// passkey belongs to the user.
    pub async fn challenge_passkey_with_id(
        self,
        passkey_id: &str,
    ) -> Result<SignIn<PasskeyChallenged>, StepError<NeedsFirstFactor>> {
        let factor = Factor { passkey_id: Some(passkey_id.to_owned()), ..Factor::new(Strategy::Passkey) };
        self.prepare_first(factor).await
    }
}
