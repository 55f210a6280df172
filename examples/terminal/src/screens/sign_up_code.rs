//! The screen of `MissingRequirements` on which the user verifies the address or the number of the sign-up with a code.

use std::fmt::{self, Display};

use clerk_sign_in::wire::{Channel, SignUpFieldName, SignUpFields};
use clerk_sign_in::{AfterSignUp, SignUp, SignUpError};

use super::taken;
use crate::app::{App, Failed, Next};
use crate::leave::Leave;
use crate::terminal::{Question, say};
use crate::words;

/// The field that the user verifies.
#[derive(Clone, Copy)]
pub(super) enum Unverified {
    EmailAddress,
    PhoneNumber,
}

impl Unverified {
    /// Returns the field with this name, or `None` if this program cannot verify it.
    pub(super) const fn from_name(name: &SignUpFieldName) -> Option<Self> {
        match name {
            SignUpFieldName::EmailAddress => Some(Self::EmailAddress),
            SignUpFieldName::PhoneNumber => Some(Self::PhoneNumber),
            _ => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::EmailAddress => "email address",
            Self::PhoneNumber => "phone number",
        }
    }

    fn value(self, sign_up: &SignUp) -> String {
        let attempt = sign_up.attempt();
        let value = match self {
            Self::EmailAddress => &attempt.email_address,
            Self::PhoneNumber => &attempt.phone_number,
        };
        value.clone().unwrap_or_else(|| format!("the {}", self.name()))
    }

    async fn send(self, sign_up: SignUp) -> Result<SignUp, SignUpError> {
        match self {
            Self::EmailAddress => sign_up.send_email_code().await,
            Self::PhoneNumber => sign_up.send_phone_code(Channel::Sms).await,
        }
    }

    async fn verify(self, sign_up: SignUp, code: &str) -> Result<AfterSignUp, SignUpError> {
        match self {
            Self::EmailAddress => sign_up.verify_email_code(code).await,
            Self::PhoneNumber => sign_up.verify_phone_code(code).await,
        }
    }

    fn corrected(self, value: &str) -> SignUpFields {
        match self {
            Self::EmailAddress => SignUpFields::new().email_address(value),
            Self::PhoneNumber => SignUpFields::new().phone_number(value),
        }
    }
}

pub(super) async fn unverified(app: &mut App, mut sign_up: SignUp, field: Unverified) -> Result<Next, Leave> {
    let value = field.value(&sign_up);
    say(format_args!("{value} is not verified yet."));
    loop {
        let failed = match app.menu("What now?", vec![Way::Send(&value), Way::Give, Way::Correct(field)]).await?.way() {
            Some(Way::Send(_)) => match app.sign_up_step("Sending a code", field.send(sign_up)).await? {
                Ok(sent) => {
                    say(format_args!("A code was sent to {value}."));
                    match give(app, sent, field).await? {
                        Ok(next) => return Ok(next),
                        Err(failed) => failed,
                    }
                }
                Err(failed) => failed,
            },
            Some(Way::Give) => match give(app, sign_up, field).await? {
                Ok(next) => return Ok(next),
                Err(failed) => failed,
            },
            Some(Way::Correct(_)) => match correct(app, sign_up, field).await? {
                Ok(next) => return Ok(next),
                Err(failed) => failed,
            },
            None => return Ok(app.anew()),
        };
        if taken::is_taken(&failed.error) {
            return taken::taken(app, failed.handed_back.client().sign_in(), Some(&value)).await;
        }
        sign_up = match app.sign_up_failed(failed).await? {
            Failed::AskAgain(sign_up) => sign_up,
            Failed::GoOn(next) => return Ok(next),
        };
    }
}

async fn give(app: &mut App, sign_up: SignUp, field: Unverified) -> Result<Result<Next, SignUpError>, Leave> {
    let Some(code) = app.terminal.text(&Question::new("Code")).await? else {
        return Ok(Ok(Next::SignUp(AfterSignUp::MissingRequirements(sign_up))));
    };
    let verified = app.sign_up_step("Checking the code", field.verify(sign_up, &code)).await?;
    Ok(verified.map(Next::SignUp))
}

async fn correct(app: &mut App, sign_up: SignUp, field: Unverified) -> Result<Result<Next, SignUpError>, Leave> {
    let label = words::capitalised(field.name());
    let Some(value) = app.terminal.text(&Question::new(&label)).await? else {
        return Ok(Ok(Next::SignUp(AfterSignUp::MissingRequirements(sign_up))));
    };
    let corrected = app.sign_up_step("Correcting it", sign_up.update(field.corrected(&value))).await?;
    Ok(corrected.map(Next::SignUp))
}

enum Way<'a> {
    Send(&'a str),
    Give,
    Correct(Unverified),
}

impl Display for Way<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send(address) => write!(f, "Send a code to {address}"),
            Self::Give => f.write_str("I have a code"),
            Self::Correct(field) => write!(f, "Correct the {}", field.name()),
        }
    }
}
