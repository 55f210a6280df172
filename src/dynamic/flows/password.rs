//! The password.

use crate::dynamic::slot::{After, after};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::relation::Step;
use crate::sign_in::{AnySignIn, StateKind};
use crate::wire::typed_text;

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
        if let Some(identifier) = identifier.map(typed_text::trim).filter(|it| !self.waits_for_first_factor_of(it)) {
            let (anew, fresh) = self.place.begin_anew(Step::Password, Some(identifier))?;
            return anew.end(fresh.password(identifier, password).await);
        }
        let states = [StateKind::NeedsFirstFactor];
        let (turn, sign_in) = self.begin_at(Step::Password, &states, None, |_| None).await?;
        turn.end(match sign_in {
            AnySignIn::NeedsFirstFactor(at) => after(at.password(password).await),
            elsewhere => After::Illegal(elsewhere),
        })
    }

    fn waits_for_first_factor_of(&self, identifier: &str) -> bool {
        let Some((kind, attempt)) = self.place.attempt() else { return false };
        let waits = kind.stage() == StateKind::NeedsFirstFactor && !attempt.id.is_empty();
        waits && attempt.identifier.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(identifier))
    }
}
