//! A backend is written without `#[async_trait]`.

use clerk_sign_in::backend::{Backend, BackendError, CallContext};
use clerk_sign_in::wire::{Request, Response};

#[derive(Debug)]
pub struct Logging<B>(B);

impl<B: Backend> Backend for Logging<B> {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        println!("{request:?}");
        self.0.call(context, request).await
    }
}

fn main() {}
