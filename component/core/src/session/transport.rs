//! What it means that a request has no answer. Not here: whether to try again (`http::retry`).

use crate::error::{Error, Kind};
use crate::http::response::TransportError;

/// The meaning of a request without an answer.
#[must_use]
pub(super) fn error(cause: &TransportError) -> Error {
    let kind = match cause {
        TransportError::Denied(_) => Kind::DeniedByHost,
        TransportError::Untrusted(_) => {
            return Error::new(Kind::Unavailable { retry_after: None }, cause.to_string()).with_remedy(
                "Check the address. If its certificate comes from a private authority, make the host trust it.",
            );
        }
        TransportError::Connect(_) | TransportError::Lost(_) => Kind::Unavailable { retry_after: None },
        TransportError::Timeout(_) => Kind::Timeout,
        TransportError::TooLarge(_) => Kind::Protocol,
        TransportError::Malformed(_) => Kind::Internal,
    };
    Error::new(kind, cause.to_string())
}
