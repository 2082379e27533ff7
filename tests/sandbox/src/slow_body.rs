//! A body that takes its time: the fault of a server, or of the way to it, that is neither up nor down.

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderValue, Response, header};
use hyper::body::Frame;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// The answer with its full length announced and its body byte by byte.
pub(crate) fn slow(answer: Response<Body>, rest: Bytes, pause: Duration) -> Response<Body> {
    let (mut parts, _) = answer.into_parts();
    if !rest.is_empty() {
        parts.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(rest.len()));
    }
    Response::from_parts(parts, Body::new(SlowBody { rest, pause, next: Box::pin(tokio::time::sleep(pause)) }))
}

/// A body that rests before each byte.
struct SlowBody {
    rest: Bytes,
    pause: Duration,
    next: Pin<Box<tokio::time::Sleep>>,
}

impl hyper::body::Body for SlowBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        ready!(self.next.as_mut().poll(context));
        let pause = self.pause;
        self.next.as_mut().reset(tokio::time::Instant::now() + pause);
        let byte = self.rest.split_to(1);
        Poll::Ready(Some(Ok(Frame::data(byte))))
    }
}
