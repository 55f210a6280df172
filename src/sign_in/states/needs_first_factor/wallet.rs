//! Wallets of the user.

use super::NeedsFirstFactor;
use crate::platform::WalletProvider;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::WalletChallenged;
use crate::sign_in::states::factors::choose;
use crate::sign_in::step_error::StepError;

/// Wallets.
impl SignIn<NeedsFirstFactor> {
    /// `NeedsFirstFactor` → `WalletChallenged`: asks for a message to sign.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// The message is for the wallet whose address the user entered as the identifier, or else for the user's first
    /// wallet.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `FactorNotFound`: the user cannot sign in with this kind of wallet; nothing was sent.
    /// - `Rejected`: the account is locked (`user_locked`).
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the attempt is in another state, in which case there is no message.
    pub async fn challenge_wallet(
        self,
        provider: &WalletProvider,
    ) -> Result<SignIn<WalletChallenged>, StepError<NeedsFirstFactor>> {
        match choose(self.supported_first_factors(), &provider.strategy(), self.identifier()) {
            Ok(factor) => self.prepare_first(factor).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// `NeedsFirstFactor` → `WalletChallenged`, without a call: goes back to an unsigned message.
    ///
    /// Use it after [`SignIn<WalletChallenged>::choose_another`](SignIn#method.choose_another-3).
    ///
    /// # Errors
    /// The unchanged sign-in is handed back if there is no such message.
    pub fn wallet_challenged(self) -> Result<SignIn<WalletChallenged>, Self> {
        self.back_to()
    }
}
