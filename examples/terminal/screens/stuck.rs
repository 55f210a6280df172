//! The states that this program cannot lead on from: say why, and offer the ways out.

use clerk_sign_in::states::State;
use clerk_sign_in::{Abandoned, SignIn, Transferable, Unrecognized};

use crate::app::{App, Next};
use crate::leave::Leave;
use crate::terminal::say;

pub(super) async fn transferable(app: &mut App, sign_in: SignIn<Transferable>) -> Result<Next, Leave> {
    say("You have proven who you are, but there is no such account yet: sign up first.");
    way_out(app, sign_in).await
}

pub(super) async fn abandoned(app: &mut App, sign_in: SignIn<Abandoned>) -> Result<Next, Leave> {
    say("This sign-in was not finished in time: start over.");
    way_out(app, sign_in).await
}

pub(super) async fn unrecognized(app: &mut App, sign_in: SignIn<Unrecognized>) -> Result<Next, Leave> {
    match sign_in.status() {
        Some(status) => say(format_args!("The sign-in stands at `{status}`, which this program does not know here.")),
        None => say("The server did not say where the sign-in stands."),
    }
    way_out(app, sign_in).await
}

/// To see whether it has changed, or to start over.
pub(super) async fn way_out<S: State>(app: &mut App, sign_in: SignIn<S>) -> Result<Next, Leave> {
    Ok(match app.menu("What now?", vec!["Ask the server again"]).await? {
        Some(_) => app.find_again(sign_in.into()).await?,
        None => sign_in.start_over().into(),
    })
}
