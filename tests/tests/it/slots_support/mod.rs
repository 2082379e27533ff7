//! The engine called natively, with the question that a query is.

use std::sync::Arc;

use calendar_core::schedule::assign::{Candidate, RoundRobin};
use calendar_core::schedule::availability::{Availability, Busy, Unknown};
use calendar_core::schedule::caps::Caps;
use calendar_core::schedule::group::{GroupQuery, GroupSlot, Participant, Presence, Quorum, Role};
use calendar_core::schedule::hours::WeeklyHours;
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::reason::{Reason, ReasonCount, Refusal};
use calendar_core::schedule::rules::Rules;
use calendar_core::schedule::zone::Zone;
use calendar_host::types::{self as wit, TimeRange};
use chrono::{DateTime, TimeDelta, Utc};

/// Code and participant of a reason.
pub type Why = (String, Option<String>);

/// Seconds to an instant.
pub fn instant(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).expect("an instant")
}

/// A range as an interval.
pub fn interval(range: &TimeRange) -> Interval {
    Interval::new(instant(range.start), instant(range.end)).expect("not empty")
}

/// An interval as a range.
pub fn range(interval: Interval) -> TimeRange {
    TimeRange { start: interval.start().timestamp(), end: interval.end().timestamp() }
}

/// Length, zone, step and buffers of rules; nothing else is used here, and every hour is open.
pub fn rules(given: &wit::SlotRules) -> Rules {
    let minutes = |given: Option<u32>, default: i64| TimeDelta::minutes(given.map_or(default, i64::from));
    Rules {
        zone: Zone::parse(&given.time_zone).expect("a zone"),
        duration: TimeDelta::minutes(given.duration_minutes.into()),
        step: minutes(given.step_minutes, 30),
        buffer_before: minutes(given.buffer_before_minutes, 0),
        buffer_after: minutes(given.buffer_after_minutes, 0),
        hours: WeeklyHours::always(),
        ..Rules::default()
    }
}

/// Busy times of confirmed events, one by one, and unknown times.
pub fn availability(given: &wit::Participant) -> Availability {
    let busy = given.busy.iter().flat_map(|group| group.ranges().map(|one| Busy::from(interval(&one))));
    let unknown = given.unknown.iter().map(|one| Unknown {
        interval: interval(&one.time),
        calendar: None,
        cause: Arc::from(one.cause.as_str()),
        since: None,
    });
    Availability { busy: busy.collect(), unknown: unknown.collect(), ..Availability::default() }
}

/// The whole question.
pub fn group(given: &wit::FindQuery) -> GroupQuery {
    let id = |id: &String| Arc::from(id.as_str());
    let participant = |one: &wit::Participant| Participant {
        id: id(&one.id),
        role: match one.role {
            wit::Role::Required => Role::Required,
            wit::Role::Optional => Role::Optional,
            wit::Role::Member => Role::Member,
        },
        rules: rules(one.rules.as_ref().unwrap_or(&given.rules)),
        availability: availability(one),
    };
    let participants = given.participants.iter().map(participant).collect();
    let mut query = GroupQuery::new(interval(&given.range), rules(&given.rules), participants);
    let quorum = |one: &wit::Quorum| Quorum {
        name: id(&one.name),
        need: one.need as usize,
        members: one.members.iter().map(id).collect(),
    };
    let candidate = |one: &wit::Candidate| Candidate {
        id: id(&one.participant),
        weight: one.weight,
        load: one.load,
        last_assigned: one.last_assigned.map(instant),
    };
    query.quorums = given.quorums.iter().map(quorum).collect();
    query.round_robin = given.round_robin.as_ref().map(|one| RoundRobin {
        candidates: one.candidates.iter().map(candidate).collect(),
        keep: one.keep.as_ref().map(id),
    });
    query.max_slots = given.max_slots.map_or(1000, |most| most as usize);
    query.caps = Caps { days: 366, persons: 200, ..Caps::default() };
    query
}

/// A slot of the engine as the interface has it.
pub fn slot(slot: &GroupSlot) -> (TimeRange, Vec<(String, wit::Presence)>, Option<String>) {
    let presence = |presence: &Presence| match presence {
        Presence::Free => wit::Presence::Free,
        Presence::Unavailable => wit::Presence::Unavailable,
        Presence::Unknown => wit::Presence::Unknown,
    };
    let optional = slot.optional.iter().map(|(id, one)| (id.to_string(), presence(one))).collect();
    (range(slot.interval), optional, slot.assignee.as_ref().map(ToString::to_string))
}

/// A slot of the interface in the same form.
pub fn answered(slot: &wit::Slot) -> (TimeRange, Vec<(String, wit::Presence)>, Option<String>) {
    let optional = slot.optional.iter().map(|one| (one.participant.clone(), one.presence)).collect();
    (slot.time, optional, slot.assignee.clone())
}

/// Refused starts with codes and participants of their reasons.
pub fn refusals(refused: &[Refusal]) -> Vec<(i64, Vec<Why>)> {
    let reason = |one: &Reason| (one.code.as_str().to_owned(), one.participant.as_ref().map(ToString::to_string));
    refused.iter().map(|one| (one.start.timestamp(), one.reasons.iter().map(reason).collect())).collect()
}

/// Refused starts of the interface in the same form.
pub fn refused(refused: &[wit::RefusedStart]) -> Vec<(i64, Vec<Why>)> {
    let reason = |one: &wit::Refusal| (one.code.clone(), one.participant.clone());
    refused.iter().map(|one| (one.start, one.reasons.iter().map(reason).collect())).collect()
}

/// Counted reasons of both sides are the same.
pub fn assert_same_counts(answered: &[wit::RefusalCount], expected: &[ReasonCount]) {
    let answered: Vec<_> = answered.iter().map(|one| (one.reason.as_str(), one.count as usize)).collect();
    let expected: Vec<_> = expected.iter().map(|one| (one.code.as_str(), one.count)).collect();
    assert_eq!(answered, expected);
}
