//! The password.

use crate::dynamic::turn::{After, Begun, Turn, Wanted, after};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::relation::Step;
use crate::sign_in::states::factors;
use crate::sign_in::{AnySignIn, StateKind};
use crate::wire::SignInAttempt;

impl DynamicSignIn {
    /// Verifies the password. `POST /v1/client/sign_ins` or `…/{id}/attempt_first_factor`
    ///
    /// Without an identifier, or with the identifier of the attempt that is under way, the attempt continues. With
    /// another identifier, a new attempt begins.
    ///
    /// # Errors
    /// [`DynamicError`]: no attempt waits for a first factor and no identifier is given, another call runs, or the step
    /// failed.
    pub async fn password(&self, identifier: Option<&str>, password: &str) -> Result<(), DynamicError> {
        let wanted = Wanted::at(Step::Password, &[StateKind::NeedsFirstFactor]);
        let Some(identifier) = identifier else {
            let (turn, sign_in) = self.place.begin(wanted, |_| None).await?;
            return continue_with(turn, sign_in, password).await;
        };
        let continues = |state: StateKind, attempt: &SignInAttempt| {
            let waits = state.stage() == StateKind::NeedsFirstFactor && !attempt.id.is_empty();
            waits && attempt.identifier.as_deref().is_some_and(|of_attempt| factors::may_be(of_attempt, identifier))
        };
        match self.place.begin_or_continue(wanted.identifier(Some(identifier)), continues).await? {
            Begun::Anew(anew, fresh) => anew.end(fresh.password(identifier, password).await),
            Begun::Continued(turn, sign_in) => continue_with(turn, sign_in, password).await,
        }
    }
}

async fn continue_with(turn: Turn, sign_in: AnySignIn, password: &str) -> Result<(), DynamicError> {
    turn.end(match sign_in {
        AnySignIn::NeedsFirstFactor(at) => after(at.password(password).await),
        elsewhere => After::Illegal(elsewhere),
    })
}
