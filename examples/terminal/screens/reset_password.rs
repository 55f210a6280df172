//! `ResetCodeSent` and `NeedsNewPassword`: the password was forgotten, or has to be changed.

use std::fmt::{self, Display};

use clerk_sign_in::wire::{Factor, Strategy};
use clerk_sign_in::{NeedsFirstFactor, NeedsNewPassword, OtherSessions, ResetCodeSent, SignIn};

use crate::app::{App, Failed, Next};
use crate::leave::Leave;
use crate::terminal::say;

pub(super) async fn send_code(
    app: &mut App,
    sign_in: SignIn<NeedsFirstFactor>,
    factor: &Factor,
) -> Result<Next, Leave> {
    let by_phone = factor.strategy == Strategy::ResetPasswordPhoneCode;
    let sent = if by_phone {
        app.step("Sending a code", sign_in, SignIn::<NeedsFirstFactor>::send_reset_password_phone_code).await?
    } else {
        app.step("Sending a code", sign_in, SignIn::<NeedsFirstFactor>::send_reset_password_email_code).await?
    };
    match sent {
        Ok(sent) => Ok(sent.into()),
        Err(failed) => app.after_failure(failed).await,
    }
}

pub(super) async fn reset_code_sent(app: &mut App, mut sign_in: SignIn<ResetCodeSent>) -> Result<Next, Leave> {
    let address = sign_in.sent_to().and_then(|factor| factor.safe_identifier.as_deref()).unwrap_or("you");
    say(format_args!("A code was sent to {address}. With it you choose a new password."));
    loop {
        let code = app.terminal.text("Code", Some("leave empty for another way"), None).await?;
        let failed = if code.is_empty() {
            match app.menu("Instead of the code", vec![Instead::SendAgain, Instead::ChooseAnother]).await? {
                Some(Instead::SendAgain) => {
                    match app.step("Sending another code", sign_in, SignIn::<ResetCodeSent>::resend).await? {
                        Ok(sent) => return Ok(sent.into()),
                        Err(failed) => failed,
                    }
                }
                Some(Instead::ChooseAnother) => return Ok(sign_in.choose_another().into()),
                None => return Ok(sign_in.start_over().into()),
            }
        } else {
            match app.step("Checking the code", sign_in, |sign_in| sign_in.verify(&code)).await? {
                Ok(next) => return Ok(Next::SignIn(next.into())),
                Err(failed) => failed,
            }
        };
        sign_in = match app.failed(failed).await? {
            Failed::AskAgain(sign_in) => sign_in,
            Failed::GoOn(next) => return Ok(next),
        };
    }
}

pub(super) async fn needs_new_password(app: &mut App, mut sign_in: SignIn<NeedsNewPassword>) -> Result<Next, Leave> {
    say("Choose a new password.");
    loop {
        let password = app.terminal.secret("New password", "leave empty to start over").await?;
        if password.expose().is_empty() {
            return Ok(sign_in.start_over().into());
        }
        let other_sessions =
            match app.menu("Your sessions on other devices", vec![Others::SignOut, Others::Keep]).await? {
                Some(Others::SignOut) => OtherSessions::SignOut,
                Some(Others::Keep) => OtherSessions::Keep,
                None => return Ok(sign_in.start_over().into()),
            };
        let step = app.step("Setting the password", sign_in, |sign_in| {
            sign_in.submit_password(password.expose(), other_sessions)
        });
        sign_in = match step.await? {
            Ok(next) => return Ok(Next::SignIn(next.into())),
            Err(failed) => match app.failed(failed).await? {
                Failed::AskAgain(sign_in) => sign_in,
                Failed::GoOn(next) => return Ok(next),
            },
        };
    }
}

enum Instead {
    SendAgain,
    ChooseAnother,
}

impl Display for Instead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SendAgain => "Send again",
            Self::ChooseAnother => "Choose another",
        })
    }
}

enum Others {
    SignOut,
    Keep,
}

impl Display for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignOut => "End them",
            Self::Keep => "Let them go on",
        })
    }
}
