//! Statuses, limits and own bookings, from scripted calendars to slots.

use serde_json::json;

use super::*;
use crate::account::Provider;
use crate::schedule::limits::{FirstDay, Limit, Period};
use crate::schedule::policy::{StatusPolicy, Statuses, Treatment};
use crate::schedule::reason::ReasonCode;
use crate::scripted::{Google, Listed, Stage, block_on, user};

const MAIN: Listed = Listed { id: "main", role: "owner", is_selected: true };
const HIDDEN: Listed = Listed { id: "hidden", role: "owner", is_selected: false };

fn stage(calendars: &[Listed]) -> (Stage, Google) {
    let stage = Stage::new();
    stage.connect(Provider::Google);
    let google = Google::on(&stage, calendars);
    (stage, google)
}

fn range(from: &str, to: &str) -> Interval {
    Interval::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
}

/// An hour of Thursday 2026-06-11.
fn at(hour: u32) -> Interval {
    range(&format!("2026-06-11T{hour:02}:00:00Z"), &format!("2026-06-11T{:02}:00:00Z", hour + 1))
}

fn times(hour: u32) -> (String, String) {
    let time = at(hour);
    (time.start().to_rfc3339(), time.end().to_rfc3339())
}

/// Whole hours of Thursday, 09:00 to 17:00.
fn rules() -> Rules {
    Rules { duration: TimeDelta::hours(1), step: TimeDelta::hours(1), ..Rules::default() }
}

fn ask(stage: &Stage, rules: Rules) -> Slots {
    let range = range("2026-06-11T00:00:00Z", "2026-06-12T00:00:00Z");
    let query = SlotQuery { range, rules, selection: Selection::default(), max_slots: 100 };
    block_on(check_availability(stage.world(), &user(), &query)).unwrap()
}

/// The hours at which slots begin.
fn free(found: &Slots) -> Vec<u32> {
    found.slots.iter().map(|slot| chrono::Timelike::hour(&slot.start())).collect()
}

fn allow_tentative() -> Statuses {
    let all = StatusPolicy { tentative: Treatment::Allow, ..StatusPolicy::default() };
    Statuses { all, ..Statuses::default() }
}

#[test]
fn usual_statuses_need_merged_times_only_and_others_need_events() {
    let (stage, google) = stage(&[MAIN]);
    let (start, end) = times(10);
    google.add("main", "a", (&start, &end), json!({"status": "tentative"}));
    let (start, end) = times(11);
    google.add("main", "b", (&start, &end), json!({}));
    let (start, end) = times(12);
    google.add("main", "c", (&start, &end), json!({"eventType": "workingLocation"}));
    assert_eq!(free(&ask(&stage, rules())), [9, 12, 13, 14, 15, 16]);
    assert_eq!((stage.http.count("/freeBusy"), stage.http.count("/events?")), (1, 0));
    let statuses = allow_tentative();
    assert_eq!(free(&ask(&stage, Rules { statuses, ..rules() })), [9, 10, 12, 13, 14, 15, 16]);
    assert_eq!((stage.http.count("/freeBusy"), stage.http.count("/events?")), (1, 1));
    // Usual statuses, said in another way: the events give what the merged times gave.
    let private = StatusPolicy { private: Treatment::Allow, ..StatusPolicy::default() };
    let statuses = Statuses { all: private, ..Statuses::default() };
    assert_eq!(free(&ask(&stage, Rules { statuses, ..rules() })), [9, 12, 13, 14, 15, 16]);
}

#[test]
fn a_calendar_that_shows_busy_times_only_blocks_whatever_the_statuses() {
    let (stage, google) = stage(&[MAIN, Listed { id: "boss", role: "freeBusyReader", is_selected: true }]);
    let (start, end) = times(10);
    google.add("boss", "a", (&start, &end), json!({"status": "tentative"}));
    let statuses = allow_tentative();
    assert_eq!(free(&ask(&stage, Rules { statuses, ..rules() })), [9, 11, 12, 13, 14, 15, 16]);
}

#[test]
fn a_limit_counts_own_bookings_of_the_whole_period() {
    let limit = |period| vec![Limit { period, meetings: Some(1), minutes: None }];
    let week = Period::Week { starts: FirstDay::Monday };
    let monday = range("2026-06-08T10:00:00Z", "2026-06-08T11:00:00Z");
    let sunday = range("2026-06-07T10:00:00Z", "2026-06-07T11:00:00Z");
    for (booked, period, is_refused) in [
        (monday, week, true),
        (monday, Period::Day, false),
        (sunday, week, false),
        (sunday, Period::Month, true),
        (range("2026-06-30T10:00:00Z", "2026-06-30T11:00:00Z"), Period::Month, true),
        (range("2026-07-01T10:00:00Z", "2026-07-01T11:00:00Z"), Period::Month, false),
    ] {
        let (stage, _google) = stage(&[MAIN]);
        stage.booked(Provider::Google, "main", "e", booked);
        assert_eq!(free(&ask(&stage, rules())).len(), 8, "no limit, no refusal");
        let found = ask(&stage, Rules { limits: limit(period), ..rules() });
        assert_eq!(found.slots.is_empty(), is_refused, "{booked:?} {period:?}");
        let refused = found.reasons.iter().find(|one| one.code == ReasonCode::LimitReached).map(|one| one.count);
        assert_eq!(refused, is_refused.then_some(8));
    }
}

#[test]
fn a_booking_on_a_calendar_that_is_not_read_is_not_offered_again() {
    let (stage, _google) = stage(&[MAIN, HIDDEN]);
    stage.booked(Provider::Google, "hidden", "e", at(10));
    assert_eq!(free(&ask(&stage, rules())), [9, 11, 12, 13, 14, 15, 16]);
}

#[test]
fn a_booking_that_is_gone_from_its_calendar_leaves_its_time_free() {
    let (stage, google) = stage(&[MAIN, HIDDEN]);
    stage.booked(Provider::Google, "main", "e", at(10));
    assert_eq!(free(&ask(&stage, rules())).len(), 8, "it was deleted there");
    let (start, end) = times(14);
    google.add("main", "e", (&start, &end), json!({}));
    for statuses in [Statuses::default(), allow_tentative()] {
        let found = ask(&stage, Rules { statuses, ..rules() });
        assert_eq!(free(&found), [9, 10, 11, 12, 13, 15, 16], "it was moved there");
    }
}

#[test]
fn an_account_that_is_no_longer_connected_keeps_no_time() {
    let (stage, _google) = stage(&[MAIN]);
    stage.booked(Provider::Outlook, "AAMk", "e", at(10));
    assert_eq!(free(&ask(&stage, rules())).len(), 8);
}

#[test]
fn a_search_in_one_calendar_still_knows_the_bookings_of_the_others() {
    let (stage, google) = stage(&[MAIN, HIDDEN]);
    stage.booked(Provider::Google, "main", "e", at(10));
    let (start, end) = times(10);
    google.add("main", "e", (&start, &end), json!({}));
    google.add("main", "x", ("2026-06-11T12:00:00Z", "2026-06-11T13:00:00Z"), json!({}));
    let selection = Selection { calendars: vec![crate::account::CalendarId::new("hidden")], ..Selection::default() };
    let range = range("2026-06-11T00:00:00Z", "2026-06-12T00:00:00Z");
    let query = SlotQuery { range, rules: rules(), selection, max_slots: 100 };
    let found = block_on(check_availability(stage.world(), &user(), &query)).unwrap();
    assert_eq!(free(&found), [9, 11, 12, 13, 14, 15, 16]);
}
