//! A network in which one call has an accident.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use clerk_sign_in::async_trait;
use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::wire::{
    Answer, ApiError, ClientUpdate, ErrorCode, Rejection, Request, Response, SignInAttempt, Status,
};
use http::StatusCode;

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The request never arrives, and the app learns that no answer came.
    RequestLost,
    /// The server carries the request out, and the app learns that no answer came.
    AnswerLost,
    /// The app drops the call before the server gets it.
    DroppedBefore,
    /// The app drops the call after the server has carried it out.
    DroppedAfter,
    /// The answer shows a status that nobody knows.
    StatusUnknown,
    /// The answer shows a complete sign-in without a session.
    NoSession,
    /// The server carries the request out twice, and the second answer arrives.
    Duplicated,
    /// The server is not available, and does nothing (HTTP 503).
    Unavailable,
    /// The server fails after it has carried the request out (HTTP 500).
    FailedAfter,
    /// There were too many requests (HTTP 429).
    TooManyRequests,
}

pub const KINDS: [Kind; 10] = [
    Kind::RequestLost,
    Kind::AnswerLost,
    Kind::DroppedBefore,
    Kind::DroppedAfter,
    Kind::StatusUnknown,
    Kind::NoSession,
    Kind::Duplicated,
    Kind::Unavailable,
    Kind::FailedAfter,
    Kind::TooManyRequests,
];

#[derive(Debug)]
pub struct Accident {
    inner: Arc<dyn Backend>,
    kind: Kind,
    calls_before: AtomicUsize,
    /// The number of sign-ins in answers that were changed.
    garbled: AtomicUsize,
    calls_after: AtomicUsize,
}

impl Kind {
    /// Returns `true` if the server gets the request.
    pub const fn reaches_the_server(self) -> bool {
        !matches!(self, Self::RequestLost | Self::DroppedBefore | Self::Unavailable | Self::TooManyRequests)
    }
}

impl Accident {
    /// The call after this many others has the accident.
    pub fn new(inner: Arc<dyn Backend>, kind: Kind, calls_before: usize) -> Self {
        Self {
            inner,
            kind,
            calls_before: AtomicUsize::new(calls_before + 1),
            garbled: AtomicUsize::new(0),
            calls_after: AtomicUsize::new(0),
        }
    }

    pub fn has_happened(&self) -> bool {
        self.calls_before.load(Ordering::Relaxed) == 0
    }

    /// Returns `true` if the app made no call after the accident.
    pub fn was_the_last_call(&self) -> bool {
        self.calls_after.load(Ordering::Relaxed) == 0
    }

    /// Returns `true` if the accident left everything as it was, because the answer shows no sign-in.
    pub fn changed_nothing(&self) -> bool {
        matches!(self.kind, Kind::StatusUnknown | Kind::NoSession) && self.garbled.load(Ordering::Relaxed) == 0
    }

    fn garble(&self, attempt: &mut SignInAttempt) {
        self.garbled.fetch_add(1, Ordering::Relaxed);
        match self.kind {
            Kind::StatusUnknown => attempt.status = Some(Status::from("needs_something_new")),
            Kind::NoSession => {
                attempt.status = Some(Status::Complete);
                attempt.created_session_id = None;
            }
            _ => {}
        }
    }
}

#[async_trait]
impl Backend for Accident {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let left = self.calls_before.load(Ordering::Relaxed);
        self.calls_before.store(left.saturating_sub(1), Ordering::Relaxed);
        if left == 0 {
            self.calls_after.fetch_add(1, Ordering::Relaxed);
        }
        if left != 1 {
            return self.inner.call(context, request).await;
        }
        match self.kind {
            Kind::RequestLost => return Err(BackendError::transport("the request was lost")),
            Kind::DroppedBefore => return std::future::pending().await,
            Kind::Unavailable => return Ok(failure(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::InternalClerkError)),
            Kind::TooManyRequests => return Ok(failure(StatusCode::TOO_MANY_REQUESTS, ErrorCode::TooManyRequests)),
            Kind::Duplicated => drop(self.inner.call(context.clone(), request.clone()).await?),
            _ => {}
        }
        let mut response = self.inner.call(context, request).await?;
        match self.kind {
            Kind::AnswerLost => return Err(BackendError::transport("the answer was lost")),
            Kind::DroppedAfter => return std::future::pending().await,
            Kind::FailedAfter => {
                return Ok(failure(StatusCode::INTERNAL_SERVER_ERROR, ErrorCode::InternalClerkError));
            }
            _ => {}
        }
        if let Ok(Answer::SignInAttempt(attempt)) = &mut response.result {
            self.garble(attempt);
        }
        if let ClientUpdate::Known(client) = &mut response.client
            && let Some(attempt) = &mut client.sign_in
        {
            self.garble(attempt);
        }
        Ok(response)
    }
}

fn failure(status: StatusCode, code: ErrorCode) -> Response {
    Response::new(Err(Rejection::new(status, ApiError::new(code, "an accident"))))
}
