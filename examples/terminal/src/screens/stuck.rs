//! The screens for states from which this program cannot continue. Each screen gives the reason and offers ways out.

use clerk_sign_in::State;
use clerk_sign_in::{Abandoned, SignIn, SignUp, Unrecognized};

use crate::app::{App, Next};
use crate::leave::Leave;
use crate::terminal::say;

const ASK: &str = "Ask the server again";

pub(super) async fn abandoned(app: &mut App, sign_in: SignIn<Abandoned>) -> Result<Next, Leave> {
    say("This sign-in was not finished in time. Start over.");
    way_out(app, sign_in).await
}

pub(super) async fn unrecognized(app: &mut App, sign_in: SignIn<Unrecognized>) -> Result<Next, Leave> {
    match sign_in.status() {
        Some(status) => {
            say(format_args!("The sign-in has the status `{status}`, which this program does not know here."));
        }
        None => say("The server did not tell the status of the sign-in."),
    }
    way_out(app, sign_in).await
}

pub(super) async fn unrecognized_sign_up(app: &mut App, sign_up: SignUp) -> Result<Next, Leave> {
    match &sign_up.attempt().status {
        Some(status) => {
            say(format_args!("The sign-up has the status `{status}`, from which this program cannot continue."));
        }
        None => say("The server did not tell the status of the sign-up."),
    }
    sign_up_way_out(app, sign_up).await
}

/// Does the same as [`way_out`], but for a sign-up.
pub(super) async fn sign_up_way_out(app: &mut App, sign_up: SignUp) -> Result<Next, Leave> {
    match app.menu("What now?", vec![ASK]).await?.way() {
        Some(_) => app.find_sign_up_again(sign_up).await,
        None => Ok(app.anew()),
    }
}

/// Offers two ways out: the user can ask the server whether the state has changed, or start over.
pub(super) async fn way_out<S: State>(app: &mut App, sign_in: SignIn<S>) -> Result<Next, Leave> {
    Ok(match app.menu("What now?", vec![ASK]).await?.way() {
        Some(_) => app.find_again(sign_in.into()).await?,
        None => sign_in.start_over().into(),
    })
}
