//! Signing in with one call.

use std::fmt;
use std::future::Future;

use async_trait::async_trait;

use crate::client::Finalized;
use crate::dynamic::turn::Wanted;
use crate::dynamic::{DynamicError, DynamicSignIn, PasskeyFlow};
use crate::password::{PasswordPolicy, PasswordRule};
use crate::platform::{Browser, CapabilityError, PasskeyAuthenticator, Wallet, WalletProvider, WalletRequest};
use crate::relation::Step;
use crate::sign_in::states::{IdToken, Sso};
use crate::sign_in::{AfterSignUp, AnySignIn, StateKind};
use crate::wire::{Environment, Secret, SignUpFields};

impl DynamicSignIn {
    /// Begins single sign-on, and returns the provider's URL. See [`sso`](Self::sso).
    ///
    /// # Errors
    /// [`DynamicError`]: another call runs, or the step failed.
    #[doc(alias = "authenticateWithRedirect")]
    pub async fn authenticate_with_redirect(&self, sso: &Sso, redirect_url: &str) -> Result<String, DynamicError> {
        self.redirect(sso, redirect_url).await
    }

    /// Takes the user to the identity provider and back. See [`sso_with`](Self::sso_with).
    ///
    /// # Errors
    /// [`DynamicError`]: another call runs, or a step failed.
    #[doc(alias = "authenticateWithPopup")]
    pub async fn authenticate_with_popup(&self, sso: &Sso, browser: &dyn Browser) -> Result<(), DynamicError> {
        self.sso_with(sso, browser).await
    }

    /// Signs in with a passkey. See [`passkey`](Self::passkey).
    ///
    /// # Errors
    /// [`DynamicError`]: another call runs, or a step failed.
    #[doc(alias = "authenticateWithPasskey")]
    pub async fn authenticate_with_passkey(
        &self,
        authenticator: &dyn PasskeyAuthenticator,
        flow: PasskeyFlow,
    ) -> Result<(), DynamicError> {
        self.passkey(authenticator, flow).await
    }

    /// Signs in with a wallet, whose address is `identifier`. A callback signs the message. See [`web3`](Self::web3).
    ///
    /// ```no_run
    /// # use clerk_sign_in::dynamic::{DynamicError, DynamicSignIn};
    /// # use clerk_sign_in::platform::{CapabilityError, WalletProvider};
    /// # use clerk_sign_in::wire::Secret;
    /// # async fn ask_the_extension(message: &str) -> Result<Secret, CapabilityError> {
    /// #     Err(CapabilityError::Cancelled)
    /// # }
    /// # async fn example(sign_in: DynamicSignIn, address: &str) -> Result<(), DynamicError> {
    /// let sign = async |message: String| ask_the_extension(&message).await;
    /// sign_in.authenticate_with_web3(WalletProvider::Metamask, address, sign).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`DynamicError`]: another call runs, the callback failed, or a step failed.
    #[doc(alias = "authenticateWithWeb3")]
    pub async fn authenticate_with_web3<G, F>(
        &self,
        provider: WalletProvider,
        identifier: &str,
        generate_signature: G,
    ) -> Result<(), DynamicError>
    where
        G: Fn(String) -> F + Send + Sync,
        F: Future<Output = Result<Secret, CapabilityError>> + Send,
    {
        self.web3(&Callback { provider, address: identifier.to_owned(), generate_signature }).await
    }

    /// Signs in with MetaMask. See [`web3`](Self::web3).
    ///
    /// # Errors
    /// [`DynamicError`]: another call runs, the wallet is another one, or a step failed.
    #[doc(alias = "authenticateWithMetamask")]
    pub async fn authenticate_with_metamask(&self, wallet: &dyn Wallet) -> Result<(), DynamicError> {
        self.authenticate_with_wallet(wallet, |provider| *provider == WalletProvider::Metamask).await
    }

    /// Signs in with Coinbase Wallet. See [`web3`](Self::web3).
    ///
    /// # Errors
    /// [`DynamicError`]: another call runs, the wallet is another one, or a step failed.
    #[doc(alias = "authenticateWithCoinbaseWallet")]
    pub async fn authenticate_with_coinbase_wallet(&self, wallet: &dyn Wallet) -> Result<(), DynamicError> {
        self.authenticate_with_wallet(wallet, |provider| *provider == WalletProvider::CoinbaseWallet).await
    }

    /// Signs in with OKX Wallet. See [`web3`](Self::web3).
    ///
    /// # Errors
    /// [`DynamicError`]: another call runs, the wallet is another one, or a step failed.
    #[doc(alias = "authenticateWithOKXWallet")]
    pub async fn authenticate_with_okx_wallet(&self, wallet: &dyn Wallet) -> Result<(), DynamicError> {
        self.authenticate_with_wallet(wallet, |provider| *provider == WalletProvider::OkxWallet).await
    }

    /// Signs in with Base. See [`web3`](Self::web3).
    ///
    /// # Errors
    /// [`DynamicError`]: another call runs, the wallet is another one, or a step failed.
    #[doc(alias = "authenticateWithBase")]
    pub async fn authenticate_with_base(&self, wallet: &dyn Wallet) -> Result<(), DynamicError> {
        self.authenticate_with_wallet(wallet, |provider| *provider == WalletProvider::Base).await
    }

    /// Signs in with a Solana wallet. See [`web3`](Self::web3).
    ///
    /// # Errors
    /// [`DynamicError`]: another call runs, the wallet is another one, or a step failed.
    #[doc(alias = "authenticateWithSolana")]
    pub async fn authenticate_with_solana(&self, wallet: &dyn Wallet) -> Result<(), DynamicError> {
        self.authenticate_with_wallet(wallet, |provider| matches!(provider, WalletProvider::Solana { .. })).await
    }

    /// Signs in with an ID token of Google One Tap, and makes the session active.
    ///
    /// If the token belongs to no user, the state is then
    /// [`Transferable`](crate::dynamic::DynamicState::Transferable), and [`sign_up`](Self::sign_up) goes on.
    ///
    /// # Errors
    /// [`DynamicError`]: another call runs, or a step failed. `StepNotApplied` if the sign-in needs more than the
    /// token, such as a second factor or a sign-up. The state then shows what it needs.
    #[doc(alias = "authenticateWithGoogleOneTap")]
    pub async fn authenticate_with_google_one_tap(&self, token: &str) -> Result<Finalized, DynamicError> {
        let (anew, fresh) = self.place.begin_anew(Wanted::step(Step::IdToken)).await?;
        let created = fresh.id_token(&IdToken::google_one_tap(token)).await;
        let (turn, sign_in) = anew.created(created.map(Into::into))?;
        if matches!(sign_in, AnySignIn::Complete(_)) {
            turn.finalize(sign_in, |_| std::future::ready(())).await
        } else {
            Err(turn.stop_at(sign_in))
        }
    }

    /// Returns the rules of the instance that a new password breaks.
    #[doc(alias = "validatePassword")]
    #[must_use]
    pub fn validate_password(&self, environment: &Environment, password: &str) -> Vec<PasswordRule> {
        PasswordPolicy::from_environment(environment).broken_by(password)
    }

    /// Continues a transferable sign-in as a sign-up. See [`sign_up`](Self::sign_up).
    ///
    /// # Errors
    /// [`DynamicError`]: the sign-in is not transferable, another call runs, or the step failed.
    #[doc(alias = "continueSignUp")]
    pub async fn continue_sign_up(&self, fields: SignUpFields) -> Result<AfterSignUp, DynamicError> {
        let wanted = Wanted::at(Step::SignUp, &[StateKind::Transferable]);
        let (turn, sign_in) = self.place.begin(wanted, |_| None).await?;
        turn.sign_up(sign_in, fields).await
    }

    /// Continues the attempt that is under way with single sign-on, and returns the provider's URL.
    ///
    /// [`sso`](Self::sso) does the same, and begins an attempt if there is none that can be continued.
    ///
    /// # Errors
    /// [`DynamicError`]: no first factor can be prepared now, another call runs, or the step failed.
    #[doc(alias = "continueSignIn")]
    pub async fn continue_sign_in(&self, sso: &Sso, redirect_url: &str) -> Result<String, DynamicError> {
        self.continue_with_redirect(sso, redirect_url).await
    }

    async fn authenticate_with_wallet(
        &self,
        wallet: &dyn Wallet,
        is_wanted: fn(&WalletProvider) -> bool,
    ) -> Result<(), DynamicError> {
        if !is_wanted(&wallet.provider()) {
            let error = CapabilityError::unavailable("this is another wallet than the one that the method names");
            return Err(DynamicError::Failed(error.into()));
        }
        self.web3(wallet).await
    }
}

/// A wallet that a callback stands for.
struct Callback<G> {
    provider: WalletProvider,
    address: String,
    generate_signature: G,
}

#[async_trait]
impl<G, F> Wallet for Callback<G>
where
    G: Fn(String) -> F + Send + Sync,
    F: Future<Output = Result<Secret, CapabilityError>> + Send,
{
    fn provider(&self) -> WalletProvider {
        self.provider.clone()
    }

    async fn address(&self) -> Result<String, CapabilityError> {
        Ok(self.address.clone())
    }

    async fn sign_message(&self, request: WalletRequest<'_>) -> Result<Secret, CapabilityError> {
        (self.generate_signature)(request.message.to_owned()).await
    }
}

impl<G> fmt::Debug for Callback<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback").field("provider", &self.provider).finish_non_exhaustive()
    }
}
