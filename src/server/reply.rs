//! HTTP responses that have a whole body, half of a body, or no body.

use std::convert::Infallible;

use futures::{StreamExt, stream};
use http::StatusCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Bytes, Frame};
use serde::Serialize;

use crate::wire::{ApiError, ErrorCode, Rejection};

pub(super) type Reply = http::Response<BoxBody<Bytes, Cut>>;

/// The error that closes the connection in the middle of a body.
#[derive(Debug, thiserror::Error)]
#[error("a fault closed the connection")]
pub(super) struct Cut;

pub(super) fn whole(message: http::Response<Vec<u8>>) -> Reply {
    message.map(|body| Full::new(Bytes::from(body)).map_err(|never: Infallible| match never {}).boxed())
}

/// Returns a reply that announces the length of the whole body, but contains only half of it.
pub(super) fn half(message: http::Response<Vec<u8>>) -> Reply {
    let (mut head, mut body) = message.into_parts();
    head.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    body.truncate(body.len() / 2);
    let sent = stream::once(async { Ok(Frame::data(Bytes::from(body))) });
    let cut = stream::once(async {
        // When a body returns an error, hyper discards the data that it has not sent yet. Yielding before the error
        // gives hyper time to send that data.
        tokio::task::yield_now().await;
        Err(Cut)
    });
    http::Response::from_parts(head, BodyExt::boxed(StreamBody::new(sent.chain(cut))))
}

pub(super) fn json(status: StatusCode, body: &impl Serialize) -> http::Response<Vec<u8>> {
    typed(status, "application/json", serde_json::to_vec(body).unwrap_or_default())
}

pub(super) fn typed(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> http::Response<Vec<u8>> {
    let mut message = http::Response::new(body);
    *message.status_mut() = status;
    message.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    message
}

pub(super) fn rejection(status: StatusCode, code: ErrorCode, message: &str) -> Rejection {
    Rejection::new(status, ApiError::new(code, message))
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::task::{Context, Poll};

    use futures::task::noop_waker_ref;
    use hyper::body::Body;

    use super::*;

    #[test]
    fn half_an_answer_is_sent_before_the_cut() {
        let mut body = pin!(half(http::Response::new(b"0123".to_vec())).into_body());
        let mut next = || body.as_mut().poll_frame(&mut Context::from_waker(noop_waker_ref()));
        assert!(matches!(next(), Poll::Ready(Some(Ok(frame))) if frame.data_ref().is_some_and(|half| half == "01")));
        assert!(next().is_pending());
        assert!(matches!(next(), Poll::Ready(Some(Err(Cut)))));
    }
}
