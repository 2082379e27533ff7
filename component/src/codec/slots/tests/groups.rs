//! Several participants.

use super::*;
use crate::bindings::exports::calendar::scheduling::availability as rules;
use crate::codec::rules::tests::window;
use wit::Role::{Member, Optional, Required};

/// Ana is busy 9 to 10, Ben 10 to 11, Cem 9 to 10 and 11 to 12.
fn three(role: wit::Role) -> Vec<wit::Participant> {
    let cem = group(wit::BusyKind::Busy, vec![hours(9, 10), hours(11, 12)]);
    vec![person("ana", role, busy(9, 10)), person("ben", role, busy(10, 11)), person("cem", role, vec![cem])]
}

fn ids() -> Vec<String> {
    ["ana", "ben", "cem"].map(str::to_owned).to_vec()
}

fn quorum(need: u32) -> wit::Quorum {
    wit::Quorum { name: "crew".into(), need, members: ids() }
}

fn candidate(participant: &str, weight: u32, load: u32, last_assigned: Option<i64>) -> wit::Candidate {
    wit::Candidate { participant: participant.into(), weight, load, last_assigned }
}

#[test]
fn everybody_required_must_be_free_and_reasons_say_who_is_not() {
    let answer = found(|one| one.participants = three(Required));
    assert_eq!(pairs(&answer.slots), []);
    let busy = |id, index: usize| ("busy", Some(id), format!("participants[{index}].busy"));
    let all: Vec<Vec<_>> = answer
        .refused
        .iter()
        .map(|one| {
            one.reasons.iter().map(|one| (one.code.as_str(), one.participant.as_deref(), one.rule.clone())).collect()
        })
        .collect();
    assert_eq!(all, [vec![busy("ana", 0), busy("cem", 2)], vec![busy("ben", 1)], vec![busy("cem", 2)]]);
}

#[test]
fn a_quorum_needs_some_of_its_members_and_says_how_many_can_come() {
    let slots = |need| pairs(&found(|one| (one.participants, one.quorums) = (three(Member), vec![quorum(need)])).slots);
    assert_eq!(slots(1), [(9, 10), (10, 11), (11, 12)]);
    assert_eq!(slots(2), [(10, 11), (11, 12)]);
    assert_eq!(slots(3), []);
    let answer = found(|one| (one.participants, one.quorums) = (three(Member), vec![quorum(2)]));
    assert_eq!(first_reasons(&answer), [("quorum_not_met", None, "quorums[0]")]);
    assert_eq!(answer.refused[0].reasons[0].cause.as_deref(), Some("crew: 1 of 3 can come, 2 must"));
}

/// Rule and cause of the reasons about groups against the first refused start.
fn of_groups(answer: &wit::FoundSlots) -> Vec<(&str, &str)> {
    let reasons = answer.refused[0].reasons.iter().filter(|one| one.rule != "participants[0].busy");
    reasons.filter_map(|one| Some((one.rule.as_str(), one.cause.as_deref()?))).collect()
}

#[test]
fn groups_are_told_apart_by_their_place_whatever_they_are_called() {
    let named = |name: &str, members: &[&str]| {
        let members = members.iter().map(|id| (*id).to_owned()).collect();
        wit::Quorum { name: name.into(), need: 2, members }
    };
    let answer = |name: &str| {
        found(|one| {
            one.participants = three(Member);
            one.quorums = vec![named(name, &["ana", "ben"]), named(name, &["ana", "ben", "cem"])];
            let candidates = vec![candidate("ana", 1, 0, None), candidate("cem", 1, 0, None)];
            one.round_robin = Some(wit::RoundRobin { candidates, keep: None });
        })
    };
    for (name, shown) in [("crew", "crew: "), ("", ""), ("round_robin", "round_robin: ")] {
        let [first, second] =
            ["1 of 2 can come, 2 must", "1 of 3 can come, 2 must"].map(|text| format!("{shown}{text}"));
        let expected = [
            ("quorums[0]", first.as_str()),
            ("quorums[1]", second.as_str()),
            ("round-robin", "0 of 2 can come, 1 must"),
        ];
        assert_eq!(of_groups(&answer(name)), expected, "{name}");
    }
}

#[test]
fn a_reason_that_all_members_share_is_the_first_members() {
    let mut own = plain_rules();
    own.working_hours = Some(vec![window(rules::Weekday::Wednesday, 600, 720)]);
    let answer = |has_own: bool| {
        found(|one| {
            one.participants = vec![person("ana", Required, vec![]), person("ben", Member, vec![])];
            one.participants.push(person("cem", Member, vec![]));
            one.participants.iter_mut().skip(1).for_each(|one| one.rules = has_own.then(|| own.clone()));
            if !has_own {
                one.participants.iter_mut().skip(1).for_each(|one| one.busy = busy(9, 10));
            }
            one.quorums = vec![wit::Quorum { name: "crew".into(), need: 1, members: ids().split_off(1) }];
        })
    };
    let not_met = ("quorum_not_met", None, "quorums[0]");
    let closed = ("outside_hours", Some("ben"), "participants[1].rules.working-hours");
    assert_eq!(first_reasons(&answer(true)), [closed, not_met]);
    assert_eq!(first_reasons(&answer(false)), [("busy", Some("ben"), "participants[1].busy"), not_met]);
}

#[test]
fn a_reason_of_one_person_in_several_groups_is_given_once() {
    let answer = found(|one| {
        one.participants = vec![person("ana", Required, busy(9, 10))];
        one.quorums = vec![wit::Quorum { members: vec!["ana".into()], ..quorum(1) }; 2];
    });
    let reasons = first_reasons(&answer);
    let not_met = |rule| ("quorum_not_met", None, rule);
    assert_eq!(reasons, [("busy", Some("ana"), "participants[0].busy"), not_met("quorums[0]"), not_met("quorums[1]")]);
}

#[test]
fn optional_participants_are_told_apart_at_every_slot() {
    let answer = found(|one| {
        one.participants.extend(three(Optional).into_iter().skip(1));
        one.participants[1].unknown =
            vec![wit::UnknownRange { time: hours(9, 10), calendar: None, cause: "no access".into() }];
    });
    assert_eq!(pairs(&answer.slots), [(9, 10), (10, 11), (11, 12)]);
    let presence = |slot: &wit::Slot| slot.optional.iter().map(|one| one.presence).collect::<Vec<_>>();
    use wit::Presence::{Free, Unavailable, Unknown};
    let expected = [[Unknown, Unavailable], [Unavailable, Free], [Free, Unavailable]];
    assert_eq!(answer.slots.iter().map(presence).collect::<Vec<_>>(), expected);
    assert_eq!(answer.slots[0].optional[1].participant, "cem");
}

#[test]
fn a_round_robin_assigns_the_one_whose_turn_it_is_among_the_free() {
    let assignees = |candidates: Vec<wit::Candidate>, keep: Option<&str>| {
        let keep = keep.map(str::to_owned);
        let answer = found(|one| {
            one.participants = three(Member);
            one.round_robin = Some(wit::RoundRobin { candidates, keep });
        });
        answer.slots.iter().map(|one| one.assignee.clone().unwrap_or_default()).collect::<Vec<_>>()
    };
    let all = |ana, ben, cem| vec![candidate("ana", 1, ana, None), candidate("ben", 1, ben, None), cem];
    let cem = |weight, load| candidate("cem", weight, load, None);
    assert_eq!(assignees(all(0, 0, cem(1, 0)), None), ["ben", "ana", "ana"], "equal loads: the first id");
    assert_eq!(assignees(all(3, 1, cem(1, 2)), None), ["ben", "cem", "ben"], "the smallest load");
    assert_eq!(assignees(all(1, 1, cem(4, 3)), None), ["ben", "cem", "ana"], "three quarters are less than one");
    assert_eq!(assignees(all(0, 9, cem(1, 9)), Some("ben")), ["ben", "ana", "ben"], "kept where possible");
    let recent = vec![candidate("ana", 1, 0, Some(START - 9)), candidate("cem", 1, 0, Some(START - 10))];
    assert_eq!(assignees(recent, None), ["cem", "ana"], "the longest without; nobody from 9 to 10");
}

#[test]
fn a_round_robin_without_anybody_says_so() {
    let answer = found(|one| {
        one.participants = three(Member);
        let candidates = vec![candidate("ana", 1, 0, None), candidate("cem", 1, 0, None)];
        one.round_robin = Some(wit::RoundRobin { candidates, keep: None });
    });
    let quorum = answer.refused[0].reasons.iter().find(|one| one.code == "no_assignee").unwrap();
    assert_eq!((quorum.rule.as_str(), quorum.cause.as_deref()), ("round-robin", Some("0 of 2 can come, 1 must")));
}

#[test]
fn own_rules_replace_the_meetings_and_are_named() {
    let mut own = plain_rules();
    own.working_hours = Some(vec![window(rules::Weekday::Wednesday, 600, 720)]);
    own.minimum_notice_minutes = Some(24 * 60 + 11 * 60);
    own.duration_minutes = 1;
    let answer = found(|one| {
        one.participants.push(person("ben", Required, Vec::new()));
        one.participants[1].rules = Some(own);
    });
    assert_eq!(pairs(&answer.slots), [(11, 12)], "the length is the meeting's");
    let expected = [
        ("before_notice", Some("ben"), "participants[1].rules.minimum-notice-minutes"),
        ("outside_hours", Some("ben"), "participants[1].rules.working-hours"),
    ];
    assert_eq!(first_reasons(&answer), expected);
}

#[test]
fn the_notice_of_the_meeting_is_one_reason_whoever_comes() {
    let answer = found(|one| {
        one.now = at(9);
        one.rules.minimum_notice_minutes = Some(60);
        one.participants.push(person("ben", Required, Vec::new()));
    });
    assert_eq!(pairs(&answer.slots), [(10, 11), (11, 12)]);
    assert_eq!(first_reasons(&answer), [("before_notice", None, "rules.minimum-notice-minutes")]);
    assert_eq!(answer.refused[0].reasons[0].bound, Some(at(10)));
}

#[test]
fn a_person_alone_is_answered_as_in_a_group() {
    let alone = |one: &mut wit::FindQuery| {
        one.rules.minimum_notice_minutes = Some(33 * 60 + 30);
        one.rules.horizon_days = Some(1);
        one.rules.buffer_before_minutes = Some(15);
        one.range = hours(0, 48);
        one.participants[0].busy = busy(14, 16);
    };
    let one = found(alone);
    let two = found(|query| {
        alone(query);
        query.participants.push(person("ben", Optional, Vec::new()));
    });
    assert!(!one.slots.is_empty() && one.refused.len() > 20);
    assert_eq!(pairs(&one.slots), pairs(&two.slots));
    assert_eq!(format!("{:?}{:?}", one.reasons, one.refused), format!("{:?}{:?}", two.reasons, two.refused));
}

#[test]
fn a_large_group_is_explained_in_parts_that_fit_into_memory() {
    let long = |index: usize| format!("{index:0>1024}");
    let query = |from: i64| {
        changed(|one| {
            one.range = TimeRange { start: START + from, end: START + 30 * DAY };
            one.rules.step_minutes = Some(5);
            one.participants = (0..200).map(|index| person(&long(index), Optional, busy(0, 1000))).collect();
            one.participants[0].role = Required;
            one.participants[0].busy = Vec::new();
        })
    };
    let answer = find(query(0)).unwrap();
    assert!((10..100).contains(&answer.slots.len()), "{}", answer.slots.len());
    let next = answer.truncated_at.expect("more to come");
    assert_eq!(next, START + 300 * i64::try_from(answer.slots.len()).unwrap());
    assert_eq!(find(query(next - START)).unwrap().slots[0].time.start, next);
}
