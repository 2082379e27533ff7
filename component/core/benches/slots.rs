//! How long the slot engine takes, alone and beside a peer, with a table of ratios at the end.
//!
//! The peer, `truth-engine`, merges busy time and finds free gaps; it has no hours, grid, buffers or reasons. So the
//! like-for-like comparison is the set arithmetic alone; the whole engine is measured against it, too.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use calendar_core::schedule::availability::{Availability, Busy};
use calendar_core::schedule::group::{self, GroupQuery, Participant, Role};
use calendar_core::schedule::hours::WeeklyHours;
use calendar_core::schedule::interval::{Interval, clip, merge, subtract};
use calendar_core::schedule::rules::Rules;
use calendar_core::schedule::slots::{Explain, Query, find};
use calendar_core::schedule::zone::Zone;
use chrono::{DateTime, TimeDelta, Utc};
use criterion::{BenchmarkId, Criterion};
use truth_engine::availability::PrivacyLevel;
use truth_engine::{EventStream, ExpandedEvent, find_first_free_across, find_free_slots, merge_availability};

const MONTH: i64 = 30;
const YEAR: i64 = 365;

fn start() -> DateTime<Utc> {
    "2026-03-01T00:00:00Z".parse().unwrap()
}

fn range(days: i64) -> Interval {
    Interval::starting(start(), TimeDelta::days(days)).unwrap()
}

/// `count` events of 5 to 60 minutes at pseudo-random minutes, in random order.
fn events(count: usize, days: i64, seed: u64) -> Vec<Interval> {
    let mut state = seed;
    let mut next = |bound: i64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(state >> 33).unwrap() % bound
    };
    let minutes = days * 1440;
    let event = |_| {
        let at = start() + TimeDelta::minutes(next(minutes));
        Interval::starting(at, TimeDelta::minutes(5 + next(55))).unwrap()
    };
    (0..count).map(event).collect()
}

fn expanded(events: &[Interval]) -> Vec<ExpandedEvent> {
    events.iter().map(|event| ExpandedEvent { start: event.start, end: event.end }).collect()
}

fn availability(events: &[Interval]) -> Availability {
    Availability { busy: events.iter().copied().map(Busy::from).collect(), ..Availability::default() }
}

fn rules() -> Rules {
    Rules {
        zone: Zone::parse("America/New_York").unwrap(),
        hours: WeeklyHours::weekdays(540, 1020),
        step: TimeDelta::minutes(15),
        buffer_before: TimeDelta::minutes(5),
        buffer_after: TimeDelta::minutes(10),
        ..Rules::default()
    }
}

fn query(events: &[Interval], days: i64, explain: Explain) -> Query {
    let mut query = Query::new(range(days), rules(), availability(events));
    query.explain = explain;
    query.max_slots = 5_000;
    query.caps.days = 366;
    query.caps.events = 1_000_000;
    query
}

fn crowd(persons: usize, events_each: usize) -> (GroupQuery, Vec<EventStream>) {
    let (mut participants, mut streams) = (Vec::new(), Vec::new());
    for number in 0..persons {
        let events = events(events_each, MONTH, u64::try_from(number).unwrap() + 1);
        streams.push(EventStream { stream_id: number.to_string(), events: expanded(&events) });
        let id = format!("p{number}").into();
        participants.push(Participant {
            id,
            role: Role::Required,
            rules: rules(),
            availability: availability(&events),
        });
    }
    let mut query = GroupQuery::new(range(MONTH), rules(), participants);
    query.explain = Explain::Nothing;
    query.caps.persons = 1_000;
    (query, streams)
}

fn gaps(events: &[Interval], span: Interval) -> Vec<Interval> {
    subtract(&[span], &clip(&merge(events.to_vec()), span))
}

fn criterion_benches(criterion: &mut Criterion) {
    for (name, days) in [("month", MONTH), ("year", YEAR)] {
        let mut group = criterion.benchmark_group(format!("one person, {name}"));
        group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
        for count in [1_000, 10_000, 100_000, 1_000_000] {
            let events = events(count, days, 7);
            let (peer, span) = (expanded(&events), range(days));
            let (quick, summary) = (query(&events, days, Explain::Nothing), query(&events, days, Explain::Summary));
            group.bench_function(BenchmarkId::new("gaps", count), |bencher| {
                bencher.iter(|| gaps(black_box(&events), span))
            });
            group.bench_function(BenchmarkId::new("gaps, truth-engine", count), |bencher| {
                bencher.iter(|| find_free_slots(black_box(&peer), span.start, span.end));
            });
            group.bench_function(BenchmarkId::new("slots", count), |bencher| {
                bencher.iter(|| find(black_box(&quick), start()))
            });
            group.bench_function(BenchmarkId::new("slots with reasons", count), |bencher| {
                bencher.iter(|| find(black_box(&summary), start()));
            });
        }
        group.finish();
    }
    let mut group = criterion.benchmark_group("group, month, 100 events each");
    group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
    for persons in [1, 10, 100] {
        let (query, streams) = crowd(persons, 100);
        let span = range(MONTH);
        group.bench_function(BenchmarkId::new("slots", persons), |bencher| {
            bencher.iter(|| group::find(black_box(&query), start()));
        });
        group.bench_function(BenchmarkId::new("merge, truth-engine", persons), |bencher| {
            bencher.iter(|| merge_availability(black_box(&streams), span.start, span.end, PrivacyLevel::Opaque));
        });
    }
    group.finish();
}

/// The median of some runs.
fn median<T>(mut run: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..11)
        .map(|_| {
            let begin = Instant::now();
            black_box(run());
            begin.elapsed()
        })
        .collect();
    times.sort_unstable();
    times.into_iter().nth(5).unwrap()
}

fn print_row(name: &str, ours: Duration, peer: Duration) {
    println!("{name:<46} {ours:>12.2?} {peer:>12.2?} {:>8.2}", peer.as_secs_f64() / ours.as_secs_f64());
}

fn print_ratios() {
    println!("\n{:<46} {:>12} {:>12} {:>8}", "medians of 11 runs", "ours", "truth-engine", "ratio");
    for (name, days) in [("month", MONTH), ("year", YEAR)] {
        for count in [1_000, 10_000, 100_000, 1_000_000] {
            let events = events(count, days, 7);
            let (peer, span) = (expanded(&events), range(days));
            let theirs = median(|| find_free_slots(&peer, span.start, span.end));
            print_row(&format!("free gaps, {name}, {count} events"), median(|| gaps(&events, span)), theirs);
            let quick = query(&events, days, Explain::Nothing);
            print_row(&format!("slots vs free gaps, {name}, {count}"), median(|| find(&quick, start())), theirs);
            let summary = query(&events, days, Explain::Summary);
            print_row(
                &format!("slots and reasons vs free gaps, {name}, {count}"),
                median(|| find(&summary, start())),
                theirs,
            );
        }
    }
    for persons in [1, 10, 100] {
        let (mut query, streams) = crowd(persons, 1_000);
        let span = range(MONTH);
        let theirs = median(|| merge_availability(&streams, span.start, span.end, PrivacyLevel::Opaque));
        print_row(&format!("group slots vs merge, {persons} persons"), median(|| group::find(&query, start())), theirs);
        query.max_slots = 1;
        let theirs = median(|| find_first_free_across(&streams, span.start, span.end, 30));
        print_row(&format!("first group slot, {persons} persons"), median(|| group::find(&query, start())), theirs);
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    criterion_benches(&mut criterion);
    criterion.final_summary();
    if std::env::args().any(|argument| argument == "--bench") {
        print_ratios();
    }
}
