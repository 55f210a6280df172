//! The user's wallets.

use super::NeedsFirstFactor;
use crate::error::ErrorKind;
use crate::platform::WalletProvider;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::WalletChallenged;
use crate::sign_in::states::factors::choose;
use crate::sign_in::step_error::StepError;
use crate::wire::Factor;

/// Wallets.
impl SignIn<NeedsFirstFactor> {
    /// `NeedsFirstFactor` → `WalletChallenged`: asks for a message to sign.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// If the user typed a wallet address as the identifier, the message is for that wallet. Otherwise, the message is
    /// for the user's first wallet of this kind. To choose another one, call
    /// [`challenge_wallet_of`](SignIn::challenge_wallet_of).
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`](crate::ErrorKind)
    /// - `FactorNotFound`: the user cannot sign in with this kind of wallet; nothing was sent.
    /// - `Rejected`: the account is locked (`user_locked`).
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] if the attempt is in another state. In that case, there is no message to sign.
    #[doc(alias = "web3")]
    #[doc(alias = "prepareFirstFactor")]
    pub async fn challenge_wallet(
        self,
        provider: &WalletProvider,
    ) -> Result<SignIn<WalletChallenged>, StepError<NeedsFirstFactor>> {
        match choose(self.supported_first_factors(), &provider.strategy(), self.identifier()) {
            Ok(factor) => self.prepare_first(factor).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// `NeedsFirstFactor` → `WalletChallenged`: asks for a message for the wallet of a supported first factor.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// Use this step if the user has several wallets.
    ///
    /// # Errors
    /// The errors are those of [`challenge_wallet`](SignIn#method.challenge_wallet-1). The step fails with
    /// `FactorNotFound` if the factor is no wallet.
    pub async fn challenge_wallet_of(
        self,
        factor: &Factor,
    ) -> Result<SignIn<WalletChallenged>, StepError<NeedsFirstFactor>> {
        if factor.strategy.is_web3() {
            self.prepare_first(factor.clone()).await
        } else {
            Err(StepError::stayed(ErrorKind::FactorNotFound { strategy: factor.strategy.clone() }, self))
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
