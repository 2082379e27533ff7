//! Random questions, always near clock changes, in random zones.
use std::sync::OnceLock;

use calendar_core::schedule::availability::{Availability, Busy, Reservation, Unknown};
use calendar_core::schedule::hours::{DateOverride, Holiday, Travel, WeeklyHours};
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::limits::{FirstDay, Limit, Period};
use calendar_core::schedule::policy::{BusyKind, StatusPolicy, Statuses, Treatment};
use calendar_core::schedule::rules::{self, Anchor, Rules};
use calendar_core::schedule::slots::{Explain, Outcome, Query, find};
use calendar_core::schedule::zone::Zone;
use chrono::{DateTime, Days, TimeDelta, Utc, Weekday};
use proptest::prelude::*;

use super::*;

/// A question, small enough for the oracle.
#[derive(Debug, Clone)]
pub struct Question {
    pub range: Interval,
    pub rules: Rules,
    pub availability: Availability,
    pub now: DateTime<Utc>,
}

impl Question {
    pub fn query(&self) -> Query {
        let mut query = Query::new(self.range, self.rules.clone(), self.availability.clone());
        query.max_slots = 5000;
        query.explain = Explain::Full;
        query
    }

    pub fn answer(&self) -> Outcome {
        find(&self.query(), self.now).unwrap()
    }

    pub fn starts(&self) -> Vec<DateTime<Utc>> {
        self.answer().slots.iter().map(|slot| slot.start()).collect()
    }

    pub fn busy(&self, busy: Vec<Busy>) -> Question {
        Question { availability: Availability { busy, ..self.availability.clone() }, ..self.clone() }
    }

    pub fn rules(&self, change: impl FnOnce(&mut Rules)) -> Question {
        let mut changed = self.clone();
        change(&mut changed.rules);
        changed
    }
}

/// Instants near clock changes: (zone, a change).
pub fn changes() -> &'static [(Zone, DateTime<Utc>)] {
    static CHANGES: OnceLock<Vec<(Zone, DateTime<Utc>)>> = OnceLock::new();
    CHANGES.get_or_init(|| {
        let mut changes = vec![(zone("Pacific/Apia"), utc("2011-12-30T10:00Z"))];
        for name in Zone::names() {
            let zone = zone(name);
            let stretches = zone.stretches(between("2024-01-01T00:00Z", "2030-01-01T00:00Z"));
            changes.extend(stretches.iter().skip(1).map(|one| (zone.clone(), one.interval.start())));
        }
        changes
    })
}

fn minutes_from(list: &'static [i64]) -> impl Strategy<Value = TimeDelta> {
    prop::sample::select(list).prop_map(TimeDelta::minutes)
}

pub fn windows() -> impl Strategy<Value = Vec<(u16, u16)>> {
    let window = (0u16..96, 1u16..120).prop_map(|(from, length)| {
        let from = from * 15;
        (from, (from + length * 15).min(2880))
    });
    prop::collection::vec(window, 0..3)
}

fn hours() -> impl Strategy<Value = WeeklyHours> {
    let weekdays = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    let varied = prop::collection::vec(windows(), 7).prop_map(move |days| {
        days.into_iter().zip(weekdays).fold(WeeklyHours::closed(), |hours, (windows, weekday)| {
            windows.into_iter().fold(hours, |hours, window| hours.with(weekday, window))
        })
    });
    prop_oneof![
        2 => Just(WeeklyHours::always()),
        2 => Just(every_day("08:00-20:00")),
        1 => Just(every_day("01:15-05:45")),
        4 => varied,
    ]
}

fn kind() -> impl Strategy<Value = BusyKind> {
    prop::sample::select(
        &[
            BusyKind::Busy,
            BusyKind::Busy,
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
            BusyKind::TimeOff,
            BusyKind::Held,
            BusyKind::Booking,
        ][..],
    )
}

fn statuses() -> impl Strategy<Value = Statuses> {
    let treatment =
        || prop::sample::select(&[Treatment::Block, Treatment::Block, Treatment::Allow, Treatment::Penalise][..]);
    (treatment(), treatment(), treatment(), treatment(), treatment(), treatment()).prop_map(
        |(tentative, private, focus_time, all_day, elsewhere, team)| {
            let all = StatusPolicy {
                tentative,
                private,
                focus_time,
                all_day,
                working_elsewhere: elsewhere,
                ..StatusPolicy::default()
            };
            let own = StatusPolicy { tentative: team, ..StatusPolicy::default() };
            Statuses { all, by_calendar: [("team".into(), own)].into() }
        },
    )
}

fn limit() -> impl Strategy<Value = Limit> {
    let period = prop::sample::select(
        &[
            Period::Day,
            Period::Week { starts: FirstDay::Monday },
            Period::Week { starts: FirstDay::Sunday },
            Period::Month,
        ][..],
    );
    (period, prop::option::of(0u32..4), prop::option::of(0u32..300)).prop_map(|(period, meetings, minutes)| Limit {
        period,
        meetings,
        minutes,
    })
}

fn horizon() -> impl Strategy<Value = Option<rules::Days>> {
    prop_oneof![
        3 => Just(None),
        2 => (0u32..5).prop_map(|days| Some(rules::Days(days))),
    ]
}

/// One to three stays, often adjoining: first day, days and zone of each, in any order.
fn stays() -> impl Strategy<Value = Vec<(u64, u64, Zone)>> {
    let zone = || prop::sample::select(changes()).prop_map(|(zone, _)| zone);
    let away = (prop::sample::select(&[0u64, 0, 0, 1][..]), 1u64..3, zone());
    (0u64..3, prop::collection::vec(away, 1..4))
        .prop_map(|(first, stays)| {
            let mut next = first;
            let stay = |(pause, days, zone): (u64, u64, Zone)| {
                let from = next + pause;
                next = from + days;
                (from, days, zone)
            };
            stays.into_iter().map(stay).collect::<Vec<_>>()
        })
        .prop_shuffle()
}

/// A busy item as minutes from the base, so that it shrinks well.
fn busy(base: DateTime<Utc>, span_minutes: i64) -> impl Strategy<Value = Busy> {
    let reservation = (minutes_from(&[0, 5, 20, 45]), minutes_from(&[0, 10, 30]), prop::option::of(-200i64..200));
    (0..span_minutes / 5, 1i64..60, kind(), prop::bool::ANY, reservation).prop_map(
        move |(start, length, kind, on_team, (buffer_before, buffer_after, expiry))| {
            let start = base + minute(start * 5);
            let mut item = Busy::new(start, start + minute(length * 5)).unwrap().of_kind(kind);
            if matches!(kind, BusyKind::Held | BusyKind::Booking) {
                let expires_at = expiry.filter(|_| kind == BusyKind::Held).map(|minutes| base + minute(minutes));
                item.reservation = Some(Reservation { buffer_before, buffer_after, expires_at });
            }
            if on_team { item.on_calendar("team") } else { item }
        },
    )
}

/// Where a question is asked: a zone, and starts around a clock change of it.
pub fn place(longest_hours: i64) -> impl Strategy<Value = (Zone, DateTime<Utc>, Interval)> {
    let parts = (prop::sample::select(changes()), -60i64..30, 1i64..=longest_hours);
    parts.prop_map(|((zone, change), hours_before, range_hours)| {
        let start = change + TimeDelta::hours(hours_before) + minute(zone.civil(change).and_utc().timestamp() % 3);
        (zone, change, Interval::starting(start, TimeDelta::hours(range_hours)).unwrap())
    })
}

pub fn question() -> impl Strategy<Value = Question> {
    place(71).prop_flat_map(|(zone, change, range)| question_at(zone, change, range))
}

/// A question about the starts of `range` near a clock change, of somebody at home in `zone`.
pub fn question_at(zone: Zone, change: DateTime<Utc>, range: Interval) -> impl Strategy<Value = Question> {
    let start = range.start();
    let range_hours = range.length().num_hours();
    let base = start - TimeDelta::hours(12);
    let span = (range_hours + 24) * 60;
    let day = change.date_naive();
    let shape = (
        minutes_from(&[5, 15, 30, 45, 60, 90, 120]),
        minutes_from(&[0, 0, 0, 5, 15, 60]),
        minutes_from(&[0, 0, 0, 10, 15, 45]),
        prop::bool::weighted(0.2),
        minutes_from(&[5, 15, 20, 30, 45, 60, 7, 90, 1440]),
        0i64..1440,
    );
    let when = (
        minutes_from(&[0, 0, 30, 600, 1500]),
        horizon(),
        -2000i64..2000,
        prop::option::weighted(0.2, prop::sample::select(changes())),
    );
    let dates = (
        prop::collection::btree_map(0u64..6, windows(), 0..3),
        prop::collection::vec((0u64..6, 1u64..3), 0..2),
        prop_oneof![2 => Just(vec![]), 1 => stays()],
    );
    let taken = (
        prop::collection::vec(busy(base, span), 0..10),
        prop::collection::vec((0..span / 5, 1i64..60), 0..2),
        prop::option::weighted(0.2, (0..span / 5, 60i64..400)),
    );
    let people = (hours(), statuses(), prop::collection::vec(limit(), 0..2));
    (shape, when, dates, taken, people).prop_map(move |(shape, when, dates, taken, people)| {
        let (duration, buffer_before, buffer_after, buffers_inside_window, step, offset) = shape;
        let (minimum_notice, horizon, now, grid_zone) = when;
        let (overrides, holidays, travel) = dates;
        let (busy, unknown, known) = taken;
        let (hours, statuses, limits) = people;
        let first = day.checked_sub_days(Days::new(3)).unwrap();
        let date = |days: u64| first + Days::new(days);
        let at = |five_minutes: i64| base + minute(five_minutes * 5);
        Question {
            range,
            now: start + minute(now),
            rules: Rules {
                zone: zone.clone(),
                duration,
                buffer_before,
                buffer_after,
                buffers_inside_window,
                minimum_notice,
                horizon,
                step,
                offset: minute(offset % step.num_minutes()),
                anchor: Anchor::LocalMidnight,
                grid_zone: grid_zone.map(|(zone, _)| zone),
                hours,
                overrides: overrides
                    .into_iter()
                    .map(|(day, windows)| DateOverride { date: date(day), windows })
                    .collect(),
                holidays: holidays
                    .into_iter()
                    .map(|(day, days)| Holiday { from: date(day), until: date(day + days) })
                    .collect(),
                travel: travel
                    .into_iter()
                    .map(|(day, days, zone)| Travel { from: date(day), until: date(day + days), zone })
                    .collect(),
                limits,
                statuses,
            },
            availability: Availability {
                busy,
                unknown: unknown
                    .into_iter()
                    .map(|(start, length)| Unknown {
                        interval: Interval::new(at(start), at(start + length)).unwrap(),
                        calendar: Some("team".into()),
                        cause: "timeout".into(),
                        since: None,
                    })
                    .collect(),
                known: known.map(|(start, length)| Interval::new(at(start), at(start + length)).unwrap()),
                ..Availability::default()
            },
        }
    })
}
