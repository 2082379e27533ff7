//! Busy times from `calendarView`, which expands series; never from the plain list of events.
//! Not here: what kind of entry an event is (`busy_rule`), what a kind is worth for a booking
//! (`schedule::policy`), and other people's free/busy (getSchedule).
//!
//! <https://learn.microsoft.com/graph/api/calendar-list-calendarview>

use chrono::TimeDelta;
use futures_util::stream::{self, StreamExt};

use super::batch::{self, Part};
use super::busy_rule;
use super::event::{Event, bad_time};
use super::page::Pages;
use super::request;
use super::time::{BadTime, bound};
use crate::account::{CalendarId, EventId};
use crate::calendar::{BusyEvent, Calendar, CalendarBusy, Detail};
use crate::error::Error;
use crate::http::response::Response;
use crate::http::url::Url;
use crate::oauth::scope::Feature;
use crate::schedule::interval::Interval;
use crate::schedule::zone::Zone;
use crate::session::Session;

/// Requests in flight together; the service allows four per mailbox.
const IN_FLIGHT: usize = 4;
/// Longer views are refused (`ErrorCalendarViewRangeTooBig`) at a length nobody documents.
const LONGEST_VIEW: TimeDelta = TimeDelta::days(366);
const SELECT: &str = "id,showAs,start,end,isAllDay,isCancelled,responseStatus,sensitivity";

/// Busy entries of each calendar that overlap `range`, in the same order. All details come from
/// the same request here, so entries always carry their event's id and kind. More calendars than
/// may be asked at once go into batches.
pub async fn read(session: &Session<'_>, calendars: &[Calendar], range: Interval, detail: Detail) -> Vec<CalendarBusy> {
    let first_pages = first_pages(session, calendars, range).await;
    let reads = calendars.iter().zip(first_pages).map(|(calendar, first)| async move {
        let busy = match first {
            Ok(first) => one(session, calendar, range, detail, first).await,
            Err(error) => Err(error),
        };
        CalendarBusy { calendar: calendar.id.clone(), busy }
    });
    at_most_four(reads).await
}

/// The first page of each calendar, as far as batches brought it.
async fn first_pages(
    session: &Session<'_>,
    calendars: &[Calendar],
    range: Interval,
) -> Vec<Result<Option<Response>, Error>> {
    let window = windows(range).into_iter().next();
    let window = window.filter(|_| calendars.len() > IN_FLIGHT && session.require(Feature::ReadBusy).is_ok());
    let Some(window) = window else { return calendars.iter().map(|_| Ok(None)).collect() };
    let mut pages = Vec::with_capacity(calendars.len());
    for calendars in calendars.chunks(batch::MOST_PARTS) {
        let urls: Vec<String> = calendars.iter().map(|calendar| page(session, calendar, window)).collect();
        match batch::get(session, &urls, request::Body::Text).await {
            Ok(parts) => pages.extend(parts.into_iter().map(|part| match part {
                Part::Answered(response) => Ok(Some(response)),
                Part::Alone => Ok(None),
            })),
            Err(error) => pages.extend(calendars.iter().map(|_| Err(error.clone()))),
        }
    }
    pages
}

/// The address of the first page of a window.
fn page(session: &Session<'_>, calendar: &Calendar, window: Interval) -> String {
    view(session, &calendar.id, window).query("$select", SELECT).query("$top", "500").build()
}

async fn at_most_four<T>(reads: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    stream::iter(reads).buffered(IN_FLIGHT).collect().await
}

async fn one(
    session: &Session<'_>,
    calendar: &Calendar,
    range: Interval,
    detail: Detail,
    mut first: Option<Response>,
) -> Result<Vec<BusyEvent>, Error> {
    session.require(Feature::ReadBusy)?;
    let what = format!("calendar \"{}\"", calendar.name);
    let zone = calendar.time_zone.as_deref().and_then(|name| Zone::parse(name).ok());
    let mut busy = Vec::new();
    for window in windows(range) {
        let pages = Pages::new(session, &what, page(session, calendar, window), request::Body::Text);
        let mut pages = pages.begun(first.take());
        while let Some(events) = pages.next::<Event>().await? {
            for event in events {
                let entry = entry(event, zone.as_ref(), detail).map_err(|bad| unknown(session, &what, bad))?;
                busy.extend(entry.filter(|entry| is_counted(entry.interval, window, range)));
            }
        }
    }
    Ok(busy)
}

/// The view of one calendar over `range`: everything that overlaps it, series expanded.
#[must_use]
pub fn view(session: &Session<'_>, calendar: &CalendarId, range: Interval) -> Url {
    Url::new(session.api())
        .segment("me")
        .segment("calendars")
        .segment(calendar.as_str())
        .segment("calendarView")
        .query("startDateTime", &bound(range.start()))
        .query("endDateTime", &bound(range.end()))
}

/// `range` in pieces of a length the service takes.
#[must_use]
pub fn windows(range: Interval) -> Vec<Interval> {
    let mut windows = Vec::new();
    let mut rest = Some(range);
    while let Some(left) = rest {
        let cut = left.start().checked_add_signed(LONGEST_VIEW).map_or(left.end(), |cut| cut.min(left.end()));
        windows.extend(Interval::new(left.start(), cut));
        rest = Interval::new(cut, left.end());
    }
    windows
}

/// Overlaps the range, and was not in an earlier window already.
#[must_use]
pub fn is_counted(event: Interval, window: Interval, range: Interval) -> bool {
    event.overlaps(range) && (window.start() == range.start() || event.start() >= window.start())
}

/// The entry an event is, if it takes time, has a length and belongs to the detail.
fn entry(event: Event, mailbox: Option<&Zone>, detail: Detail) -> Result<Option<BusyEvent>, BadTime> {
    let Some(kind) = busy_rule::judge(&event).filter(|kind| detail.includes(*kind)) else { return Ok(None) };
    let interval = event.interval(mailbox)?;
    let event_id = event.id.filter(|id| !id.is_empty()).map(EventId::new);
    Ok(interval.map(|interval| BusyEvent { interval, event_id, kind }))
}

/// Why the calendar is unknown; a missing scope explains a missing zone.
fn unknown(session: &Session<'_>, what: &str, bad: BadTime) -> Error {
    match (bad, session.require(Feature::MailboxSettings)) {
        (BadTime::NoMailboxZone, Err(denied)) => denied.context(format!("{what} {bad}")),
        _ => bad_time(what, bad),
    }
}

#[cfg(test)]
mod tests;
