//! The screen of `NeedsProtectCheck`, which appears if Clerk Protect requires a proof.

use clerk_sign_in::{AnySignIn, NeedsProtectCheck, SignIn};

use super::stuck::way_out;
use crate::app::{App, Next};
use crate::leave::Leave;
use crate::terminal::say;

pub(super) async fn needs_protect_check(app: &mut App, mut sign_in: SignIn<NeedsProtectCheck>) -> Result<Next, Leave> {
    say("The server wants a proof that you are not a robot. Your last step was not taken. Repeat it afterwards.");
    loop {
        let Some(proof) = app.proof(sign_in.protect_check()) else {
            say("The challenge is a script for a browser, which no terminal can run.");
            return way_out(app, sign_in).await;
        };
        if app.menu("What now?", vec!["Solve the challenge"]).await?.way().is_none() {
            return Ok(sign_in.start_over().into());
        }
        sign_in = match app.step("Giving the proof", sign_in, |sign_in| sign_in.submit_proof(&proof)).await? {
            Ok(AnySignIn::NeedsProtectCheck(another)) => another,
            Ok(next) => {
                say("The challenge is solved.");
                return Ok(next.into());
            }
            Err(failed) => return app.after_failure(failed).await,
        };
        say("The server has another challenge.");
    }
}
