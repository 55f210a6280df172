//! The screens of `CodeSent` (at any stage) and `ResetCodeSent`, which ask for the code.

use std::fmt::{self, Display};
use std::time::Duration;

use clerk_sign_in::Stage;
use clerk_sign_in::platform::{SystemTimer, Timer};
use clerk_sign_in::wire::{Channel, Factor, Verification, VerificationStatus};
use clerk_sign_in::{AnySignIn, CodeSent, ResetCodeSent, SignIn};

use crate::app::{App, Failed, Next, Pick};
use crate::leave::Leave;
use crate::terminal::{Question, say};
use crate::words;

pub(super) async fn code_sent<S: Stage>(app: &mut App, mut sign_in: SignIn<CodeSent<S>>) -> Result<Next, Leave> {
    let (description, works) = describe(sign_in.sent_to(), sign_in.verification());
    say(description);
    loop {
        let failed = match ask(app, works).await? {
            Answer::Code(code) => {
                match app.step("Checking the code", sign_in, |sign_in| sign_in.verify(&code)).await? {
                    Ok(next) => return Ok(Next::SignIn(next.into())),
                    Err(failed) => failed,
                }
            }
            Answer::SendAgain => {
                match app.step("Sending another code", sign_in, SignIn::<CodeSent<S>>::resend).await? {
                    Ok(sent) => return Ok(sent.into()),
                    Err(failed) => failed,
                }
            }
            Answer::ChooseAnother => return Ok(AnySignIn::from(sign_in.choose_another()).into()),
            Answer::StartOver => return Ok(sign_in.start_over().into()),
        };
        sign_in = match app.failed(failed).await? {
            Failed::AskAgain(sign_in) => sign_in,
            Failed::GoOn(next) => return Ok(next),
        };
    }
}

/// Does the same as [`code_sent`], but for a reset code. After this code, the user chooses a new password.
pub(super) async fn reset_code_sent(app: &mut App, mut sign_in: SignIn<ResetCodeSent>) -> Result<Next, Leave> {
    let (description, works) = describe(sign_in.sent_to(), sign_in.verification());
    say(description);
    if works {
        say("After the code, choose a new password.");
    }
    loop {
        let failed = match ask(app, works).await? {
            Answer::Code(code) => {
                match app.step("Checking the code", sign_in, |sign_in| sign_in.verify(&code)).await? {
                    Ok(next) => return Ok(Next::SignIn(next.into())),
                    Err(failed) => failed,
                }
            }
            Answer::SendAgain => {
                match app.step("Sending another code", sign_in, SignIn::<ResetCodeSent>::resend).await? {
                    Ok(sent) => return Ok(sent.into()),
                    Err(failed) => failed,
                }
            }
            Answer::ChooseAnother => return Ok(sign_in.choose_another().into()),
            Answer::StartOver => return Ok(sign_in.start_over().into()),
        };
        sign_in = match app.failed(failed).await? {
            Failed::AskAgain(sign_in) => sign_in,
            Failed::GoOn(next) => return Ok(next),
        };
    }
}

/// Returns a description of what was sent. The `bool` says whether it still works.
fn describe(sent_to: Option<&Factor>, verification: Option<&Verification>) -> (String, bool) {
    let address = sent_to.and_then(|factor| factor.safe_identifier.as_deref());
    let place = address.map_or_else(String::new, |address| format!(" to {address}"));
    let by = match verification.and_then(|verification| verification.channel.as_ref()) {
        Some(Channel::Whatsapp) => " by WhatsApp",
        _ => "",
    };
    let left = verification.and_then(|verification| verification.expire_at).map(|ends| SystemTimer.now().until(ends));
    match (verification.and_then(|verification| verification.status.as_ref()), left) {
        (Some(VerificationStatus::Failed), _) => {
            (format!("The code sent{place} no longer works: there were too many wrong tries."), false)
        }
        (Some(VerificationStatus::Expired), _) | (_, Some(Duration::ZERO)) => {
            (format!("The code sent{place} has expired."), false)
        }
        (_, Some(left)) => (format!("A code was sent{by}{place}. It works for {}.", words::duration(left)), true),
        (_, None) => (format!("A code was sent{by}{place}."), true),
    }
}

enum Answer {
    Code(String),
    SendAgain,
    ChooseAnother,
    StartOver,
}

/// Asks for the code. Instead of the code, the user can type the name of an action, or enter an empty line to choose an
/// action.
async fn ask(app: &mut App, works: bool) -> Result<Answer, Leave> {
    let question = Question::new("Code")
        .empty("to have it sent again, choose another way or start over")
        .escape("to choose another way");
    loop {
        let others = [Instead::SendAgain, Instead::ChooseAnother];
        let typed = if works { app.terminal.text(&question).await? } else { Some(String::new()) };
        let Some(typed) = typed else { return Ok(Answer::ChooseAnother) };
        let way = if typed.is_empty() {
            let ways = works.then_some(Instead::TypeCode).into_iter().chain(others);
            app.menu("Instead of the code", ways.collect()).await?
        } else {
            match others.into_iter().find(|way| way.to_string().eq_ignore_ascii_case(&typed)) {
                None => return Ok(Answer::Code(typed)),
                Some(way) => Pick::Way(way),
            }
        };
        match way {
            Pick::Back if works => {}
            Pick::Way(Instead::TypeCode) => {}
            Pick::Way(Instead::SendAgain) => return Ok(Answer::SendAgain),
            Pick::Way(Instead::ChooseAnother) | Pick::Back => return Ok(Answer::ChooseAnother),
            Pick::StartOver => return Ok(Answer::StartOver),
        }
    }
}

enum Instead {
    TypeCode,
    SendAgain,
    ChooseAnother,
}

impl Display for Instead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TypeCode => "Type the code",
            Self::SendAgain => "Send again",
            Self::ChooseAnother => "Choose another",
        })
    }
}
