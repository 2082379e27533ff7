//! `PATCH /me/calendars/{id}/events/{id}` with `If-Match`: read, apply, write; on 412 again, at
//! most three times. Guests are told by the service.
//! Not here: what a change looks like in JSON (`update::patch`).
//!
//! <https://learn.microsoft.com/graph/api/event-update>

mod patch;

use chrono::TimeDelta;

use super::event::Event;
use super::events::{fetch, meeting, zone_for};
use super::request::{Body, events_url, pause, request};
use super::{fault, property};
use crate::account::{CalendarId, EventId, Provider};
use crate::error::{Error, Kind};
use crate::http::request::Method;
use crate::http::retry::Replay;
use crate::meeting::{Changes, Meeting};
use crate::oauth::scope::Feature;
use crate::schedule::zone::Zone;
use crate::session::{CallError, Session};

/// How often the change is read, applied and written at most.
const ROUNDS: u32 = 3;

/// Changes an event; everything not named in `changes` stays, the block of an online meeting in
/// the body included; an event that is as wanted already is not written, in whichever version. Times are sent in UTC and `changes.time_zone` is not sent: guests see their
/// own zone.
///
/// # Errors
/// `Failed(PreconditionFailed)` when `if_match` is given and outdated, or when others keep changing
/// the event; `Failed(PermissionDenied)` when somebody else organises it; `Unknown` when the change
/// may or may not have been made.
pub async fn update(
    session: &Session<'_>,
    calendar: &CalendarId,
    event: &EventId,
    changes: &Changes,
    if_match: Option<&str>,
) -> Result<Meeting, CallError> {
    session.require(Feature::WriteEvents)?;
    let mut open: Option<Sent> = None;
    let mut refusal = outdated();
    for _ in 0..ROUNDS {
        let round = Round { session, calendar, changes };
        let fresh = fetch(session, calendar, event.as_str(), Body::Kept).await;
        let fresh = fresh.map_err(|error| after(open.as_ref(), error))?;
        let zone = zone_for(session, &fresh).await.map_err(|error| after(open.as_ref(), error))?;
        if let Some(sent) = &open {
            if patch::is_applied(changes, &fresh, zone.as_ref()) {
                return Ok(meeting(session, calendar, fresh, zone.as_ref())?);
            }
            if fresh.etag.as_deref() != Some(sent.etag.as_str()) {
                return Err(CallError::Unknown(sent.error.clone()));
            }
        }
        let etag = round.allowed(&fresh).map_err(|error| after(open.as_ref(), error))?;
        if if_match.is_some_and(|wanted| wanted != etag) {
            return match patch::is_applied(changes, &fresh, zone.as_ref()) {
                true => Ok(meeting(session, calendar, fresh, zone.as_ref())?),
                false => Err(after(open.as_ref(), outdated())),
            };
        }
        let patch = patch::patch(changes, &fresh, zone.as_ref()).map_err(|error| after(open.as_ref(), error))?;
        if patch.is_empty() {
            return Ok(meeting(session, calendar, fresh, zone.as_ref())?);
        }
        match round.write(event, &etag, patch.into(), &fresh, zone.as_ref()).await {
            Ok(meeting) => return Ok(meeting),
            Err(CallError::Failed(error)) if error.kind == Kind::PreconditionFailed => {
                if if_match.is_some() && open.is_none() {
                    return Err(CallError::Failed(outdated()));
                }
                refusal = error;
            }
            Err(CallError::Failed(error)) => return Err(after(open.as_ref(), error)),
            Err(CallError::Unknown(error)) => {
                let wait = error.retry_after().unwrap_or(TimeDelta::seconds(1));
                pause(session, wait).await;
                open = Some(Sent { etag, error });
            }
        }
    }
    Err(after(open.as_ref(), refusal))
}

/// A write whose outcome is open: what was replaced, and why it is open.
struct Sent {
    etag: String,
    error: Error,
}

struct Round<'a, 'w> {
    session: &'a Session<'w>,
    calendar: &'a CalendarId,
    changes: &'a Changes,
}

impl Round<'_, '_> {
    /// The version to replace, if the event may be changed.
    fn allowed(&self, fresh: &Event) -> Result<String, Error> {
        let Some(etag) = fresh.etag.clone() else {
            return Err(fault::protocol("event", "has no version"));
        };
        if fresh.is_cancelled == Some(true) {
            let error = Error::new(Kind::NotFound, "the event was cancelled");
            return Err(error.at(Provider::Outlook).with_remedy("Book a new meeting."));
        }
        if fresh.is_organizer == Some(false) {
            let error = Error::new(Kind::PermissionDenied, "somebody else organises the event");
            let remedy = "Ask the organizer to change it.";
            return Err(error.at(Provider::Outlook).with_remedy(remedy));
        }
        Ok(etag)
    }

    async fn write(
        &self,
        event: &EventId,
        etag: &str,
        patch: serde_json::Value,
        fresh: &Event,
        zone: Option<&Zone>,
    ) -> Result<Meeting, CallError> {
        let url = events_url(self.session, self.calendar.as_str()).segment(event.as_str()).build();
        let request = request(self.session, Method::Patch, url, Body::Text).header("if-match", etag).json(&patch);
        let response = self.session.call(request, Replay::OnlyIfRefused).await?;
        if !response.is_success() {
            return Err(fault::call_error("event", &response));
        }
        let changed: Event = fault::body("event", &response).map_err(CallError::Unknown)?;
        let changed = meeting(self.session, self.calendar, changed, zone);
        let mut changed = changed.map_err(CallError::Unknown)?;
        if self.changes.time.is_some_and(|time| changed.time != time) {
            let error = fault::protocol("event", "has other times than were asked for");
            return Err(CallError::Unknown(error));
        }
        let marks = fresh.single_value_extended_properties.as_deref().unwrap_or_default();
        changed.idempotency_key = property::key(marks).map(str::to_owned);
        Ok(changed)
    }
}

/// A failure is the whole truth only while no earlier write is open.
fn after(open: Option<&Sent>, error: Error) -> CallError {
    match open {
        None => CallError::Failed(error),
        Some(sent) => CallError::Unknown(sent.error.clone()),
    }
}

fn outdated() -> Error {
    Error::new(Kind::PreconditionFailed, "the event changed since it was read").at(Provider::Outlook)
}

#[cfg(test)]
mod tests;
