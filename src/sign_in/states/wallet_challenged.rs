//! The state in which a wallet must sign a message.

use super::NeedsFirstFactor;
use crate::error::{Error, ErrorKind};
use crate::platform::{CapabilityError, Wallet, WalletProvider, WalletRequest};
use crate::sign_in::core::SignIn;
use crate::sign_in::outcomes::AfterFirstFactor;
use crate::sign_in::step_error::StepError;
use crate::wire::{AttemptFactor, Factor, Request, Secret, Strategy, Timestamp, Verification};

/// A sign-in that waits for the user's wallet to sign a message.
///
/// If the wallet is not available or the user does not sign, the sign-in stays in this state. The app can then ask
/// again or choose another factor. If the message expires or too many wrong signatures are submitted, the sign-in goes
/// back to `NeedsFirstFactor`.
///
/// This state comes after [`NeedsIdentifier`] or [`NeedsFirstFactor`].
///
/// | step | gives or does | leads to |
/// |---|---|---|
/// | [`verify_with`](SignIn#method.verify_with-1) | asks for a signature | [`AfterFirstFactor`], mostly [`Complete`] |
/// | [`verify_signature`](SignIn::verify_signature) | the wallet's signature | [`AfterFirstFactor`], mostly [`Complete`] |
/// | [`challenge_again`](SignIn#method.challenge_again-1) | asks for another message | [`WalletChallenged`] |
/// | [`choose_another`](SignIn#method.choose_another-3) | goes back, without a call | [`NeedsFirstFactor`] |
///
/// ```
/// # #[cfg(feature = "local-wallet")] {
/// # use clerk_sign_in::fake::{FakeBackend, NewUser};
/// # use clerk_sign_in::platform::{LocalWallet, Wallet, WalletProvider};
/// # use clerk_sign_in::{AfterFirstFactor, Client};
/// # futures::executor::block_on(async {
/// # let fake = FakeBackend::new();
/// # let client = Client::new(fake.clone());
/// let wallet = LocalWallet::new(WalletProvider::Metamask, &[7; 32])?;
/// let address = wallet.address().await?;
/// # fake.add_user(NewUser::default().web3_wallet(&address))?;
/// let challenged = client.sign_in().challenge_wallet(&wallet.provider(), &address).await?;
/// match challenged.verify_with(&wallet).await? {
///     AfterFirstFactor::Complete(done) => done.finalize().await?,
///     other => return Err(other.unhandled().into()),
/// };
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// # }
/// ```
///
/// [`NeedsFirstFactor`]: crate::NeedsFirstFactor
/// [`Complete`]: crate::Complete
/// [`AfterFirstFactor`]: crate::AfterFirstFactor
/// [`NeedsIdentifier`]: crate::NeedsIdentifier
#[derive(Debug)]
pub struct WalletChallenged(pub(crate) ());

impl SignIn<WalletChallenged> {
    /// `WalletChallenged` → the first factor's outcome: asks the wallet for a signature, and submits it.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor`
    ///
    /// Coinbase Wallet may report that the user declined even if the user has not seen the message yet. In that case,
    /// this step asks the wallet a second time.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`]
    /// - `Capability`: the user declined, or the wallet is not available, or signing failed. Nothing was sent.
    /// - `FactorNotFound`: the message is for another kind of wallet. Nothing was sent.
    ///
    /// The other errors are those of [`verify_signature`](Self::verify_signature).
    pub async fn verify_with(self, wallet: &dyn Wallet) -> Result<AfterFirstFactor, StepError<WalletChallenged>> {
        match self.sign(wallet).await {
            Ok(signature) => self.verify_signature(signature.expose()).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// `WalletChallenged` → the first factor's outcome: submits the wallet's signature.
    /// `POST /v1/client/sign_ins/{id}/attempt_first_factor`
    ///
    /// This step is for apps that ask the wallet for the signature themselves. The signature is what `personal_sign`
    /// (EIP-191) returns for the text of the [`message`](Self::message): `0x`, followed by 65 bytes in hex. For Solana,
    /// the signature is an Ed25519 signature over the UTF-8 bytes of the message, in base64.
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`]
    /// - `Rejected`: the signature belongs to another message or account (`form_incorrect_signature`), or the account
    ///   is locked (`user_locked`).
    /// - `NotSent`, `Transport`, `Protocol` or `Ended`: see [errors common to all
    ///   steps](SignIn#errors-common-to-all-steps).
    ///
    /// [`StepError::Moved`] with the kind `Rejected` if the message has expired (`verification_expired`), or if too
    /// many wrong signatures were submitted (`verification_failed`). The sign-in is now at `NeedsFirstFactor`, where
    /// you can ask for another message.
    ///
    /// [`StepError::Moved`] is also returned if the rejection shows that the attempt is in another state.
    #[doc(alias = "attemptFirstFactor")]
    pub async fn verify_signature(self, signature: &str) -> Result<AfterFirstFactor, StepError<WalletChallenged>> {
        let attempt = AttemptFactor::wallet_signature(self.id(), self.strategy(), signature.into());
        self.step(Request::AttemptFirstFactor(attempt)).await.map(AfterFirstFactor::from)
    }

    /// `WalletChallenged` → `WalletChallenged`: asks for another message. The old message becomes invalid.
    /// `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// # Errors
    /// [`StepError::Stayed`] with [`ErrorKind`]
    /// - `FactorNotFound`: the server no longer lists the wallet.
    /// - `Rejected`, `Transport` or `Protocol`.
    ///
    /// [`StepError::Moved`] if the attempt is in another state.
    pub async fn challenge_again(self) -> Result<SignIn<WalletChallenged>, StepError<WalletChallenged>> {
        match self.factor_again(self.verification(), self.supported_first_factors(), &self.strategy()) {
            Ok(factor) => self.prepare_first(factor).await,
            Err(error) => Err(StepError::stayed(error, self)),
        }
    }

    /// `WalletChallenged` → `NeedsFirstFactor`, without a call: goes back to verify another factor.
    pub fn choose_another(self) -> SignIn<NeedsFirstFactor> {
        self.with_state(NeedsFirstFactor(()))
    }

    /// The message that the wallet has to sign, in a form that the user can read. The message is never empty.
    #[must_use]
    pub fn message(&self) -> &str {
        self.verification().and_then(Verification::challenge).unwrap_or_default()
    }

    /// The factor with the wallet that has to sign. `None` if another handle asked for the message, or if the answer
    /// was lost and [`Client::resume`](crate::Client::resume) was called.
    #[must_use]
    pub fn wallet(&self) -> Option<&Factor> {
        self.chosen_for(self.verification())
    }

    /// The strategy that verifies the signature. It says which kind of wallet has to sign.
    #[must_use]
    pub fn strategy(&self) -> Strategy {
        let prepared = self.verification().and_then(|verification| verification.strategy.clone());
        prepared.filter(Strategy::is_web3).unwrap_or(Strategy::Web3MetamaskSignature)
    }

    /// The server's record of the verification, which shows whether the verification expired or failed.
    #[must_use]
    pub fn verification(&self) -> Option<&Verification> {
        self.first_factor_verification()
    }

    /// The time after which the server no longer accepts a signature.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.verification()?.expire_at
    }

    async fn sign(&self, wallet: &dyn Wallet) -> Result<Secret, Error> {
        let provider = wallet.provider();
        if provider.strategy() != self.strategy() {
            return Err(ErrorKind::FactorNotFound { strategy: provider.strategy() }.into());
        }
        let address = self.wallet().and_then(|factor| factor.safe_identifier.as_deref());
        let request = WalletRequest { address, ..WalletRequest::new(self.message(), &provider) };
        match wallet.sign_message(request).await {
            Err(CapabilityError::Cancelled) if provider == WalletProvider::CoinbaseWallet => {
                Ok(wallet.sign_message(request).await?)
            }
            answer => Ok(answer?),
        }
    }
}

state!(WalletChallenged);
