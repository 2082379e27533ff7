use chrono::TimeDelta;
use serde_json::json;

use super::*;
use crate::account::{Provider, UserId};
use crate::booking::{Reservation, ReserveOutcome};
use crate::op::sources::Selection;
use crate::ports::Bookings;
use crate::schedule::hours::{DateOverride, Holiday};
use crate::schedule::limits::{Limit, Period};
use crate::schedule::policy::{StatusPolicy, Statuses, Treatment};
use crate::scripted::{Google, Listed, Stage, account, block_on, user};

const MAIN: Listed = Listed { id: "main", role: "owner", is_selected: true };
const HIDDEN: Listed = Listed { id: "hidden", role: "owner", is_selected: false };

fn stage() -> (Stage, Google) {
    let stage = Stage::new();
    stage.connect(Provider::Google);
    let google = Google::on(&stage, &[MAIN, HIDDEN]);
    (stage, google)
}

fn range(from: &str, to: &str) -> Interval {
    Interval::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
}

/// Whole hours of Thursday 2026-06-11, 09:00 to 17:00.
fn request(rules: Rules) -> QuickBookingRequest {
    let rules = Rules { duration: TimeDelta::hours(1), step: TimeDelta::hours(1), ..rules };
    let range = range("2026-06-11T00:00:00Z", "2026-06-12T00:00:00Z");
    QuickBookingRequest {
        booking: BookingRequest {
            title: "Demo".into(),
            time: range,
            time_zone: "UTC".into(),
            attendees: Vec::new(),
            description: None,
            location: None,
            video: false,
            target: Selection::default(),
            key: Some("key-1".into()),
            buffer_before: TimeDelta::zero(),
            buffer_after: TimeDelta::zero(),
            alternatives: rules.clone(),
            hold: None,
        },
        query: SlotQuery { range, rules, selection: Selection::default(), max_slots: 1 },
    }
}

fn book(stage: &Stage, request: &QuickBookingRequest) -> String {
    block_on(quick_book_meeting(stage.world(), &user(), request)).unwrap().time.start().to_rfc3339()
}

fn reserve(stage: &Stage, user: &UserId, key: &str, fingerprint: String, time: Interval) -> ReserveOutcome {
    let reservation = Reservation {
        user: user.clone(),
        key: key.into(),
        fingerprint,
        account: account(Provider::Google),
        provider: Provider::Google,
        calendar: crate::account::CalendarId::new("main"),
        time,
        blocked: time,
        replaces: None,
        hold: None,
    };
    stage.bookings.reserve(&reservation).unwrap()
}

#[test]
fn a_tentative_slot_is_booked_when_the_rules_allow_it() {
    let tentative = ("2026-06-11T09:00:00Z", "2026-06-11T10:00:00Z");
    let (stage, google) = stage();
    google.add("main", "t", tentative, json!({"status": "tentative"}));
    assert_eq!(book(&stage, &request(Rules::default())), "2026-06-11T10:00:00+00:00");
    let (stage, google) = self::stage();
    google.add("main", "t", tentative, json!({"status": "tentative"}));
    let all = StatusPolicy { tentative: Treatment::Allow, ..StatusPolicy::default() };
    let statuses = Statuses { all, ..Statuses::default() };
    assert_eq!(book(&stage, &request(Rules { statuses, ..Rules::default() })), "2026-06-11T09:00:00+00:00");
    assert_eq!(google.starts("main").len(), 2);
}

#[test]
fn a_booking_on_a_calendar_that_is_not_read_is_passed_over() {
    let (stage, _google) = stage();
    stage.booked(Provider::Google, "hidden", "e", range("2026-06-11T09:00:00Z", "2026-06-11T10:00:00Z"));
    assert_eq!(book(&stage, &request(Rules::default())), "2026-06-11T10:00:00+00:00");
    assert_eq!(stage.http.count("/calendars/hidden/"), 0, "the ledger was enough");
}

#[test]
fn a_limit_of_a_week_is_kept() {
    let (stage, _google) = stage();
    stage.booked(Provider::Google, "main", "e", range("2026-06-08T09:00:00Z", "2026-06-08T10:00:00Z"));
    let week = Period::Week { starts: crate::schedule::limits::FirstDay::Monday };
    let limits = vec![Limit { period: week, meetings: Some(1), minutes: None }];
    let request = request(Rules { limits, ..Rules::default() });
    let error = block_on(quick_book_meeting(stage.world(), &user(), &request)).unwrap_err();
    let Kind::Conflict { alternatives } = error.kind else { panic!("{error:?}") };
    assert_eq!(alternatives.first().map(|one| one.start().to_rfc3339()), Some("2026-06-15T09:00:00+00:00".into()));
}

#[test]
fn an_unfinished_attempt_whose_slot_another_booking_took_searches_again() {
    let (mut stage, google) = stage();
    let request = request(Rules::default());
    let nine = range("2026-06-11T09:00:00Z", "2026-06-11T10:00:00Z");
    assert!(matches!(reserve(&stage, &user(), "key-1", fingerprint(&request), nine), ReserveOutcome::Reserved(_)));
    stage.clock.advance(TimeDelta::minutes(10));
    stage.deadline += TimeDelta::minutes(10);
    // The hold lapsed; meanwhile another meeting was booked there.
    stage.booked(Provider::Google, "main", "e", nine);
    google.add("main", "e", ("2026-06-11T09:00:00Z", "2026-06-11T10:00:00Z"), json!({}));
    assert_eq!(book(&stage, &request), "2026-06-11T10:00:00+00:00");
    assert_eq!(google.starts("main").len(), 2);
}

#[test]
fn an_unfinished_attempt_whose_slot_has_begun_searches_again() {
    let (mut stage, google) = stage();
    let request = request(Rules::default());
    let nine = range("2026-06-11T09:00:00Z", "2026-06-11T10:00:00Z");
    assert!(matches!(reserve(&stage, &user(), "key-1", fingerprint(&request), nine), ReserveOutcome::Reserved(_)));
    let later = TimeDelta::hours(25) + TimeDelta::minutes(5);
    stage.clock.advance(later);
    stage.deadline += later;
    stage.connect(Provider::Google);
    assert_eq!(book(&stage, &request), "2026-06-11T10:00:00+00:00");
    assert_eq!(google.starts("main").len(), 1);
}

#[test]
fn every_rule_makes_another_question() {
    let date = |day| chrono::NaiveDate::from_ymd_opt(2026, 6, day).unwrap();
    let plain = Rules::default();
    let all = StatusPolicy { all_day: Treatment::Allow, ..StatusPolicy::default() };
    let changed = [
        plain.clone(),
        Rules { buffers_inside_window: true, ..plain.clone() },
        Rules { anchor: crate::schedule::rules::Anchor::Packed, ..plain.clone() },
        Rules { grid_zone: Some(Zone::utc()), ..plain.clone() },
        Rules { overrides: vec![DateOverride { date: date(11), windows: Vec::new() }], ..plain.clone() },
        Rules { holidays: vec![Holiday { from: date(11), until: date(12) }], ..plain.clone() },
        Rules { limits: vec![Limit { period: Period::Day, meetings: Some(1), minutes: None }], ..plain.clone() },
        Rules { statuses: Statuses { all, ..Statuses::default() }, ..plain },
    ];
    let fingerprints: std::collections::BTreeSet<_> =
        changed.iter().map(|rules| fingerprint(&request(rules.clone()))).collect();
    assert_eq!(fingerprints.len(), changed.len());
}
