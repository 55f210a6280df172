//! Passkeys as the first factor.

use crate::dynamic::turn::{Begun, Wanted, after};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::platform::{Mediation, PasskeyAuthenticator};
use crate::relation::Step;
use crate::sign_in::{AnySignIn, StateKind};
use crate::wire::{SignInAttempt, Strategy};

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
        let continues = |state: StateKind, attempt: &SignInAttempt| {
            let mut factors = attempt.supported_first_factors.iter().flatten();
            let is_offered = factors.any(|factor| factor.strategy == Strategy::Passkey);
            flow == PasskeyFlow::Listed && state.stage() == StateKind::NeedsFirstFactor && is_offered
        };
        let wanted = Wanted::at(Step::ChallengePasskey, &[StateKind::NeedsFirstFactor]);
        let (turn, challenged) = match self.place.begin_or_continue(wanted, continues).await? {
            Begun::Anew(anew, fresh) => anew.created(fresh.challenge_passkey().await.map(Into::into))?,
            Begun::Continued(turn, AnySignIn::NeedsFirstFactor(at)) => {
                turn.go_on(after(at.challenge_passkey().await))?
            }
            Begun::Continued(turn, elsewhere) => return Err(turn.stop_at(elsewhere)),
        };
        match challenged {
            AnySignIn::FirstFactorPasskeyChallenged(at) => {
                turn.end(after(at.verify_with(authenticator, mediation).await))
            }
            elsewhere => Err(turn.stop_at(elsewhere)),
        }
    }
}
