//! The default Google accounts, with events around the current week that show every kind of busy and not busy.

use super::calendar::Role;
use super::control::{insert_calendar, insert_event, insert_user, share};
use crate::error::Error;
use crate::state::State;
use crate::zone::Zone;
use chrono::{Datelike, NaiveDate, TimeDelta};
use serde_json::{Value, json};

/// Ana, whose zone is Europe/Berlin.
pub const ANA: &str = "ana@example.com";
/// Ben, whose zone is America/New_York.
pub const BEN: &str = "ben@example.com";

/// Adds the default accounts.
pub fn seed(state: &State) {
    fill(state).expect("the default events are well formed");
}

fn fill(state: &State) -> Result<(), Error> {
    let zone = Zone::get("Europe/Berlin").unwrap_or_else(Zone::utc);
    let today = zone.wall(state.clock.now()).date();
    let monday = today - TimeDelta::days(today.weekday().num_days_from_monday().into());
    insert_user(state, ANA, "Ana Example", "Europe/Berlin")?;
    insert_user(state, BEN, "Ben Example", "America/New_York")?;
    let team = insert_calendar(state, ANA, "Team", "UTC")?;
    let board = insert_calendar(state, BEN, "Board", "America/New_York")?;
    {
        let mut store = state.google();
        let tick = store.tick();
        share(&mut store, &board, ANA, Role::FreeBusyReader, tick)?;
        share(&mut store, &team, BEN, Role::Writer, tick)?;
        if let Some(calendar) = store.primary(ANA) {
            calendar.working_hours = Some(working_hours());
        }
    }
    for body in anas(monday) {
        insert_event(state, ANA, "primary", &body)?;
    }
    exceptions(state, monday)?;
    insert_event(state, ANA, &team, &timed("Team planning", monday, 3, "13:00", "14:00", "UTC"))?;
    insert_event(state, BEN, "primary", &timed("Client call", monday, 1, "09:00", "10:00", "America/New_York"))?;
    insert_event(state, BEN, "primary", &timed("Gym", monday, 2, "18:00", "19:00", "America/New_York"))?;
    insert_event(state, BEN, &board, &timed("Board meeting", monday, 3, "10:00", "12:00", "America/New_York"))?;
    Ok(())
}

/// Ana's own events of the week.
fn anas(monday: NaiveDate) -> Vec<Value> {
    let berlin = |summary: &str, day: i64, from: &str, to: &str| timed(summary, monday, day, from, to, "Europe/Berlin");
    let with = |mut body: Value, more: Value| {
        super::draft::merge(&mut body, &more);
        body
    };
    let invited = |response: &str| {
        json!({"organizer": {"email": "lead@customer.example"}, "attendees": [
            {"email": "lead@customer.example", "responseStatus": "accepted"}, {"email": ANA, "responseStatus": response}]})
    };
    let skipped = (monday + TimeDelta::days(14)).format("%Y%m%dT093000");
    vec![
        with(
            berlin("Design review", 0, "10:00", "11:00"),
            json!({"location": "Room 2", "attendees": [{"email": ANA, "responseStatus": "accepted"}, {"email": BEN, "responseStatus": "accepted"}]}),
        ),
        with(
            berlin("Standup", 0, "09:30", "09:45"),
            json!({"id": "standup0000", "recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=MO,WE", format!("EXDATE;TZID=Europe/Berlin:{skipped}")]}),
        ),
        with(berlin("Maybe lunch", 1, "12:00", "13:00"), json!({"status": "tentative"})),
        with(berlin("Focus on reading", 1, "15:00", "16:00"), json!({"transparency": "transparent"})),
        with(berlin("Sales pitch", 2, "14:00", "15:00"), invited("declined")),
        with(berlin("Customer workshop", 2, "11:00", "12:00"), invited("needsAction")),
        with(berlin("Doctor", 3, "08:00", "09:00"), json!({"visibility": "private"})),
        with(
            berlin("Out of office", 4, "13:00", "18:00"),
            json!({"eventType": "outOfOffice", "outOfOfficeProperties": {"autoDeclineMode": "declineNone"}}),
        ),
        with(
            all_day("Home", monday, 0, 1),
            json!({"eventType": "workingLocation", "visibility": "public", "transparency": "transparent", "workingLocationProperties": {"type": "homeOffice", "homeOffice": {}}}),
        ),
        all_day("Company holiday", monday, 7, 8),
        all_day("Conference", monday, 9, 12),
        timed("Call with Tokyo", monday, 3, "17:00", "17:30", "Asia/Tokyo"),
        with(berlin("Cancelled meeting", 0, "16:00", "17:00"), json!({"status": "cancelled"})),
        with(berlin("Night shift", 4, "22:00", "23:59"), json!({"description": "Ends before midnight."})),
    ]
}

/// The standup of next Wednesday is an hour later; that of the Wednesday after is cancelled.
fn exceptions(state: &State, monday: NaiveDate) -> Result<(), Error> {
    let zone = Zone::get("Europe/Berlin").unwrap_or_else(Zone::utc);
    let refused = |failure: super::error::Failure| Error::Invalid(failure.message);
    let id = |day: i64| {
        let wall = (monday + TimeDelta::days(day)).and_hms_opt(9, 30, 0).unwrap_or_default();
        format!("standup0000_{}", zone.instant(wall).format("%Y%m%dT%H%M%SZ"))
    };
    let order = super::write::Order {
        actor: ANA,
        calendar: "primary",
        send: super::guests::SendUpdates::None,
        conference_version: 0,
        if_match: None,
        now: state.clock.now(),
    };
    let later = timed("Standup", monday, 9, "10:30", "10:45", "Europe/Berlin");
    let mut store = state.google();
    store.change(&order, &id(9), &json!({"start": later["start"], "end": later["end"]}), false).map_err(refused)?;
    store.delete(&order, &id(16)).map_err(refused)?;
    Ok(())
}

fn timed(summary: &str, monday: NaiveDate, day: i64, from: &str, to: &str, zone: &str) -> Value {
    let date = monday + TimeDelta::days(day);
    let at = |time: &str| json!({"dateTime": format!("{date}T{time}:00"), "timeZone": zone});
    json!({"summary": summary, "start": at(from), "end": at(to)})
}

fn all_day(summary: &str, monday: NaiveDate, from: i64, to: i64) -> Value {
    let date = |day: i64| json!({"date": (monday + TimeDelta::days(day)).to_string()});
    json!({"summary": summary, "start": date(from), "end": date(to)})
}

fn working_hours() -> Value {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday"];
    let times: Vec<Value> =
        days.iter().map(|day| json!({"dayOfWeek": day, "periodStart": 540, "periodEnd": 1020})).collect();
    json!({"workingHoursEnabled": true, "availableTimes": times})
}
