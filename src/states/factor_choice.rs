//! Which factor is meant when a step does not name one.

use crate::error::{Error, ErrorKind};
use crate::wire::{Factor, Strategy};

/// The factor of this strategy whose address is the identifier given, else the first of this strategy: the choice that
/// Clerk's JavaScript client makes.
pub(super) fn choose(factors: &[Factor], strategy: &Strategy, identifier: Option<&str>) -> Result<Factor, Error> {
    let mut candidates = factors.iter().filter(|factor| factor.strategy == *strategy);
    let first = candidates.clone().next();
    let of_identifier =
        candidates.find(|factor| identifier.is_some() && factor.safe_identifier.as_deref() == identifier);
    of_identifier.or(first).cloned().ok_or_else(|| ErrorKind::FactorNotFound { strategy: strategy.clone() }.into())
}

/// The factor that goes to this email address; one that the server did not list is asked for all the same.
pub(super) fn to_email_address(factors: &[Factor], strategy: &Strategy, email_address_id: &str) -> Factor {
    let listed = factors
        .iter()
        .find(|factor| factor.strategy == *strategy && factor.email_address_id.as_deref() == Some(email_address_id));
    listed.cloned().unwrap_or_else(|| Factor {
        email_address_id: Some(email_address_id.to_owned()),
        ..Factor::new(strategy.clone())
    })
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
    fn the_address_that_was_typed_wins_over_the_first() {
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
