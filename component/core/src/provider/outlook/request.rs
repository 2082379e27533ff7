//! What every Graph request has in common: times in UTC, immutable ids, a correlation id; and the
//! plain read. Not here: paging (`page`), tokens and retries (`session`).
//!
//! <https://learn.microsoft.com/graph/outlook-immutable-id>,
//! <https://learn.microsoft.com/graph/best-practices-concept#reliability-and-support>

use chrono::TimeDelta;

use super::fault;
use crate::error::Error;
use crate::http::request::{Method, Request};
use crate::http::response::Response;
use crate::http::retry::Replay;
use crate::http::url::Url;
use crate::session::Session;

/// How the service renders event bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// As plain text.
    Text,
    /// As it is kept, HTML as a rule.
    Kept,
}

/// A request with the headers that every one carries.
#[must_use]
pub fn request(session: &Session<'_>, method: Method, url: String, body: Body) -> Request {
    let text = match body {
        Body::Text => ", outlook.body-content-type=\"text\"",
        Body::Kept => "",
    };
    Request::new(method, url)
        .header("accept", "application/json")
        .header("prefer", format!("outlook.timezone=\"UTC\", IdType=\"ImmutableId\"{text}"))
        .header("client-request-id", uuid(&session.world().random.bytes(16), 4))
}

/// Reads `url`; anything but a success is an error about `what`.
///
/// # Errors
/// As [`fault::error`], and whatever kept the answer away.
pub async fn read(session: &Session<'_>, what: &str, url: String, body: Body) -> Result<Response, Error> {
    let request = request(session, Method::Get, url, body);
    let response = session.call(request, Replay::Safe).await?;
    if response.is_success() { Ok(response) } else { Err(fault::error(what, &response)) }
}

/// Waits, unless that would reach the deadline: false = it did not wait.
pub async fn pause(session: &Session<'_>, wait: TimeDelta) -> bool {
    let world = session.world();
    if world.clock.now() + wait >= world.deadline {
        return false;
    }
    world.clock.sleep(wait).await;
    true
}

/// `/me/calendars/{calendar}/events`.
#[must_use]
pub fn events_url(session: &Session<'_>, calendar: &str) -> Url {
    Url::new(session.api()).segment("me").segment("calendars").segment(calendar).segment("events")
}

/// The first 16 bytes as a UUID of that version (RFC 9562 section 4); missing bytes count as zero.
#[must_use]
pub fn uuid(bytes: &[u8], version: u8) -> String {
    let mut text = String::with_capacity(36);
    for position in 0..16 {
        let byte = bytes.get(position).copied().unwrap_or_default();
        let byte = match position {
            6 => byte & 0x0f | version << 4,
            8 => byte & 0x3f | 0x80,
            _ => byte,
        };
        if matches!(position, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_carries_version_and_variant() {
        assert_eq!(uuid(&[0xff; 16], 4), "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert_eq!(uuid(&[0; 16], 8), "00000000-0000-8000-8000-000000000000");
        assert_eq!(uuid(&[], 4), "00000000-0000-4000-8000-000000000000");
    }
}
