//! Hostile and very large questions: the work stays linear, bounds are told, nothing overflows.
use crate::schedule_support::*;
use calendar_core::schedule::availability::{Availability, Busy, Unknown};
use calendar_core::schedule::group::{self, GroupQuery, Participant, Role};
use calendar_core::schedule::hours::{DateOverride, Holiday, Travel, WeeklyHours};
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::policy::BusyKind;
use calendar_core::schedule::rules::{Anchor, Days, Rules};
use calendar_core::schedule::slots::{Explain, Query, find, nearest, reasons_against};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

fn month() -> Interval {
    between("2026-06-01T00:00Z", "2026-07-01T00:00Z")
}

fn always(duration: i64, step: i64) -> Rules {
    rules("UTC", "00:00-24:00", duration, step)
}

/// `count` busy minutes, one every `every` minutes from the beginning of the month.
fn busy_minutes(count: i64, every: i64) -> Vec<Busy> {
    let base = month().start();
    (0..count).map(|number| Busy::from(Interval::starting(base + minute(number * every), minute(1)).unwrap())).collect()
}

#[test]
fn ten_thousand_touching_events_cost_one_pass() {
    let mut query = Query::new(month(), always(30, 15), availability(busy_minutes(10_000, 1)));
    query.max_slots = 5000;
    let outcome = find(&query, long_ago()).unwrap();
    assert_eq!(outcome.work.events, 10_000);
    let points = 30 * 96;
    assert_eq!(outcome.work.grid_points, points);
    assert!(outcome.work.steps <= 4 * (10_000 + points), "{:?}", outcome.work);
    assert!(outcome.slots.iter().all(|slot| slot.start() >= month().start() + minute(10_000)));
}

#[test]
fn ten_thousand_one_minute_gaps_cost_one_pass_and_give_no_slot() {
    let mut query = Query::new(
        between("2026-06-01T00:00Z", "2026-06-14T00:00Z"),
        always(5, 5),
        availability(busy_minutes(10_000, 2)),
    );
    query.max_slots = 5000;
    let outcome = find(&query, long_ago()).unwrap();
    assert_eq!(outcome.slots, []);
    let points = 13 * 288;
    assert_eq!(outcome.work.grid_points, points);
    assert!(outcome.work.steps <= 4 * (10_000 + points), "{:?}", outcome.work);
    query.explain = Explain::Nothing;
    let quick = find(&query, long_ago()).unwrap();
    assert!(quick.work.grid_points == 0 && quick.work.steps <= 10_100, "{:?}", quick.work);
}

#[test]
fn work_grows_in_proportion_to_the_events() {
    let work = |count| {
        let range = Interval::starting(month().start(), TimeDelta::days(60)).unwrap();
        let query = Query::new(range, always(2, 60), availability(busy_minutes(count, 8)));
        let work = find(&query, long_ago()).unwrap().work;
        work.events + work.steps + work.grid_points
    };
    let (small, large) = (work(1_000), work(8_000));
    assert!(large <= 9 * small, "{small} {large}");
}

#[test]
fn the_first_slot_of_a_long_range_visits_only_what_is_needed() {
    let mut query = Query::new(between("2026-06-01T00:00Z", "2026-07-30T00:00Z"), always(30, 1), availability(vec![]));
    (query.max_slots, query.explain) = (1, Explain::Nothing);
    let outcome = find(&query, long_ago()).unwrap();
    assert_eq!(outcome.work.grid_points, 1);
    assert_eq!(outcome.truncated, Some(month().start() + minute(1)));
}

#[test]
fn a_million_busy_ranges_are_answered() {
    let base = month().start();
    let range = Interval::starting(base, TimeDelta::days(62)).unwrap();
    // Every 80 seconds one of a minute: never two free minutes in a row until the last hour of the range.
    let start = |number: i64| base + TimeDelta::seconds((number % 66_900) * 80);
    let busy: Vec<Busy> =
        (0..1_000_000).map(|number| Busy::from(Interval::starting(start(number), minute(1)).unwrap())).collect();
    let mut query = Query::new(range, always(2, 1), availability(busy));
    query.explain = Explain::Nothing;
    query.caps.events = 1_000_000;
    let outcome = find(&query, long_ago()).unwrap();
    assert_eq!(outcome.work.events, 1_000_000);
    let free_from = start(66_899) + minute(1);
    assert!(
        outcome.slots.first().is_some_and(|slot| slot.start() >= free_from && slot.start() < free_from + minute(2))
    );
}

#[test]
fn more_events_than_allowed_cut_the_answer_where_they_stop() {
    // A meeting of one minute fits into each gap, so that the events stay apart when merged.
    let range = Interval::starting(month().start(), TimeDelta::days(62)).unwrap();
    let mut query = Query::new(range, always(1, 1), availability(busy_minutes(30_000, 2)));
    (query.explain, query.max_slots) = (Explain::Nothing, usize::MAX);
    query.caps.slots = usize::MAX;
    let cut = find(&query, long_ago()).unwrap();
    assert_eq!(cut.slots.len(), 20_000);
    let next = cut.truncated.unwrap();
    assert!(next > month().start() + minute(2 * 19_999) && next <= month().start() + minute(2 * 20_000), "{next}");
    query.range = Interval::new(next, query.range.end()).unwrap();
    assert_eq!(find(&query, long_ago()).unwrap().truncated, None);
}

#[test]
fn a_minute_grid_over_a_year_is_cut_at_the_documented_days_and_slots() {
    let mut query = Query::new(between("2026-01-01T00:00Z", "2027-01-01T00:00Z"), always(30, 1), availability(vec![]));
    query.max_slots = usize::MAX;
    let outcome = find(&query, long_ago()).unwrap();
    assert_eq!(outcome.slots.len(), 5_000);
    assert_eq!(outcome.truncated, Some(utc("2026-01-01T00:00Z") + minute(5_000)));
    query.rules.hours = WeeklyHours::closed();
    let closed = find(&query, long_ago()).unwrap();
    assert_eq!(closed.truncated, Some(utc("2026-03-04T00:00Z")));
    assert_eq!(closed.reasons.iter().map(|one| one.count).sum::<usize>(), 62 * 1440);
    query.caps.days = u32::MAX;
    let year = find(&query, long_ago()).unwrap();
    assert_eq!(year.truncated, None);
    assert_eq!(year.work.grid_points, 365 * 1440);
}

#[test]
fn refusals_spelled_out_are_as_many_as_slots_may_be() {
    let mut query = Query::new(month(), Rules { hours: WeeklyHours::closed(), ..always(30, 1) }, availability(vec![]));
    query.explain = Explain::Full;
    let outcome = find(&query, long_ago()).unwrap();
    assert_eq!(outcome.refused.len(), 5_000);
    assert_eq!(outcome.reasons[0].count, 30 * 1440);
}

fn crowd(count: usize) -> GroupQuery {
    let person = |number: usize| Participant {
        id: format!("p{number}").into(),
        role: Role::Required,
        rules: always(30, 1),
        availability: availability(busy_minutes(3, 600)),
    };
    GroupQuery::new(between("2026-06-01T00:00Z", "2026-06-03T00:00Z"), always(30, 1), (0..count).map(person).collect())
}

#[test]
fn more_persons_than_allowed_is_an_error_naming_the_bound() {
    let error = group::find(&crowd(51), long_ago()).unwrap_err();
    assert_eq!((error.field.as_str(), error.reason.as_str()), ("participants", "51 given, at most 50 allowed"));
}

#[test]
fn ten_thousand_participants_are_answered_within_the_bound_on_explanations() {
    let mut query = crowd(10_000);
    query.caps.persons = usize::MAX;
    query.max_slots = 5_000;
    let outcome = group::find(&query, long_ago()).unwrap();
    assert_eq!(outcome.work.grid_points, 2_000);
    assert_eq!(outcome.truncated, Some(month().start() + minute(2_000)));
    assert!(outcome.slots.len() > 1_500);
}

#[test]
fn instants_and_durations_at_the_end_of_time_do_not_overflow() {
    let extreme = [
        Interval::ALWAYS,
        Interval::new(DateTime::<Utc>::MIN_UTC, month().start()).unwrap(),
        Interval::new(month().end(), DateTime::<Utc>::MAX_UTC).unwrap(),
    ];
    for interval in extreme {
        for kind in [BusyKind::Busy, BusyKind::Booking, BusyKind::Held, BusyKind::Tentative] {
            let mut availability = availability(vec![
                Busy::from(interval).of_kind(kind).with_buffers(TimeDelta::MAX, TimeDelta::MAX),
                Busy::from(interval).of_kind(kind).with_buffers(TimeDelta::MIN, TimeDelta::MIN),
            ]);
            availability.unknown.push(Unknown { interval, calendar: None, cause: "x".into(), since: None });
            availability.known = Some(Interval::ALWAYS);
            let rules = Rules {
                holidays: vec![Holiday { from: NaiveDate::MIN, until: NaiveDate::MAX }],
                travel: vec![Travel { from: NaiveDate::MIN, until: NaiveDate::MAX, zone: zone("Pacific/Apia") }],
                overrides: vec![DateOverride { date: NaiveDate::MAX, windows: vec![(0, 2880)] }],
                horizon: Some(Days(3660)),
                minimum_notice: TimeDelta::days(3660),
                anchor: Anchor::Packed,
                ..always(30, 30)
            };
            let query = Query::new(month(), rules, availability);
            assert_eq!(find(&query, month().start()).unwrap().slots, []);
            assert!(!is_free(&query, month().start(), month().start()));
            assert_eq!(nearest(&query, DateTime::<Utc>::MAX_UTC, 3, month().start()).unwrap(), []);
        }
    }
}

#[test]
fn ranges_outside_the_calendar_are_refused() {
    let field = |range: Interval, now: DateTime<Utc>| {
        find(&Query::new(range, always(30, 30), Availability::default()), now).unwrap_err().field
    };
    assert_eq!(field(Interval::ALWAYS, long_ago()), "range");
    assert_eq!(field(month(), DateTime::<Utc>::MAX_UTC), "now");
    let mut query = Query::new(month(), always(30, 30), Availability::default());
    query.max_slots = 0;
    assert_eq!(find(&query, long_ago()).unwrap_err().field, "max_slots");
    let half = month().start() + TimeDelta::milliseconds(500);
    assert_eq!(reasons_against(&query, half, long_ago()).unwrap_err().field, "start");
}

#[test]
fn the_first_and_last_years_of_the_calendar_work() {
    for (start, end) in [("0001-01-01T00:00Z", "0001-01-02T00:00Z"), ("9899-12-30T00:00Z", "9899-12-31T00:00Z")] {
        let rules = Rules { zone: zone("America/New_York"), anchor: Anchor::WindowStart, ..always(30, 30) };
        let query = Query::new(between(start, end), rules, availability(vec![]));
        assert_eq!(find(&query, utc("0001-01-01T00:00Z")).unwrap().slots.len(), 48, "{start}");
    }
}

#[test]
fn parts_of_seconds_never_make_busy_time_shorter() {
    let tick = TimeDelta::milliseconds(400);
    let busy = Busy::new(utc("2026-06-10T10:00Z") + tick, utc("2026-06-10T10:30Z") + tick).unwrap();
    let range = between("2026-06-10T09:00Z", "2026-06-10T12:00Z");
    let mut query = Query::new(range, always(30, 30), availability(vec![busy]));
    for explain in [Explain::Nothing, Explain::Summary] {
        query.explain = explain;
        let found = starts(&find(&query, long_ago()).unwrap());
        assert_eq!(
            found,
            words("2026-06-10T09:00Z 2026-06-10T09:30Z 2026-06-10T11:00Z 2026-06-10T11:30Z"),
            "{explain:?}"
        );
    }
}

#[test]
fn a_range_without_slots_says_why_and_offers_the_nearest_known() {
    let day = between("2026-06-13T00:00Z", "2026-06-14T00:00Z");
    let rules = Rules { hours: WeeklyHours::default(), ..always(60, 60) };
    let mut query =
        Query::new(day, rules, availability(vec![Busy::from(between("2026-06-12T16:00Z", "2026-06-12T17:00Z"))]));
    query.availability.known = Some(between("2026-06-10T00:00Z", "2026-06-15T10:30Z"));
    let outcome = find(&query, long_ago()).unwrap();
    assert_eq!(
        outcome.reasons.iter().map(|one| (one.code.as_str(), one.count)).collect::<Vec<_>>(),
        [("outside_hours", 24)]
    );
    let nearest: Vec<String> = outcome.nearest.iter().map(|one| one.start().format("%a %H:%M").to_string()).collect();
    assert_eq!(nearest, ["Fri 15:00", "Fri 14:00", "Fri 13:00"]);
    query.rules.minimum_notice = TimeDelta::days(1);
    let later = find(&query, utc("2026-06-12T12:00Z")).unwrap();
    let nearest: Vec<String> = later.nearest.iter().map(|one| one.start().format("%a %H:%M").to_string()).collect();
    assert_eq!(nearest, ["Mon 09:00"]);
}

#[test]
fn packed_starts_that_do_not_exist_are_explained_on_the_wall_clock_grid() {
    let range = between("2026-06-10T09:00Z", "2026-06-10T10:00Z");
    let rules = Rules { anchor: Anchor::Packed, ..always(30, 30) };
    let outcome = find(&Query::new(range, rules, availability(vec![Busy::from(range)])), long_ago()).unwrap();
    assert_eq!(outcome.reasons.iter().map(|one| (one.code.as_str(), one.count)).collect::<Vec<_>>(), [("busy", 2)]);
}

#[test]
fn a_range_that_was_not_searched_to_its_end_has_no_nearest_slots() {
    let from = month().start();
    let busy = Busy::from(Interval::new(from, from + TimeDelta::days(20)).unwrap());
    let known = Some(Interval::new(from - TimeDelta::days(40), from + TimeDelta::days(90)).unwrap());
    let mut query = Query::new(month(), always(30, 1), Availability { known, ..availability(vec![busy]) });
    query.caps.days = 10;
    let cut = find(&query, long_ago()).unwrap();
    assert!(cut.slots.is_empty() && cut.truncated.is_some());
    assert_eq!(cut.nearest, [], "the rest of the range is free");
    let person = Participant {
        id: "ana".into(),
        role: Role::Required,
        rules: query.rules.clone(),
        availability: query.availability.clone(),
    };
    let mut team = GroupQuery::new(month(), query.rules.clone(), vec![person]);
    team.caps.days = 10;
    let cut = group::find(&team, long_ago()).unwrap();
    assert!(cut.slots.is_empty() && cut.truncated.is_some() && cut.nearest.is_empty());
}
