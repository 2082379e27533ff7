//! Answers broken on purpose: cut, or replaced by what no vendor would send.

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderValue, Response, header};

/// The answer with its full length announced and half of its body; hyper closes the connection at the body's error.
pub(crate) fn cut(answer: Response<Body>, bytes: Bytes) -> Response<Body> {
    let (mut parts, _) = answer.into_parts();
    parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len().max(2)));
    let half = bytes.slice(..bytes.len() / 2);
    Response::from_parts(parts, Body::new(HalfBody { half: Some(half), waited: false }))
}

/// A body that gives its data, lets them be flushed, then fails.
struct HalfBody {
    half: Option<Bytes>,
    waited: bool,
}

impl hyper::body::Body for HalfBody {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        if let Some(half) = self.half.take() {
            return std::task::Poll::Ready(Some(Ok(hyper::body::Frame::data(half))));
        }
        if !self.waited {
            self.waited = true;
            context.waker().wake_by_ref();
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(Some(Err(std::io::Error::other("cut on purpose"))))
    }
}

/// The answer with another body, which need not be JSON.
pub(crate) fn replaced(answer: Response<Body>, content_type: &'static str, body: &'static str) -> Response<Body> {
    let (mut parts, _) = answer.into_parts();
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(body))
}
