//! Properties of groups, against their members asked one by one.
use std::sync::Arc;

use crate::schedule_groups::{ask, question};
use crate::schedule_support::cases::cases;
use crate::schedule_support::*;
use calendar_core::schedule::availability::{Availability, Busy, Unknown};
use calendar_core::schedule::group::{GroupQuery, Participant, Presence, Quorum, Role};
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::propose::propose;
use calendar_core::schedule::rank::Preferences;
use calendar_core::schedule::rules::Rules;
use calendar_core::schedule::slots::{Explain, Query};
use chrono::{DateTime, Utc};
use proptest::prelude::*;

/// People as busy and unknown stretches in quarters of an hour from 08:00, with hours and a role.
fn people() -> impl Strategy<Value = Vec<Participant>> {
    let stretches = || prop::collection::vec((0i64..36, 1i64..8), 0..5);
    let unknowns = prop_oneof![2 => Just(vec![]), 1 => stretches()];
    let hours = prop::sample::select(&["00:00-24:00", "09:00-17:00", "12:00-20:00"][..]);
    let zones = prop::sample::select(&["UTC", "Europe/Berlin", "Asia/Kathmandu"][..]);
    let role = prop::sample::select(&[Role::Required, Role::Optional, Role::Member][..]);
    let buffers = prop::sample::select(&[0i64, 0, 10, 30][..]);
    prop::collection::vec((stretches(), unknowns, hours, zones, role, buffers), 1..6).prop_map(|people| {
        let base = utc("2026-06-10T08:00Z");
        let interval = |(start, length): (i64, i64)| {
            Interval::new(base + minute(start * 15), base + minute((start + length) * 15)).unwrap()
        };
        let numbered = people.into_iter().enumerate();
        numbered
            .map(|(number, (busy, unknowns, hours, zone, role, buffer))| Participant {
                id: format!("p{number}").into(),
                role,
                rules: Rules { buffer_before: minute(buffer), ..rules(zone, hours, 30, 30) },
                availability: Availability {
                    busy: busy.into_iter().map(|one| Busy::from(interval(one))).collect(),
                    unknown: unknowns
                        .into_iter()
                        .map(|one| Unknown { interval: interval(one), calendar: None, cause: "x".into(), since: None })
                        .collect(),
                    ..Availability::default()
                },
            })
            .collect()
    })
}

/// One person's starts, asked alone on the meeting's grid.
fn alone(query: &GroupQuery, participant: &Participant) -> Vec<DateTime<Utc>> {
    let meeting = &query.meeting;
    let rules = Rules {
        duration: meeting.duration,
        step: meeting.step,
        grid_zone: Some(meeting.zone.clone()),
        ..participant.rules.clone()
    };
    let mut single = Query::new(query.range, rules, participant.availability.clone());
    single.max_slots = 5000;
    let found = calendar_core::schedule::slots::find(&single, long_ago()).unwrap();
    found.slots.into_iter().map(|slot| slot.start()).collect()
}

proptest! {
    #![proptest_config(cases())]

    /// P10, and S25: sets of starts, not moments.
    #[test]
    fn a_group_agrees_with_its_members_one_by_one(people in people(), duration in prop::sample::select(&[15i64, 30, 60, 90][..]), need in 1usize..4) {
        let mut people = people;
        if people.iter().all(|one| one.role == Role::Optional) || people.iter().filter(|one| one.role == Role::Member).count() < need {
            people[0].role = Role::Required;
        }
        let mut query = question(duration, people.clone());
        query.meeting.step = minute(15);
        query.max_slots = 5000;
        query.explain = Explain::Nothing;
        let members: Vec<Arc<str>> = people.iter().filter(|one| one.role == Role::Member).map(|one| one.id.clone()).collect();
        let needs_quorum = members.len() >= need;
        if needs_quorum {
            query.quorums = vec![Quorum { name: "panel".into(), need, members: members.clone() }];
        }
        let sets: Vec<Vec<DateTime<Utc>>> = people.iter().map(|one| alone(&query, one)).collect();
        let mut expected = Vec::new();
        let mut at = query.range.start();
        while at < query.range.end() {
            let can = |role: Role| people.iter().zip(&sets).filter(move |(one, _)| one.role == role).map(move |(_, set)| set.contains(&at));
            if can(Role::Required).all(|can| can) && (!needs_quorum || can(Role::Member).filter(|can| *can).count() >= need) {
                expected.push(at);
            }
            at += minute(15);
        }
        let outcome = ask(&query);
        let found: Vec<_> = outcome.slots.iter().map(|slot| slot.interval.start()).collect();
        prop_assert_eq!(&found, &expected);
        for slot in &outcome.slots {
            for (id, presence) in &slot.optional {
                let index = people.iter().position(|one| one.id == *id).unwrap();
                prop_assert_eq!(*presence == Presence::Free, sets[index].contains(&slot.interval.start()));
            }
        }
        // Offered and refused together are the grid, and every refusal has a reason.
        query.explain = Explain::Full;
        let full = ask(&query);
        prop_assert_eq!(full.slots.len() + full.refused.len(), 96);
        prop_assert_eq!(&full.slots, &outcome.slots);
        prop_assert!(full.refused.iter().all(|one| one.reasons.is_sorted_by_key(|reason| reason.code)));
    }

    /// S34: proposals do not overlap, come from the slots and do not repeat.
    #[test]
    fn proposals_are_distinct_slots(people in people(), count in 1usize..8) {
        let mut people = people;
        people[0].role = Role::Required;
        let query = question(30, people);
        let slots = ask(&query).slots;
        let proposals = propose(&query, &Preferences::default(), count, long_ago()).unwrap().proposals;
        prop_assert!(proposals.len() <= count);
        for (index, one) in proposals.iter().enumerate() {
            prop_assert!(slots.contains(&one.slot));
            prop_assert_eq!(one.penalty, one.parts.iter().map(|(_, cost)| cost).sum::<u64>());
            prop_assert!(proposals[..index].iter().all(|other| !other.slot.interval.overlaps(one.slot.interval)));
        }
        // Half-hour slots on a half-hour grid never overlap: as many as there are, up to the count.
        prop_assert_eq!(proposals.len(), slots.len().min(count));
    }
}
