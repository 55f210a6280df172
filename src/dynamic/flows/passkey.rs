//! Passkeys as the first factor.

use crate::dynamic::slot::after;
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::platform::{Mediation, PasskeyAuthenticator};
use crate::relation::Step;
use crate::sign_in::{AnySignIn, StateKind};
use crate::wire::Strategy;

/// How the user's passkey is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PasskeyFlow {
    /// A new attempt begins, and the browser offers the passkey in a form field.
    Autofill,
    /// A new attempt begins, and the browser lets the user choose a passkey.
    Discoverable,
    /// The attempt continues if it offers passkeys. Otherwise, this is the same as `Discoverable`.
    Listed,
}

impl DynamicSignIn {
    /// Signs in with a passkey: requests a challenge, and verifies the passkey's answer.
    ///
    /// If the authenticator or the second call fails, the challenge stays open:
    /// [`verify_with_passkey`](Self::verify_with_passkey) answers it.
    ///
    /// # Errors
    /// [`DynamicError`]: another call runs, or a step failed.
    #[doc(alias = "authenticateWithPasskey")]
    pub async fn passkey(
        &self,
        authenticator: &dyn PasskeyAuthenticator,
        flow: PasskeyFlow,
    ) -> Result<(), DynamicError> {
        let mediation = if flow == PasskeyFlow::Autofill { Mediation::Autofill } else { Mediation::Modal };
        let (mut turn, challenged) = if flow == PasskeyFlow::Listed && self.offers_passkey() {
            let states = [StateKind::NeedsFirstFactor];
            let (turn, sign_in) = self.begin_at(Step::ChallengePasskey, &states, None, |_| None).await?;
            let AnySignIn::NeedsFirstFactor(at) = sign_in else { return Err(turn.stop_at(sign_in)) };
            turn.go_on(after(at.challenge_passkey().await))?
        } else {
            let (anew, fresh) = self.place.begin_anew(Step::ChallengePasskey, None)?;
            anew.created(fresh.challenge_passkey().await.map(Into::into))?
        };
        turn.reached(&challenged, None);
        match challenged {
            AnySignIn::FirstFactorPasskeyChallenged(at) => {
                turn.end(after(at.verify_with(authenticator, mediation).await))
            }
            elsewhere => Err(turn.stop_at(elsewhere)),
        }
    }

    fn offers_passkey(&self) -> bool {
        let Some((kind, attempt)) = self.place.attempt() else { return false };
        let mut factors = attempt.supported_first_factors.iter().flatten();
        kind.stage() == StateKind::NeedsFirstFactor && factors.any(|factor| factor.strategy == Strategy::Passkey)
    }
}
