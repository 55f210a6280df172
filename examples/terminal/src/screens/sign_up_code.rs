//! The screen of `MissingRequirements` on which the user verifies the address of the sign-up with a code.

use std::fmt::{self, Display};

use clerk_sign_in::{AfterSignUp, SignUp, SignUpError};

use super::taken;
use crate::app::{App, Failed, Next};
use crate::leave::Leave;
use crate::terminal::{Question, say};
use crate::words;

pub(super) async fn unverified_address(app: &mut App, mut sign_up: SignUp) -> Result<Next, Leave> {
    let address = words::identifier_of(&sign_up).unwrap_or("the address").to_owned();
    say(format_args!("{address} is not verified yet."));
    loop {
        let failed = match app.menu("What now?", vec![Way::Send(&address), Way::Give]).await?.way() {
            Some(Way::Send(_)) => match app.sign_up_step("Sending a code", sign_up.send_email_code()).await? {
                Ok(sent) => {
                    say(format_args!("A code was sent to {address}."));
                    match give(app, sent).await? {
                        Ok(next) => return Ok(next),
                        Err(failed) => failed,
                    }
                }
                Err(failed) => failed,
            },
            Some(Way::Give) => match give(app, sign_up).await? {
                Ok(next) => return Ok(next),
                Err(failed) => failed,
            },
            None => return Ok(app.anew()),
        };
        if taken::is_taken(&failed.error) {
            return taken::taken(app, failed.handed_back.client().sign_in(), Some(&address)).await;
        }
        sign_up = match app.sign_up_failed(failed).await? {
            Failed::AskAgain(sign_up) => sign_up,
            Failed::GoOn(next) => return Ok(next),
        };
    }
}

async fn give(app: &mut App, sign_up: SignUp) -> Result<Result<Next, SignUpError>, Leave> {
    let Some(code) = app.terminal.text(&Question::new("Code")).await? else {
        return Ok(Ok(Next::SignUp(AfterSignUp::MissingRequirements(sign_up))));
    };
    let verified = app.sign_up_step("Checking the code", sign_up.verify_email_code(&code)).await?;
    Ok(verified.map(Next::SignUp))
}

enum Way<'a> {
    Send(&'a str),
    Give,
}

impl Display for Way<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send(address) => write!(f, "Send a code to {address}"),
            Self::Give => f.write_str("I have a code"),
        }
    }
}
