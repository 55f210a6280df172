//! `Complete`: a session exists, and becomes the one in use.

use clerk_sign_in::{Complete, SignIn};

use crate::app::{App, Next};
use crate::leave::Leave;
use crate::terminal::complain;
use crate::words;

pub(super) async fn complete(app: &mut App, sign_in: SignIn<Complete>) -> Result<Next, Leave> {
    let failed = match app.step("Opening the session", sign_in, SignIn::<Complete>::finalize).await? {
        Ok(session) => return Ok(Next::Session(session)),
        Err(failed) => failed.into_any(),
    };
    complain(words::error(&failed.error));
    Ok(match app.menu("What now?", vec!["Try again"]).await? {
        Some(_) => failed.sign_in.into(),
        None => failed.sign_in.start_over().into(),
    })
}
