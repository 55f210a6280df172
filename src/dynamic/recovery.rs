//! Finding a sign-in again whose call was dropped or got no answer.

use std::sync::Arc;

use super::DynamicError;
use super::lost::{Begins, End, Lost};
use super::turn::{After, Turn};
use crate::client::Client;
use crate::error::{Error, ErrorKind, RedirectError};
use crate::fault_switches::without;
use crate::relation::{Calls, Step};
use crate::sign_in::{AnySignIn, AnyStepError, Resumed};
use crate::wire::{SignInAttempt, Status, Verification};

/// Asks the server where the attempt stands, and puts the sign-in back there.
///
/// If the server does not say, the sign-in stays interrupted.
pub(super) async fn find_again(
    turn: Turn,
    lost: Arc<Lost>,
    handed_back: Option<AnySignIn>,
) -> Result<(), DynamicError> {
    match find(turn.client(), &lost, handed_back).await {
        Ok(after) => turn.end_recovery(after),
        Err((handed_back, error)) => Err(turn.interrupt(handed_back, error)),
    }
}

async fn find(
    client: &Client,
    lost: &Lost,
    handed_back: Option<AnySignIn>,
) -> Result<After, (Option<AnySignIn>, Error)> {
    if let Some(begins) = &lost.begins {
        match begun(client, lost.wanted, begins).await {
            Ok(Some(begun)) => return Ok(begun),
            Ok(None) => {}
            Err(error) => return Err((handed_back, error)),
        }
    }
    if let Some(ended) = &lost.ended {
        return Ok(After::Over(ended.end.clone()));
    }
    match handed_back.or_else(|| lost.before(client)) {
        Some(sign_in) => attempt(lost, sign_in).await,
        None => Err((None, ErrorKind::Checkpoint("it names no sign-in".to_owned()).into())),
    }
}

/// Finds an attempt, session or sign-up that the call itself has begun.
async fn begun(client: &Client, wanted: Step, begins: &Begins) -> Result<Option<After>, Error> {
    if let Resumed::Attempt(attempt) = client.resume().await?
        && begins.is_attempt(&attempt)
    {
        return Ok(Some(After::Here(attempt, None)));
    }
    // The new session may stand beside another one, and the new sign-up beside a sign-in.
    let snapshot = client.snapshot();
    let mut sessions = snapshot.iter().flat_map(|client| &client.sessions);
    if let Some(session) = sessions.find(|session| session.is_usable() && begins.is_session(session)) {
        return Ok(Some(After::Over(End::found(session))));
    }
    let signs_up = matches!(wanted, Step::SignUp | Step::SignUpByIdToken);
    Ok((signs_up && begins.is_sign_up_of(client)).then_some(After::Over(End::SignUp)))
}

/// Finds out where an attempt stands that had begun before the call.
async fn attempt(lost: &Lost, before: AnySignIn) -> Result<After, (Option<AnySignIn>, Error)> {
    let (described, kind) = (before.shared_attempt(), before.kind());
    let mut now = match read(lost, before).await {
        Ok(now) => now,
        Err(failed) => {
            let (sign_in, error) = failed.into_parts();
            return match error.kind() {
                // The user has not come back from the identity provider.
                ErrorKind::Redirect(RedirectError::Pending) => Ok(After::Here(sign_in, None)),
                _ if error.is_passing() => Err((Some(sign_in), error)),
                _ => Ok(After::Here(sign_in, Some(error))),
            };
        }
    };
    if !without("a lost call keeps what the server does not know") {
        now = lost.with_what_the_server_does_not_know(now);
    }
    if verifications(&described) == verifications(&now.shared_attempt()) {
        // The call changed nothing, so a prepared factor that was set aside is set aside again.
        let kind = if without("what was set aside stays aside") { now.kind() } else { kind };
        return Ok(After::Here(now.move_to(kind), None));
    }
    if let Some(choosing) = lost.choosing.as_ref().filter(|it| now.prepared_strategy() == Some(&it.strategy)) {
        now.choose(choosing.clone());
    }
    Ok(After::Here(now, None))
}

/// Asks the server where the attempt stands. After a visit to an identity provider, this sends the nonce again.
async fn read(lost: &Lost, before: AnySignIn) -> Result<AnySignIn, AnyStepError> {
    let is_back = lost.wanted.calls() == Calls::Reads || matches!(lost.wanted, Step::SsoWith | Step::RedirectAgainWith);
    match before {
        AnySignIn::RedirectReady(at) if is_back => at.finish_here().await.map(Into::into).map_err(Into::into),
        before => before.refresh().await,
    }
}

fn verifications(attempt: &SignInAttempt) -> (Option<&Status>, Option<&Verification>, Option<&Verification>) {
    (
        attempt.status.as_ref(),
        attempt.first_factor_verification.as_deref(),
        attempt.second_factor_verification.as_deref(),
    )
}
