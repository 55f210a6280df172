//! Wallets.

use crate::dynamic::turn::{Wanted, after};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::platform::Wallet;
use crate::relation::Step;
use crate::sign_in::AnySignIn;
use crate::wire::CreateSignIn;

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
        let (mut anew, fresh) = self.place.begin_anew(Wanted::step(Step::Create).after_a_prompt()).await?;
        let address = match wallet.address().await {
            Ok(address) => address,
            Err(error) => return Err(anew.fail(error.into())),
        };
        anew.begins(&address)?;
        let (turn, created) = anew.created(fresh.create_with(CreateSignIn::with_identifier(&address)).await)?;
        let AnySignIn::NeedsFirstFactor(first) = created else { return Err(turn.stop_at(created)) };
        let (turn, challenged) = turn.go_on(after(first.challenge_wallet(&provider).await))?;
        match challenged {
            AnySignIn::WalletChallenged(at) => turn.end(after(at.verify_with(wallet).await)),
            elsewhere => Err(turn.stop_at(elsewhere)),
        }
    }
}
