//! The steps that every call goes through: captcha, time limit, repetition, turn, token, backend and bookkeeping.

mod time_limit;

use std::sync::{Arc, PoisonError};

use futures::future::Either;
use futures::lock::MutexGuard;

use super::Client;
use super::bookkeeping::Stamp;
use crate::backend::{BackendError, CallContext, CallPolicy, Identity};
use crate::error::{Error, ErrorKind};
use crate::fault_switches::without;
use crate::platform::ChallengeSolver;
use crate::wire::{self, Answer, ErrorCode, Rejection, Request, Timestamp};
use time_limit::TimeLimit;

/// The maximum number of times that one call is repeated. A captcha is solved before each repetition.
const AGAIN_AT_MOST: usize = 3;

/// An answer without the parts that only the client itself needs.
pub(crate) struct Received {
    pub(crate) result: Result<Answer, Rejection>,
    /// The client resource that this answer contains.
    pub(crate) client: Option<Arc<wire::ClientResource>>,
    /// `true` if the answer says that the server no longer knows the client. The client now has no token.
    pub(super) is_client_lost: bool,
    /// The moment at which the answer was applied.
    pub(super) stamp: Stamp,
    /// The server's time when it answered.
    pub(super) date: Option<Timestamp>,
}

impl Client {
    /// Makes a call, and repeats it if the server requires a captcha and the client has a solver.
    pub(crate) fn send(&self, mut request: Request) -> impl Future<Output = Result<Received, Error>> + Send {
        self.inner.place.add_to(&mut request);
        match &self.inner.challenge_solver {
            None => Either::Left(self.send_once(request)),
            // This future is boxed, because otherwise the future of every step would be larger, even if there is no
            // solver.
            Some(solver) => Either::Right(Box::pin(self.send_and_solve(request, solver))),
        }
    }

    async fn send_and_solve(&self, request: Request, solver: &dyn ChallengeSolver) -> Result<Received, Error> {
        for _ in 0..AGAIN_AT_MOST {
            let received = self.send_once(request.clone()).await?;
            match &received.result {
                Err(rejection) if rejection.has(&ErrorCode::RequiresCaptcha) => self.solve_captcha(solver).await?,
                _ => return Ok(received),
            }
        }
        self.send_once(request).await
    }

    /// The current time by the timer of the policy; `None` without a policy.
    pub(crate) fn now(&self) -> Option<Timestamp> {
        let policy = self.inner.call_policy.as_ref().or_else(|| self.inner.backend.call_policy())?;
        Some(policy.timer().now())
    }

    /// Makes a call within the time limit of the policy.
    pub(super) fn send_once(&self, request: Request) -> impl Future<Output = Result<Received, Error>> + Send {
        match self.inner.call_policy.as_ref().or_else(|| self.inner.backend.call_policy()) {
            None => Either::Left(self.send_as_known(request, None)),
            Some(policy) => Either::Right(Box::pin(self.send_by_policy(request, policy))),
        }
    }

    async fn send_by_policy(&self, request: Request, policy: &CallPolicy) -> Result<Received, Error> {
        let limit = TimeLimit::new(policy);
        if request.is_read() || without("a write is sent once") {
            for pause in policy.new_pauses() {
                let received = self.send_as_known(request.clone(), Some(&limit)).await;
                let is_lost = received.as_ref().is_err_and(|error| matches!(error.kind(), ErrorKind::Transport(_)))
                    || (received.is_err() && without("what was not sent is not repeated"))
                    || (received.as_ref().is_ok_and(|received| received.result.is_err())
                        && without("a rejection reaches the caller at once"));
                if !is_lost || !limit.allows(pause) {
                    return received;
                }
                policy.timer().sleep(pause).await;
            }
        }
        self.send_as_known(request, Some(&limit)).await
    }

    /// Makes a call. If the server no longer knows the client, and the request works for a new client as well, the call
    /// is repeated for a new client.
    ///
    /// The rejected call had no effect, so even a write may be repeated.
    async fn send_as_known(&self, request: Request, limit: Option<&TimeLimit<'_>>) -> Result<Received, Error> {
        let works_for_a_new_client = matches!(
            request,
            Request::CreateSignIn(_) | Request::CreateSignUp(_) | Request::GetClient | Request::GetEnvironment
        );
        if works_for_a_new_client && self.known().token.identity().token().is_some() {
            let received = self.send_in_turn(request.clone(), limit).await?;
            if !received.is_client_lost
                || received.result.is_ok()
                || without("the first call works after the server forgot the client")
            {
                return Ok(received);
            }
        }
        self.send_in_turn(request, limit).await
    }

    async fn send_in_turn(&self, request: Request, limit: Option<&TimeLimit<'_>>) -> Result<Received, Error> {
        let _turn = TimeLimit::apply(limit, self.turn())
            .await
            .ok_or_else(|| BackendError::not_sent("the client's earlier calls took until the end of the time limit"))?;
        if matches!(self.known().token.identity(), Identity::DevelopmentBrowser { token: None }) {
            self.call(Request::CreateDevelopmentBrowser, limit).await?.result.map_err(ErrorKind::Rejected)?;
        }
        self.call(request, limit).await
    }

    /// Waits until no other call is in progress, if this call must be sent alone.
    ///
    /// If the caller stops waiting, the turn goes to the next waiting call.
    async fn turn(&self) -> Option<MutexGuard<'_, ()>> {
        if self.known().calls_go_out_alone() {
            let turn = self.inner.turn.lock().await;
            // The previous call may have obtained the browser's token. Once the client has this token, calls no longer
            // need to wait for a turn.
            return self.known().calls_go_out_alone().then_some(turn);
        }
        None
    }

    async fn call(&self, request: Request, limit: Option<&TimeLimit<'_>>) -> Result<Received, Error> {
        let (identity, call) = self.known().begin_call(&request);
        let mut context = CallContext::new(identity);
        context.protect.clone_from(&self.inner.protect.lock().unwrap_or_else(PoisonError::into_inner));
        context.sequence = call.sequence;
        context.headers.clone_from(&self.inner.headers);
        let answer = TimeLimit::apply(limit, self.inner.backend.call(context, request)).await;
        let response = answer.ok_or_else(|| BackendError::transport("no answer came within the time limit"))??;
        Ok(self.update(|known| known.apply(&call, response)))
    }
}
