//! Every clock change of every zone from 2020 to 2037, against a scan of all minutes around it.
use std::collections::BTreeSet;

use crate::schedule_support::scan::Scan;
use crate::schedule_support::*;
use calendar_core::schedule::availability::Availability;
use calendar_core::schedule::grid::Grid;
use calendar_core::schedule::hours::{WeeklyHours, window_on};
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::rules::Rules;
use calendar_core::schedule::slots::{Explain, Query, find};
use calendar_core::schedule::zone::{Civil, Zone, next_date};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

/// Zones that behave differently, each with its clock changes, over a span.
fn changes(span: Interval) -> Vec<(Zone, Vec<DateTime<Utc>>)> {
    let mut seen = BTreeSet::new();
    let mut zones = Vec::new();
    for name in Zone::names() {
        let zone = zone(name);
        let stretches = zone.stretches(span);
        let signature: Vec<(i64, i32)> =
            stretches.iter().map(|one| (one.interval.start().timestamp(), one.offset_seconds)).collect();
        if seen.insert(signature) {
            zones.push((zone, stretches.iter().skip(1).map(|one| one.interval.start()).collect()));
        }
    }
    zones
}

fn years() -> Interval {
    between("2020-01-01T00:00Z", "2038-01-01T00:00Z")
}

#[test]
fn every_zone_name_of_the_database_can_be_parsed() {
    let names: Vec<&str> = Zone::names().collect();
    assert!(names.len() > 500, "{}", names.len());
    assert!(names.iter().all(|name| Zone::parse(name).is_ok()));
}

#[test]
fn a_wall_time_around_every_change_resolves_as_a_scan_of_all_minutes_says() {
    let (mut checked, mut gaps, mut overlaps) = (0, 0, 0);
    for (zone, changes) in changes(years()) {
        for change in changes {
            let scan = Scan::new(&zone, change - TimeDelta::hours(6), change + TimeDelta::hours(6));
            let wall_at = zone.civil(change);
            let mut wall: NaiveDateTime = wall_at - TimeDelta::hours(3);
            while wall < wall_at + TimeDelta::hours(3) {
                let instants = scan.instants(wall);
                let expected = match (scan.is_skipped(wall), instants.as_slice()) {
                    (true, [transition]) => Civil::Gap { transition: *transition },
                    (false, [instant]) => Civil::Single(*instant),
                    (false, [earlier, later]) => Civil::Overlap { earlier: *earlier, later: *later },
                    other => panic!("{zone} {wall}: {other:?}"),
                };
                assert_eq!(zone.resolve(wall), expected, "{zone} {wall}");
                gaps += usize::from(matches!(expected, Civil::Gap { .. }));
                overlaps += usize::from(matches!(expected, Civil::Overlap { .. }));
                checked += 1;
                wall += TimeDelta::minutes(1);
            }
        }
    }
    assert!(checked > 300_000 && gaps > 10_000 && overlaps > 10_000, "{checked} {gaps} {overlaps}");
}

#[test]
fn windows_around_every_change_are_what_a_scan_says() {
    let mut checked = 0;
    for (zone, changes) in changes(years()) {
        for change in changes {
            let scan = Scan::new(&zone, change - TimeDelta::days(5), change + TimeDelta::days(5));
            let wall = zone.civil(change);
            let minute = u16::try_from(wall.signed_duration_since(wall.date().into()).num_minutes()).unwrap();
            let near = |shift: i32| u16::try_from((i32::from(minute) + shift).clamp(0, 1439)).unwrap();
            let windows = [
                (0, 1440),
                (near(-90), near(90) + 1),
                (near(-15), 1440),
                (0, near(15) + 1),
                (near(-30), near(-15) + 1),
                (near(10), 1440 + near(10)),
                (1320, 1800),
                (1320, 2880),
            ];
            for date in [wall.date().pred_opt().unwrap(), wall.date(), next_date(wall.date())] {
                let day = (scan.start_of_day(date), scan.start_of_day(next_date(date)));
                assert_eq!(zone.day(date), day, "{zone} {date}");
                for (from, to) in windows {
                    let expected = scan.window(date, from, to);
                    assert_eq!(window_on(&zone, date, (from, to)), expected, "{zone} {date} {from}-{to}");
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 20_000, "{checked}");
}

#[test]
fn the_grid_around_every_change_is_what_a_scan_says() {
    let mut checked = 0;
    for (zone, changes) in changes(years()) {
        for change in changes {
            let span = Interval::new(change - TimeDelta::hours(30), change + TimeDelta::hours(30)).unwrap();
            let scan = Scan::new(&zone, span.start(), span.end());
            for (step, offset) in [(15, 0), (60, 0), (45, 10), (1440, 125)] {
                let rules =
                    Rules { zone: zone.clone(), step: minute(step), offset: minute(offset), ..Rules::default() };
                let grid = Grid::local_midnight(&rules.validate().unwrap(), span);
                let is_candidate = |wall: NaiveDateTime| {
                    let since = wall.signed_duration_since(wall.date().into()).num_minutes();
                    since >= offset && (since - offset) % step == 0
                };
                let expected: Vec<_> = scan
                    .minutes()
                    .iter()
                    .filter(|(_, wall)| is_candidate(*wall))
                    .map(|(at, _)| at.timestamp())
                    .collect();
                assert_eq!(grid.points(span).collect::<Vec<_>>(), expected, "{zone} {change} {step}+{offset}");
                checked += expected.len();
            }
        }
    }
    assert!(checked > 100_000, "{checked}");
}

#[test]
fn a_day_of_hourly_slots_around_every_change_has_one_for_each_hour_the_clock_shows() {
    for (zone, changes) in changes(between("2025-01-01T00:00Z", "2028-01-01T00:00Z")) {
        for change in changes {
            let date = zone.date(change);
            let (start, end) = zone.day(date);
            let Some(range) = Interval::new(start, end) else { continue };
            let rules =
                Rules { hours: WeeklyHours::always(), duration: minute(1), ..rules(zone.name(), "00:00-24:00", 1, 60) };
            let mut query = Query::new(range, rules, Availability::default());
            query.explain = Explain::Nothing;
            let found: Vec<_> = find(&query, long_ago()).unwrap().slots.iter().map(|slot| slot.start()).collect();
            let scan = Scan::new(&zone, start, end);
            let full_hours = scan.minutes().into_iter().filter(|(_, wall)| chrono::Timelike::minute(wall) == 0);
            assert_eq!(found, full_hours.map(|(at, _)| at).collect::<Vec<_>>(), "{zone} {date}");
        }
    }
}
