//! `NeedsIdentifier`: who signs in, and how?

use std::fmt::{self, Display};

use clerk_sign_in::wire::ErrorCode;
use clerk_sign_in::{Landing, NeedsIdentifier, ResetCodeSent, SignIn, StepError};

use super::keys_instead;
use super::link_sent::PAGE;
use super::unknown_identifier::{can_sign_up_with, sign_in_or_up, unknown_identifier};
use crate::app::{App, Failed, Next};
use crate::leave::Leave;
use crate::words;

const SENDING: &str = "Sending a code";

pub(super) async fn needs_identifier(app: &mut App, sign_in: SignIn<NeedsIdentifier>) -> Result<Next, Leave> {
    let question = words::identifiers(sign_in.supported_identifiers());
    let hint = "or a link with a ticket; leave empty for a passkey, a wallet, this device or a provider";
    let identifier = app.terminal.text(&question, Some(hint), app.identifier.as_deref()).await?;
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

    let code = if is_phone_number(&identifier) { Way::PhoneCode } else { Way::EmailCode };
    let mut ways = vec![Way::Password, code, Way::NewPassword, Way::Ask];
    if identifier.contains('@') {
        ways.insert(2, Way::EmailLink);
    }
    if can_sign_up_with(&identifier) {
        ways.push(Way::SignUp);
    }
    let failed = match app.menu("Sign in with", ways).await? {
        Some(Way::Password) => return password(app, sign_in, &identifier).await,
        Some(Way::EmailCode) => {
            match app.step(SENDING, sign_in, |sign_in| sign_in.send_email_code(&identifier)).await? {
                Ok(sent) => return Ok(sent.into()),
                Err(failed) => failed,
            }
        }
        Some(Way::EmailLink) => {
            match app.step("Sending a link", sign_in, |sign_in| sign_in.send_email_link(&identifier, PAGE)).await? {
                Ok(sent) => return Ok(sent.into()),
                Err(failed) => failed,
            }
        }
        Some(Way::PhoneCode) => {
            match app.step(SENDING, sign_in, |sign_in| sign_in.send_phone_code(&identifier)).await? {
                Ok(sent) => return Ok(sent.into()),
                Err(failed) => failed,
            }
        }
        Some(Way::NewPassword) => match send_reset_code(app, sign_in, &identifier).await? {
            Ok(sent) => return Ok(sent.into()),
            Err(failed) => failed,
        },
        Some(Way::Ask) => match app.step("Asking", sign_in, |sign_in| sign_in.create(&identifier)).await? {
            Ok(created) => return Ok(created.into()),
            Err(failed) => failed,
        },
        Some(Way::SignUp) => {
            return Ok(match sign_in_or_up(app, sign_in, &identifier).await? {
                Failed::AskAgain(sign_in) => sign_in.into(),
                Failed::GoOn(next) => next,
            });
        }
        None => {
            app.identifier = None;
            return Ok(sign_in.start_over().into());
        }
    };
    match failed {
        StepError::Stayed { error, sign_in } if error.has_code(&ErrorCode::FormIdentifierNotFound) => {
            unknown_identifier(app, sign_in, &identifier).await
        }
        failed => app.after_failure(failed).await,
    }
}

async fn password(app: &mut App, mut sign_in: SignIn<NeedsIdentifier>, identifier: &str) -> Result<Next, Leave> {
    loop {
        let password = app.terminal.secret("Password", "leave empty to go back").await?;
        if password.expose().is_empty() {
            return Ok(sign_in.into());
        }
        let step = app.step("Signing in", sign_in, |sign_in| sign_in.password(identifier, password.expose()));
        let failed = match step.await? {
            Ok(next) => return Ok(next.into()),
            Err(StepError::Stayed { error, sign_in }) if error.has_code(&ErrorCode::FormIdentifierNotFound) => {
                return unknown_identifier(app, sign_in, identifier).await;
            }
            Err(failed) => failed,
        };
        let is_about_identifier = failed.error().is_about("identifier");
        sign_in = match app.failed(failed).await? {
            Failed::AskAgain(sign_in) if is_about_identifier => return Ok(sign_in.into()),
            Failed::AskAgain(sign_in) => sign_in,
            Failed::GoOn(next) => return Ok(next),
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
