//! Groups of random people near clock changes: what is offered to whom, and what is refused why and because of whom, is
//! what asking everybody alone says.
use std::sync::Arc;

use crate::schedule_support::cases::cases;
use crate::schedule_support::group_oracle::{Judged, judge};
use crate::schedule_support::minute;
use crate::schedule_support::questions::{Question, changes, place, question_at};
use calendar_core::schedule::assign::{Candidate, RoundRobin};
use calendar_core::schedule::group::{GroupOutcome, GroupQuery, Participant, Quorum, Role, find};
use calendar_core::schedule::reason::{Detail, Histogram, Reason, ReasonCode};
use calendar_core::schedule::slots::Explain;
use chrono::{DateTime, Utc};
use proptest::prelude::*;

type Asked = (GroupQuery, DateTime<Utc>);

/// The participants whose bit is set, or the first one.
fn chosen(people: &[Participant], bits: u8) -> Vec<Arc<str>> {
    let is_in = |index: &usize| bits >> index & 1 == 1;
    let chosen: Vec<_> = (0..people.len()).filter(is_in).map(|index| people[index].id.clone()).collect();
    if chosen.is_empty() { vec![people[0].id.clone()] } else { chosen }
}

fn people(questions: Vec<(Question, Role)>) -> Vec<Participant> {
    let person = |(index, (question, role)): (usize, (Question, Role))| Participant {
        id: format!("p{index}").into(),
        role,
        rules: question.rules,
        availability: question.availability,
    };
    questions.into_iter().enumerate().map(person).collect()
}

/// A meeting of one to four people, with quorums that may share names and members, and a round robin.
fn asked() -> impl Strategy<Value = Asked> {
    let quorum = || (1usize..4, 1u8..16, prop::sample::select(&["crew", "", "round_robin"][..]));
    let turn = || (1u32..4, 0u32..4, prop::option::of(0i64..3));
    place(40).prop_flat_map(move |(zone, change, range)| {
        let home = zone.clone();
        let somewhere = prop_oneof![
            2 => Just(home),
            1 => prop::sample::select(changes()).prop_map(|(zone, _)| zone),
        ];
        let person = somewhere.prop_flat_map(move |zone| question_at(zone, change, range));
        let role = prop::sample::select(&[Role::Required, Role::Optional, Role::Member, Role::Member][..]);
        let turns = (1u8..16, prop::collection::vec(turn(), 4), 0u8..8);
        (
            question_at(zone, change, range),
            prop::collection::vec((person, role), 1..5),
            prop::collection::vec(quorum(), 0..3),
            prop::option::of(turns),
        )
            .prop_map(|(meeting, persons, quorums, turns)| {
                let (now, range) = (meeting.now, meeting.range);
                let mut query = GroupQuery::new(range, meeting.rules, people(persons));
                // So that all reasons are spelled out.
                query.meeting.step = query.meeting.step.max(minute(15));
                query.max_slots = 5000;
                query.explain = Explain::Full;
                for (need, bits, name) in quorums {
                    let members = chosen(&query.participants, bits);
                    query.quorums.push(Quorum { name: name.into(), need: need.min(members.len()), members });
                }
                query.round_robin = turns.map(|(bits, turns, keep)| {
                    let ids = chosen(&query.participants, bits).into_iter().rev();
                    let candidate = |(id, (weight, load, last)): (Arc<str>, (u32, u32, Option<i64>))| Candidate {
                        id,
                        weight,
                        load,
                        last_assigned: last.and_then(|second| DateTime::from_timestamp(second, 0)),
                    };
                    let candidates = ids.zip(turns).map(candidate).collect();
                    RoundRobin { candidates, keep: Some(format!("p{keep}").into()) }
                });
                let is_needed = query.participants.iter().any(|one| one.role == Role::Required);
                if !is_needed && query.quorums.is_empty() && query.round_robin.is_none() {
                    query.participants[0].role = Role::Required;
                }
                (query, now)
            })
    })
}

/// What became of each candidate, as the oracle says it.
fn judged(outcome: &GroupOutcome) -> Vec<(DateTime<Utc>, Judged)> {
    let said = |reason: &Reason| {
        let part = match &reason.detail {
            Detail::Quorum { quorum, .. } => Some(*quorum),
            _ => None,
        };
        (reason.code, reason.participant.clone(), part)
    };
    let mut judged: Vec<_> = outcome
        .refused
        .iter()
        .map(|one| (one.start, Judged::Refused(one.reasons.iter().map(said).collect())))
        .collect();
    judged.extend(outcome.slots.iter().map(|slot| {
        let (optional, assignee) = (slot.optional.clone(), slot.assignee.clone());
        (slot.interval.start(), Judged::Offered { optional, assignee })
    }));
    let is_skipped =
        |one: &Judged| matches!(one, Judged::Refused(said) if said[0].0 == ReasonCode::NonexistentLocalTime);
    judged.sort_by_key(|(start, one)| (*start, !is_skipped(one)));
    judged
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_group_is_offered_and_refused_what_asking_everybody_alone_says((mut query, now) in asked()) {
        let expected = judge(&query, now);
        let outcome = find(&query, now).unwrap();
        prop_assert_eq!(judged(&outcome), expected.clone());
        let mut counts = Histogram::default();
        for (_, one) in &expected {
            if let Judged::Refused(said) = one {
                counts.add(said[0].0);
            }
        }
        prop_assert_eq!(&outcome.reasons, &counts.into_counts());
        query.explain = Explain::Summary;
        prop_assert_eq!(find(&query, now).unwrap().reasons, outcome.reasons);
    }
}
