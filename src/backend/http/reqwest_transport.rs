//! A transport that sends messages with `reqwest`.

use async_trait::async_trait;

use super::Transport;
use crate::backend::BackendError;
use crate::fault_switches::without;

#[derive(Debug)]
pub(super) struct ReqwestTransport {
    pub(super) client: reqwest::Client,
    /// The maximum size of an answer's body in bytes.
    pub(super) max_answer_size: usize,
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(&self, message: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, BackendError> {
        // The URL is removed from the error, because its query may hold secrets that must not be logged.
        let failed = |error: reqwest::Error| {
            if (error.is_connect() || error.is_builder()) && !without("a connection that was not made is `NotSent`") {
                BackendError::not_sent(error.without_url())
            } else {
                BackendError::transport(error.without_url())
            }
        };
        let request = reqwest::Request::try_from(message).map_err(failed)?;
        let mut answer = self.client.execute(request).await.map_err(failed)?;
        let mut message = http::Response::new(Vec::new());
        *message.status_mut() = answer.status();
        *message.headers_mut() = answer.headers().clone();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            let is_too_large = message.body().len() + chunk.len() > self.max_answer_size;
            if is_too_large && !without("an answer has a maximum size") {
                let what = format!("the answer is larger than {} bytes", self.max_answer_size);
                return Err(BackendError::Protocol(what));
            }
            message.body_mut().extend_from_slice(&chunk);
        }
        Ok(message)
    }
}
