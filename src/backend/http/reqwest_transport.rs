//! A transport that sends messages with `reqwest`.

use async_trait::async_trait;

use super::Transport;
use crate::backend::BackendError;

#[derive(Debug)]
pub(super) struct ReqwestTransport(pub(super) reqwest::Client);

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(&self, message: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, BackendError> {
        // The URL is removed from the error, because its query may hold secrets that must not be logged.
        let failed = |error: reqwest::Error| {
            if error.is_connect() || error.is_builder() {
                BackendError::not_sent(error.without_url())
            } else {
                BackendError::transport(error.without_url())
            }
        };
        let request = reqwest::Request::try_from(message).map_err(failed)?;
        let answer = self.0.execute(request).await.map_err(failed)?;
        let mut message = http::Response::new(Vec::new());
        *message.status_mut() = answer.status();
        *message.headers_mut() = answer.headers().clone();
        *message.body_mut() = answer.bytes().await.map_err(failed)?.into();
        Ok(message)
    }
}
