//! The choice of a factor for a step that does not name one.

mod typed_identifier;

use self::typed_identifier::{Likeness, TypedIdentifier};
use super::State;
use crate::error::{Error, ErrorKind};
use crate::fault_switches::without;
use crate::sign_in::any::AnySignIn;
use crate::sign_in::core::SignIn;
use crate::sign_in::state_kind::StateKind;
use crate::sign_in::step_error::StepError;
use crate::wire::{CreateSignIn, Factor, Strategy, Verification, typed_text};

/// Chooses a factor with this strategy.
///
/// The function chooses the factor whose address the user typed as the identifier. If the identifier is no address of
/// such a factor, it chooses the user's default factor or, if there is none, the first factor. If several addresses
/// are masked in such a way that each may be the one that the user typed, it chooses none.
pub(super) fn choose(factors: &[Factor], strategy: &Strategy, identifier: Option<&str>) -> Result<Factor, Error> {
    let candidates: Vec<&Factor> = factors.iter().filter(|factor| factor.strategy == *strategy).collect();
    let chosen = match named(&candidates, identifier).as_slice() {
        [] => candidates.iter().find(|factor| factor.default == Some(true)).or(candidates.first()).copied(),
        [only] => Some(*only),
        [first, ..] if without("no address is guessed") => Some(*first),
        several => {
            let choices = several.iter().copied().cloned().collect();
            return Err(ErrorKind::AmbiguousFactor { choices }.into());
        }
    };
    chosen.cloned().ok_or_else(|| ErrorKind::FactorNotFound { strategy: strategy.clone() }.into())
}

/// Returns the factors whose address may be the identifier.
fn named<'a>(candidates: &[&'a Factor], identifier: Option<&str>) -> Vec<&'a Factor> {
    let Some(typed) = identifier.map(TypedIdentifier::new) else { return Vec::new() };
    let alike = |likeness| {
        let is_alike = |factor: &&&Factor| {
            factor.safe_identifier.as_deref().is_some_and(|listed| typed.compare(listed) == likeness)
        };
        candidates.iter().filter(is_alike).copied().collect::<Vec<_>>()
    };
    match alike(Likeness::Same).first() {
        Some(same) => vec![same],
        None => alike(Likeness::MaskedAlike),
    }
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

/// Returns the first factor that the server chose because the attempt began with this strategy and identifier.
///
/// If several factors come into question, the server's choice is not known.
fn factor_of(factors: &[Factor], strategy: Strategy, identifier: &str) -> Factor {
    let candidates: Vec<&Factor> = factors.iter().filter(|factor| factor.strategy == strategy).collect();
    match (named(&candidates, Some(identifier)).as_slice(), candidates.as_slice()) {
        ([only], _) | ([], [only]) => (*only).clone(),
        _ => Factor::new(strategy),
    }
}

/// Returns `true` if a listed address may be the identifier that the user typed.
pub(crate) fn may_be(listed: &str, typed: &str) -> bool {
    TypedIdentifier::new(typed_text::trim(typed)).compare(listed) != Likeness::Different
}

impl AnySignIn {
    /// Remembers the first factor to which the server sent something, because the attempt began with this strategy and
    /// identifier.
    pub(crate) fn with_factor_of(mut self, strategy: Strategy, identifier: &str) -> Self {
        let is_sent = matches!(
            self,
            Self::FirstFactorCodeSent(_)
                | Self::FirstFactorLinkSent(_)
                | Self::ResetCodeSent(_)
                | Self::WalletChallenged(_)
        );
        if is_sent {
            let factors = self.attempt().supported_first_factors.as_deref().unwrap_or_default();
            let chosen = factor_of(factors, strategy, identifier);
            self.choose(chosen);
        }
        self
    }

    /// Returns the factor that a step of this strategy prepares in the current stage, if it prepares one.
    pub(crate) fn factor_to_prepare(&self, strategy: &Strategy, id: Option<&str>) -> Option<Factor> {
        let attempt = self.attempt();
        let factors = match self.kind().stage() {
            StateKind::NeedsFirstFactor => attempt.supported_first_factors.as_deref(),
            StateKind::NeedsSecondFactor | StateKind::NeedsClientTrust => attempt.supported_second_factors.as_deref(),
            _ => None,
        }?;
        match id {
            Some(id) => Some(with_id(factors, strategy, id)),
            None => choose(factors, strategy, self.identifier()).ok(),
        }
    }
}

impl<S: State> SignIn<S> {
    /// Returns the factor that was prepared, or `None` if that factor is not known.
    ///
    /// A factor that was chosen for another strategy is not returned, because that factor was not prepared.
    pub(super) fn chosen_for(&self, verification: Option<&Verification>) -> Option<&Factor> {
        self.prepared(verification).filter(|factor| is_known(factor))
    }

    /// Returns the strategy and the identifier with which the attempt began, if the server then chose an address that
    /// is not known.
    ///
    /// The server makes the same choice again only if the attempt [begins again](Self::create_sent).
    pub(super) fn begun_with(&self, verification: Option<&Verification>) -> Option<(Strategy, String)> {
        let prepared = self.prepared(verification).filter(|factor| !is_known(factor))?;
        Some((prepared.strategy.clone(), self.identifier()?.to_owned()))
    }

    /// Creates an attempt with a strategy that sends something at once, and remembers to which factor the server sent it.
    pub(super) async fn create_sent<To: State>(
        self,
        strategy: Strategy,
        identifier: &str,
        redirect_url: Option<String>,
    ) -> Result<SignIn<To>, StepError<S>> {
        let identifier = typed_text::trim(identifier);
        let create = CreateSignIn {
            strategy: Some(strategy.clone()),
            redirect_url,
            ..CreateSignIn::with_identifier(identifier)
        };
        let sent: SignIn<To> = self.create_prepared(create).await?;
        Ok(sent.with_factor_of(strategy, identifier))
    }

    fn prepared(&self, verification: Option<&Verification>) -> Option<&Factor> {
        let prepared = verification.and_then(|verification| verification.strategy.as_ref());
        let chosen = self.core.chosen()?.factor();
        prepared.is_none_or(|prepared| chosen.strategy == *prepared).then_some(chosen)
    }

    /// Remembers the first factor that the server chose because the attempt began with this strategy and identifier.
    fn with_factor_of(mut self, strategy: Strategy, identifier: &str) -> Self {
        let chosen = factor_of(self.supported_first_factors(), strategy, identifier);
        self.core.choose(chosen);
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

/// Returns `true` if the factor says to which address or device it belongs.
fn is_known(factor: &Factor) -> bool {
    let ids = [&factor.email_address_id, &factor.phone_number_id, &factor.web3_wallet_id, &factor.passkey_id]
        .into_iter()
        .chain([&factor.trusted_device_id, &factor.safe_identifier]);
    ids.flatten().next().is_some()
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

    #[test]
    fn of_several_addresses_that_are_masked_alike_none_is_chosen() {
        let factors = [email("k***@x"), email("a***@x"), email("k***@x")];
        let error = choose(&factors, &Strategy::EmailCode, Some("kim@x")).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::AmbiguousFactor { choices } if choices.len() == 2), "{error}");
        let chosen = choose(&factors, &Strategy::EmailCode, Some("Ada@x")).unwrap();
        assert_eq!(chosen.safe_identifier.as_deref(), Some("a***@x"));
    }

    #[test]
    fn the_default_factor_is_chosen_when_nothing_else_decides() {
        let factors = [email("a@x"), Factor { default: Some(true), ..email("b@x") }];
        let chosen = |identifier| choose(&factors, &Strategy::EmailCode, identifier).unwrap().safe_identifier;
        assert_eq!(chosen(Some("ada")).as_deref(), Some("b@x"));
        assert_eq!(chosen(Some("a@x")).as_deref(), Some("a@x"));
    }
}
