use chrono::TimeDelta;

use super::*;
use crate::account::Provider;
use crate::booking::EventRecord;
use crate::calendar::BusyEvent;
use crate::error::{Error, Kind};
use crate::op::busy_read::Entry;
use crate::op::sources::UnknownSource;
use crate::schedule::hours::WeeklyHours;
use crate::schedule::policy::{Statuses, Treatment};
use crate::schedule::slots::{self, Query};
use crate::scripted::START;

/// Hours after the start of the scripts.
fn hours(from: i64, to: i64) -> Interval {
    Interval::new(START + TimeDelta::hours(from), START + TimeDelta::hours(to)).unwrap()
}

fn entry(calendar: &str, id: Option<&str>, time: Interval, kind: BusyKind) -> Entry {
    Entry {
        account: AccountId::new("google:1"),
        calendar: CalendarId::new(calendar),
        event: BusyEvent { interval: time, event_id: id.map(EventId::new), kind },
    }
}

fn read(entries: Vec<Entry>, calendars: &[&str]) -> BusyRead {
    let calendars = calendars.iter().map(|id| (AccountId::new("google:1"), CalendarId::new(*id))).collect();
    BusyRead { entries, calendars, unknown: Vec::new() }
}

/// Committed as the event `e`, with ten minutes free before it and none after.
fn booking(calendar: &str, time: Interval) -> Booking {
    Booking {
        key: "k".into(),
        fingerprint: "f".into(),
        state: BookingState::Committed,
        generation: 0,
        account: AccountId::new("google:1"),
        provider: Provider::Google,
        calendar: CalendarId::new(calendar),
        time,
        blocked: time.grown(TimeDelta::minutes(10), TimeDelta::zero()),
        event: Some(EventRecord {
            event_id: EventId::new("e"),
            title: "Demo".into(),
            time,
            attendees: Vec::new(),
            location: None,
            description: None,
            conferencing_link: None,
            status: "confirmed".into(),
        }),
        created_at: START,
        expires_at: None,
    }
}

/// Where own bookings count, of a read of the first ten hours.
fn booked(read: &BusyRead, booking: &Booking) -> Vec<Interval> {
    let found = availability(read, std::slice::from_ref(booking), hours(0, 10));
    found.busy.iter().filter(|one| one.kind == BusyKind::Booking).map(|one| one.interval).collect()
}

#[test]
fn a_booking_counts_when_its_own_calendar_was_not_read() {
    let elsewhere = read(vec![entry("main", Some("x"), hours(5, 6), BusyKind::Busy)], &["main"]);
    assert_eq!(booked(&elsewhere, &booking("side", hours(2, 3))), [hours(2, 3)]);
    let mut another = booking("main", hours(2, 3));
    another.account = AccountId::new("google:2");
    assert_eq!(booked(&elsewhere, &another), [hours(2, 3)], "the same id in another account is another read");
    let error = Error::new(Kind::Timeout, "no answer");
    let source = UnknownSource { account: AccountId::new("google:1"), calendar: Some(CalendarId::new("side")), error };
    let failed = BusyRead { unknown: vec![source], ..elsewhere };
    assert_eq!(booked(&failed, &booking("side", hours(2, 3))), [hours(2, 3)]);
}

#[test]
fn a_booking_that_its_own_calendar_does_not_show_was_moved_or_deleted_there() {
    let deleted = read(vec![entry("main", Some("x"), hours(5, 6), BusyKind::Busy)], &["main"]);
    assert_eq!(booked(&deleted, &booking("main", hours(2, 3))), []);
    let moved = read(vec![entry("main", Some("e"), hours(7, 8), BusyKind::Busy)], &["main"]);
    assert_eq!(booked(&moved, &booking("main", hours(2, 3))), [hours(7, 8)]);
    // Another calendar that takes the same time does not show the booking.
    let other = read(vec![entry("side", None, hours(2, 3), BusyKind::Busy)], &["main", "side"]);
    assert_eq!(booked(&other, &booking("main", hours(2, 3))), []);
    let free = read(vec![entry("main", Some("e"), hours(2, 3), BusyKind::WorkingElsewhere)], &["main"]);
    assert_eq!(booked(&free, &booking("main", hours(2, 3))), []);
}

#[test]
fn merged_times_show_a_booking_by_taking_its_whole_time() {
    let parts = |ranges: &[Interval]| {
        read(ranges.iter().map(|one| entry("main", None, *one, BusyKind::Busy)).collect(), &["main"])
    };
    assert_eq!(booked(&parts(&[hours(0, 9)]), &booking("main", hours(2, 4))), [hours(2, 4)]);
    assert_eq!(booked(&parts(&[hours(3, 4), hours(2, 3)]), &booking("main", hours(2, 4))), [hours(2, 4)]);
    assert_eq!(booked(&parts(&[hours(2, 3), hours(5, 6)]), &booking("main", hours(2, 4))), []);
    assert_eq!(booked(&parts(&[]), &booking("main", hours(2, 4))), []);
}

#[test]
fn beyond_what_was_read_the_ledger_decides() {
    let nothing = read(Vec::new(), &["main"]);
    assert_eq!(booked(&nothing, &booking("main", hours(-48, -47))), [hours(-48, -47)]);
    assert_eq!(booked(&nothing, &booking("main", hours(10, 11))), [hours(10, 11)]);
    // Of a meeting across the border only the part that was read can be seen.
    let cut = read(vec![entry("main", None, hours(9, 10), BusyKind::Busy)], &["main"]);
    assert_eq!(booked(&cut, &booking("main", hours(9, 12))), [hours(9, 12)]);
    assert_eq!(booked(&nothing, &booking("main", hours(9, 12))), []);
}

#[test]
fn holds_count_and_cancelled_bookings_do_not() {
    let nothing = read(Vec::new(), &["main"]);
    let in_state = |state| {
        let booking = Booking { state, ..booking("main", hours(2, 3)) };
        let busy = availability(&nothing, &[booking], hours(0, 10)).busy;
        busy.first().map(|one| (one.kind, one.reservation.unwrap().buffer_before))
    };
    assert_eq!(in_state(BookingState::Reserved), Some((BusyKind::Held, TimeDelta::minutes(10))));
    assert_eq!(in_state(BookingState::Cancelled), None);
}

#[test]
fn all_details_give_the_same_slots_under_the_default_statuses() {
    let kinds = [
        BusyKind::Busy,
        BusyKind::Tentative,
        BusyKind::NotAnswered,
        BusyKind::OutOfOffice,
        BusyKind::FocusTime,
        BusyKind::AllDay,
        BusyKind::WorkingElsewhere,
        BusyKind::WorkingLocation,
        BusyKind::Birthday,
        BusyKind::Private,
        BusyKind::Unrecognised,
    ];
    let slots = |detail: Detail, statuses: &Statuses| {
        let entries = kinds.iter().zip(0..).filter(|(kind, _)| detail.includes(**kind));
        let entries = entries.map(|(kind, at)| entry("main", None, hours(at, at + 1), *kind)).collect();
        let rules = Rules {
            duration: TimeDelta::hours(1),
            step: TimeDelta::hours(1),
            hours: WeeklyHours::always(),
            statuses: statuses.clone(),
            ..Rules::default()
        };
        let known = hours(0, 13);
        let availability = availability(&read(entries, &["main"]), &[], known);
        let found = slots::find(&Query::new(hours(0, 11), rules, availability), START).unwrap();
        found.slots.iter().map(|slot| (slot.start() - START).num_hours()).collect::<Vec<_>>()
    };
    let common = Statuses::default();
    for detail in [Detail::Merged, Detail::Ids, Detail::Events] {
        assert_eq!(slots(detail, &common), [6, 7, 8], "{detail:?}");
    }
    let all = StatusPolicy {
        tentative: Treatment::Allow,
        working_elsewhere: Treatment::Block,
        all_day: Treatment::Penalise,
        ..StatusPolicy::default()
    };
    assert_eq!(slots(Detail::Events, &Statuses { all, ..Statuses::default() }), [1, 5, 7, 8]);
}

#[test]
fn merged_times_are_enough_as_long_as_every_status_is_treated_as_usual() {
    let with = |all, by_calendar: &[(&str, StatusPolicy)]| {
        let by_calendar = by_calendar.iter().map(|(id, policy)| (Arc::from(*id), *policy)).collect();
        detail(&Rules { statuses: Statuses { all, by_calendar }, ..Rules::default() })
    };
    let (common, own) =
        (StatusPolicy::default(), StatusPolicy { private: Treatment::Penalise, ..StatusPolicy::default() });
    assert_eq!(with(common, &[]), Detail::Merged);
    assert_eq!(with(common, &[("team", common)]), Detail::Merged);
    assert_eq!(with(common, &[("team", own)]), Detail::Events);
    assert_eq!(with(own, &[]), Detail::Events);
    let elsewhere = StatusPolicy { working_elsewhere: Treatment::Block, ..common };
    assert_eq!(with(elsewhere, &[]), Detail::Events);
}
