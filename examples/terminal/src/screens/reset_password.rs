//! `NeedsNewPassword`, and the code that leads there: the password was forgotten, or has to be changed.

use std::fmt::{self, Display};

use clerk_sign_in::wire::{Factor, Strategy};
use clerk_sign_in::{NeedsFirstFactor, NeedsNewPassword, OtherSessions, SignIn};

use crate::app::{App, Failed, Next};
use crate::leave::Leave;
use crate::terminal::{complain, say};
use crate::words;

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
        "The password is right but too old: choose a new one."
    } else {
        "Choose a new password."
    });
    let policy = app.password_policy().await?;
    let mut others = None;
    loop {
        let password = app.terminal.secret("New password", "leave empty to start over or leave").await?;
        if password.expose().is_empty() {
            match app.menu("Instead of a new password", vec!["Type it"]).await? {
                Some(_) => continue,
                None => return Ok(sign_in.start_over().into()),
            }
        }
        if let Some(policy) = &policy
            && let broken = policy.broken_by(password.expose())
            && !broken.is_empty()
        {
            complain(words::password_rules(policy, &broken));
            continue;
        }
        let other_sessions = match others {
            Some(chosen) => chosen,
            None => {
                match app.menu("Where you are signed in on other devices", vec![Others::End, Others::Keep]).await? {
                    Some(Others::End) => OtherSessions::SignOut,
                    Some(Others::Keep) => OtherSessions::Keep,
                    None => return Ok(sign_in.start_over().into()),
                }
            }
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
