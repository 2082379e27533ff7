//! Several persons: the worked example, unknown guests, ranking.
use crate::schedule_support::*;
use calendar_core::schedule::assign::RoundRobin;
use calendar_core::schedule::availability::{Availability, Unknown};
use calendar_core::schedule::group::{GroupOutcome, GroupQuery, Participant, Presence, Quorum, Role, find};
use calendar_core::schedule::hours::WeeklyHours;
use calendar_core::schedule::policy::{BusyKind, Treatment};
use calendar_core::schedule::propose::propose;
use calendar_core::schedule::rank::{Flaw, Preferences, Preferred};
use calendar_core::schedule::reason::ReasonCode;
use calendar_core::schedule::rules::{Anchor, Days, Rules};
use calendar_core::schedule::slots::Explain;
use calendar_core::schedule::zone::Zone;
use chrono::TimeDelta;

pub const DAY: &str = "2026-06-10";

/// A participant working 09:00 to 11:00 UTC with busy times of the example's date.
fn person(id: &str, role: Role, busy: &[&str]) -> Participant {
    Participant {
        id: id.into(),
        role,
        rules: rules("UTC", "09:00-11:00", 30, 30),
        availability: availability(busy.iter().map(|times| busy_on(&Zone::utc(), DAY, times)).collect()),
    }
}

pub fn example(role: Role) -> Vec<Participant> {
    vec![
        person("a", role, &["09:30-11:00"]),
        person("b", role, &["09:00-09:30", "10:30-11:00"]),
        person("c", role, &["10:00-11:00"]),
    ]
}

pub fn question(duration: i64, participants: Vec<Participant>) -> GroupQuery {
    let meeting = rules("UTC", "00:00-24:00", duration, 30);
    let mut query = GroupQuery::new(local_days(&Zone::utc(), DAY, "2026-06-11"), meeting, participants);
    query.explain = Explain::Full;
    query
}

fn quorum(need: usize) -> Quorum {
    Quorum { name: "panel".into(), need, members: vec!["a".into(), "b".into(), "c".into()] }
}

pub fn times(outcome: &GroupOutcome) -> Vec<String> {
    outcome.slots.iter().map(|slot| slot.interval.start().format("%H:%M").to_string()).collect()
}

pub fn codes_at(outcome: &GroupOutcome, start: &str) -> Vec<ReasonCode> {
    let start = utc(&format!("{DAY}T{start}Z"));
    let refusal = outcome.refused.iter().find(|one| one.start == start).unwrap();
    refusal.reasons.iter().map(|reason| reason.code).collect()
}

pub fn ask(query: &GroupQuery) -> GroupOutcome {
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
