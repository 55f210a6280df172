//! The screen of `NeedsIdentifier`, which asks who the user is and how the user wants to sign in.

use std::fmt::{self, Display};

use clerk_sign_in::wire::{Channel, ErrorCode, Strategy};
use clerk_sign_in::{AnySignIn, Error, Landing, NeedsIdentifier, ResetCodeSent, SignIn, StepError};

use super::keys_instead;
use super::link_sent::PAGE;
use super::unknown_identifier::{can_sign_up_with, sign_in_or_up, unknown_identifier};
use crate::app::{App, Failed, Next, Pick};
use crate::leave::Leave;
use crate::terminal::{Question, Suggested, complain};
use crate::words;

const SENDING: &str = "Sending a code";

pub(super) async fn needs_identifier(app: &mut App, mut sign_in: SignIn<NeedsIdentifier>) -> Result<Next, Leave> {
    let identifier = ask(app, &sign_in).await?;
    app.identifier = Some(identifier.clone()).filter(|identifier| !identifier.is_empty());
    if identifier.is_empty() {
        return keys_instead::keys_instead(app, sign_in).await;
    }
    if let Some(ticket) = Landing::parse(&identifier).ticket() {
        app.identifier = None;
        return match app.step("Signing in", sign_in, |sign_in| sign_in.ticket(ticket.expose())).await? {
            Ok(next) => Ok(next.into()),
            Err(failed) => app.after_failure(failed).await,
        };
    }
    loop {
        let way = match app.menu("Sign in with", ways(&identifier)).await? {
            Pick::Way(way) => way,
            Pick::Back => return Ok(sign_in.into()),
            Pick::StartOver => {
                app.identifier = None;
                return Ok(sign_in.start_over().into());
            }
        };
        sign_in = match way {
            Way::Password => match password(app, sign_in, &identifier).await? {
                Failed::AskAgain(sign_in) => sign_in,
                Failed::GoOn(next) => return Ok(next),
            },
            way => return begin(app, sign_in, way, &identifier).await,
        };
    }
}

async fn ask(app: &mut App, sign_in: &SignIn<NeedsIdentifier>) -> Result<String, Leave> {
    let mistyped = app.mistyped.take();
    let suggested = match (&mistyped, &app.identifier) {
        (Some(typo), _) => Suggested::Typo(typo),
        (None, Some(identifier)) => Suggested::Answer(identifier),
        (None, None) => Suggested::Nothing,
    };
    let text = words::identifiers(sign_in.supported_identifiers());
    let question = Question { also: Some("or a link with a ticket"), suggested, ..Question::new(&text) }
        .empty("for a passkey, a wallet, this device or a provider")
        .escape("to leave");
    app.terminal.text(&question).await?.ok_or(Leave::Chosen)
}

fn ways(identifier: &str) -> Vec<Way> {
    let code = if is_phone_number(identifier) { Way::PhoneCode } else { Way::EmailCode };
    let mut ways = vec![Way::Password, code, Way::NewPassword, Way::Ask];
    if identifier.contains('@') {
        ways.insert(2, Way::EmailLink);
    }
    if can_sign_up_with(identifier) {
        ways.push(Way::SignUp);
    }
    ways
}

/// Begins a sign-in without a password.
async fn begin(app: &mut App, sign_in: SignIn<NeedsIdentifier>, way: Way, identifier: &str) -> Result<Next, Leave> {
    let begun = match way {
        Way::EmailCode => {
            app.step(SENDING, sign_in, |sign_in| sign_in.send_email_code(identifier)).await?.map(AnySignIn::from)
        }
        Way::EmailLink => app
            .step("Sending a link", sign_in, |sign_in| sign_in.send_email_link(identifier, PAGE))
            .await?
            .map(AnySignIn::from),
        Way::PhoneCode => app
            .step(SENDING, sign_in, |sign_in| sign_in.send_phone_code(identifier, Channel::Sms))
            .await?
            .map(AnySignIn::from),
        Way::NewPassword => send_reset_code(app, sign_in, identifier).await?.map(AnySignIn::from),
        Way::Password | Way::Ask => {
            app.step("Asking", sign_in, |sign_in| sign_in.create(identifier)).await?.map(AnySignIn::from)
        }
        Way::SignUp => {
            return Ok(match sign_in_or_up(app, sign_in, identifier).await? {
                Failed::AskAgain(sign_in) => sign_in.into(),
                Failed::GoOn(next) => next,
            });
        }
    };
    match begun {
        Ok(next) => Ok(next.into()),
        Err(StepError::Stayed { error, sign_in }) if error.has_code(&ErrorCode::FormIdentifierNotFound) => {
            unknown_identifier(app, sign_in, identifier).await
        }
        Err(StepError::Stayed { error, sign_in })
            if matches!(way, Way::EmailLink) && error.has_code(&ErrorCode::StrategyForUserInvalid) =>
        {
            complain(no_links(app, &error).await?);
            Ok(sign_in.into())
        }
        Err(failed) => app.after_failure(failed).await,
    }
}

/// Returns the reason why no link can be sent. The server's error does not say whether the reason lies with the account
/// or with the instance.
async fn no_links(app: &mut App, error: &Error) -> Result<String, Leave> {
    let settings = app.environment("Asking for the settings").await?;
    let email = settings.as_ref().and_then(|settings| settings.user_settings.attributes.get("email_address"));
    Ok(if email.is_some_and(|email| !email.first_factors.contains(&Strategy::EmailLink)) {
        "This instance does not allow links by email. Choose another way.".to_owned()
    } else {
        words::error(error)
    })
}

/// Asks for the password until it is right, or until the user goes back to choose another way.
async fn password(
    app: &mut App,
    mut sign_in: SignIn<NeedsIdentifier>,
    identifier: &str,
) -> Result<Failed<SignIn<NeedsIdentifier>>, Leave> {
    loop {
        let Some(password) = app.terminal.secret(&Question::new("Password").empty("to go back")).await? else {
            return Ok(Failed::AskAgain(sign_in));
        };
        let step = app.step("Signing in", sign_in, |sign_in| sign_in.password(identifier, password.expose()));
        let failed = match step.await? {
            Ok(next) => return Ok(Failed::GoOn(next.into())),
            Err(StepError::Stayed { error, sign_in }) if error.has_code(&ErrorCode::FormIdentifierNotFound) => {
                return unknown_identifier(app, sign_in, identifier).await.map(Failed::GoOn);
            }
            Err(failed) => failed,
        };
        let is_about_identifier = failed.error().is_about("identifier");
        sign_in = match app.failed(failed).await? {
            Failed::AskAgain(sign_in) if is_about_identifier => return Ok(Failed::GoOn(sign_in.into())),
            Failed::AskAgain(sign_in) => sign_in,
            Failed::GoOn(next) => return Ok(Failed::GoOn(next)),
        };
    }
}

async fn send_reset_code(
    app: &mut App,
    sign_in: SignIn<NeedsIdentifier>,
    identifier: &str,
) -> Result<Result<SignIn<ResetCodeSent>, StepError<NeedsIdentifier>>, Leave> {
    if is_phone_number(identifier) {
        app.step(SENDING, sign_in, |sign_in| sign_in.send_reset_password_phone_code(identifier)).await
    } else {
        app.step(SENDING, sign_in, |sign_in| sign_in.send_reset_password_email_code(identifier)).await
    }
}

fn is_phone_number(identifier: &str) -> bool {
    identifier.starts_with('+')
}

enum Way {
    Password,
    EmailCode,
    EmailLink,
    PhoneCode,
    NewPassword,
    Ask,
    SignUp,
}

impl Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Password => "Password",
            Self::EmailCode => "Code by email",
            Self::EmailLink => "Link by email",
            Self::PhoneCode => "Code by text message",
            Self::NewPassword => "I forgot my password",
            Self::Ask => "Show me what this account has",
            Self::SignUp => "Sign in, or sign up if nobody has it",
        })
    }
}
