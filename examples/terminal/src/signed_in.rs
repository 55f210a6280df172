//! The menu that appears after a sign-in. The user can choose what to do with the session.

use std::fmt::{self, Display};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_sign_in::Finalized;
use clerk_sign_in::platform::{SystemTimer, Timer};
use clerk_sign_in::wire::{SessionToken, Timestamp};
use serde::Deserialize;

use crate::app::App;
use crate::leave::Leave;
use crate::terminal::{complain, note, say};
use crate::{saved, tasks, words};

/// The next action of the program after the menu.
pub(crate) enum Then {
    Leave,
    SignInAgain,
}

/// Shows a small menu. If the answers come from a pipe, the menu appears only if there is another line of input.
pub(crate) async fn signed_in(app: &mut App, session: Finalized) -> Result<Then, Leave> {
    if app.is_kept() {
        // The most recent calls have replaced the client's token, so the token in the file may soon stop working.
        keep(app);
    } else {
        saved::delete(app.file());
    }
    let session = &tasks::until_active(app, session).await?;
    say(words::session(session));
    while app.terminal.has_more().await? {
        let chosen = match app.terminal.choose("What now?", Way::ALL.to_vec(), "to leave").await {
            Err(Leave::EndOfInput) => return Ok(Then::Leave),
            chosen => chosen?,
        };
        match chosen {
            Some(Way::ShowToken) => show_token(app, session).await?,
            Some(Way::Stay) => {
                if keep(app) {
                    note(format_args!(
                        "The session is kept in {}. Start the same way again to use it.",
                        app.file().display()
                    ));
                }
                return Ok(Then::Leave);
            }
            Some(Way::SignOut) => {
                if sign_out(app).await? {
                    return Ok(Then::SignInAgain);
                }
            }
            Some(Way::Forget) => {
                saved::delete(app.file());
                return Ok(Then::Leave);
            }
            None => return Ok(Then::Leave),
        }
        if app.is_kept() {
            keep(app);
        }
    }
    Ok(Then::Leave)
}

fn keep(app: &mut App) -> bool {
    app.keep_session();
    let written = saved::write(app.file(), &app.saved());
    if let Err(error) = &written {
        complain(format_args!("The session could not be kept in {}: {error}.", app.file().display()));
    }
    written.is_ok()
}

async fn show_token(app: &mut App, session: &Finalized) -> Result<(), Leave> {
    let client = app.client().clone();
    match app.terminal.wait("Asking for a token", client.session_token(&session.session().id)).await? {
        Ok(token) => {
            let expiry = expires_at(&token).map_or_else(
                || "The server does not tell when it expires.".to_owned(),
                |ends| format!("It expires in {}.", words::duration(SystemTimer.now().until(ends))),
            );
            say(format_args!("Session token, for the app's own backend:\n{}\n{expiry}", token.jwt.expose()));
        }
        Err(error) => complain(words::error(&error)),
    }
    Ok(())
}

/// Returns `true` if the user is signed out.
async fn sign_out(app: &mut App) -> Result<bool, Leave> {
    let client = app.client().clone();
    if let Err(error) = app.terminal.wait("Signing out", client.sign_out()).await? {
        complain(words::error(&error));
        return Ok(false);
    }
    app.sign_out();
    saved::delete(app.file());
    say("Signed out. The server still knows this client, so a new sign-in needs no check of the client.");
    Ok(true)
}

/// Reads the expiry time from the token's claims (RFC 7519). This function does not verify the signature, because the
/// app's backend does that.
fn expires_at(token: &SessionToken) -> Option<Timestamp> {
    #[derive(Deserialize)]
    struct Claims {
        exp: i64,
    }
    let claims = URL_SAFE_NO_PAD.decode(token.jwt.expose().split('.').nth(1)?).ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    Some(Timestamp::from_millis(claims.exp.checked_mul(1000)?))
}

#[derive(Clone, Copy)]
enum Way {
    ShowToken,
    Stay,
    SignOut,
    Forget,
}

impl Way {
    const ALL: [Self; 4] = [Self::ShowToken, Self::Stay, Self::SignOut, Self::Forget];
}

impl Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ShowToken => "Show a session token",
            Self::Stay => "Leave, and stay signed in",
            Self::SignOut => "Sign out",
            Self::Forget => "Leave, and keep nothing",
        })
    }
}
