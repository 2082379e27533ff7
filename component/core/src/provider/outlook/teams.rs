//! The Teams link: asked for with the event, made by the service some seconds later.
//! Not here: whether the calendar allows links (`calendars`).
//!
//! <https://learn.microsoft.com/graph/outlook-calendar-online-meetings>

use chrono::TimeDelta;

use super::events::{fetch, meeting};
use super::request::{Body, pause};
use crate::meeting::{Conferencing, Meeting};
use crate::session::Session;

/// Waits before each look, in seconds.
const WAITS: [i64; 3] = [1, 2, 4];

/// Looks for the link of a meeting whose link is pending, as far as the deadline allows; a failed
/// look changes nothing, for the meeting stands. The version follows what was seen last.
pub async fn await_link(session: &Session<'_>, mut pending: Meeting) -> Meeting {
    for wait in WAITS {
        if pending.conferencing != Conferencing::Pending || !pause(session, TimeDelta::seconds(wait)).await {
            break;
        }
        let id = pending.event_id.as_str();
        let Ok(event) = fetch(session, &pending.calendar, id, Body::Text).await else { continue };
        if let Ok(seen) = meeting(session, &pending.calendar, event, None) {
            pending.conferencing = seen.conferencing;
            pending.etag = seen.etag.or(pending.etag);
        }
    }
    pending
}
