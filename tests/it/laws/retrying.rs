//! A wrapper that repeats reads, around a network that loses requests.

use std::sync::atomic::{AtomicUsize, Ordering};

use clerk_sign_in::async_trait;
use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::wire::{Request, Response};

/// A network that loses every second read, or its answer.
#[derive(Debug)]
pub(super) struct Flaky<B> {
    inner: B,
    reads: AtomicUsize,
}

impl<B> Flaky<B> {
    pub(super) fn new(inner: B) -> Self {
        Self { inner, reads: AtomicUsize::new(0) }
    }

    pub(super) fn failures(&self) -> usize {
        self.reads.load(Ordering::Relaxed) / 2
    }
}

#[async_trait]
impl<B: Backend> Backend for Flaky<B> {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let number = if request.is_read() { self.reads.fetch_add(1, Ordering::Relaxed) } else { 1 };
        match number % 4 {
            0 => Err(BackendError::transport("the request was lost")),
            2 => {
                self.inner.call(context, request).await?;
                Err(BackendError::transport("the answer was lost"))
            }
            _ => self.inner.call(context, request).await,
        }
    }
}

/// A backend that sends a read once more if no answer came.
#[derive(Debug)]
pub(super) struct Retrying<B>(pub(super) B);

#[async_trait]
impl<B: Backend> Backend for Retrying<B> {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        match self.0.call(context.clone(), request.clone()).await {
            Err(BackendError::Transport(_)) if request.is_read() => self.0.call(context, request).await,
            answer => answer,
        }
    }
}
