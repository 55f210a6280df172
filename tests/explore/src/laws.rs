//! What must hold at each node and each edge.

use clerk_sign_in::backend::{Backend, CallContext, Identity};
use clerk_sign_in::testing::model::{Operation, Standing, is_legal};
use clerk_sign_in::wire::{
    Answer, ApiError, AttemptFactor, ClientUpdate, ErrorCode, Factor, PrepareFactor, Request, ResetPassword, Secret,
    Strategy, SubmitProof,
};
use clerk_sign_in::{AnySignIn, AnyStepError, ErrorKind, StateKind};
use futures::FutureExt;

use crate::accident::Kind;
use crate::moves::Move;
use crate::node::{Followed, Holds, Node};
use crate::worlds::World;

/// Judges an edge.
pub fn of_edge(
    world: &World,
    from: &Node,
    step: Move,
    accident: Option<(Kind, usize)>,
    edge: &Followed,
) -> Result<(), String> {
    let kind = accident.map(|(kind, _)| kind);
    if let Some(outside) = edge.outside.first() {
        return Err(format!("an answer is not what the model expects: {outside}"));
    }
    only_a_rejection_fails(step, kind, edge)?;
    id_changes_only_by_a_new_sign_in(from, step, kind, edge)?;
    complete_only_after_what_was_proven(world, edge)?;
    unknown_is_never_complete(kind, edge)?;
    complete_can_be_finalized(step, kind, edge)?;
    session_is_the_users(world, edge)?;
    if kind.is_none() && step.makes_a_call() {
        app_holds_what_a_refresh_shows(world, &edge.node)?;
    }
    Ok(())
}

/// Judges a node when it is reached for the first time. Returns the number of raw requests that were tried.
pub fn of_node(world: &World, node: &Node) -> Result<usize, String> {
    older_codes_do_not_count(world, node)?;
    server_agrees_with_the_relation(world, node)
}

fn only_a_rejection_fails(step: Move, kind: Option<Kind>, edge: &Followed) -> Result<(), String> {
    let Some(error) = &edge.error else { return Ok(()) };
    let is_expected = match error.kind() {
        ErrorKind::Rejected(rejection) => {
            // The first call after the server forgot the client may not fail for that.
            let is_forgotten = rejection.errors.iter().any(|error| error.code == ErrorCode::AuthenticationInvalid);
            !(rejection.errors.is_empty() || is_forgotten && step.creates())
        }
        ErrorKind::FactorNotFound { .. } | ErrorKind::StepNotApplied { .. } => true,
        ErrorKind::Transport(_) | ErrorKind::NotSent(_) => matches!(kind, Some(Kind::RequestLost | Kind::AnswerLost)),
        ErrorKind::Protocol(_) | ErrorKind::SessionUnusable { .. } => {
            matches!(kind, Some(Kind::StatusUnknown | Kind::NoSession))
        }
        _ => false,
    };
    if is_expected { Ok(()) } else { Err(format!("{error} ({:?})", error.kind())) }
}

fn id_changes_only_by_a_new_sign_in(
    from: &Node,
    step: Move,
    kind: Option<Kind>,
    edge: &Followed,
) -> Result<(), String> {
    let was_dropped = matches!(kind, Some(Kind::DroppedBefore | Kind::DroppedAfter));
    let (before, after) = (from.attempt_id(), edge.node.attempt_id());
    if step.may_change_the_id() || was_dropped || before == after {
        return Ok(());
    }
    Err(format!("the sign-in {before:?} became {after:?}"))
}

fn complete_only_after_what_was_proven(world: &World, edge: &Followed) -> Result<(), String> {
    let state = &edge.node.json;
    let needed = if world.has_second_factor { 3 } else { 1 };
    for (id, attempt) in state["attempts"].as_object().into_iter().flatten() {
        let by_passkey = attempt["first"]["strategy"] == "passkey";
        let proven = edge.node.proven.get(id).copied().unwrap_or_default();
        if attempt["status"] == "complete" && proven & needed != needed && !(by_passkey && proven & 1 == 1) {
            return Err(format!("a sign-in is complete, but only {proven:02b} of {needed:02b} was proven"));
        }
    }
    Ok(())
}

fn unknown_is_never_complete(kind: Option<Kind>, edge: &Followed) -> Result<(), String> {
    let is_garbled = matches!(kind, Some(Kind::StatusUnknown | Kind::NoSession)) && edge.accident_was_last;
    let [_, state] = edge.states;
    if is_garbled && state == "Complete" {
        return Err(format!("an unknown answer led to {state}"));
    }
    Ok(())
}

fn complete_can_be_finalized(step: Move, kind: Option<Kind>, edge: &Followed) -> Result<(), String> {
    if step != Move::Finalize || kind.is_some() || matches!(edge.node.holds, Holds::Session(_)) {
        return Ok(());
    }
    Err(format!("a complete sign-in could not be finalized: {:?}", edge.error.as_ref().map(ToString::to_string)))
}

fn session_is_the_users(world: &World, edge: &Followed) -> Result<(), String> {
    let Holds::Session(id) = &edge.node.holds else { return Ok(()) };
    let state = &edge.node.json;
    let user_id = state["sessions"][id]["user_id"].as_str().unwrap_or("no user");
    let address = &state["users"]["by_id"][user_id]["email_addresses"][0]["value"];
    if address == world.address { Ok(()) } else { Err(format!("the session {id} is of {address}")) }
}

/// After a step and after a rejection, the app holds what a refresh shows.
fn app_holds_what_a_refresh_shows(world: &World, node: &Node) -> Result<(), String> {
    let live = node.live(world, None);
    let at = node.sign_in(&live.client);
    if at.id().is_none() {
        return Ok(());
    }
    // The rejection of a step in a sign-in that is complete or was replaced does not show it.
    if !node.is_current(at.id()) {
        return Ok(());
    }
    let held = at.attempt().clone();
    match at.refresh().now_or_never().expect("there is no network") {
        Ok(refreshed) if *refreshed.attempt() == held => Ok(()),
        Ok(refreshed) => {
            let (held, shown) = (Standing::from(&held), Standing::from(refreshed.attempt()));
            Err(format!("the app holds {held}, and a refresh shows {shown}"))
        }
        // The sign-in is over, or was replaced.
        Err(AnyStepError { .. }) => Ok(()),
    }
}

/// No code that was sent before the newest one counts.
fn older_codes_do_not_count(world: &World, node: &Node) -> Result<(), String> {
    let live = node.live(world, None);
    let outbox = live.fake.outbox();
    let codes: Vec<_> = outbox.iter().filter_map(|message| message.code()).map(Secret::expose).collect();
    let [older @ .., newest] = codes.as_slice() else { return Ok(()) };
    for older in older.iter().filter(|older| *older != newest) {
        let live = node.live(world, None);
        let is_accepted = match node.sign_in(&live.client) {
            AnySignIn::FirstFactorCodeSent(at) => at.verify(older).now_or_never().is_some_and(|done| done.is_ok()),
            AnySignIn::SecondFactorCodeSent(at) => at.verify(older).now_or_never().is_some_and(|done| done.is_ok()),
            AnySignIn::ClientTrustCodeSent(at) => at.verify(older).now_or_never().is_some_and(|done| done.is_ok()),
            AnySignIn::ResetCodeSent(at) => at.verify(older).now_or_never().is_some_and(|done| done.is_ok()),
            _ => return Ok(()),
        };
        if is_accepted {
            return Err("an older code was accepted".to_owned());
        }
    }
    Ok(())
}

/// A request is out of turn for the server exactly where the relation does not allow it, here or after a free move.
fn server_agrees_with_the_relation(world: &World, node: &Node) -> Result<usize, String> {
    let Some(id) = node.attempt_id() else { return Ok(0) };
    let live = node.live(world, None);
    let exported = serde_json::to_value(&node.exported).expect("JSON");
    let token = exported["token"].as_str().map(Secret::from);
    let shown = live.fake.call(CallContext::new(Identity::Native { token: token.clone() }), Request::GetClient);
    let shown = shown.now_or_never().and_then(Result::ok);
    let current = shown.and_then(|shown| match shown.client {
        ClientUpdate::Known(client) => client.sign_in,
        _ => None,
    });
    // Of a sign-in that was replaced or is over, everything is refused.
    let Some(attempt) = current.filter(|attempt| attempt.id == id) else { return Ok(0) };
    let standing = Standing::from(&*attempt);
    // At a gate, and before one, nothing else is looked at. An abandoned sign-in is not found. No document says which
    // code a server has for a step after the sign-in became transferable.
    let is_over = matches!(standing.state(), StateKind::Transferable | StateKind::Abandoned);
    if standing.is_gated() || node.demanded() > 0 || is_over {
        return Ok(0);
    }
    let mut tried = 0;
    for request in &requests(id) {
        let (operation, _) = Operation::of(request).expect("a request about a sign-in");
        let there = node.live(world, None);
        let context = CallContext::new(Identity::Native { token: token.clone() });
        let answer = there.fake.call(context, request.clone()).now_or_never().and_then(Result::ok);
        let Some(answer) = answer else { return Err("the server gave no answer".to_owned()) };
        let is_out_of_turn = match &answer.result {
            Ok(Answer::SignInAttempt(_)) => false,
            Ok(other) => return Err(format!("`{operation}` was answered with {other:?}")),
            Err(rejection) => rejection.errors.iter().any(|error| {
                matches!(
                    error.code,
                    ErrorCode::ClientStateInvalid
                        | ErrorCode::VerificationMissing
                        | ErrorCode::VerificationNotSent
                        | ErrorCode::VerificationAlreadyVerified
                        | ErrorCode::ProtectCheckAlreadyResolved
                )
            }),
        };
        // The user has no such factor or is locked, whatever the turn.
        let is_other =
            |error: &ApiError| matches!(error.code, ErrorCode::StrategyForUserInvalid | ErrorCode::UserLocked);
        if answer.result.is_err_and(|rejection| rejection.errors.iter().any(is_other)) {
            continue;
        }
        tried += 1;
        if is_out_of_turn == is_legal(&standing, &operation) {
            let how = if is_out_of_turn { "refuses" } else { "takes" };
            return Err(format!("at {standing} the server {how} `{operation}`"));
        }
    }
    Ok(tried)
}

/// A request of each kind. What it contains is wrong, so that only its turn is judged.
fn requests(id: &str) -> Vec<Request> {
    let code = |strategy| AttemptFactor::code(id, strategy, "000000");
    let prepare = PrepareFactor::new(id, &Factor::new(Strategy::EmailCode));
    vec![
        Request::AttemptFirstFactor(AttemptFactor::password(id, "wrong")),
        Request::AttemptFirstFactor(code(Strategy::EmailCode)),
        Request::AttemptFirstFactor(code(Strategy::ResetPasswordEmailCode)),
        Request::AttemptSecondFactor(code(Strategy::Totp)),
        Request::AttemptSecondFactor(code(Strategy::BackupCode)),
        Request::AttemptSecondFactor(code(Strategy::EmailCode)),
        Request::PrepareFirstFactor(prepare.clone()),
        Request::PrepareSecondFactor(prepare),
        Request::ResetPassword(ResetPassword::new(id, "short", false)),
        Request::SubmitProof(SubmitProof::new(id, "wrong")),
    ]
}
