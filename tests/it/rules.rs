//! The check of traces against the rules: how much it finds when one entry of a right trace is changed.

use std::sync::{Arc, Mutex};

use clerk_sign_in::async_trait;
use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::dynamic::{DynamicSignIn, DynamicState};
use clerk_sign_in::testing::model::{Operation, Standing};
use clerk_sign_in::testing::{Exchange, Outcome, TraceChecker};
use clerk_sign_in::wire::{ErrorCode, Request, Response};
use support::World;

use crate::dynamic::interrupted::call;
use crate::lost_answers::JOURNEYS;

/// A backend that notes each exchange.
#[derive(Clone, Debug)]
struct Noting {
    inner: Arc<dyn Backend>,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

#[async_trait]
impl Backend for Noting {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let asked = request.clone();
        let answer = self.inner.call(context, request).await;
        self.exchanges.lock().unwrap().push(Exchange::new(&asked, answer.as_ref().ok()));
        answer
    }
}

/// Gives wrong answers where the sign-in waits for an answer.
async fn wrong_answers(sign_in: &DynamicSignIn) {
    match sign_in.state() {
        DynamicState::CodeSent { .. } | DynamicState::ResetCodeSent { .. } => {
            drop(sign_in.verify("000000").await);
        }
        DynamicState::NeedsFirstFactor { .. } => drop(sign_in.password(None, "wrong").await),
        DynamicState::NeedsSecondFactor { .. } => drop(sign_in.verify_totp("000000").await),
        _ => {}
    }
}

/// The traces of the journeys of the tests on lost answers, with wrong answers in between.
async fn traces() -> Vec<Vec<Exchange>> {
    let mut traces = Vec::new();
    for journey in JOURNEYS {
        let world = World::memory();
        let noting = Noting { inner: Arc::clone(&world.backend), exchanges: Arc::default() };
        let client = journey.set_up(&world, world.client_over(noting.clone()));
        let keys = journey.keys(&world.fake);
        let sign_in = client.dynamic_sign_in();
        for _ in 0..20 {
            if matches!(sign_in.state(), DynamicState::Session { .. }) {
                break;
            }
            wrong_answers(&sign_in).await;
            // A gate may come in between.
            drop(call(journey, &world.fake, &keys, &sign_in).await);
        }
        let trace = noting.exchanges.lock().unwrap().clone();
        assert!(trace.len() > 1, "{journey:?}");
        traces.push(trace);
    }
    traces
}

fn is_found(trace: &[Exchange]) -> bool {
    let mut checker = TraceChecker::of_a_complete_trace();
    trace.iter().any(|exchange| checker.check(exchange).is_err())
}

/// Changes one entry of each trace at a time, and counts the changes and those that the check finds.
fn strength(traces: &[Vec<Exchange>], change: impl Fn(&[Exchange], usize) -> Option<Vec<Exchange>>) -> (usize, usize) {
    let (mut found, mut changed) = (0, 0);
    for trace in traces {
        for at in 0..trace.len() {
            if let Some(trace) = change(trace, at) {
                changed += 1;
                found += usize::from(is_found(&trace));
            }
        }
    }
    (found, changed)
}

/// Returns the entry if it is about a sign-in, is no read, and had this outcome.
fn entry(trace: &[Exchange], at: usize, is_carried_out: bool) -> Option<Exchange> {
    let entry = trace[at].clone();
    let is_write = entry.operation.as_ref().is_some_and(|operation| *operation != Operation::Read);
    (is_write && (entry.outcome == Outcome::CarriedOut) == is_carried_out).then_some(entry)
}

/// Where the sign-in stood before this entry.
fn before(trace: &[Exchange], at: usize) -> Option<Standing> {
    let id = trace[at].sign_in_id.as_ref()?;
    let shown = trace[..at].iter().rev().filter_map(|exchange| exchange.sign_in.as_ref());
    shown.into_iter().find(|shown| shown.id == *id).map(|shown| shown.standing.clone())
}

fn replaced(trace: &[Exchange], at: usize, entry: Exchange) -> Vec<Exchange> {
    let mut trace = trace.to_vec();
    trace[at] = entry;
    trace
}

#[tokio::test]
async fn changed_traces_are_found() {
    let traces = traces().await;
    assert!(!traces.iter().any(|trace| is_found(trace)), "the traces are within the rules");
    let rejected = strength(&traces, |trace, at| {
        let mut entry = entry(trace, at, true)?;
        let standing = before(trace, at);
        entry.outcome = Outcome::Rejected(vec![ErrorCode::ClientStateInvalid]);
        entry.sign_in = entry.sign_in.filter(|_| standing.is_some()).map(|mut shown| {
            shown.standing = standing.unwrap();
            shown
        });
        entry.newest_id = None;
        Some(replaced(trace, at, entry))
    });
    let carried_out = strength(&traces, |trace, at| {
        let mut entry = entry(trace, at, false)?;
        entry.outcome = Outcome::CarriedOut;
        Some(replaced(trace, at, entry))
    });
    let twice = strength(&traces, |trace, at| {
        let entry = entry(trace, at, true)?;
        let mut trace = trace.to_vec();
        trace.insert(at, entry);
        Some(trace)
    });
    let left_out = strength(&traces, |trace, at| {
        entry(trace, at, true)?;
        let mut trace = trace.to_vec();
        trace.remove(at);
        Some(trace)
    });
    println!("carried out, changed to rejected: {rejected:?}");
    println!("rejected, changed to carried out: {carried_out:?}");
    println!("carried out twice: {twice:?}, left out: {left_out:?}");
    let is_at_least = |(found, changed): (usize, usize), of: usize, most: usize| found * most >= changed * of;
    assert!(is_at_least(rejected, 66, 68) && is_at_least(carried_out, 7, 10));
    assert!(is_at_least(twice, 41, 68) && is_at_least(left_out, 30, 68));
}
