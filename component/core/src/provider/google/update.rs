//! Changing an event: events.patch, `PATCH /calendars/{calendar}/events/{event}`, always on top of
//! a fresh read and with `If-Match`.
//! <https://developers.google.com/workspace/calendar/api/v3/reference/events/patch>
//! Not here: what is sent (`change`), and whether the new time is free (`op::update_event`).

use chrono::TimeDelta;

use super::events::{self, Fresh};
use super::{api, change, fault};
use crate::account::{CalendarId, EventId, Provider};
use crate::error::{Error, Kind};
use crate::http::request::{Method, Request};
use crate::http::retry::Replay;
use crate::meeting::{Changes, Meeting, Status};
use crate::oauth::scope::Feature;
use crate::session::{CallError, Session};

/// Reads and writes of one call before it gives up against others that change the same event.
const MAX_ROUNDS: u32 = 3;
/// Wait after a write without a clear answer, unless Google asks for another.
const BACKOFF: TimeDelta = TimeDelta::seconds(1);

/// Changes the event and tells the guests; everything not named in `changes` stays, the video
/// link included. Nothing is sent when the event is as wanted already, in whichever version.
///
/// # Errors
/// `Failed(PreconditionFailed)` when `if_match` is outdated, or when others keep changing the
/// event; `NotFound`; `Unsupported`. `Unknown`: it may be changed; the same call again finds out.
pub async fn update(
    session: &Session<'_>,
    calendar: &CalendarId,
    event: &EventId,
    changes: &Changes,
    if_match: Option<&str>,
) -> Result<Meeting, CallError> {
    session.require(Feature::WriteEvents)?;
    let what = format!("event `{event}`");
    // The error of a write that may have been carried out.
    let mut unclear: Option<Error> = None;
    for _ in 0..MAX_ROUNDS {
        let doubt = |error: Error| match &unclear {
            Some(_) => CallError::Unknown(error),
            None => CallError::Failed(error),
        };
        let read = events::read(session, calendar, event, Feature::WriteEvents).await;
        let fresh = read.map_err(doubt)?;
        if fresh.meeting.status == Status::Cancelled {
            let error = Error::new(Kind::NotFound, format!("{what} was cancelled"));
            return Err(doubt(error.at(Provider::Google)));
        }
        let body = change::body(&fresh, changes).map_err(doubt)?;
        let is_outdated = if_match.is_some() && if_match != fresh.wire.etag.as_deref();
        if is_outdated && !body.is_empty() {
            return Err(doubt(changed_meanwhile(&what)));
        }
        if body.is_empty() {
            return Ok(fresh.meeting);
        }
        match write(session, calendar, event, &fresh, body.into()).await {
            Ok(Written::Done(meeting)) => return verify(&what, *meeting, changes),
            Ok(Written::Outdated) if if_match.is_some() => return Err(doubt(changed_meanwhile(&what))),
            Ok(Written::Outdated) => {}
            Err(CallError::Unknown(error)) => {
                let (world, wait) = (session.world(), error.retry_after().unwrap_or(BACKOFF));
                if world.clock.now() + wait >= world.deadline {
                    return Err(CallError::Unknown(error));
                }
                world.clock.sleep(wait).await;
                unclear = Some(error);
            }
            Err(CallError::Failed(error)) => return Err(doubt(error)),
        }
    }
    Err(match unclear {
        Some(error) => CallError::Unknown(error),
        None => CallError::Failed(changed_meanwhile(&what)),
    })
}

enum Written {
    Done(Box<Meeting>),
    /// Somebody else was faster (412).
    Outdated,
}

async fn write(
    session: &Session<'_>,
    calendar: &CalendarId,
    event: &EventId,
    fresh: &Fresh,
    body: serde_json::Value,
) -> Result<Written, CallError> {
    let what = format!("event `{event}`");
    let Some(etag) = fresh.wire.etag.as_deref().filter(|etag| !etag.is_empty()) else {
        return Err(api::malformed(&what, "it has no etag").into());
    };
    let url = api::event(session, calendar, event)
        .query("sendUpdates", "all")
        // With 0, Google would ignore the conference of the event.
        .query("conferenceDataVersion", "1")
        .build();
    let request = Request::new(Method::Patch, url).json(&body).header("if-match", etag);
    let response = session.call(request, Replay::OnlyIfRefused).await?;
    let error = |response| fault::error(&what, Feature::WriteEvents, response, session.world().clock.now());
    match response.status {
        200..=299 => {
            let wire = api::parse(&what, &response).map_err(CallError::Unknown)?;
            let meeting = events::meeting(session, calendar, wire).await;
            meeting.map(|one| Written::Done(Box::new(one))).map_err(CallError::Unknown)
        }
        412 => Ok(Written::Outdated),
        500.. => Err(CallError::Unknown(error(&response))),
        _ => Err(CallError::Failed(error(&response))),
    }
}

/// Checks that Google moved the event to where it was asked to.
fn verify(what: &str, meeting: Meeting, changes: &Changes) -> Result<Meeting, CallError> {
    if changes.time.is_some_and(|wanted| wanted != meeting.time) {
        return Err(CallError::Unknown(api::malformed(what, "the event was moved to another time")));
    }
    Ok(meeting)
}

fn changed_meanwhile(what: &str) -> Error {
    Error::new(Kind::PreconditionFailed, format!("{what} changed since it was read")).at(Provider::Google)
}

#[cfg(test)]
mod tests;
