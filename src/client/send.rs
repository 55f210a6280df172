//! The steps that every call goes through: captcha, token, backend and bookkeeping.

use std::sync::Arc;

use futures::future::Either;
use futures::lock::MutexGuard;

use super::Client;
use crate::backend::{CallContext, Identity};
use crate::error::{Error, ErrorKind};
use crate::platform::ChallengeSolver;
use crate::wire::{self, Answer, ErrorCode, Rejection, Request};

/// The maximum number of times that one call is repeated. A captcha is solved before each repetition.
const AGAIN_AT_MOST: usize = 3;

/// An answer without the parts that only the client itself needs.
pub(crate) struct Received {
    pub(crate) result: Result<Answer, Rejection>,
    /// The client resource that this answer contains.
    pub(crate) client: Option<Arc<wire::ClientResource>>,
}

impl Client {
    /// Makes a call, and repeats it if the server requires a captcha and the client has a solver.
    pub(crate) fn send(&self, request: Request) -> impl Future<Output = Result<Received, Error>> + Send {
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

    pub(super) async fn send_once(&self, request: Request) -> Result<Received, Error> {
        let _turn = self.turn().await;
        if matches!(self.known().token.identity(), Identity::DevelopmentBrowser { token: None }) {
            self.call(Request::CreateDevelopmentBrowser).await?.result.map_err(ErrorKind::Rejected)?;
        }
        self.call(request).await
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

    async fn call(&self, request: Request) -> Result<Received, Error> {
        let (identity, call) = self.known().begin_call(&request);
        let mut context = CallContext::new(identity);
        context.sequence = call.sequence;
        context.headers.clone_from(&self.inner.headers);
        let response = self.inner.backend.call(context, request).await?;
        Ok(self.update(|known| known.apply(&call, response)))
    }
}
