//! The codec of the pure slot search, from query to answer.

mod fields;
mod groups;
mod person;
mod proposals;

use super::*;
use crate::bindings::calendar::scheduling::types::TimeRange;
use crate::codec::rules::tests::plain as plain_rules;

const DAY: i64 = 86_400;
/// 2026-06-10T00:00:00Z, a Wednesday.
const START: i64 = 1_781_049_600;

fn at(hour: i64) -> i64 {
    START + hour * 3600
}

fn hours(from: i64, to: i64) -> TimeRange {
    TimeRange { start: at(from), end: at(to) }
}

/// From and to of each slot, in hours of the day.
fn pairs<'a>(slots: impl IntoIterator<Item = &'a wit::Slot>) -> Vec<(i64, i64)> {
    slots.into_iter().map(|one| ((one.time.start - START) / 3600, (one.time.end - START) / 3600)).collect()
}

fn group(kind: wit::BusyKind, ranges: Vec<TimeRange>) -> wit::BusyGroup {
    let calendar = Some("team".to_owned());
    let (starts, ends) = ranges.into_iter().map(|range| (range.start, range.end)).unzip();
    wit::BusyGroup { kind, calendar, starts, ends, buffer_before_minutes: None, buffer_after_minutes: None }
}

fn busy(from: i64, to: i64) -> Vec<wit::BusyGroup> {
    vec![group(wit::BusyKind::Busy, vec![hours(from, to)])]
}

fn person(id: &str, role: wit::Role, busy: Vec<wit::BusyGroup>) -> wit::Participant {
    wit::Participant { id: id.into(), role, rules: None, busy, unknown: Vec::new(), known: None }
}

/// Hours of one day, 09:00 to 12:00Z, in steps of an hour, of one person who is free.
fn plain() -> wit::FindQuery {
    wit::FindQuery {
        range: hours(9, 12),
        now: START - DAY,
        rules: plain_rules(),
        participants: vec![person("ana", wit::Role::Required, Vec::new())],
        quorums: Vec::new(),
        round_robin: None,
        max_slots: None,
        explain: Some(wit::Explain::Full),
    }
}

fn changed(change: impl FnOnce(&mut wit::FindQuery)) -> wit::FindQuery {
    let mut query = plain();
    change(&mut query);
    query
}

fn refused(change: impl FnOnce(&mut wit::FindQuery)) -> String {
    find(changed(change)).expect_err("refused").message
}

fn found(change: impl FnOnce(&mut wit::FindQuery)) -> wit::FoundSlots {
    find(changed(change)).expect("valid")
}

/// Code, participant and rule of all reasons against the first refused start.
fn first_reasons(answer: &wit::FoundSlots) -> Vec<(&str, Option<&str>, &str)> {
    let reasons = answer.refused.first().into_iter().flat_map(|one| &one.reasons);
    reasons.map(|one| (one.code.as_str(), one.participant.as_deref(), one.rule.as_str())).collect()
}
