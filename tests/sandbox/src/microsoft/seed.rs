//! The default people of Microsoft's side, and their events around the current week of the sandbox's clock.

use super::control::{add_person, insert_event};
use super::mailbox::draft::Draft;
use super::mailbox::owner::Target;
use super::time::moment::Moment;
use super::time::zones;
use crate::state::State;
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use serde_json::{Value, json};

const ANA: &str = "ana@contoso.example";
const LEE: &str = "lee@contoso.example";
const HOME: &str = "ana@outlook.example";
const BERLIN: &str = "W. Europe Standard Time";
const LONDON: &str = "GMT Standard Time";

/// Adds the default people with their events.
pub fn seed(state: &State) {
    let people = [(ANA, "Ana", BERLIN, false), (LEE, "Lee", LONDON, false), (HOME, "Ana", BERLIN, true)];
    for (email, name, zone, personal) in people {
        let added = add_person(state, email, name, zone, personal);
        debug_assert!(added.is_ok(), "{added:?}");
    }
    let monday = monday(state.clock.now());
    let mut all = work(monday);
    all.extend(colleague(monday));
    all.extend(home(monday));
    for (user, event) in all {
        let inserted = insert_event(state, user, None, &event);
        debug_assert!(inserted.is_ok(), "{user}: {inserted:?}");
    }
    weekly_with_changes(state, monday);
}

/// Monday of the clock's week.
fn monday(now: DateTime<Utc>) -> NaiveDate {
    let zone = zones::find(BERLIN).map(|zone| zone.wall(now)).unwrap_or_else(|| now.naive_utc());
    zone.date() - TimeDelta::days(zone.weekday().num_days_from_monday().into())
}

fn at(monday: NaiveDate, day: i64, time: &str, zone: &str) -> Value {
    json!({"dateTime": format!("{}T{time}:00", monday + TimeDelta::days(day)), "timeZone": zone})
}

fn timed(monday: NaiveDate, day: i64, from: &str, to: &str, subject: &str, more: Value) -> Value {
    let mut event =
        json!({"subject": subject, "start": at(monday, day, from, BERLIN), "end": at(monday, day, to, BERLIN)});
    for (name, value) in more.as_object().into_iter().flatten() {
        event[name] = value.clone();
    }
    event
}

fn days(monday: NaiveDate, first: i64, end: i64, subject: &str, more: Value) -> Value {
    let mut event = timed(monday, first, "00:00", "00:00", subject, more);
    event["end"] = at(monday, end, "00:00", BERLIN);
    event["isAllDay"] = json!(true);
    event
}

fn invited(response: &str) -> Value {
    json!({
        "organizer": {"emailAddress": {"name": "Kim", "address": "kim@fabrikam.example"}},
        "attendees": [{"type": "required", "emailAddress": {"name": "Ana", "address": ANA}}],
        "responseStatus": {"response": response},
        "showAs": if response == "declined" { "free" } else { "tentative" },
    })
}

fn work(monday: NaiveDate) -> Vec<(&'static str, Value)> {
    let with_lee = json!({"attendees": [{"type": "required", "emailAddress": {"name": "Lee", "address": LEE}}], "location": {"displayName": "Room 1"}});
    let mut cancelled = invited("accepted");
    cancelled["isCancelled"] = json!(true);
    cancelled["showAs"] = json!("free");
    let mut elsewhere = timed(monday, 3, "18:00", "19:00", "Call with Seattle", json!({}));
    elsewhere["start"] = at(monday, 3, "09:00", "Pacific Standard Time");
    elsewhere["end"] = at(monday, 3, "10:00", "Pacific Standard Time");
    let events = [
        timed(monday, 0, "10:00", "11:00", "Planning", with_lee),
        timed(monday, 0, "14:00", "15:00", "Maybe: vendor demo", json!({"showAs": "tentative"})),
        timed(monday, 1, "12:00", "13:00", "Lunch", json!({"showAs": "free"})),
        timed(monday, 2, "09:00", "12:00", "Working from home", json!({"showAs": "workingElsewhere"})),
        timed(monday, 2, "15:00", "16:00", "Doctor", json!({"showAs": "oof", "sensitivity": "private"})),
        timed(monday, 1, "16:00", "17:00", "Roadmap", invited("notResponded")),
        timed(monday, 3, "11:00", "12:00", "Sales pitch", invited("declined")),
        timed(monday, 3, "14:00", "15:00", "Canceled: Sync", cancelled),
        elsewhere,
        days(monday, 4, 5, "Birthday", json!({"showAs": "free"})),
        days(monday, 8, 11, "Vacation", json!({"showAs": "oof"})),
    ];
    events.into_iter().map(|event| (ANA, event)).collect()
}

fn colleague(monday: NaiveDate) -> Vec<(&'static str, Value)> {
    let mut standup = timed(monday, 0, "09:30", "09:45", "Stand-up", json!({}));
    standup["start"]["timeZone"] = json!(LONDON);
    standup["end"]["timeZone"] = json!(LONDON);
    standup["recurrence"] = json!({
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"], "firstDayOfWeek": "monday"},
        "range": {"type": "noEnd", "startDate": monday.to_string()},
    });
    vec![(LEE, standup), (LEE, timed(monday, 2, "13:00", "14:30", "Review", json!({})))]
}

fn home(monday: NaiveDate) -> Vec<(&'static str, Value)> {
    vec![
        (HOME, timed(monday, 1, "18:30", "20:00", "Choir", json!({}))),
        (HOME, days(monday, 5, 7, "Weekend trip", json!({"showAs": "oof"}))),
    ]
}

/// A weekly meeting since three weeks: next week's is half an hour later, the one after is taken out.
fn weekly_with_changes(state: &State, monday: NaiveDate) {
    let first = monday + TimeDelta::days(1 - 21);
    let series = json!({
        "subject": "Team weekly",
        "start": {"dateTime": format!("{first}T09:00:00"), "timeZone": BERLIN},
        "end": {"dateTime": format!("{first}T10:00:00"), "timeZone": BERLIN},
        "recurrence": {
            "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday"},
            "range": {"type": "noEnd", "startDate": first.to_string()},
        },
    });
    let inserted = insert_event(state, ANA, None, &series);
    debug_assert!(inserted.is_ok(), "{inserted:?}");
    let now = state.clock.now();
    let mut store = state.microsoft();
    let id = inserted.ok().and_then(|event| event["id"].as_str().map(str::to_owned)).unwrap_or_default();
    let Some(serial) =
        store.mailbox(ANA).and_then(|mailbox| mailbox.target(&id, None).ok()).map(|target| target.serial)
    else {
        return;
    };
    let on =
        |day: i64, time: (u32, u32)| (monday + TimeDelta::days(day)).and_hms_opt(time.0, time.1, 0).unwrap_or_default();
    let moment = |wall: NaiveDateTime| Some(Moment { wall, zone_name: BERLIN.to_owned() });
    let later = Draft { start: moment(on(8, (9, 30))), end: moment(on(8, (10, 30))), ..Draft::default() };
    let changed = store.update(ANA, Target { serial, original: Some(on(8, (9, 0))) }, &later, now);
    let removed = store.remove(ANA, Target { serial, original: Some(on(15, (9, 0))) }, now);
    debug_assert!(changed.is_ok() && removed.is_ok(), "{changed:?} {removed:?}");
}
