//! The one road that every call takes: captcha, token, backend, bookkeeping.

use std::sync::Arc;

use futures::future::Either;

use super::Client;
use crate::backend::{CallContext, Identity};
use crate::error::{Error, ErrorKind};
use crate::platform::ChallengeSolver;
use crate::wire::{self, Answer, ErrorCode, Rejection, Request};

/// How often a call is made again whose captcha was solved.
const AGAIN_AT_MOST: usize = 3;

/// An answer, after the client took out what is its own.
pub(crate) struct Received {
    pub(crate) result: Result<Answer, Rejection>,
    /// The device as this answer described it.
    pub(crate) client: Option<Arc<wire::ClientResource>>,
}

impl Client {
    /// One call, and again if it was refused for want of a captcha and there is somebody who solves it.
    pub(crate) fn send(&self, request: Request) -> impl Future<Output = Result<Received, Error>> + Send {
        match &self.inner.challenge_solver {
            None => Either::Left(self.send_once(request)),
            // On the heap, so that a step without it is no larger.
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
