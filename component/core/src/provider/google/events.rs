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
mod tests {
    use serde_json::json;

    use super::super::sample::{HOSTILE, at, calendar, event_id, range, refusal, wire};
    use super::*;
    use crate::http::response::Response;
    use crate::scripted::{Stage, block_on, json as answer};

    const EVENTS: &str = "https://www.googleapis.com/calendar/v3/calendars/ana%40example.com/events";

    fn day() -> Interval {
        range("2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z")
    }

    fn agenda(stage: &Stage, max: usize) -> Result<Vec<Meeting>, Error> {
        block_on(list(&stage.session(Provider::Google), &calendar(), day(), max))
    }

    fn page(items: Value, next: Option<&str>) -> Response {
        answer(200, json!({"items": items, "nextPageToken": next, "timeZone": "Europe/Berlin"}))
    }

    fn named(id: &str) -> Value {
        wire(json!({"id": id}))
    }

    #[test]
    fn lists_by_overlap_with_series_expanded_and_follows_empty_pages() {
        let stage = Stage::new();
        stage.http.push(page(json!([named("a")]), Some("t1")));
        stage.http.push(page(json!([]), Some("t2")));
        stage.http.push(page(json!([named("b"), wire(json!({"status": "cancelled"}))]), None));
        let meetings = agenda(&stage, 7).unwrap();
        let ids: Vec<_> = meetings.iter().map(|one| one.event_id.as_str()).collect();
        assert_eq!(ids, ["a", "b"]);
        let query = "singleEvents=true&timeMin=2026-06-10T00%3A00%3A00Z&timeMax=2026-06-11T00%3A00%3A00Z\
                     &orderBy=startTime&maxResults=7";
        let pages = ["", "&pageToken=t1", "&pageToken=t2"];
        assert_eq!(stage.http.lines(), pages.map(|page| format!("GET {EVENTS}?{query}{page}")));
    }

    #[test]
    fn declined_cancelled_and_lengthless_events_do_not_use_up_the_maximum() {
        let stage = Stage::new();
        let declined = json!([{"email": "ana@example.com", "self": true, "responseStatus": "declined"}]);
        let moment = json!({"dateTime": "2026-06-10T12:00:00+02:00"});
        let items = json!([
            wire(json!({"id": "d", "attendees": declined})),
            wire(json!({"id": "c", "status": "cancelled", "start": null})),
            wire(json!({"id": "z", "start": moment, "end": moment})),
            named("x"),
            named("y"),
            named("too many"),
        ]);
        stage.http.push(page(items, Some("never read")));
        let meetings = agenda(&stage, 2).unwrap();
        let ids: Vec<_> = meetings.iter().map(|one| (one.event_id.as_str(), one.is_declined)).collect();
        assert_eq!(ids, [("d", true), ("x", false), ("y", false)]);
        assert_eq!(stage.http.requests().len(), 1);
    }

    #[test]
    fn a_maximum_of_none_sends_nothing() {
        let stage = Stage::new();
        assert_eq!(agenda(&stage, 0), Ok(Vec::new()));
        assert_eq!(stage.http.requests().len(), 0);
    }

    #[test]
    fn all_day_events_are_read_in_the_zone_of_the_page() {
        let stage = Stage::new();
        let dates = json!({"start": {"date": "2026-06-10"}, "end": {"date": "2026-06-11"}});
        let answer = answer(200, json!({"items": [wire(dates)], "timeZone": "America/New_York"}));
        stage.http.push(answer);
        let meeting = agenda(&stage, 9).unwrap().remove(0);
        assert!(meeting.is_all_day);
        assert_eq!(meeting.time, range("2026-06-10T04:00:00Z", "2026-06-11T04:00:00Z"));
        assert_eq!(meeting.time_zone.as_deref(), Some("America/New_York"));
    }

    #[test]
    fn an_all_day_event_without_a_known_zone_makes_the_calendar_unknown() {
        let stage = Stage::new();
        let dates = json!({"start": {"date": "2026-06-10"}, "end": {"date": "2026-06-11"}});
        stage.http.push(answer(200, json!({"items": [wire(dates)], "timeZone": "Mars/Olympus"})));
        let nowhere = Calendar { time_zone: None, ..calendar() };
        let read = block_on(list(&stage.session(Provider::Google), &nowhere, day(), 9));
        assert_eq!(read.unwrap_err().kind, Kind::Protocol);
    }

    #[test]
    fn hostile_lists_are_protocol_errors() {
        for body in HOSTILE {
            let stage = Stage::new();
            stage.http.push(Response { status: 200, headers: Vec::new(), body: body.into() });
            assert_eq!(agenda(&stage, 9).unwrap_err().kind, Kind::Protocol, "{body}");
        }
        for broken in [
            wire(json!({"id": null})),
            wire(json!({"end": null})),
            wire(json!({"start": {}})),
            wire(json!({"start": {"dateTime": "noon"}})),
            wire(json!({"end": {"dateTime": "2026-06-10T09:59:59Z"}})),
            wire(json!({"end": {"date": "2026-06-11"}})),
        ] {
            let stage = Stage::new();
            stage.http.push(page(json!([broken]), None));
            assert_eq!(agenda(&stage, 9).unwrap_err().kind, Kind::Protocol, "{broken}");
        }
    }

    fn got(stage: &Stage) -> Result<Meeting, Error> {
        block_on(get(&stage.session(Provider::Google), &calendar().id, &event_id()))
    }

    #[test]
    fn gets_one_event_with_one_request() {
        let stage = Stage::new();
        stage.http.push(answer(200, wire(json!({}))));
        let meeting = got(&stage).unwrap();
        assert_eq!(meeting.time.start(), at("2026-06-10T10:00:00Z"));
        assert_eq!(stage.http.lines(), [format!("GET {EVENTS}/abc12")]);
    }

    #[test]
    fn the_zone_of_the_calendar_is_fetched_for_all_day_events_only() {
        let stage = Stage::new();
        let dates = json!({"start": {"date": "2026-10-25"}, "end": {"date": "2026-10-26"}});
        stage.http.push(answer(200, wire(dates)));
        stage.http.push(answer(200, json!({"id": "ana@example.com", "timeZone": "Europe/Berlin"})));
        let meeting = got(&stage).unwrap();
        assert_eq!(meeting.time, range("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"));
        let zone = "GET https://www.googleapis.com/calendar/v3/users/me/calendarList/ana%40example.com";
        assert_eq!(stage.http.lines()[1], zone);
    }

    #[test]
    fn an_event_that_cannot_be_shown_says_why() {
        let moment = json!({"dateTime": "2026-06-10T12:00:00+02:00"});
        for (response, kind) in [
            (refusal(404, "notFound"), Kind::NotFound),
            (refusal(410, "deleted"), Kind::NotFound),
            (answer(200, json!({"id": "abc12", "status": "cancelled"})), Kind::NotFound),
            (answer(200, wire(json!({"start": moment, "end": moment}))), Kind::Unsupported),
            (answer(200, json!({"id": "abc12"})), Kind::Protocol),
            (answer(200, json!([])), Kind::Protocol),
            (answer(200, wire(json!({"id": "other"}))), Kind::Protocol),
        ] {
            let stage = Stage::new();
            stage.http.push(response);
            let error = got(&stage).unwrap_err();
            assert_eq!(error.kind, kind);
            assert!(error.message.contains("abc12"), "{}", error.message);
        }
    }

    #[test]
    fn a_cancelled_event_that_google_still_shows_is_a_cancelled_meeting() {
        let stage = Stage::new();
        stage.http.push(answer(200, wire(json!({"status": "cancelled"}))));
        assert_eq!(got(&stage).unwrap().status, crate::meeting::Status::Cancelled);
    }
}
