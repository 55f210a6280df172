//! Wallets. One call submits the wallet's address and asks for a message to sign.

use super::NeedsIdentifier;
use crate::platform::WalletProvider;
use crate::sign_in::core::SignIn;
use crate::sign_in::states::WalletChallenged;
use crate::sign_in::step_error::StepError;

/// Wallets. One call submits the wallet's address and asks for a message to sign.
impl SignIn<NeedsIdentifier> {
    /// `NeedsIdentifier` → `WalletChallenged`: submits the wallet's address, and asks for a message to sign.
    /// `POST /v1/client/sign_ins`
    ///
    /// A single call submits the address and asks for the message. The address identifies the user's account on the
    /// blockchain.
    ///
    /// White space and invisible marks around the address are dropped.
    ///
    /// ```
    /// # #[cfg(feature = "local-wallet")] {
    /// # use clerk_sign_in::fake::{FakeBackend, NewUser};
    /// # use clerk_sign_in::platform::{LocalWallet, Wallet, WalletProvider};
    /// # use clerk_sign_in::{AfterFirstFactor, Client};
    /// # futures::executor::block_on(async {
    /// let wallet = LocalWallet::new(WalletProvider::Metamask, &[7; 32])?;
    /// let address = wallet.address().await?;
    /// # let fake = FakeBackend::new();
    /// # fake.add_user(NewUser::default().web3_wallet(&address))?;
    /// # let client = Client::new(fake);
    /// let challenged = client.sign_in().challenge_wallet(&wallet.provider(), &address).await?;
    /// assert!(challenged.message().contains(&address));
    /// let AfterFirstFactor::Complete(done) = challenged.verify_with(&wallet).await? else {
    ///     panic!()
    /// };
    /// # drop(done);
    /// # Ok::<_, Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// # }
    /// ```
    ///
    /// # Errors
    /// The errors are those of [`create`](SignIn::create). In addition, the server rejects the step with
    /// `strategy_for_user_invalid` if nobody can sign in with this wallet.
    ///
    /// [`StepError::Moved`] if the attempt began, but the server sent no message to sign.
    #[doc(alias = "web3")]
    #[doc(alias = "authenticateWithWeb3")]
    #[doc(alias = "authenticateWithBase")]
    #[doc(alias = "authenticateWithCoinbaseWallet")]
    #[doc(alias = "authenticateWithMetamask")]
    #[doc(alias = "authenticateWithOKXWallet")]
    #[doc(alias = "authenticateWithSolana")]
    pub async fn challenge_wallet(
        self,
        provider: &WalletProvider,
        address: &str,
    ) -> Result<SignIn<WalletChallenged>, StepError<NeedsIdentifier>> {
        self.create_sent(provider.strategy(), address, None).await
    }
}
