//! Whole bodies within bounds of size and time.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body;
use tokio::time::{Instant, timeout_at};

/// Why a body could not be read to its end.
#[derive(Debug)]
pub(super) enum BodyError<E> {
    /// More bytes than allowed.
    TooLarge,
    /// No bytes for too long, or not finished in time.
    Late,
    /// The sender failed.
    Broken(E),
}

/// Reads at most `most` bytes until `deadline`, waiting at most `pause` for each piece.
pub(super) async fn collect<B>(
    mut body: B,
    most: usize,
    deadline: Instant,
    pause: Duration,
) -> Result<Bytes, BodyError<B::Error>>
where
    B: Body<Data = Bytes> + Unpin,
{
    if body.size_hint().lower() > most as u64 {
        return Err(BodyError::TooLarge);
    }
    let mut bytes = BytesMut::new();
    loop {
        let limit = deadline.min(Instant::now() + pause);
        let Some(frame) = timeout_at(limit, body.frame()).await.map_err(|_| BodyError::Late)? else {
            return Ok(bytes.freeze());
        };
        let Ok(data) = frame.map_err(BodyError::Broken)?.into_data() else { continue };
        if bytes.len() + data.len() > most {
            return Err(BodyError::TooLarge);
        }
        bytes.extend_from_slice(&data);
    }
}
