//! Busy times: merged ones by freeBusy.query, events one by one by events.list. Not here: what kind
//! of entry an event is (`busy_rule`), and what a kind is worth (`schedule::policy`).

use futures_util::future::{join, join_all};

use super::api::{self, Reading};
use super::busy_rule;
use super::events::{self, EventsPage};
use super::free_busy;
use crate::account::EventId;
use crate::calendar::{Access, BusyEvent, Calendar, CalendarBusy, Detail};
use crate::error::Error;
use crate::oauth::scope::Feature;
use crate::schedule::interval::Interval;
use crate::session::Session;

/// What a busy read needs of an event; guests other than the person themself are left out.
const FIELDS: &str = "items(id,status,transparency,visibility,eventType,start,end,\
                      attendees(self,responseStatus)),nextPageToken,timeZone";

/// Busy times of every calendar in `range`: one answer each, in the same order, all requests in
/// flight together. Calendars that show no events, or whose events the grant does not cover, are
/// read as merged times even when `detail` asks for more: such entries have no id and are plainly
/// busy, because Google says no more about them. By itself freeBusy.query leaves out what takes no
/// time by the default statuses.
pub async fn read(session: &Session<'_>, calendars: &[Calendar], range: Interval, detail: Detail) -> Vec<CalendarBusy> {
    let routes: Vec<_> = calendars.iter().map(|one| route(session, one, detail)).collect();
    let merged: Vec<_> = calendars
        .iter()
        .zip(&routes)
        .filter(|(_, route)| matches!(route, Route::FreeBusy))
        .map(|(calendar, _)| &calendar.id)
        .collect();
    let listed = calendars.iter().zip(&routes).filter(|(_, route)| matches!(route, Route::Events));
    let listed = join_all(listed.map(|(calendar, _)| read_events(session, calendar, range, detail)));
    let (merged, listed) = join(free_busy::query(session, &merged, range), listed).await;
    let (mut merged, mut listed) = (merged.into_iter(), listed.into_iter());
    calendars
        .iter()
        .zip(routes)
        .map(|(calendar, route)| CalendarBusy {
            calendar: calendar.id.clone(),
            busy: match route {
                Route::FreeBusy => merged.next().unwrap_or_else(|| Err(free_busy::missing(&calendar.id))),
                Route::Events => listed.next().unwrap_or_else(|| Err(free_busy::missing(&calendar.id))),
                Route::Closed(error) => Err(error),
            },
        })
        .collect()
}

enum Route {
    FreeBusy,
    Events,
    Closed(Error),
}

fn route(session: &Session<'_>, calendar: &Calendar, detail: Detail) -> Route {
    let events_open = calendar.access > Access::FreeBusy && session.require(Feature::ReadEvents).is_ok();
    match session.require(Feature::ReadBusy) {
        _ if events_open && detail != Detail::Merged => Route::Events,
        Ok(()) => Route::FreeBusy,
        Err(_) if events_open => Route::Events,
        Err(error) => Route::Closed(error),
    }
}

async fn read_events(
    session: &Session<'_>,
    calendar: &Calendar,
    range: Interval,
    detail: Detail,
) -> Result<Vec<BusyEvent>, Error> {
    let what = format!("calendar `{}`", calendar.id);
    let address = events::overlapping(session, &calendar.id, range)
        .query("maxResults", "2500")
        .query("maxAttendees", "1")
        .query("fields", FIELDS);
    let mut busy = Vec::new();
    api::read_pages(session, address, &what, Feature::ReadEvents, |page: EventsPage| {
        let zone = page.zone(calendar);
        for event in page.items.unwrap_or_default() {
            let Some(kind) = busy_rule::judge(&event).filter(|kind| detail.includes(*kind)) else { continue };
            let Some(interval) = event.interval(&what, zone.as_ref())? else { continue };
            if interval.overlaps(range) {
                busy.push(BusyEvent { interval, event_id: event.id.map(EventId::new), kind });
            }
        }
        Ok(Reading::More)
    })
    .await?;
    Ok(busy)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::sample::{named, range, refusal, wire};
    use super::*;
    use crate::account::Provider;
    use crate::error::Kind;
    use crate::http::request::Method;
    use crate::http::response::Response;
    use crate::oauth::scope;
    use crate::schedule::policy::BusyKind;
    use crate::scripted::{START, Stage, block_on, grant, json as answer};

    fn day() -> Interval {
        range("2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z")
    }

    fn events(items: Value) -> Response {
        answer(200, json!({"items": items, "timeZone": "Europe/Berlin"}))
    }

    fn busy_of(stage: &Stage, calendars: &[Calendar], detail: Detail) -> Vec<CalendarBusy> {
        block_on(read(&stage.session(Provider::Google), calendars, day(), detail))
    }

    /// Connects the account with these scopes only.
    fn allow(stage: &Stage, names: &str) {
        let mut poor = grant(Provider::Google, START);
        poor.scopes = scope::normalise(Provider::Google, names);
        stage.store(&poor);
    }

    #[test]
    fn events_keep_their_ids_and_kinds() {
        let stage = Stage::new();
        let invited = json!([{"self": true, "responseStatus": "needsAction"}]);
        let moment = json!({"dateTime": "2026-06-10T12:00:00+02:00"});
        stage.http.push(events(json!([
            wire(json!({"id": "a"})),
            wire(json!({"id": "b", "attendees": invited})),
            wire(json!({"id": "c", "transparency": "transparent"})),
            wire(json!({"id": "d", "start": moment, "end": moment})),
            wire(json!({"id": "e", "start": {"date": "2026-06-10"}, "end": {"date": "2026-06-11"}})),
            wire(json!({"id": "f", "start": {"date": "2026-06-11"}, "end": {"date": "2026-06-12"}})),
            wire(json!({"id": "g", "start": {"date": "2026-06-12"}, "end": {"date": "2026-06-13"}})),
            wire(json!({"id": "h", "eventType": "workingLocation", "start": null})),
        ])));
        let answers = busy_of(&stage, &[named("ana@example.com", Access::Owner)], Detail::Ids);
        let found: Vec<_> = answers[0].busy.as_ref().unwrap().iter().collect();
        let timed = range("2026-06-10T10:00:00Z", "2026-06-10T10:30:00Z");
        let summary: Vec<_> =
            found.iter().map(|one| (one.event_id.as_ref().unwrap().as_str(), one.interval, one.kind)).collect();
        let expected = [
            ("a", timed, BusyKind::Busy),
            ("b", timed, BusyKind::NotAnswered),
            ("e", range("2026-06-09T22:00:00Z", "2026-06-10T22:00:00Z"), BusyKind::AllDay),
            ("f", range("2026-06-10T22:00:00Z", "2026-06-11T22:00:00Z"), BusyKind::AllDay),
        ];
        assert_eq!(summary, expected);
        let line = stage.http.lines().remove(0);
        assert!(line.contains("singleEvents=true") && line.contains("maxAttendees=1"), "{line}");
        assert!(line.contains("attendees%28self%2CresponseStatus%29"), "{line}");
    }

    #[test]
    fn what_takes_no_time_by_default_is_read_only_when_kinds_are_asked_for() {
        for (detail, expected) in [
            (Detail::Events, vec![BusyKind::WorkingLocation, BusyKind::Birthday, BusyKind::Private]),
            (Detail::Ids, vec![BusyKind::Private]),
            (Detail::Merged, vec![BusyKind::Private]),
        ] {
            let stage = Stage::new();
            // Without the scope of freeBusy.query, merged times come from events, too.
            allow(&stage, "https://www.googleapis.com/auth/calendar.events");
            stage.http.push(events(json!([
                wire(json!({"eventType": "workingLocation"})),
                wire(json!({"eventType": "birthday"})),
                wire(json!({"visibility": "private"})),
            ])));
            let answers = busy_of(&stage, &[named("a", Access::Owner)], detail);
            let kinds: Vec<_> = answers[0].busy.as_ref().unwrap().iter().map(|one| one.kind).collect();
            assert_eq!(kinds, expected, "{detail:?}");
        }
    }

    #[test]
    fn a_calendar_that_shows_no_events_is_plainly_busy() {
        let stage = Stage::new();
        let period = json!({"start": "2026-06-10T09:00:00Z", "end": "2026-06-10T10:00:00Z"});
        stage.http.on(Method::Post, "/freeBusy", answer(200, json!({"calendars": {"b": {"busy": [period]}}})));
        let answers = busy_of(&stage, &[named("b", Access::FreeBusy)], Detail::Events);
        let interval = range("2026-06-10T09:00:00Z", "2026-06-10T10:00:00Z");
        let plain = BusyEvent { interval, event_id: None, kind: BusyKind::Busy };
        assert_eq!(answers[0].busy, Ok(vec![plain]));
    }

    #[test]
    fn every_calendar_is_read_the_way_it_allows_and_answers_keep_their_order() {
        let stage = Stage::new();
        stage.http.on(
            Method::Post,
            "/freeBusy",
            answer(200, json!({"calendars": {"b": {"busy": []}, "d": {"busy": []}}})),
        );
        stage.http.on(Method::Get, "/calendars/a/", events(json!([wire(json!({}))])));
        stage.http.on(Method::Get, "/calendars/c/", refusal(404, "notFound"));
        let calendars = [
            named("a", Access::Read),
            named("b", Access::FreeBusy),
            named("c", Access::Owner),
            named("d", Access::FreeBusy),
        ];
        let answers = busy_of(&stage, &calendars, Detail::Events);
        let ids: Vec<_> = answers.iter().map(|one| one.calendar.as_str()).collect();
        assert_eq!(ids, ["a", "b", "c", "d"]);
        assert_eq!(answers[0].busy.as_ref().unwrap().len(), 1);
        assert_eq!((&answers[1].busy, &answers[3].busy), (&Ok(Vec::new()), &Ok(Vec::new())));
        assert_eq!(answers[2].busy.as_ref().unwrap_err().kind, Kind::NotFound);
        assert_eq!(stage.http.requests().len(), 3);
    }

    #[test]
    fn merged_times_take_one_request_for_all_calendars() {
        let stage = Stage::new();
        stage.http.push(answer(200, json!({"calendars": {"a": {"busy": []}, "b": {"busy": []}}})));
        let calendars = [named("a", Access::Owner), named("b", Access::FreeBusy)];
        let answers = busy_of(&stage, &calendars, Detail::Merged);
        assert!(answers.iter().all(|one| one.busy == Ok(Vec::new())));
    }

    #[test]
    fn the_scopes_granted_decide_how_busy_times_are_read() {
        let (owned, shared) = (named("a", Access::Owner), named("b", Access::FreeBusy));
        let stage = Stage::new();
        allow(&stage, "https://www.googleapis.com/auth/calendar.events");
        stage.http.on(Method::Get, "/calendars/a/", events(json!([])));
        let answers = busy_of(&stage, &[owned.clone(), shared], Detail::Merged);
        assert_eq!(answers[0].busy, Ok(Vec::new()));
        assert_eq!(answers[1].busy.as_ref().unwrap_err().kind, Kind::PermissionDenied);
        let stage = Stage::new();
        allow(&stage, "https://www.googleapis.com/auth/calendar.freebusy");
        stage.http.on(Method::Post, "/freeBusy", answer(200, json!({"calendars": {"a": {"busy": []}}})));
        assert_eq!(busy_of(&stage, &[owned], Detail::Events)[0].busy, Ok(Vec::new()));
    }

    #[test]
    fn one_unreadable_event_makes_the_calendar_unknown() {
        for broken in [json!({"id": "x"}), json!({"start": {"dateTime": 7}}), json!(7)] {
            let stage = Stage::new();
            stage.http.push(events(json!([wire(json!({})), broken])));
            let answers = busy_of(&stage, &[named("a", Access::Owner)], Detail::Events);
            assert_eq!(answers[0].busy.as_ref().unwrap_err().kind, Kind::Protocol, "{broken}");
        }
    }

    #[test]
    fn a_failure_on_a_later_page_makes_the_calendar_unknown() {
        let stage = Stage::new();
        let first = json!({"items": [wire(json!({}))], "nextPageToken": "t", "timeZone": "Europe/Berlin"});
        stage.http.push(answer(200, first));
        stage.http.push(refusal(403, "forbidden"));
        let answers = busy_of(&stage, &[named("a", Access::Owner)], Detail::Events);
        assert_eq!(answers[0].busy.as_ref().unwrap_err().kind, Kind::PermissionDenied);
    }
}
