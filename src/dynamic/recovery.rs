//! Finding a sign-in again whose call was dropped.

use std::sync::Arc;

use super::DynamicError;
use super::slot::{After, End, For, Known, Lost, Turn};
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::sign_in::Resumed;
use crate::wire::{SignInAttempt, Status, Verification};

/// Asks the server where the attempt stands, and puts the sign-in back there.
///
/// If the server cannot be asked, the sign-in stays interrupted.
pub(super) async fn find_again(turn: Turn, lost: Arc<Lost>) -> Result<(), DynamicError> {
    match find(turn.client(), &lost).await {
        Ok(after) => turn.end(after),
        // The turn is dropped, so the sign-in stays interrupted.
        Err(error) => Err(error.into()),
    }
}

async fn find(client: &Client, lost: &Lost) -> Result<After, Error> {
    if let Some(whom) = &lost.begins
        && let Some(begun) = begun(client, lost, whom).await?
    {
        return Ok(begun);
    }
    if lost.checkpoint.id().is_some() { attempt(client, lost).await } else { before(client, lost) }
}

/// Finds an attempt, session or sign-up that the call itself has begun.
async fn begun(client: &Client, lost: &Lost, whom: &For) -> Result<Option<After>, Error> {
    Ok(match client.resume().await? {
        Resumed::Attempt(attempt)
            if attempt.id() != lost.known.attempt_id.as_deref() && whom.is_for(attempt.identifier()) =>
        {
            Some(After::Here(attempt, None))
        }
        Resumed::Session(session) if !lost.known.session_ids.contains(&session.id) => {
            Some(After::Over(End::of_session(&session)))
        }
        _ if has_new_sign_up(client, &lost.known) => Some(After::Over(End::SignUp)),
        _ => None,
    })
}

/// Finds out where an attempt stands that had begun before the call.
async fn attempt(client: &Client, lost: &Lost) -> Result<After, Error> {
    let before = client.restore(lost.checkpoint.clone())?;
    let described = before.shared_attempt();
    let mut now = match before.refresh().await {
        Ok(now) => now,
        Err(failed) => {
            let (sign_in, error) = failed.into_parts();
            let is_unanswered = error.is_outcome_unknown() || matches!(error.kind(), ErrorKind::NotSent(_));
            return if is_unanswered { Err(error) } else { Ok(After::Here(sign_in, Some(error))) };
        }
    };
    if verifications(&described) == verifications(&now.shared_attempt()) {
        // The call changed nothing, so a prepared factor that was set aside is set aside again.
        let now = if lost.kind() == now.kind() { now } else { now.choose_another() };
        return Ok(After::Here(now, None));
    }
    if let Some(choosing) = lost.choosing.as_ref().filter(|it| now.prepared_strategy() == Some(&it.strategy)) {
        now.choose(choosing.clone());
    }
    Ok(After::Here(now, None))
}

/// The sign-in as it was before the call.
fn before(client: &Client, lost: &Lost) -> Result<After, Error> {
    Ok(After::Here(client.restore(lost.checkpoint.clone())?, None))
}

fn has_new_sign_up(client: &Client, known: &Known) -> bool {
    client.sign_up().is_some_and(|sign_up| Some(sign_up.id()) != known.sign_up_id.as_deref())
}

fn verifications(attempt: &SignInAttempt) -> (Option<&Status>, Option<&Verification>, Option<&Verification>) {
    (
        attempt.status.as_ref(),
        attempt.first_factor_verification.as_deref(),
        attempt.second_factor_verification.as_deref(),
    )
}
