//! Preparing a factor by its strategy.

use crate::dynamic::turn::{After, Wanted, after};
use crate::dynamic::{DynamicError, DynamicSignIn};
use crate::error::ErrorKind;
use crate::platform::WalletProvider;
use crate::relation::Step;
use crate::sign_in::states::Sso;
use crate::sign_in::{AnySignIn, StateKind};
use crate::wire::{Channel, Factor, Strategy};

/// What the preparation of some factors needs besides the factor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PrepareOptions {
    /// The channel of a code for a phone; SMS if it is left out.
    pub channel: Option<Channel>,
    /// The page to which a link or an identity provider sends the user.
    #[doc(alias = "redirectUrl")]
    pub redirect_url: Option<String>,
    /// The page to which an identity provider sends the user if the sign-in is then complete.
    #[doc(alias = "actionCompleteRedirectUrl")]
    pub action_complete_redirect_url: Option<String>,
}

impl PrepareOptions {
    /// No options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the page to which a link or an identity provider sends the user.
    #[must_use]
    pub fn redirect_url(mut self, url: impl Into<String>) -> Self {
        self.redirect_url = Some(url.into());
        self
    }

    /// Sets the page to which an identity provider sends the user if the sign-in is then complete.
    #[must_use]
    pub fn action_complete_redirect_url(mut self, url: impl Into<String>) -> Self {
        self.action_complete_redirect_url = Some(url.into());
        self
    }

    /// Sets the channel of a code for a phone.
    #[must_use]
    pub fn channel(mut self, channel: Channel) -> Self {
        self.channel = Some(channel);
        self
    }
}

impl DynamicSignIn {
    /// Prepares a first factor by its strategy. `POST /v1/client/sign_ins/{id}/prepare_first_factor`
    ///
    /// The factor is one of [`supported_first_factors`](Self::supported_first_factors), or a [`Factor::new`] of a
    /// strategy. Without an id, the user's typed, default or first address is used.
    ///
    /// # Errors
    /// [`DynamicError`]: no first factor is needed now, another call runs, or the step failed. `FactorNotFound` if the
    /// factor needs no preparation, such as a password. `InvalidUrl` if a page is needed and not given.
    #[doc(alias = "prepareFirstFactor")]
    pub async fn prepare_first_factor(&self, factor: &Factor, options: &PrepareOptions) -> Result<(), DynamicError> {
        let states = [StateKind::NeedsFirstFactor];
        let choosing =
            |sign_in: &AnySignIn| named(factor).or_else(|| sign_in.factor_to_prepare(&factor.strategy, None));
        let (turn, sign_in) = self.place.begin(Wanted::at(step_of(factor), &states), choosing).await?;
        let AnySignIn::NeedsFirstFactor(first) = sign_in else { return turn.end(After::Illegal(sign_in)) };
        let page_url = options.redirect_url.as_deref().unwrap_or_default();
        let is_named = named(factor).is_some();
        turn.end(match &factor.strategy {
            Strategy::PhoneCode => {
                let channel = options.channel.clone().unwrap_or(Channel::Sms);
                if is_named {
                    after(first.send_code_through(factor, channel).await)
                } else {
                    after(first.send_phone_code(channel).await)
                }
            }
            Strategy::EmailCode if is_named => after(first.send_code(factor).await),
            Strategy::EmailCode => after(first.send_email_code().await),
            Strategy::EmailLink => match factor.email_address_id.as_deref() {
                Some(id) => after(first.send_email_link_to(id, page_url).await),
                None => after(first.send_email_link(page_url).await),
            },
            Strategy::ResetPasswordEmailCode if !is_named => after(first.send_reset_password_email_code().await),
            Strategy::ResetPasswordPhoneCode if !is_named => after(first.send_reset_password_phone_code().await),
            strategy if strategy.is_reset_code() => after(first.send_reset_code(factor).await),
            Strategy::Passkey => match factor.passkey_id.as_deref() {
                Some(id) => after(first.challenge_passkey_with_id(id).await),
                None => after(first.challenge_passkey().await),
            },
            Strategy::TrustedDevice => match factor.trusted_device_id.as_deref() {
                Some(id) => after(first.challenge_trusted_device(id).await),
                None => not_found(first.into(), &factor.strategy),
            },
            strategy if strategy.is_web3() && is_named => after(first.challenge_wallet_of(factor).await),
            strategy => match (WalletProvider::from_strategy(strategy), Sso::from_factor(factor)) {
                (Some(provider), _) => after(first.challenge_wallet(&provider).await),
                (None, Some(sso)) => {
                    let complete = options.action_complete_redirect_url.clone();
                    let sso = match complete {
                        Some(url) => sso.complete_redirect_url(url),
                        None => sso,
                    };
                    after(first.sso(&sso, page_url).await)
                }
                (None, None) => not_found(first.into(), strategy),
            },
        })
    }

    /// Prepares a second factor by its strategy. `POST /v1/client/sign_ins/{id}/prepare_second_factor`
    ///
    /// The factor is one of [`supported_second_factors`](Self::supported_second_factors), or a [`Factor::new`] of a
    /// strategy.
    ///
    /// # Errors
    /// [`DynamicError`]: no second factor is needed now, another call runs, or the step failed. `FactorNotFound` if the
    /// factor needs no preparation, such as an authenticator app.
    #[doc(alias = "prepareSecondFactor")]
    pub async fn prepare_second_factor(&self, factor: &Factor, options: &PrepareOptions) -> Result<(), DynamicError> {
        let states = [StateKind::NeedsSecondFactor, StateKind::NeedsClientTrust];
        let choosing =
            |sign_in: &AnySignIn| named(factor).or_else(|| sign_in.factor_to_prepare(&factor.strategy, None));
        let (turn, sign_in) = self.place.begin(Wanted::at(step_of(factor), &states), choosing).await?;
        let page_url = options.redirect_url.as_deref().unwrap_or_default();
        turn.end(match sign_in {
            AnySignIn::NeedsSecondFactor(second) => match &factor.strategy {
                strategy if strategy.is_sent_code() && named(factor).is_some() => after(second.send_code(factor).await),
                Strategy::EmailCode => after(second.send_email_code().await),
                Strategy::PhoneCode => after(second.send_phone_code().await),
                Strategy::EmailLink => match factor.email_address_id.as_deref() {
                    Some(id) => after(second.send_email_link_to(id, page_url).await),
                    None => after(second.send_email_link(page_url).await),
                },
                Strategy::Passkey => after(second.challenge_passkey().await),
                strategy => not_found(second.into(), strategy),
            },
            AnySignIn::NeedsClientTrust(trust) => match &factor.strategy {
                strategy if strategy.is_sent_code() && named(factor).is_some() => after(trust.send_code(factor).await),
                Strategy::EmailCode => after(trust.send_email_code().await),
                Strategy::PhoneCode => after(trust.send_phone_code().await),
                Strategy::EmailLink => match factor.email_address_id.as_deref() {
                    Some(id) => after(trust.send_email_link_to(id, page_url).await),
                    None => after(trust.send_email_link(page_url).await),
                },
                Strategy::Passkey => after(trust.challenge_passkey().await),
                strategy => not_found(trust.into(), strategy),
            },
            elsewhere => After::Illegal(elsewhere),
        })
    }
}

fn not_found(sign_in: AnySignIn, strategy: &Strategy) -> After {
    After::Here(sign_in, Some(ErrorKind::FactorNotFound { strategy: strategy.clone() }.into()))
}

/// The factor, if it says to which address, number or wallet it belongs.
fn named(factor: &Factor) -> Option<Factor> {
    let ids = [&factor.email_address_id, &factor.phone_number_id, &factor.web3_wallet_id];
    ids.into_iter().flatten().next().map(|_| factor.clone())
}

fn step_of(factor: &Factor) -> Step {
    match &factor.strategy {
        Strategy::EmailLink => Step::SendEmailLink,
        Strategy::Passkey => Step::ChallengePasskey,
        Strategy::TrustedDevice => Step::ChallengeTrustedDevice,
        strategy if strategy.is_reset_code() => Step::SendResetCode,
        strategy if strategy.is_web3() => Step::ChallengeWallet,
        strategy if strategy.is_redirect() => Step::Sso,
        _ => Step::SendCode,
    }
}
