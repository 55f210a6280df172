//! The steps of every call: captcha, token, backend, bookkeeping.

use std::sync::Arc;

use futures::future::Either;

use super::Client;
use crate::backend::{CallContext, Identity};
use crate::error::{Error, ErrorKind};
use crate::platform::ChallengeSolver;
use crate::wire::{self, Answer, ErrorCode, Rejection, Request};

/// The maximum number of times that one call is repeated. Before each repetition, a captcha was solved.
const AGAIN_AT_MOST: usize = 3;

/// An answer, without the parts that the client keeps for itself.
pub(crate) struct Received {
    pub(crate) result: Result<Answer, Rejection>,
    /// The client, as this answer describes it.
    pub(crate) client: Option<Arc<wire::ClientResource>>,
}

impl Client {
    /// Makes a call, and repeats it if the server requires a captcha and the client has a solver.
    pub(crate) fn send(&self, request: Request) -> impl Future<Output = Result<Received, Error>> + Send {
        match &self.inner.challenge_solver {
            None => Either::Left(self.send_once(request)),
            // This future is boxed, so that the future of a step without a solver does not become larger.
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
        if matches!(self.known().token.identity(), Identity::DevelopmentBrowser { token: None }) {
            self.call(Request::CreateDevelopmentBrowser).await?.result.map_err(ErrorKind::Rejected)?;
        }
        self.call(request).await
    }

    async fn call(&self, request: Request) -> Result<Received, Error> {
        let (identity, sequence) = self.known().token.begin_call();
        let mut context = CallContext::new(identity);
        context.sequence = sequence;
        context.headers.clone_from(&self.inner.headers);
        let response = self.inner.backend.call(context, request).await?;
        Ok(self.known().apply(sequence, response))
    }
}
