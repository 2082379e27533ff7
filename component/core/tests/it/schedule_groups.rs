//! Several persons: the worked example, unknown guests, round robin, ranking, and agreement with one by one.
use std::sync::Arc;

use crate::schedule_support::cases::cases;
use crate::schedule_support::*;
use calendar_core::schedule::assign::{Candidate, RoundRobin};
use calendar_core::schedule::availability::{Availability, Busy, Unknown};
use calendar_core::schedule::group::{GroupOutcome, GroupQuery, Participant, Presence, Quorum, Role, find};
use calendar_core::schedule::hours::WeeklyHours;
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::policy::{BusyKind, Treatment};
use calendar_core::schedule::propose::propose;
use calendar_core::schedule::rank::{Flaw, Preferences, Preferred};
use calendar_core::schedule::reason::ReasonCode;
use calendar_core::schedule::rules::{Anchor, Days, Rules};
use calendar_core::schedule::slots::{Explain, Query};
use calendar_core::schedule::zone::Zone;
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

const DAY: &str = "2026-06-10";

/// A participant working 09:00 to 11:00 UTC with busy times of the example's date.
fn person(id: &str, role: Role, busy: &[&str]) -> Participant {
    Participant {
        id: id.into(),
        role,
        rules: rules("UTC", "09:00-11:00", 30, 30),
        availability: availability(busy.iter().map(|times| busy_on(&Zone::utc(), DAY, times)).collect()),
    }
}

fn example(role: Role) -> Vec<Participant> {
    vec![
        person("a", role, &["09:30-11:00"]),
        person("b", role, &["09:00-09:30", "10:30-11:00"]),
        person("c", role, &["10:00-11:00"]),
    ]
}

fn question(duration: i64, participants: Vec<Participant>) -> GroupQuery {
    let meeting = rules("UTC", "00:00-24:00", duration, 30);
    let mut query = GroupQuery::new(local_days(&Zone::utc(), DAY, "2026-06-11"), meeting, participants);
    query.explain = Explain::Full;
    query
}

fn quorum(need: usize) -> Quorum {
    Quorum { name: "panel".into(), need, members: vec!["a".into(), "b".into(), "c".into()] }
}

fn times(outcome: &GroupOutcome) -> Vec<String> {
    outcome.slots.iter().map(|slot| slot.interval.start().format("%H:%M").to_string()).collect()
}

fn codes_at(outcome: &GroupOutcome, start: &str) -> Vec<ReasonCode> {
    let start = utc(&format!("{DAY}T{start}Z"));
    let refusal = outcome.refused.iter().find(|one| one.start == start).unwrap();
    refusal.reasons.iter().map(|reason| reason.code).collect()
}

fn ask(query: &GroupQuery) -> GroupOutcome {
    find(query, long_ago()).unwrap()
}

#[test]
fn k_of_n_needs_the_same_persons_throughout() {
    for (duration, need, expected) in [
        (30, 1, "09:00 09:30 10:00"),
        (30, 2, "09:00 09:30"),
        (30, 3, ""),
        (60, 1, "09:00 09:30"),
        (60, 2, ""),
        (60, 3, ""),
    ] {
        let mut query = question(duration, example(Role::Member));
        query.quorums = vec![quorum(need)];
        assert_eq!(times(&ask(&query)), words(expected), "D {duration}, k {need}");
    }
}

#[test]
fn all_of_needs_everybody_required() {
    let mut people = example(Role::Required);
    assert_eq!(times(&ask(&question(30, people.clone()))), words(""));
    people.remove(0);
    assert_eq!(times(&ask(&question(30, people))), words("09:30"));
}

#[test]
fn a_refusal_names_the_person_and_the_event() {
    let outcome = ask(&question(30, example(Role::Required)));
    let refusal = outcome.refused.iter().find(|one| one.start == utc("2026-06-10T10:30Z")).unwrap();
    let who: Vec<&str> = refusal.reasons.iter().filter_map(|reason| reason.participant.as_deref()).collect();
    assert_eq!(who, ["a", "b", "c"]);
    assert!(refusal.reasons.iter().all(|reason| reason.code == ReasonCode::Busy));
}

#[test]
fn optional_guests_lower_the_rank_but_never_refuse() {
    let mut people = example(Role::Optional);
    people.push(person("host", Role::Required, &[]));
    people[2].availability.unknown.push(unknown("09:00-11:00"));
    let outcome = ask(&question(30, people.clone()));
    assert_eq!(times(&outcome), words("09:00 09:30 10:00 10:30"));
    let presences: Vec<Presence> = outcome.slots[0].optional.iter().map(|(_, presence)| *presence).collect();
    assert_eq!(presences, [Presence::Free, Presence::Unavailable, Presence::Unknown]);
    let ranked = propose(&question(30, people), &Preferences::default(), 9, long_ago()).unwrap().proposals;
    let at =
        |start: &str| ranked.iter().find(|one| one.slot.interval.start() == utc(&format!("{DAY}T{start}Z"))).unwrap();
    assert_eq!(at("09:00").parts, [(Flaw::OptionalBusy, 1000), (Flaw::OptionalUnknown, 500)]);
    assert_eq!(at("10:30").parts, [(Flaw::OptionalBusy, 3000), (Flaw::Later, 1)]);
}

fn unknown(times: &str) -> Unknown {
    let interval = busy_on(&Zone::utc(), DAY, times).interval;
    Unknown { interval, calendar: Some("work".into()), cause: "grant expired".into(), since: None }
}

#[test]
fn a_required_person_who_is_unknown_refuses() {
    let mut people = vec![person("a", Role::Required, &[]), person("b", Role::Required, &["10:00-10:30"])];
    people[0].availability.unknown.push(unknown("09:30-10:30"));
    let outcome = ask(&question(30, people));
    assert_eq!(times(&outcome), words("09:00 10:30"));
    assert_eq!(codes_at(&outcome, "09:30"), [ReasonCode::UnknownAvailability]);
    assert_eq!(codes_at(&outcome, "10:00"), [ReasonCode::Busy, ReasonCode::UnknownAvailability]);
}

#[test]
fn a_quorum_that_might_be_met_is_unknown_and_one_that_cannot_is_not_met() {
    let mut people = example(Role::Member);
    people[0].availability = Availability { unknown: vec![unknown("09:30-10:30")], ..Availability::default() };
    let mut query = question(30, people);
    query.quorums = vec![quorum(3)];
    let outcome = ask(&query);
    assert_eq!(codes_at(&outcome, "09:30"), [ReasonCode::UnknownAvailability]);
    assert_eq!(codes_at(&outcome, "10:00"), [ReasonCode::QuorumNotMet]);
    assert_eq!(codes_at(&outcome, "09:00"), [ReasonCode::QuorumNotMet]);
    assert_eq!(codes_at(&outcome, "12:00"), [ReasonCode::OutsideHours, ReasonCode::QuorumNotMet]);
}

#[test]
fn a_room_of_a_pool_is_a_quorum_of_one_besides_the_required() {
    let mut people = vec![person("host", Role::Required, &["09:00-09:30"])];
    people.push(person("red room", Role::Member, &["09:00-10:30"]));
    people.push(person("blue room", Role::Member, &["10:00-11:00"]));
    let mut query = question(30, people);
    query.quorums = vec![Quorum { name: "room".into(), need: 1, members: vec!["red room".into(), "blue room".into()] }];
    assert_eq!(times(&ask(&query)), words("09:30 10:30"));
}

#[test]
fn hours_zones_and_buffers_are_each_participants_own() {
    let mut berlin = person("berlin", Role::Required, &[]);
    berlin.rules = rules("Europe/Berlin", "09:00-17:00", 30, 30);
    let mut new_york = person("new york", Role::Required, &["14:00-14:30"]);
    new_york.rules = Rules { buffer_after: minute(30), ..rules("America/New_York", "09:00-17:00", 30, 30) };
    // 07:00Z-15:00Z and 13:00Z-21:00Z; one of them wants half an hour free after the meeting.
    assert_eq!(times(&ask(&question(30, vec![berlin, new_york]))), words("13:00 14:30"));
}

fn round_robin(keep: Option<&str>) -> RoundRobin {
    let candidate = |id: &str, load| Candidate { id: id.into(), weight: 1, load, last_assigned: None };
    let candidates = vec![candidate("a", 5), candidate("b", 2), candidate("c", 3)];
    RoundRobin { candidates, keep: keep.map(Into::into) }
}

#[test]
fn a_round_robin_offers_every_start_somebody_can_take_and_names_who() {
    let mut query = question(30, example(Role::Member));
    query.round_robin = Some(round_robin(None));
    let assigned = |query: &GroupQuery| {
        let slots = ask(query).slots;
        slots.iter().map(|slot| slot.assignee.as_deref().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(times(&ask(&query)), words("09:00 09:30 10:00"));
    assert_eq!(assigned(&query), ["c", "b", "b"]);
    query.round_robin = Some(round_robin(Some("a")));
    assert_eq!(assigned(&query), ["a", "b", "b"]);
    assert_eq!(codes_at(&ask(&query), "10:30"), [ReasonCode::Busy, ReasonCode::NoAssignee]);
}

#[test]
fn a_commit_chooses_again_when_the_assignee_is_taken_meanwhile() {
    let mut query = question(30, example(Role::Member));
    query.round_robin = Some(round_robin(Some("c")));
    let start = utc("2026-06-10T09:00Z");
    query.range = Interval::starting(start, minute(1)).unwrap();
    let assignee = |query: &GroupQuery| ask(query).slots.first().unwrap().assignee.clone().unwrap().to_string();
    assert_eq!(assignee(&query), "c");
    query.participants[2].availability.busy.push(busy_on(&Zone::utc(), DAY, "09:00-09:30"));
    assert_eq!(assignee(&query), "a");
    query.participants[0].availability.busy.push(busy_on(&Zone::utc(), DAY, "09:00-09:30"));
    assert_eq!(codes_at(&ask(&query), "09:00"), [ReasonCode::Busy, ReasonCode::NoAssignee]);
}

#[test]
fn a_group_without_slots_offers_the_nearest_outside_where_everybody_is_known() {
    let mut people = example(Role::Required);
    let known = Some(between("2026-06-08T00:00Z", "2026-06-13T00:00Z"));
    assert_eq!(ask(&question(30, people.clone())).nearest, []);
    people.iter_mut().for_each(|one| one.availability.known = known);
    let nearest: Vec<String> = ask(&question(30, people))
        .nearest
        .iter()
        .map(|slot| slot.interval.start().format("%d %H:%M").to_string())
        .collect();
    assert_eq!(nearest, ["11 09:00", "11 09:30", "11 10:00"]);
}

#[test]
fn penalties_add_up_as_documented() {
    let mut host = person("host", Role::Required, &["10:15-10:30"]);
    host.rules.hours = every_day("08:00-11:00");
    host.rules.statuses.all.tentative = Treatment::Penalise;
    host.availability.busy.push(busy_on(&Zone::utc(), DAY, "09:00-09:30").of_kind(BusyKind::Tentative));
    let preferences = Preferences {
        organiser: Some(Preferred { zone: Zone::utc(), hours: every_day("09:00-11:00") }),
        invitee: Some(Preferred { zone: zone("America/New_York"), hours: every_day("05:00-17:00") }),
        ..Preferences::default()
    };
    let ranked = propose(&question(30, vec![host]), &preferences, 99, long_ago()).unwrap().proposals;
    let parts = |start: &str| {
        let start = utc(&format!("{DAY}T{start}Z"));
        ranked.iter().find(|one| one.slot.interval.start() == start).unwrap().parts.clone()
    };
    assert_eq!(parts("08:00"), [(Flaw::OutsideOrganiserHours, 200), (Flaw::OutsideInviteeHours, 200)]);
    assert_eq!(parts("09:00"), [(Flaw::Tentative, 300), (Flaw::Later, 1)]);
    // The gap ends at 10:15: a start at 09:30 leaves 15 minutes, too few for the same meeting.
    assert_eq!(parts("09:30"), [(Flaw::ShortGap, 50), (Flaw::Later, 1)]);
    assert_eq!(parts("10:30"), [(Flaw::Later, 2)]);
}

#[test]
fn the_ends_of_the_range_are_no_ends_of_a_gap() {
    let mut query = question(30, vec![person("host", Role::Required, &[])]);
    query.participants[0].rules.hours = every_day("08:00-12:00");
    query.range = between("2026-06-10T08:45Z", "2026-06-10T10:15Z");
    let ranked = propose(&query, &Preferences::default(), 99, long_ago()).unwrap().proposals;
    assert_eq!(ranked.len(), 3);
    assert!(ranked.iter().all(|one| one.parts.iter().all(|(flaw, _)| *flaw != Flaw::ShortGap)), "{ranked:?}");
}

#[test]
fn anchors_count_from_the_windows_and_gaps_everybody_shares() {
    let mut late = person("late", Role::Required, &[]);
    late.rules.hours = every_day("09:20-11:00");
    let table =
        [(Anchor::LocalMidnight, "10:30"), (Anchor::WindowStart, "09:20 10:20"), (Anchor::Packed, "09:20 10:10")];
    for (anchor, expected) in table {
        let people = vec![person("a", Role::Required, &["09:52-10:10"]), late.clone()];
        let mut query = question(30, people);
        query.meeting.anchor = anchor;
        assert_eq!(times(&ask(&query)), words(expected), "{anchor:?}");
    }
}

#[test]
fn notice_and_horizon_are_the_meetings_and_also_each_participants_own() {
    let mut query = question(30, vec![person("a", Role::Required, &[])]);
    let now = utc("2026-06-10T08:30Z");
    let found = |query: &GroupQuery| times(&find(query, now).unwrap());
    query.meeting.minimum_notice = minute(50);
    // Today ends there at 10:00Z.
    (query.meeting.zone, query.meeting.horizon) = (zone("Pacific/Kiritimati"), Some(Days(0)));
    assert_eq!(found(&query), words("09:30"));
    let outcome = find(&query, now).unwrap();
    assert_eq!(codes_at(&outcome, "09:00"), [ReasonCode::BeforeNotice]);
    assert_eq!(codes_at(&outcome, "10:00"), [ReasonCode::BeyondHorizon]);
    query.participants[0].rules.minimum_notice = minute(80);
    assert_eq!(found(&query), words(""));
    assert_eq!(codes_at(&find(&query, now).unwrap(), "09:30"), [ReasonCode::BeforeNotice]);
    // A notice of a participant comes before the horizon of the meeting, however much is explained.
    query.participants[0].rules.minimum_notice = minute(120);
    let full = find(&query, now).unwrap();
    assert_eq!(codes_at(&full, "10:00"), [ReasonCode::BeforeNotice, ReasonCode::BeyondHorizon]);
    query.explain = Explain::Summary;
    assert_eq!(find(&query, now).unwrap().reasons, full.reasons);
}

#[test]
fn contradictory_groups_are_refused_by_name() {
    let people = || example(Role::Member);
    let field = |query: GroupQuery| find(&query, long_ago()).unwrap_err().field;
    assert_eq!(field(question(30, people())), "participants");
    assert_eq!(
        field(question(30, vec![person("a", Role::Required, &[]), person("a", Role::Required, &[])])),
        "participants"
    );
    let with = |need, member: &str| {
        let mut query = question(30, people());
        query.quorums = vec![Quorum { name: "x".into(), need, members: vec![member.into()] }];
        query
    };
    assert_eq!(field(with(0, "a")), "quorums[0]");
    assert_eq!(field(with(2, "a")), "quorums[0]");
    assert_eq!(field(with(1, "nobody")), "quorums[0]");
    let mut query = question(30, people());
    query.round_robin = Some(RoundRobin::default());
    assert_eq!(field(query), "round_robin");
    let mut bad = person("a", Role::Required, &[]);
    bad.rules.buffer_before = minute(-1);
    assert_eq!(field(question(30, vec![bad])), "participants[0].rules.buffer_before");
}

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

#[test]
fn weekday_hours_are_the_default_of_a_participant() {
    let mut host = person("host", Role::Required, &[]);
    host.rules.hours = WeeklyHours::default();
    let mut query = question(60, vec![host]);
    query.range = between("2026-06-13T00:00Z", "2026-06-15T00:00Z");
    assert_eq!(ask(&query).slots, []);
    query.range = query.range.grown(TimeDelta::zero(), TimeDelta::days(1));
    assert_eq!(ask(&query).slots.len(), 15);
}
