//! The steps that a walker takes with a wallet, a passkey or a trusted device.

use super::{Walker, next};
use crate::error::Error;
use crate::platform::{Mediation, PasskeyAuthenticator, Wallet};
use crate::sign_in::states::{
    NeedsFirstFactor, NeedsIdentifier, PasskeyChallenged, Stage, TrustedDeviceChallenged, WalletChallenged,
};
use crate::sign_in::{AnySignIn, SignIn};
use crate::testing::{Action, Person};

impl Walker {
    /// Starts a sign-in with a key. The wallet and the trusted device belong to Linus.
    pub(super) async fn begin_by_key(
        &mut self,
        at: SignIn<NeedsIdentifier>,
        action: Action,
    ) -> (AnySignIn, Option<Error>) {
        match action {
            Action::ChallengeWallet => {
                self.user.person = Person::Linus;
                next(at.challenge_wallet(&self.keys.wallet.provider(), &self.keys.address).await)
            }
            Action::ChallengeTrustedDevice => {
                self.user.person = Person::Linus;
                next(at.trusted_device(&self.keys.device_id).await)
            }
            _ => next(at.challenge_passkey().await),
        }
    }

    pub(super) async fn challenge(&self, at: SignIn<NeedsFirstFactor>, action: Action) -> (AnySignIn, Option<Error>) {
        match action {
            Action::ChallengeWallet => next(at.challenge_wallet(&self.keys.wallet.provider()).await),
            Action::ChallengeTrustedDevice => next(at.challenge_trusted_device(&self.keys.device_id).await),
            _ => next(at.challenge_passkey().await),
        }
    }

    pub(super) async fn wallet_challenged(
        &self,
        at: SignIn<WalletChallenged>,
        action: Action,
    ) -> (AnySignIn, Option<Error>) {
        match action {
            Action::Sign(true) => next(at.verify_with(&self.keys.wallet).await),
            Action::Sign(false) => next(at.verify_signature("wrong").await),
            Action::Resend => next(at.challenge_again().await),
            Action::ChooseAnother => (at.choose_another().into(), None),
            _ => (at.into(), None),
        }
    }

    pub(super) async fn passkey_challenged<S: Stage>(
        &self,
        at: SignIn<PasskeyChallenged<S>>,
        action: Action,
    ) -> (AnySignIn, Option<Error>) {
        let passkeys: Option<&dyn PasskeyAuthenticator> = self.passkeys.as_deref();
        match (action, passkeys) {
            (Action::Sign(true), Some(passkeys)) => next(at.verify_with(passkeys, Mediation::Modal).await),
            (Action::Sign(_), _) => next(at.verify_assertion("wrong").await),
            (Action::Resend, _) => next(at.challenge_again().await),
            (Action::ChooseAnother, _) => (at.choose_another().into(), None),
            _ => (at.into(), None),
        }
    }

    pub(super) async fn trusted_device_challenged(
        &self,
        at: SignIn<TrustedDeviceChallenged>,
        action: Action,
    ) -> (AnySignIn, Option<Error>) {
        match action {
            Action::Sign(true) => next(at.verify_with(&self.keys.device).await),
            Action::Sign(false) => next(at.verify_signature("wrong").await),
            Action::Resend => next(at.challenge_again().await),
            Action::ChooseAnother => (at.choose_another().into(), None),
            _ => (at.into(), None),
        }
    }
}
