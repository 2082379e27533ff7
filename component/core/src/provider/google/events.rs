//! Reading events: events.list, `GET /calendars/{calendar}/events`, and events.get,
//! `GET /calendars/{calendar}/events/{event}`.
//! <https://developers.google.com/workspace/calendar/api/v3/reference/events/list>
//! Series are always expanded by Google. Not here: sync tokens.

use serde::Deserialize;
use serde_json::Value;

use super::api::{self, Page, Reading};
use super::calendars;
use super::event::{self, WireEvent};
use super::time;
use crate::account::{CalendarId, EventId, Provider};
use crate::calendar::Calendar;
use crate::error::{Error, Kind};
use crate::http::request::{Method, Request};
use crate::http::url::Url;
use crate::meeting::Meeting;
use crate::oauth::scope::Feature;
use crate::schedule::interval::Interval;
use crate::schedule::zone::Zone;
use crate::session::Session;

/// Events in one page of an agenda; a page with long texts and guest lists must fit the cap on
/// answers.
const PAGE: usize = 250;

/// Events overlapping `range` by start, cancelled ones and those without length left out: at
/// most `max`, not counting declined ones.
///
/// # Errors
/// `PermissionDenied` without the scope; whatever made the calendar unreadable; `Protocol`.
pub async fn list(
    session: &Session<'_>,
    calendar: &Calendar,
    range: Interval,
    max: usize,
) -> Result<Vec<Meeting>, Error> {
    session.require(Feature::ReadEvents)?;
    let what = format!("calendar `{}`", calendar.id);
    let mut meetings: Vec<Meeting> = Vec::new();
    let mut wanted = max;
    if wanted == 0 {
        return Ok(meetings);
    }
    let address = overlapping(session, &calendar.id, range)
        .query("orderBy", "startTime")
        .query("maxResults", &max.min(PAGE).to_string());
    api::read_pages(session, address, &what, Feature::ReadEvents, |page: EventsPage| {
        let zone = page.zone(calendar);
        for one in page.items.unwrap_or_default() {
            if one.is_cancelled() {
                continue;
            }
            let Some(meeting) = one.meeting(session, &calendar.id, zone.as_ref())? else { continue };
            wanted = wanted.saturating_sub(usize::from(!meeting.is_declined));
            meetings.push(meeting);
            if wanted == 0 {
                return Ok(Reading::Done);
            }
        }
        Ok(Reading::More)
    })
    .await?;
    meetings.sort_by(|a, b| (a.time, &a.event_id).cmp(&(b.time, &b.event_id)));
    Ok(meetings)
}

/// One event as it is now. Google still shows cancelled ones, as long as their time is known.
///
/// # Errors
/// `NotFound`; `Unsupported` when the event has no length; whatever made it unreadable.
pub async fn get(session: &Session<'_>, calendar: &CalendarId, event: &EventId) -> Result<Meeting, Error> {
    session.require(Feature::ReadEvents)?;
    read(session, calendar, event, Feature::ReadEvents).await.map(|fresh| fresh.meeting)
}

/// A fresh, complete copy of one event.
pub struct Fresh {
    /// As Google wrote it, unknown members included.
    pub raw: Value,
    /// The part of it that we understand.
    pub wire: WireEvent,
    /// The meeting it is.
    pub meeting: Meeting,
    /// The calendar's zone, in which an all-day event has its dates.
    pub zone: Option<Zone>,
}

/// Reads one event for `feature`, and the calendar's zone only if the event is all-day.
///
/// # Errors
/// As [`get`].
pub async fn read(
    session: &Session<'_>,
    calendar: &CalendarId,
    event: &EventId,
    feature: Feature,
) -> Result<Fresh, Error> {
    let what = format!("event `{event}`");
    let url = api::event(session, calendar, event).build();
    let response = api::read(session, Request::new(Method::Get, url), &what, feature).await?;
    let raw: Value = api::parse(&what, &response)?;
    let wire: WireEvent = api::parse(&what, &response)?;
    if wire.id.as_deref() != Some(event.as_str()) {
        return Err(api::malformed(&what, "it is about another event"));
    }
    if wire.is_cancelled() && (wire.start.is_none() || wire.end.is_none()) {
        let message = format!("{what} was cancelled");
        return Err(Error::new(Kind::NotFound, message).at(Provider::Google));
    }
    let (meeting, zone) = placed(session, calendar, wire.clone()).await?;
    Ok(Fresh { raw, wire, meeting, zone })
}

/// The meeting an event is, whatever calendar zone it takes to tell.
///
/// # Errors
/// `Protocol`; `Unsupported` when the event has no length; whatever made the zone unreadable.
pub async fn meeting(session: &Session<'_>, calendar: &CalendarId, wire: WireEvent) -> Result<Meeting, Error> {
    placed(session, calendar, wire).await.map(|(meeting, _)| meeting)
}

async fn placed(
    session: &Session<'_>,
    calendar: &CalendarId,
    wire: WireEvent,
) -> Result<(Meeting, Option<Zone>), Error> {
    let what = wire.id.as_deref().map_or("an event".to_owned(), |id| format!("event `{id}`"));
    let zone = match wire.span(&what)?.is_all_day() {
        true => Some(calendars::zone(session, calendar).await?),
        false => None,
    };
    let meeting = wire.meeting(session, calendar, zone.as_ref())?.ok_or_else(|| event::without_length(&what))?;
    Ok((meeting, zone))
}

/// The list of events overlapping `range`: `timeMin` bounds their ends and `timeMax` their starts,
/// both exclusive.
#[must_use]
pub fn overlapping(session: &Session<'_>, calendar: &CalendarId, range: Interval) -> Url {
    api::events(session, calendar)
        .query("singleEvents", "true")
        .query("timeMin", &time::format(range.start()))
        .query("timeMax", &time::format(range.end()))
}

/// One page of events.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventsPage {
    /// The events.
    pub items: Option<Vec<WireEvent>>,
    time_zone: Option<String>,
    next_page_token: Option<String>,
}

impl EventsPage {
    /// The calendar's zone: as the page says, or as the list of calendars said.
    #[must_use]
    pub fn zone(&self, calendar: &Calendar) -> Option<Zone> {
        let names = [self.time_zone.as_deref(), calendar.time_zone.as_deref()];
        names.into_iter().flatten().find_map(|name| Zone::parse(name).ok())
    }
}

impl Page for EventsPage {
    fn next(&self) -> Option<&str> {
        self.next_page_token.as_deref()
    }
}

#[cfg(test)]
mod tests;
