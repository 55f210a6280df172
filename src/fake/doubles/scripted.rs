//! Capabilities that follow a test's script.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use crate::platform::{
    Browser, BrowserVisit, CapabilityError, Captcha, CaptchaSolution, ChallengeSolver, PasskeyAuthenticator,
    PasskeyRequest, TrustedDeviceKey, Wallet, WalletProvider, WalletRequest,
};
use crate::wire::{ProtectCheck, Secret};

/// A capability that first gives scripted answers, and then behaves like the real capability that it wraps.
///
/// It can wrap a wallet, an authenticator, a key, a browser or a solver.
///
/// ```
/// # #[cfg(feature = "local-wallet")] {
/// # use clerk_sign_in::fake::Scripted;
/// # use clerk_sign_in::platform::{CapabilityError, LocalWallet, Wallet, WalletProvider, WalletRequest};
/// # futures::executor::block_on(async {
/// let wallet = LocalWallet::new(WalletProvider::Metamask, &[7; 32])?;
/// let wallet =
///     Scripted::new(wallet, [Err(CapabilityError::Cancelled), Ok("0xnonsense".into())]);
/// let request = WalletRequest::new("hello", &WalletProvider::Metamask);
/// assert!(wallet.sign_message(request).await.is_err());
/// assert_eq!(wallet.sign_message(request).await?.expose(), "0xnonsense");
/// assert_eq!(wallet.sign_message(request).await?.expose().len(), 132);
/// # Ok::<_, CapabilityError>(())
/// # }).unwrap();
/// # }
/// ```
pub struct Scripted<C> {
    real: C,
    answers: Mutex<VecDeque<Result<Secret, CapabilityError>>>,
}

impl<C> Scripted<C> {
    /// Creates a capability that first gives these answers, and then delegates to `real`.
    ///
    /// Each request to sign something, to solve a challenge or to open a browser uses up one answer.
    pub fn new(real: C, answers: impl IntoIterator<Item = Result<Secret, CapabilityError>>) -> Self {
        Self { real, answers: Mutex::new(answers.into_iter().collect()) }
    }

    /// Returns the number of unused answers.
    #[must_use]
    pub fn left(&self) -> usize {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn next(&self) -> Option<Result<Secret, CapabilityError>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

#[async_trait]
impl<C: Wallet> Wallet for Scripted<C> {
    fn provider(&self) -> WalletProvider {
        self.real.provider()
    }

    async fn address(&self) -> Result<String, CapabilityError> {
        self.real.address().await
    }

    async fn sign_message(&self, request: WalletRequest<'_>) -> Result<Secret, CapabilityError> {
        match self.next() {
            Some(answer) => answer,
            None => self.real.sign_message(request).await,
        }
    }
}

#[async_trait]
impl<C: PasskeyAuthenticator> PasskeyAuthenticator for Scripted<C> {
    async fn get_assertion(&self, request: PasskeyRequest<'_>) -> Result<Secret, CapabilityError> {
        match self.next() {
            Some(answer) => answer,
            None => self.real.get_assertion(request).await,
        }
    }
}

#[async_trait]
impl<C: Browser> Browser for Scripted<C> {
    async fn reserve(&self) -> Result<Box<dyn BrowserVisit>, CapabilityError> {
        let real = self.real.reserve().await?;
        Ok(match self.next() {
            Some(answer) => Box::new(ScriptedVisit { real, answer }),
            None => real,
        })
    }
}

/// A browser visit whose result is scripted.
#[derive(Debug)]
struct ScriptedVisit {
    real: Box<dyn BrowserVisit>,
    answer: Result<Secret, CapabilityError>,
}

#[async_trait]
impl BrowserVisit for ScriptedVisit {
    fn redirect_url(&self) -> &str {
        self.real.redirect_url()
    }

    async fn open(self: Box<Self>, _: &str) -> Result<Secret, CapabilityError> {
        self.answer
    }
}

#[async_trait]
impl<C: TrustedDeviceKey> TrustedDeviceKey for Scripted<C> {
    async fn public_key_jwk(&self) -> Result<String, CapabilityError> {
        self.real.public_key_jwk().await
    }

    async fn sign(&self, text: &str) -> Result<Secret, CapabilityError> {
        match self.next() {
            Some(answer) => answer,
            None => self.real.sign(text).await,
        }
    }
}

#[async_trait]
impl<C: ChallengeSolver> ChallengeSolver for Scripted<C> {
    async fn solve_captcha(&self, captcha: &Captcha) -> Result<CaptchaSolution, CapabilityError> {
        match self.next() {
            Some(answer) => answer.map(|token| captcha.solved(token)),
            None => self.real.solve_captcha(captcha).await,
        }
    }

    async fn solve_protect_check(&self, check: &ProtectCheck) -> Result<Secret, CapabilityError> {
        match self.next() {
            Some(answer) => answer,
            None => self.real.solve_protect_check(check).await,
        }
    }
}

impl<C: fmt::Debug> fmt::Debug for Scripted<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scripted").field("real", &self.real).field("left", &self.left()).finish_non_exhaustive()
    }
}
