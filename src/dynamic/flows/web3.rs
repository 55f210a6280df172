//! Wallets.

use crate::dynamic::slot::after;
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::error::Error;
use crate::platform::Wallet;
use crate::relation::Step;
use crate::sign_in::AnySignIn;

impl DynamicSignIn {
    /// Signs in with a wallet: begins an attempt with its address, and lets it sign the message.
    ///
    /// Three calls are made: the attempt is created, the message is requested, and the signature is verified. If the
    /// wallet or a later call fails, the attempt stays where it is, for example waiting for the signature.
    ///
    /// # Errors
    /// [`DynamicError`]: another call runs, the wallet has no address, or a step failed.
    #[doc(alias = "authenticateWithWeb3")]
    pub async fn web3(&self, wallet: &dyn Wallet) -> Result<(), DynamicError> {
        let provider = wallet.provider();
        let address = wallet.address().await.map_err(Error::from)?;
        let strategy = provider.strategy();
        let (turn, first) = self.create_first(Step::Create, &address, &strategy).await?;
        let (turn, challenged) = turn.go_on(after(first.challenge_wallet(&provider).await))?;
        match challenged {
            AnySignIn::WalletChallenged(at) => turn.end(after(at.verify_with(wallet).await)),
            elsewhere => Err(turn.stop_at(elsewhere)),
        }
    }
}
