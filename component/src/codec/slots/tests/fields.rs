//! Every wrong field is named, and everything has a bound.

use super::*;
use wit::BusyKind::{Booking, Busy, Held};
use wit::Role::{Member, Optional, Required};

type Change = Box<dyn FnOnce(&mut wit::FindQuery)>;

fn change(change: impl FnOnce(&mut wit::FindQuery) + 'static) -> Change {
    Box::new(change)
}

/// A change to the only participant.
fn first(change: impl FnOnce(&mut wit::Participant) + 'static) -> Change {
    Box::new(|query| change(&mut query.participants[0]))
}

fn quorum(need: u32, members: &[&str]) -> wit::Quorum {
    wit::Quorum { name: "some".into(), need, members: members.iter().map(|id| (*id).to_owned()).collect() }
}

fn candidate(participant: &str, weight: u32) -> wit::Candidate {
    wit::Candidate { participant: participant.into(), weight, load: 0, last_assigned: None }
}

fn turns(candidates: Vec<wit::Candidate>) -> Option<wit::RoundRobin> {
    Some(wit::RoundRobin { candidates, keep: None })
}

fn unknown(time: TimeRange, cause: String) -> wit::UnknownRange {
    wit::UnknownRange { time, calendar: None, cause }
}

#[test]
fn every_wrong_field_is_named() {
    let long = || "x".repeat(1025);
    let huge = || "x".repeat(1 << 20);
    let buffered = |kind, before, after| wit::BusyGroup {
        buffer_before_minutes: before,
        buffer_after_minutes: after,
        ..group(kind, vec![hours(1, 2)])
    };
    let short_day = || {
        let window = crate::codec::rules::tests::window;
        Some(vec![window(crate::bindings::exports::calendar::scheduling::availability::Weekday::Monday, 540, 570)])
    };
    let table: Vec<(&str, Change)> = vec![
        ("max-slots", change(|one| one.max_slots = Some(0))),
        ("max-slots", change(|one| one.max_slots = Some(5001))),
        ("now", change(|one| one.now = -1)),
        ("now", change(|one| one.now = i64::MAX)),
        ("range", change(|one| one.range.start = i64::MIN)),
        ("range", change(|one| one.range.end = i64::MAX)),
        ("range", change(|one| one.range.end = one.range.start)),
        ("range", change(|one| one.range = TimeRange { start: START, end: START + 366 * DAY + 1 })),
        ("rules.time-zone", change(|one| one.rules.time_zone = "Mars/Base".into())),
        ("rules.time-zone", change(move |one| one.rules.time_zone = huge())),
        ("rules.step-minutes", change(|one| one.rules.step_minutes = Some(0))),
        ("rules.duration-minutes", change(move |one| one.rules.working_hours = short_day())),
        ("participants", change(|one| one.participants.clear())),
        ("participants", change(|one| one.participants = vec![one.participants[0].clone(); 201])),
        ("participants", first(|one| one.role = Optional)),
        ("participants", first(|one| one.role = Member)),
        ("participants[0].id", first(|one| one.id.clear())),
        ("participants[0].id", first(move |one| one.id = long())),
        ("participants[1].id", change(|one| one.participants.push(one.participants[0].clone()))),
        (
            "participants[0].rules.offset-minutes",
            first(|one| {
                one.rules = Some(plain_rules());
                one.rules.iter_mut().for_each(|rules| rules.offset_minutes = Some(60));
            }),
        ),
        (
            "participants[0].rules.working-hours",
            first(move |one| {
                one.rules = Some(plain_rules());
                one.rules.iter_mut().for_each(|rules| rules.working_hours = short_day());
            }),
        ),
        (
            "participants[0].busy[0].starts[1]",
            first(|one| one.busy = vec![group(Busy, vec![hours(1, 2), hours(2, 2)])]),
        ),
        (
            "participants[0].busy[0].ends",
            first(|one| one.busy = vec![wit::BusyGroup { ends: vec![], ..group(Busy, vec![hours(1, 2)]) }]),
        ),
        (
            "participants[0].busy[0].ends",
            first(|one| one.busy = vec![wit::BusyGroup { ends: vec![at(1)], ..group(Held, vec![]) }]),
        ),
        (
            "participants[0].busy[1].starts[0]",
            first(|one| {
                one.busy = vec![group(Busy, vec![]), group(Held, vec![TimeRange { start: 0, end: i64::MAX }])];
            }),
        ),
        (
            "participants[0].busy[0].calendar",
            first(move |one| {
                one.busy = vec![wit::BusyGroup { calendar: Some("x".repeat(1025)), ..group(Busy, vec![]) }];
            }),
        ),
        (
            "participants[0].busy[0].buffer-before-minutes",
            first(move |one| one.busy = vec![buffered(Busy, Some(1), None)]),
        ),
        (
            "participants[0].busy[0].buffer-after-minutes",
            first(move |one| one.busy = vec![buffered(Booking, None, Some(1441))]),
        ),
        ("participants[0].unknown[0].time", first(|one| one.unknown = vec![unknown(hours(2, 1), String::new())])),
        (
            "participants[0].unknown[1].cause",
            first(|one| {
                one.unknown = vec![unknown(hours(1, 2), String::new()), unknown(hours(1, 2), "x".repeat(1025))];
            }),
        ),
        ("participants[0].known", first(|one| one.known = Some(hours(2, 1)))),
        ("participants.busy", first(|one| one.busy = vec![group(Busy, vec![]); 10_001])),
        ("participants.busy.starts", first(|one| one.busy = vec![group(Busy, vec![hours(1, 2); 500_001]); 2])),
        ("participants.unknown", first(|one| one.unknown = vec![unknown(hours(1, 2), String::new()); 10_001])),
        (
            "participants.rules",
            change(|one| {
                use crate::bindings::exports::calendar::scheduling::availability::Holiday;
                let day = || Holiday { first: "2026-12-24".into(), last: "2026-12-24".into() };
                let mut own = plain_rules();
                own.holidays = (0..1000).map(|_| day()).collect();
                one.participants = (0..101).map(|_| one.participants[0].clone()).collect();
                one.participants.iter_mut().for_each(|one| one.rules = Some(own.clone()));
            }),
        ),
        (
            "participants.rules",
            change(|one| {
                use crate::bindings::exports::calendar::scheduling::availability::Holiday;
                let day = || Holiday { first: "2026-12-24".into(), last: "2026-12-24".into() };
                one.rules.holidays = (0..1000).map(|_| day()).collect();
                one.participants = (0..101).map(|number| person(&number.to_string(), Required, vec![])).collect();
            }),
        ),
        ("quorums", change(|one| one.quorums = vec![quorum(1, &["ana"]); 201])),
        ("quorums.members", change(|one| one.quorums = vec![quorum(1, &["ana"; 21]); 100])),
        ("quorums[0].need", change(|one| one.quorums = vec![quorum(0, &["ana"])])),
        ("quorums[1].need", change(|one| one.quorums = vec![quorum(1, &["ana"]), quorum(2, &["ana"])])),
        ("quorums[0].members", change(|one| one.quorums = vec![quorum(1, &[])])),
        ("quorums[0].members", change(|one| one.quorums = vec![quorum(1, &["ana", "ben"])])),
        ("quorums[0].members", change(|one| one.quorums = vec![quorum(1, &["ana", "ana"])])),
        (
            "quorums[0].name",
            change(|one| one.quorums = vec![wit::Quorum { name: "x".repeat(1025), ..quorum(1, &["ana"]) }]),
        ),
        ("round-robin.candidates", change(|one| one.round_robin = turns(vec![]))),
        ("round-robin.candidates", change(|one| one.round_robin = turns(vec![candidate("ben", 1)]))),
        ("round-robin.candidates", change(|one| one.round_robin = turns(vec![candidate("ana", 1); 2]))),
        ("round-robin.candidates[0].weight", change(|one| one.round_robin = turns(vec![candidate("ana", 0)]))),
        ("round-robin.candidates[0].weight", change(|one| one.round_robin = turns(vec![candidate("ana", 1001)]))),
        (
            "round-robin.candidates[0].last-assigned",
            change(|one| {
                one.round_robin = turns(vec![wit::Candidate { last_assigned: Some(i64::MIN), ..candidate("ana", 1) }]);
            }),
        ),
        (
            "round-robin.keep",
            change(|one| {
                one.round_robin = turns(vec![candidate("ana", 1)]);
                one.round_robin.iter_mut().for_each(|turns| turns.keep = Some("x".repeat(1025)));
            }),
        ),
    ];
    for (number, (field, change)) in table.into_iter().enumerate() {
        let message = refused(change);
        assert!(message.starts_with(&format!("{field}: ")), "row {number}, {field}: {message}");
        assert!(message.len() < 400, "{message}");
    }
}

#[test]
fn ranges_that_cannot_be_joined_are_bounded_over_all_participants() {
    let apart = |count: i64| (0..count).map(|number| TimeRange { start: 2 * number, end: 2 * number + 1 }).collect();
    let people = |second: i64| {
        vec![
            person("ana", Required, vec![group(Busy, apart(60_000))]),
            person("ben", Required, vec![group(Held, apart(second))]),
        ]
    };
    let message = refused(|one| one.participants = people(40_001));
    assert!(message.starts_with("participants[1].busy[0].starts: more than 100000 ranges stay apart"), "{message}");
    assert_eq!(found(|one| one.participants = people(40_000)).slots.len(), 3);
}

#[test]
fn texts_from_outside_are_shown_shortened_and_without_control_characters() {
    let message = refused(|one| one.quorums = vec![quorum(1, &[&"\u{1b}[2J".repeat(10_000)])]);
    assert!(message.len() < 800 && !message.contains('\u{1b}'), "{message}");
}

#[test]
fn a_meeting_that_fits_on_the_day_the_clock_goes_back_only_is_found_there() {
    use crate::bindings::exports::calendar::scheduling::availability::Weekday::Sunday;
    let hours = || Some(vec![crate::codec::rules::tests::window(Sunday, 75, 105)]);
    let new_york = |one: &mut wit::FindQuery, own: bool, start: i64| {
        one.range = TimeRange { start, end: start + DAY };
        one.rules.step_minutes = Some(15);
        let mut rules = one.rules.clone();
        (rules.time_zone, rules.working_hours) = ("America/New_York".into(), hours());
        match own {
            true => one.participants[0].rules = Some(rules),
            false => one.rules = rules,
        }
    };
    // Midnight of 2026-11-01 there: 01:15 to 01:45 takes 90 minutes.
    let change = 1_793_505_600;
    for own in [false, true] {
        let answer = found(|one| new_york(one, own, change));
        let starts: Vec<_> = answer.slots.iter().map(|one| (one.time.start - change) / 60).collect();
        assert_eq!(starts, [75, 90, 105], "{own}");
        let field = if own { "participants[0].rules.working-hours: " } else { "rules.duration-minutes: " };
        assert!(refused(|one| new_york(one, own, change - 150 * DAY)).starts_with(field), "{own}");
    }
}

#[test]
fn a_buffer_of_zero_is_no_buffer() {
    let none = wit::BusyGroup { buffer_before_minutes: Some(0), ..group(Busy, vec![hours(10, 11)]) };
    assert_eq!(pairs(&found(|one| one.participants[0].busy = vec![none]).slots), [(9, 10), (11, 12)]);
}
