//! The user's wallets.

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
    /// If the user entered a wallet address as the identifier, the message is for that wallet. Otherwise, the message
    /// is for the user's first wallet.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `FactorNotFound`: the user cannot sign in with this kind of wallet; nothing was sent.
    /// - `Rejected`: the account is locked (`user_locked`).
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the attempt is in another state. In that case, there is no message to sign.
    pub async fn challenge_wallet(
        self,
        provider: &WalletProvider,
    ) -> Result<SignIn<WalletChallenged>, StepError<NeedsFirstFactor>> {
        match choose(self.supported_first_factors(), &provider.strategy(), self.identifier()) {
            Ok(factor) => self.prepare_first(factor).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// `NeedsFirstFactor` → `WalletChallenged`, without a call: goes back to a message that is not signed yet.
    ///
    /// Use this step after [`SignIn<WalletChallenged>::choose_another`](SignIn#method.choose_another-3).
    ///
    /// # Errors
    /// If there is no such message, the sign-in is handed back unchanged.
    pub fn wallet_challenged(self) -> Result<SignIn<WalletChallenged>, Self> {
        self.back_to()
    }
}
