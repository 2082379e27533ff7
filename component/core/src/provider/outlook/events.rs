//! Events as meetings: a calendar's by `calendarView`, one by `GET .../events/{id}`.
//! Not here: busy times (`busy`), and how JSON becomes a meeting (`event`).
//!
//! <https://learn.microsoft.com/graph/api/event-get>

use super::busy::{is_counted, view, windows};
use super::event::{Event, SELECT};
use super::page::Pages;
use super::request::{Body, events_url, read};
use super::{fault, mailbox, property};
use crate::account::{CalendarId, EventId, Provider};
use crate::calendar::Calendar;
use crate::error::{Error, Kind};
use crate::http::url::Url;
use crate::meeting::{Meeting, Status};
use crate::oauth::scope::Feature;
use crate::schedule::interval::Interval;
use crate::schedule::zone::Zone;
use crate::session::Session;

/// Events of one calendar overlapping `range`, series expanded, cancelled and declined ones
/// and those without length left out, by start, at most `max`.
///
/// # Errors
/// Whatever made the calendar unreadable; `Unavailable` when all-day events cannot be placed.
pub async fn list(
    session: &Session<'_>,
    calendar: &Calendar,
    range: Interval,
    max: usize,
) -> Result<Vec<Meeting>, Error> {
    session.require(Feature::ReadEvents)?;
    let what = format!("calendar \"{}\"", calendar.name);
    let zone = calendar.time_zone.as_deref().and_then(|name| Zone::parse(name).ok());
    let mut meetings = Vec::new();
    'enough: for window in windows(range) {
        let url = with_marks(view(session, &calendar.id, window))
            .query("$orderby", "start/dateTime")
            .query("$top", &max.clamp(1, 100).to_string());
        let mut pages = Pages::new(session, &what, url.build(), Body::Text);
        while let Some(events) = pages.next::<Event>().await? {
            for event in events {
                let meeting =
                    event.meeting(session, &calendar.id, zone.as_ref()).map_err(|error| error.context(&what))?;
                meetings.extend(meeting.filter(|meeting| {
                    meeting.status != Status::Cancelled
                        && !meeting.is_declined
                        && is_counted(meeting.time, window, range)
                }));
            }
            if meetings.len() >= max {
                break 'enough;
            }
        }
    }
    meetings.sort_by_key(|meeting| meeting.time);
    meetings.truncate(max);
    Ok(meetings)
}

/// One event as it is now.
///
/// # Errors
/// `NotFound`, `Unsupported` for an event without length, and whatever made it unreadable.
pub async fn get(session: &Session<'_>, calendar: &CalendarId, event: &EventId) -> Result<Meeting, Error> {
    session.require(Feature::ReadEvents)?;
    let found = fetch(session, calendar, event.as_str(), Body::Text).await?;
    let zone = zone_for(session, &found).await?;
    meeting(session, calendar, found, zone.as_ref())
}

/// One event as Graph shows it, with our marks.
///
/// # Errors
/// `NotFound`, and whatever made it unreadable.
pub async fn fetch(session: &Session<'_>, calendar: &CalendarId, event: &str, body: Body) -> Result<Event, Error> {
    let url = with_marks(events_url(session, calendar.as_str()).segment(event)).build();
    let response = read(session, "event", url, body).await?;
    fault::body("event", &response)
}

/// Asks for the members a meeting is made of and for our marks.
#[must_use]
pub fn with_marks(url: Url) -> Url {
    url.query("$select", SELECT).query("$expand", &property::expand())
}

/// The mailbox's zone, asked for only when the event is a matter of dates.
///
/// # Errors
/// Whatever made the mailbox's settings unreadable.
pub async fn zone_for(session: &Session<'_>, event: &Event) -> Result<Option<Zone>, Error> {
    if event.is_all_day() { mailbox::zone(session).await } else { Ok(None) }
}

/// The meeting that an event is.
///
/// # Errors
/// `Protocol`; `Unsupported` for an event without length, which is no meeting.
pub fn meeting(
    session: &Session<'_>,
    calendar: &CalendarId,
    event: Event,
    mailbox: Option<&Zone>,
) -> Result<Meeting, Error> {
    event.meeting(session, calendar, mailbox)?.ok_or_else(|| {
        Error::new(Kind::Unsupported, "the event has no length, so it is not a meeting")
            .at(Provider::Outlook)
            .with_remedy("Give the event a length in Outlook, or choose another one.")
    })
}

#[cfg(test)]
mod tests;
