//! The screen of `Complete`, which activates the new session after a sign-in or a sign-up.

use clerk_sign_in::{AfterSignUp, Complete, Error, SignIn, SignedUp};

use crate::app::{App, Next};
use crate::leave::Leave;
use crate::terminal::complain;
use crate::words;

const OPENING: &str = "Opening the session";

pub(super) async fn complete(app: &mut App, sign_in: SignIn<Complete>) -> Result<Next, Leave> {
    let failed = match app.step(OPENING, sign_in, SignIn::<Complete>::finalize).await? {
        Ok(session) => return Ok(Next::Session(session)),
        Err(failed) => failed.into_any(),
    };
    not_opened(app, &failed.error, failed.handed_back.into()).await
}

/// Does the same as [`complete`], but for a new user.
pub(super) async fn signed_up(app: &mut App, signed_up: SignedUp) -> Result<Next, Leave> {
    let failed = match app.sign_up_step(OPENING, signed_up.finalize()).await? {
        Ok(session) => return Ok(Next::Session(session)),
        Err(failed) => failed,
    };
    not_opened(app, &failed.error, Next::SignUp(AfterSignUp::Complete(failed.handed_back))).await
}

async fn not_opened(app: &mut App, error: &Error, again: Next) -> Result<Next, Leave> {
    complain(words::error(error));
    Ok(match app.menu("What now?", vec!["Try again"]).await?.way() {
        Some(_) => again,
        None => app.anew(),
    })
}
