//! A backend whose answers must be within the rules of the model.

use clerk_sign_in::async_trait;
use clerk_sign_in::backend::{Backend, BackendError, CallContext, CallPolicy};
use clerk_sign_in::testing::CheckedBackend;
use clerk_sign_in::wire::{Request, Response};

/// A backend that fails the test as soon as an answer is against the rules.
#[derive(Debug)]
pub struct Judged<B>(pub CheckedBackend<B>);

#[async_trait]
impl<B: Backend> Backend for Judged<B> {
    async fn call(&self, context: CallContext, request: Request) -> Result<Response, BackendError> {
        let answer = self.0.call(context, request).await;
        if let Some(outside) = self.0.outside().first() {
            panic!("an answer is against the rules: {outside}");
        }
        answer
    }

    fn call_policy(&self) -> Option<&CallPolicy> {
        self.0.call_policy()
    }

    fn public_url(&self) -> Option<&str> {
        self.0.public_url()
    }
}
