//! `POST .../cancel` for a meeting we organise; `POST .../decline` for an invitation whose organizer wants an answer, and
//! `DELETE` after it, because declined meetings may be kept; `DELETE` for everything else. Gone is done.
//! Not here: the ledger's record of the booking.
//!
//! <https://learn.microsoft.com/graph/api/event-cancel>, <https://learn.microsoft.com/graph/api/event-decline>,
//! <https://learn.microsoft.com/graph/api/event-delete>

use chrono::TimeDelta;
use serde_json::json;

use super::event::Event;
use super::fault;
use super::request::{Body, events_url, pause, read, request};
use crate::account::{CalendarId, EventId, Provider};
use crate::error::{Error, Kind};
use crate::http::request::{Method, Request};
use crate::http::retry::Replay;
use crate::http::url::Url;
use crate::oauth::scope::Feature;
use crate::session::{CallError, Session};

/// How often it is looked at and ended at most, when another writer is in the way.
const ROUNDS: i32 = 3;
/// The other writer gets this long after the first round, and so much more after each further one.
const PAUSE: TimeDelta = TimeDelta::milliseconds(500);

/// Cancels a meeting the account organises (guests get `comment`), or declines somebody else's (the
/// organizer gets `comment`) and removes the account's copy; removes its own appointments without guests. An event that is in another
/// calendar of the mailbox is found there, so that "gone" means gone.
///
/// # Errors
/// `Failed`: it stands as it was; `PreconditionFailed` when it is another version than `if_match`. `Unknown`: it may be cancelled; the same call again finds out.
pub async fn cancel(
    session: &Session<'_>,
    calendar: &CalendarId,
    event: &EventId,
    comment: Option<&str>,
    if_match: Option<&str>,
) -> Result<(), CallError> {
    session.require(Feature::WriteEvents)?;
    let mut round = 1;
    loop {
        let outcome = attempt(session, calendar, event, comment, if_match).await;
        let is_in_the_way = if_match.is_none()
            && matches!(&outcome, Err(CallError::Failed(error)) if error.kind == Kind::PreconditionFailed);
        if !is_in_the_way || round == ROUNDS || !pause(session, PAUSE * round).await {
            return outcome;
        }
        round += 1;
    }
}

async fn attempt(
    session: &Session<'_>,
    calendar: &CalendarId,
    event: &EventId,
    comment: Option<&str>,
    if_match: Option<&str>,
) -> Result<(), CallError> {
    let here = events_url(session, calendar.as_str()).segment(event.as_str());
    let anywhere = Url::new(session.api()).segment("me").segment("events").segment(event.as_str());
    for place in [here, anywhere] {
        match look(session, &place).await {
            Ok(found) if if_match.is_some() && found.etag.as_deref() != if_match => {
                return Err(CallError::Failed(outdated()));
            }
            Ok(found) => return end(session, place, &found, comment).await,
            Err(error) if error.kind == Kind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn outdated() -> Error {
    Error::new(Kind::PreconditionFailed, "the event changed since it was read").at(Provider::Outlook)
}

async fn look(session: &Session<'_>, place: &Url) -> Result<Event, Error> {
    let url =
        place.clone().query("$select", "id,isOrganizer,isCancelled,attendees,responseRequested,responseStatus").build();
    let found: Event = fault::body("event", &read(session, "event", url, Body::Text).await?)?;
    // What is not understood is not deleted.
    if found.id.is_none() || found.is_organizer.is_none() {
        return Err(fault::protocol("event", "does not tell who organises it"));
    }
    Ok(found)
}

/// Repeating any of the requests is harmless: the second one finds nothing, or tells the organizer the same.
async fn end(session: &Session<'_>, place: Url, found: &Event, comment: Option<&str>) -> Result<(), CallError> {
    let is_standing = found.is_cancelled != Some(true);
    let is_ours = found.is_organizer == Some(true);
    let has_guests = found.attendees.as_ref().is_some_and(|attendees| !attendees.is_empty());
    if is_standing && is_ours && has_guests {
        let body = comment.map_or_else(|| json!({}), |comment| json!({ "comment": comment }));
        return send(session, action(session, &place, "cancel").json(&body)).await;
    }
    if is_standing && !is_ours && found.response_requested != Some(false) && found.response() != "declined" {
        let body = match comment {
            Some(comment) => json!({ "comment": comment, "sendResponse": true }),
            None => json!({ "sendResponse": true }),
        };
        match send(session, action(session, &place, "decline").json(&body)).await {
            // Graph knows better whether there is something to decline.
            Err(CallError::Failed(error)) if error.kind == Kind::InvalidArgument => {}
            Err(error) => return Err(error),
            Ok(()) => {}
        }
    }
    send(session, request(session, Method::Delete, place.build(), Body::Text)).await
}

fn action(session: &Session<'_>, place: &Url, name: &str) -> Request {
    request(session, Method::Post, place.clone().segment(name).build(), Body::Text)
}

async fn send(session: &Session<'_>, request: Request) -> Result<(), CallError> {
    let response = session.call(request, Replay::Safe).await?;
    let is_gone = fault::is_deleted(&response) || fault::error("event", &response).kind == Kind::NotFound;
    if response.is_success() || is_gone {
        return Ok(());
    }
    Err(fault::call_error("event", &response))
}

#[cfg(test)]
mod tests;
