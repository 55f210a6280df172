//! The check of traces against the rules: how much it finds when one entry of a right trace is changed, or when a
//! backend is broken.

use std::sync::{Arc, Mutex};

use clerk_sign_in::async_trait;
use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::dynamic::{DynamicSignIn, DynamicState};
use clerk_sign_in::fake::FakeBackend;
use clerk_sign_in::testing::model::{Operation, Standing};
use clerk_sign_in::testing::{CheckedBackend, Exchange, Outcome, TraceChecker};
use clerk_sign_in::wire::{
    Answer, ApiError, ClientUpdate, ErrorCode, Rejection, Request, Response, SignInAttempt, Status,
};
use clerk_sign_in::{AfterCreate, AnySignIn, Client, Error};
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

/// A backend with a fault.
#[derive(Debug)]
struct Broken {
    inner: Arc<dyn Backend>,
    fault: Fault,
    first_id: Mutex<Option<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    CompleteWithoutSession,
    SessionBeforeComplete,
    GoesBack,
    CarriesOutEverything,
    RejectsInTurn,
    UsesIdsTwice,
    AnswersWithAnotherSignIn,
    ChangesByItself,
    TrustsNobody,
}

const FAULTS: [Fault; 9] = [
    Fault::CompleteWithoutSession,
    Fault::SessionBeforeComplete,
    Fault::GoesBack,
    Fault::CarriesOutEverything,
    Fault::RejectsInTurn,
    Fault::UsesIdsTwice,
    Fault::AnswersWithAnotherSignIn,
    Fault::ChangesByItself,
    Fault::TrustsNobody,
];

impl Broken {
    /// Changes the sign-in that an answer shows.
    fn change(&self, request: &Request, attempt: &mut SignInAttempt) {
        let is_create = matches!(request, Request::CreateSignIn(_));
        let is_read = matches!(request, Request::GetSignIn(_));
        match (self.fault, attempt.status.clone()) {
            (Fault::CompleteWithoutSession, Some(Status::Complete)) => attempt.created_session_id = None,
            (Fault::SessionBeforeComplete, Some(Status::NeedsFirstFactor)) => {
                attempt.created_session_id = Some("sess_1".to_owned());
            }
            (Fault::GoesBack, Some(Status::Complete)) => attempt.status = Some(Status::NeedsFirstFactor),
            (Fault::TrustsNobody, Some(Status::Complete)) => {
                (attempt.status, attempt.created_session_id) = (Some(Status::NeedsClientTrust), None);
            }
            (Fault::ChangesByItself, _) if is_read => attempt.status = Some(Status::NeedsSecondFactor),
            (Fault::UsesIdsTwice, _) if is_create => {
                let mut first_id = self.first_id.lock().unwrap();
                attempt.id.clone_from(first_id.get_or_insert_with(|| attempt.id.clone()));
            }
            (Fault::AnswersWithAnotherSignIn, _) if !is_create => "sia_another".clone_into(&mut attempt.id),
            _ => {}
        }
    }
}

#[async_trait]
impl Backend for Broken {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let asked = request.clone();
        let mut response = self.inner.call(context, request).await?;
        let is_attempt = matches!(asked, Request::AttemptFirstFactor(_));
        let shown = match &response.client {
            ClientUpdate::Known(client) => client.sign_in.clone(),
            _ => None,
        };
        match (&mut response.result, shown) {
            (result @ Err(_), Some(shown)) if self.fault == Fault::CarriesOutEverything && is_attempt => {
                *result = Ok(Answer::SignInAttempt(shown));
            }
            (result, _) if self.fault == Fault::RejectsInTurn && is_attempt => {
                let error = ApiError::new(ErrorCode::ClientStateInvalid, "not now");
                *result = Err(Rejection::new(http::StatusCode::BAD_REQUEST, error));
                response.client = ClientUpdate::Unchanged;
            }
            (Ok(Answer::SignInAttempt(attempt)), _) => {
                let before = attempt.clone();
                self.change(&asked, attempt);
                if before != *attempt {
                    response.client = ClientUpdate::Unchanged;
                }
            }
            _ => {}
        }
        Ok(response)
    }
}

#[tokio::test]
async fn broken_backends_are_found() {
    for fault in FAULTS.into_iter().chain([Fault::None]) {
        let inner: Arc<dyn Backend> = Arc::new(FakeBackend::demo());
        let broken = Broken { inner, fault, first_id: Mutex::default() };
        let checked = Arc::new(CheckedBackend::new(broken));
        let client = Client::new(Arc::clone(&checked));
        // An app that gives up as soon as a step fails.
        let _ = sign_in(&client, "000000").await;
        let _ = sign_in(&client, "424242").await;
        let outside = checked.outside();
        assert_eq!(outside.is_empty(), fault == Fault::None, "{fault:?}: {outside:?}");
        println!("{fault:?}: {}", outside.first().map_or_else(|| "nothing".to_owned(), ToString::to_string));
    }
}

async fn sign_in(client: &Client, code: &str) -> Result<(), Error> {
    let sent = client.sign_in().create("linus+clerk_test@example.com").await?;
    let AfterCreate::NeedsFirstFactor(first) = sent else { return Ok(()) };
    let sent = first.send_email_code().await?;
    let AnySignIn::FirstFactorCodeSent(sent) = sent.refresh().await? else { return Ok(()) };
    drop(sent.verify(code).await?);
    Ok(())
}
