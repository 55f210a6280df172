//! Steps that request a challenge, or begin single sign-on.

use crate::dynamic::turn::{After, Wanted, after};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::platform::{Browser, BrowserVisit, WalletProvider};
use crate::relation::Step;
use crate::sign_in::AnySignIn;
use crate::sign_in::states::Sso;
use crate::wire::Factor;

impl DynamicSignIn {
    /// Requests a challenge for a passkey. See
    /// [`SignIn<NeedsFirstFactor>::challenge_passkey`](crate::SignIn#method.challenge_passkey-1).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn challenge_passkey(&self) -> Result<(), DynamicError> {
        step!(self.ChallengePasskey {
            NeedsIdentifier(at) => at.challenge_passkey(),
            NeedsFirstFactor | NeedsSecondFactor | NeedsClientTrust(at) => at.challenge_passkey(),
        })
    }

    /// Requests a challenge for the passkey with this id. See
    /// [`challenge_passkey_with_id`](crate::SignIn::challenge_passkey_with_id).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn challenge_passkey_with_id(&self, passkey_id: &str) -> Result<(), DynamicError> {
        step!(self.ChallengePasskeyWithId {
            NeedsFirstFactor(at) => at.challenge_passkey_with_id(passkey_id),
        })
    }

    /// Requests a message for a wallet to sign. See
    /// [`SignIn<NeedsFirstFactor>::challenge_wallet`](crate::SignIn#method.challenge_wallet-1).
    ///
    /// The identifier is the address of the wallet.
    ///
    /// With an `identifier`, the step begins an attempt. Without one, it continues the attempt.
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn challenge_wallet(
        &self,
        identifier: Option<&str>,
        provider: &WalletProvider,
    ) -> Result<(), DynamicError> {
        if let Some(identifier) = identifier {
            return step!(self.ChallengeWallet of identifier => {
                NeedsIdentifier(at) => at.challenge_wallet(provider, identifier),
            });
        }
        step!(self.ChallengeWallet prepares (provider.strategy(), None) => {
            NeedsFirstFactor(at) => at.challenge_wallet(provider),
        })
    }

    /// Requests a message for one of the listed wallets to sign. See
    /// [`challenge_wallet_of`](crate::SignIn::challenge_wallet_of).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn challenge_wallet_of(&self, factor: &Factor) -> Result<(), DynamicError> {
        step!(self.ChallengeWalletOf prepares factor => {
            NeedsFirstFactor(at) => at.challenge_wallet_of(factor),
        })
    }

    /// Requests a challenge for a trusted device. See
    /// [`challenge_trusted_device`](crate::SignIn::challenge_trusted_device).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn challenge_trusted_device(&self, trusted_device_id: &str) -> Result<(), DynamicError> {
        step!(self.ChallengeTrustedDevice {
            NeedsFirstFactor(at) => at.challenge_trusted_device(trusted_device_id),
        })
    }

    /// Requests another challenge. See
    /// [`SignIn<PasskeyChallenged<S>>::challenge_again`](crate::SignIn::challenge_again).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn challenge_again(&self) -> Result<(), DynamicError> {
        step!(self.ChallengeAgain {
            FirstFactorPasskeyChallenged
                | SecondFactorPasskeyChallenged
                | ClientTrustPasskeyChallenged(at) => at.challenge_again(),
            WalletChallenged(at) => at.challenge_again(),
            TrustedDeviceChallenged(at) => at.challenge_again(),
        })
    }

    /// Begins single sign-on again. See [`redirect_again`](crate::SignIn::redirect_again).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn redirect_again(&self, sso: &Sso, redirect_url: &str) -> Result<(), DynamicError> {
        step!(self.RedirectAgain {
            RedirectReady(at) => at.redirect_again(sso, redirect_url),
        })
    }

    /// Takes the user to the provider and back again. See
    /// [`redirect_again_with`](crate::SignIn::redirect_again_with).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn redirect_again_with(&self, sso: &Sso, browser: &dyn Browser) -> Result<(), DynamicError> {
        step!(self.RedirectAgainWith {
            RedirectReady(at) => at.redirect_again_with(sso, browser),
        })
    }

    /// Finishes single sign-on with the URL to which the user came back. See [`finish`](crate::SignIn::finish).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    #[doc(alias = "handleRedirectCallback")]
    pub async fn finish(&self, callback_url: &str) -> Result<(), DynamicError> {
        step!(self.Finish {
            RedirectReady(at) => at.finish(callback_url),
        })
    }

    /// Finishes single sign-on without a URL. See [`finish_here`](crate::SignIn::finish_here).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn finish_here(&self) -> Result<(), DynamicError> {
        step!(self.FinishHere {
            RedirectReady(at) => at.finish_here(),
        })
    }

    /// Opens the provider in a browser that was reserved, and finishes single sign-on. See
    /// [`finish_with`](crate::SignIn::finish_with).
    ///
    /// # Errors
    /// [`DynamicError`]: the step is not legal now, another call runs, or the step failed.
    pub async fn finish_with(&self, visit: Box<dyn BrowserVisit>) -> Result<(), DynamicError> {
        step!(self.FinishWith {
            RedirectReady(at) => at.finish_with(visit),
        })
    }
}
