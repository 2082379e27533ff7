//! Proposals.

use super::*;
use crate::bindings::exports::calendar::scheduling::availability as rules;
use crate::codec::rules::tests::window;

fn preferences(options: u32) -> wit::Preferences {
    wit::Preferences { options, invitee_time_zone: None, preferred_hours: None, invitee_preferred_hours: None }
}

fn all_week(from: u32, to: u32) -> Option<Vec<rules::WorkingHours>> {
    use rules::Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    let days = [Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday];
    Some(days.map(|day| window(day, from, to)).to_vec())
}

fn flaws(one: &wit::Proposal) -> Vec<(&str, u32)> {
    one.flaws.iter().map(|flaw| (flaw.code.as_str(), flaw.penalty)).collect()
}

#[test]
fn wrong_preferences_are_named() {
    let refused = |change: &dyn Fn(&mut wit::Preferences)| {
        let mut given = preferences(3);
        change(&mut given);
        propose(plain(), given).expect_err("refused").message
    };
    for options in [0, 21, u32::MAX] {
        assert!(refused(&|one| one.options = options).starts_with("preferences.options: "));
    }
    assert!(refused(&|one| one.invitee_time_zone = Some("x".into())).starts_with("preferences.invitee-time-zone: "));
    assert!(refused(&|one| one.preferred_hours = Some(vec![])).starts_with("preferences.preferred-hours: "));
    let message = refused(&|one| one.invitee_preferred_hours = all_week(600, 600));
    assert!(message.starts_with("preferences.invitee-preferred-hours: "), "{message}");
    let message = propose(changed(|one| one.participants.clear()), preferences(3)).expect_err("refused").message;
    assert!(message.starts_with("participants: "), "{message}");
}

#[test]
fn proposals_are_spread_over_days_and_do_not_mind_how_many_slots_were_asked_for() {
    let query = changed(|one| {
        one.range = hours(0, 72);
        one.max_slots = Some(0);
        one.explain = Some(wit::Explain::None);
    });
    let found = propose(query, preferences(3)).unwrap();
    let days: Vec<i64> = found.proposals.iter().map(|one| (one.slot.time.start - START) / DAY).collect();
    assert_eq!(days, [0, 1, 2]);
    assert_eq!(found.truncated_at, None);
}

#[test]
fn every_flaw_has_its_name_and_its_share() {
    let query = changed(|one| {
        one.range = hours(0, 24);
        one.rules.working_hours = all_week(9 * 60, 13 * 60);
        one.rules.statuses = Some(rules::StatusPolicy {
            tentative: Some(rules::Treatment::Penalise),
            not_answered: None,
            out_of_office: None,
            focus_time: None,
            all_day: None,
            private: None,
            working_elsewhere: None,
        });
        one.participants[0].busy = vec![group(wit::BusyKind::Tentative, vec![hours(12, 13)])];
        one.participants.push(person("ben", wit::Role::Optional, busy(9, 10)));
        one.participants.push(person("cem", wit::Role::Optional, Vec::new()));
        let unknown = wit::UnknownRange { time: hours(10, 11), calendar: None, cause: "no access".into() };
        one.participants[2].unknown = vec![unknown];
    });
    let liked = wit::Preferences {
        preferred_hours: all_week(0, 12 * 60),
        invitee_preferred_hours: all_week(11 * 60, 24 * 60),
        ..preferences(4)
    };
    let found = propose(query, liked).unwrap();
    let mut by_start: Vec<_> =
        found.proposals.iter().map(|one| (one.slot.time.start, one.penalty, flaws(one))).collect();
    by_start.sort_unstable();
    let expected = [
        (at(9), 1200, vec![("optional_busy", 1000), ("outside_invitee_hours", 200)]),
        (at(10), 701, vec![("optional_unknown", 500), ("outside_invitee_hours", 200), ("later", 1)]),
        (at(11), 2, vec![("later", 2)]),
        (at(12), 503, vec![("tentative", 300), ("outside_preferred_hours", 200), ("later", 3)]),
    ];
    assert_eq!(by_start, expected);
    assert_eq!(pairs([&found.proposals[0].slot]), [(11, 12)], "the best first");
}

#[test]
fn hours_the_invitee_likes_are_on_the_invitees_clock() {
    let liked = wit::Preferences {
        invitee_time_zone: Some("Asia/Tokyo".into()),
        invitee_preferred_hours: all_week(20 * 60, 21 * 60),
        ..preferences(1)
    };
    let found = propose(plain(), liked).unwrap();
    assert_eq!(pairs([&found.proposals[0].slot]), [(11, 12)], "20:00 +0900");
}
