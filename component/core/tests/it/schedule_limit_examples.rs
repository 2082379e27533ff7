//! The specification's worked examples of limits and holds, as tables.
use crate::schedule_support::*;
use calendar_core::schedule::availability::{Busy, Reservation};
use calendar_core::schedule::limits::{FirstDay, Limit, Period};
use calendar_core::schedule::policy::BusyKind;
use calendar_core::schedule::reason::ReasonCode;
use calendar_core::schedule::rules::Rules;
use calendar_core::schedule::slots::{Query, find, reasons_against};
use chrono::TimeDelta;

#[test]
fn a_limit_per_day_counts_the_local_start_date() {
    let new_york = zone("America/New_York");
    let limit = Limit { period: Period::Day, meetings: Some(2), minutes: None };
    let rules = Rules { limits: vec![limit], ..rules("America/New_York", "00:00-24:00", 30, 30) };
    let booking = |start| Busy::from(between(start, &(utc(start) + minute(30)).format("%Y-%m-%dT%H:%M").to_string()));
    let busy = vec![
        booking("2026-06-10T13:00Z").of_kind(BusyKind::Booking),
        booking("2026-06-11T03:30Z").of_kind(BusyKind::Booking),
    ];
    let query = Query::new(local_days(&new_york, "2026-06-10", "2026-06-12"), rules, availability(busy));
    let refused = reasons_against(&query, utc("2026-06-10T19:00Z"), long_ago()).unwrap();
    assert_eq!(refused.iter().map(|one| one.code).collect::<Vec<_>>(), [ReasonCode::LimitReached]);
    assert!(is_free(&query, utc("2026-06-11T13:00Z"), long_ago()));
    let outcome = find(&query, long_ago()).unwrap();
    assert!(outcome.slots.iter().all(|slot| new_york.civil(slot.start()).date() == date("2026-06-11")));
}

#[test]
fn two_dates_of_one_iso_week_share_its_limit_across_the_year() {
    let limit = |period| Limit { period, meetings: Some(1), minutes: None };
    let busy = vec![Busy::from(between("2026-12-31T10:00Z", "2026-12-31T11:00Z")).of_kind(BusyKind::Booking)];
    for (period, is_open) in
        [(Period::Week { starts: FirstDay::Monday }, false), (Period::Month, true), (Period::Day, true)]
    {
        let rules = Rules { limits: vec![limit(period)], ..rules("UTC", "00:00-24:00", 30, 30) };
        let query = Query::new(between("2027-01-01T00:00Z", "2027-01-02T00:00Z"), rules, availability(busy.clone()));
        assert_eq!(is_free(&query, utc("2027-01-01T10:00Z"), long_ago()), is_open, "{period:?}");
    }
    assert_eq!(Period::Week { starts: FirstDay::Monday }.first_date(date("2027-01-01")), date("2026-12-28"));
}

#[test]
fn a_limit_in_minutes_counts_the_new_meeting_too() {
    let limit = Limit { period: Period::Day, meetings: None, minutes: Some(90) };
    let busy = vec![Busy::from(between("2026-06-10T10:00Z", "2026-06-10T11:00Z")).of_kind(BusyKind::Booking)];
    for (duration, is_open) in [(30, true), (31, false), (91, false)] {
        let rules = Rules { limits: vec![limit], ..rules("UTC", "00:00-24:00", duration, 30) };
        let query = Query::new(between("2026-06-10T00:00Z", "2026-06-11T00:00Z"), rules, availability(busy.clone()));
        assert_eq!(is_free(&query, utc("2026-06-10T15:00Z"), long_ago()), is_open, "{duration}");
    }
}

#[test]
fn holds_block_by_the_longer_buffer_until_they_expire() {
    // The timeline of two people after the same time: buffers 15/15, holds of 300 seconds.
    let placed = utc("2026-06-10T08:00Z");
    let hold = |start: &str, end: &str, at: i64| Busy {
        kind: BusyKind::Held,
        reservation: Some(Reservation {
            buffer_before: minute(15),
            buffer_after: minute(15),
            expires_at: Some(placed + TimeDelta::seconds(at + 300)),
        }),
        ..Busy::from(between(start, end))
    };
    let rules = Rules { buffer_before: minute(15), buffer_after: minute(15), ..rules("UTC", "09:00-12:00", 30, 15) };
    let range = between("2026-06-10T09:00Z", "2026-06-10T12:00Z");
    let codes = |holds: &[Busy], start: &str, at: i64| {
        let query = Query::new(range, rules.clone(), availability(holds.to_vec()));
        let reasons = reasons_against(&query, utc(start), placed + TimeDelta::seconds(at)).unwrap();
        reasons.into_iter().map(|reason| reason.code).collect::<Vec<_>>()
    };
    let first = hold("2026-06-10T10:00Z", "2026-06-10T10:30Z", 0);
    assert_eq!(codes(std::slice::from_ref(&first), "2026-06-10T10:30Z", 10), [ReasonCode::Held]);
    assert_eq!(codes(std::slice::from_ref(&first), "2026-06-10T10:15Z", 10), [ReasonCode::Held]);
    assert_eq!(codes(std::slice::from_ref(&first), "2026-06-10T10:45Z", 10), []);
    let both = [first, hold("2026-06-10T10:45Z", "2026-06-10T11:15Z", 10)];
    assert_eq!(codes(&both, "2026-06-10T10:00Z", 299), [ReasonCode::Held]);
    assert_eq!(codes(&both, "2026-06-10T10:00Z", 302), []);
    assert_eq!(codes(&both, "2026-06-10T10:15Z", 302), [ReasonCode::Held]);
}
