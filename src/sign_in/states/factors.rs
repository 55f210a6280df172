//! The choice of a factor for a step that does not name one.

use super::State;
use crate::error::{Error, ErrorKind};
use crate::sign_in::core::SignIn;
use crate::wire::{Factor, Strategy, Verification};

/// Chooses a factor with this strategy.
///
/// The function prefers the factor whose address the user entered as the identifier. If there is no such factor, it
/// chooses the first factor with this strategy. Clerk's JavaScript client makes the same choice.
pub(super) fn choose(factors: &[Factor], strategy: &Strategy, identifier: Option<&str>) -> Result<Factor, Error> {
    let mut candidates = factors.iter().filter(|factor| factor.strategy == *strategy);
    let first = candidates.clone().next();
    let of_identifier =
        candidates.find(|factor| identifier.is_some() && factor.safe_identifier.as_deref() == identifier);
    of_identifier.or(first).cloned().ok_or_else(|| ErrorKind::FactorNotFound { strategy: strategy.clone() }.into())
}

/// Returns the factor whose email address or phone number has this id, even if the server did not list that factor.
pub(super) fn with_id(factors: &[Factor], strategy: &Strategy, id: &str) -> Factor {
    let by_phone = matches!(strategy, Strategy::PhoneCode | Strategy::ResetPasswordPhoneCode);
    let id_of = |factor: &Factor| {
        if by_phone { factor.phone_number_id.clone() } else { factor.email_address_id.clone() }
    };
    let listed = factors.iter().find(|factor| factor.strategy == *strategy && id_of(factor).as_deref() == Some(id));
    listed.cloned().unwrap_or_else(|| {
        let id = Some(id.to_owned());
        let (phone_number_id, email_address_id) = if by_phone { (id, None) } else { (None, id) };
        Factor { email_address_id, phone_number_id, ..Factor::new(strategy.clone()) }
    })
}

impl<S: State> SignIn<S> {
    /// Returns the factor to which a code was sent, or `None` if that factor is not known.
    ///
    /// A factor that was chosen for another strategy is not returned, because the code was not sent to that factor.
    pub(super) fn chosen_for(&self, verification: Option<&Verification>) -> Option<&Factor> {
        let prepared = verification.and_then(|verification| verification.strategy.as_ref());
        let chosen = self.core.chosen()?.factor();
        prepared.is_none_or(|prepared| chosen.strategy == *prepared).then_some(chosen)
    }

    /// Remembers the first factor that the server chose because the attempt began with this strategy.
    pub(super) fn with_factor_of(mut self, strategy: Strategy) -> Self {
        let chosen = choose(self.supported_first_factors(), &strategy, self.identifier());
        self.core.choose(chosen.unwrap_or_else(|_| Factor::new(strategy)));
        self
    }

    /// Returns the factor to prepare again. If the factor that was chosen before is known, that factor is returned.
    /// Otherwise, the function chooses a factor.
    pub(super) fn factor_again(
        &self,
        verification: Option<&Verification>,
        factors: &[Factor],
        strategy: &Strategy,
    ) -> Result<Factor, Error> {
        match self.chosen_for(verification) {
            Some(chosen) => Ok(chosen.clone()),
            None => choose(factors, strategy, self.identifier()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(address: &str) -> Factor {
        Factor {
            safe_identifier: Some(address.to_owned()),
            email_address_id: Some(format!("idn_{address}")),
            ..Factor::new(Strategy::EmailCode)
        }
    }

    #[test]
    fn the_typed_address_is_preferred_to_the_first() {
        let factors = [Factor::new(Strategy::Password), email("a@x"), email("b@x")];
        let chosen = |identifier| choose(&factors, &Strategy::EmailCode, identifier).unwrap().safe_identifier;
        assert_eq!(chosen(Some("b@x")).as_deref(), Some("b@x"));
        assert_eq!(chosen(Some("ada")).as_deref(), Some("a@x"));
        assert_eq!(chosen(None).as_deref(), Some("a@x"));
    }

    #[test]
    fn a_missing_strategy_is_named() {
        let error = choose(&[email("a@x")], &Strategy::Totp, None).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::FactorNotFound { strategy: Strategy::Totp }), "{error}");
    }
}
