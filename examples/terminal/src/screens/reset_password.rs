//! The screens for a reset code and for a new password (`NeedsNewPassword`). Users who forgot their password or must
//! change it see these screens.

use std::fmt::{self, Display};

use clerk_sign_in::wire::{Factor, Strategy};
use clerk_sign_in::{NeedsFirstFactor, NeedsNewPassword, OtherSessions, SignIn};

use super::new_password::new_password;
use crate::app::{App, Failed, Next, Pick};
use crate::leave::Leave;
use crate::terminal::{Question, say};

pub(super) async fn send_code(
    app: &mut App,
    sign_in: SignIn<NeedsFirstFactor>,
    factor: &Factor,
) -> Result<Next, Leave> {
    match app.step("Sending a code", sign_in, |sign_in| sign_in.send_reset_code(factor)).await? {
        Ok(sent) => Ok(sent.into()),
        Err(failed) => app.after_failure(failed).await,
    }
}

pub(super) async fn needs_new_password(app: &mut App, mut sign_in: SignIn<NeedsNewPassword>) -> Result<Next, Leave> {
    let verified_by = sign_in.first_factor_verification().and_then(|verification| verification.strategy.as_ref());
    say(if verified_by == Some(&Strategy::Password) {
        "The password is right but too old. Choose a new one."
    } else {
        "Choose a new password."
    });
    let policy = app.password_policy().await?;
    let mut others = None;
    loop {
        let question = Question::new("New password").empty("to start over or leave");
        let Some(password) = new_password(app, &question, policy.as_ref()).await? else {
            match app.menu("Instead of a new password", vec!["Type it"]).await? {
                Pick::Way(_) | Pick::Back => continue,
                Pick::StartOver => return Ok(sign_in.start_over().into()),
            }
        };
        let other_sessions = match others {
            Some(chosen) => chosen,
            None => match app.menu("Where you are signed in elsewhere", vec![Others::End, Others::Keep]).await? {
                Pick::Way(Others::End) => OtherSessions::SignOut,
                Pick::Way(Others::Keep) => OtherSessions::Keep,
                Pick::Back => continue,
                Pick::StartOver => return Ok(sign_in.start_over().into()),
            },
        };
        others = Some(other_sessions);
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

enum Others {
    End,
    Keep,
}

impl Display for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::End => "Sign out there",
            Self::Keep => "Stay signed in there",
        })
    }
}
