//! The screen of `NeedsFirstFactor`, on which the user verifies one of the account's factors.

use std::fmt::{self, Display};

use clerk_sign_in::platform::Wallet;
use clerk_sign_in::wire::{Channel, Factor, Strategy};
use clerk_sign_in::{NeedsFirstFactor, SignIn, Sso};

use super::factors::{self, CHALLENGING, Way, ways};
use super::{redirect_ready, reset_password};
use crate::app::{App, Failed, Next, Pick};
use crate::keys;
use crate::leave::Leave;
use crate::terminal::Question;

pub(super) async fn needs_first_factor(app: &mut App, sign_in: SignIn<NeedsFirstFactor>) -> Result<Next, Leave> {
    let can = [
        Strategy::Password,
        Strategy::EmailCode,
        Strategy::EmailLink,
        Strategy::PhoneCode,
        Strategy::ResetPasswordEmailCode,
        Strategy::ResetPasswordPhoneCode,
        Strategy::Web3MetamaskSignature,
        Strategy::Web3BaseSignature,
        Strategy::Web3CoinbaseWalletSignature,
        Strategy::Web3OkxWalletSignature,
        Strategy::Web3SolanaSignature,
    ];
    let here = [Strategy::Passkey, Strategy::TrustedDevice];
    let can: Vec<_> = can.into_iter().chain(here.into_iter().filter(|_| app.keys().is_some())).collect();
    let providers = sign_in.supported_first_factors().iter().map(|factor| factor.strategy.clone());
    let can: Vec<_> = can.into_iter().chain(providers.filter(Strategy::is_redirect)).collect();
    let mut factors = sign_in.supported_first_factors().to_vec();
    let unknown = app.unknown.as_deref().zip(sign_in.identifier());
    let is_new = unknown.is_some_and(|(unknown, identifier)| unknown.eq_ignore_ascii_case(identifier));
    if is_new {
        // The server lists the other factors even if the identifier is unknown. In this way, it does not reveal who has
        // an account.
        factors.retain(|factor| factor.strategy.is_sent_code() || factor.strategy == Strategy::EmailLink);
    }
    let ways = ways(&factors, &can, sign_in.first_factor_verification());
    let question = if is_new { "Verify that it is yours with" } else { "Verify with" };
    let factor = match app.menu_of_factors(question, ways).await?.way() {
        Some(Way::By(factor)) => factor,
        Some(Way::TypeCode) => {
            return match sign_in.reset_code_sent() {
                Ok(sent) => Ok(sent.into()),
                Err(sign_in) => factors::code_that_is_out(app, sign_in).await,
            };
        }
        Some(Way::WaitForLink) => return factors::link_that_is_out(app, sign_in).await,
        None => return Ok(sign_in.start_over().into()),
    };
    if let Some(sso) = Sso::from_factor(&factor) {
        return redirect_ready::as_a_factor(app, sign_in, &sso).await;
    }
    match factor.strategy {
        Strategy::Password => password(app, sign_in).await,
        Strategy::PhoneCode => phone_code(app, sign_in, &factor).await,
        Strategy::ResetPasswordEmailCode | Strategy::ResetPasswordPhoneCode => {
            reset_password::send_code(app, sign_in, &factor).await
        }
        Strategy::Passkey => passkey(app, sign_in, &factor).await,
        Strategy::TrustedDevice => {
            this_device(app, sign_in, factor.trusted_device_id.as_deref().unwrap_or_default()).await
        }
        ref strategy if strategy.is_web3() => wallet(app, sign_in, strategy).await,
        _ => factors::send(app, sign_in, &factor).await,
    }
}

async fn passkey(app: &mut App, sign_in: SignIn<NeedsFirstFactor>, factor: &Factor) -> Result<Next, Leave> {
    let id = factor.passkey_id.as_deref().unwrap_or_default();
    match app.step(CHALLENGING, sign_in, |sign_in| sign_in.challenge_passkey_with_id(id)).await? {
        Ok(challenged) => Ok(challenged.into()),
        Err(failed) => app.after_failure(failed).await,
    }
}

async fn wallet(app: &mut App, sign_in: SignIn<NeedsFirstFactor>, strategy: &Strategy) -> Result<Next, Leave> {
    let Some(wallet) = keys::wallet_for(strategy) else { return Ok(sign_in.into()) };
    match app
        .step(CHALLENGING, sign_in, |sign_in| async move { sign_in.challenge_wallet(&wallet.provider()).await })
        .await?
    {
        Ok(challenged) => Ok(challenged.into()),
        Err(failed) => app.after_failure(failed).await,
    }
}

pub(super) async fn this_device(app: &mut App, sign_in: SignIn<NeedsFirstFactor>, id: &str) -> Result<Next, Leave> {
    match app.step(CHALLENGING, sign_in, |sign_in| sign_in.challenge_trusted_device(id)).await? {
        Ok(challenged) => Ok(challenged.into()),
        Err(failed) => app.after_failure(failed).await,
    }
}

async fn password(app: &mut App, mut sign_in: SignIn<NeedsFirstFactor>) -> Result<Next, Leave> {
    loop {
        let question = Question::new("Password").empty("to choose another way");
        let Some(password) = app.terminal.secret(&question).await? else { return Ok(sign_in.into()) };
        let step = app.step("Checking the password", sign_in, |sign_in| sign_in.password(password.expose()));
        sign_in = match step.await? {
            Ok(next) => return Ok(next.into()),
            Err(failed) => match app.failed(failed).await? {
                Failed::AskAgain(sign_in) => sign_in,
                Failed::GoOn(next) => return Ok(next),
            },
        };
    }
}

async fn phone_code(app: &mut App, sign_in: SignIn<NeedsFirstFactor>, factor: &Factor) -> Result<Next, Leave> {
    let channel = match app.menu("Send the code by", vec![By::TextMessage, By::WhatsApp]).await? {
        Pick::Way(By::TextMessage) => Channel::Sms,
        Pick::Way(By::WhatsApp) => Channel::Whatsapp,
        Pick::Back => return Ok(sign_in.into()),
        Pick::StartOver => return Ok(sign_in.start_over().into()),
    };
    let id = factor.phone_number_id.as_deref().unwrap_or_default();
    match app.step("Sending a code", sign_in, |sign_in| sign_in.send_phone_code_to(id, channel)).await? {
        Ok(sent) => Ok(sent.into()),
        Err(failed) => app.after_failure(failed).await,
    }
}

enum By {
    TextMessage,
    WhatsApp,
}

impl Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TextMessage => "Text message",
            Self::WhatsApp => "WhatsApp",
        })
    }
}
