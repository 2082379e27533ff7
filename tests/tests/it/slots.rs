//! The pure slot search of the real component gives the answers that the engine gives natively.

use crate::slots_support as native;
use calendar_core::schedule::caps::Caps;
use calendar_core::schedule::group;
use calendar_core::schedule::propose;
use calendar_core::schedule::rank;
use calendar_core::schedule::slots::{self, Explain as Explained, Query};
use calendar_core::schedule::zone::Zone;
use calendar_host::types::{Explain, Preferences, SlotRules, UnknownRange};
use calendar_tests::query::{at, busy, one, range, scattered, six};
use calendar_tests::stage::Stage;

#[tokio::test]
async fn the_component_answers_about_one_person_as_the_engine_does_natively() {
    let stage = Stage::open().await;
    let mut asked = one(scattered(0, 2_000));
    (asked.max_slots, asked.explain) = (Some(5000), Some(Explain::Full));
    let found = stage.host.find_slots(&asked).await.expect("an answer");

    let person = native::availability(&asked.participants[0]);
    let mut query = Query::new(native::interval(&asked.range), native::rules(&asked.rules), person);
    (query.max_slots, query.explain) = (5000, Explained::Full);
    let expected = slots::find(&query, native::instant(asked.now)).expect("valid");

    assert!(expected.slots.len() > 500 && expected.refused.len() > 500);
    let times: Vec<_> = found.slots.iter().map(|one| one.time).collect();
    assert_eq!(times, expected.slots.iter().copied().map(native::range).collect::<Vec<_>>());
    let codes = |refused: Vec<(i64, Vec<native::Why>)>| -> Vec<(i64, Vec<String>)> {
        refused.into_iter().map(|(start, all)| (start, all.into_iter().map(|(code, _)| code).collect())).collect()
    };
    assert_eq!(codes(native::refused(&found.refused)), codes(native::refusals(&expected.refused)));
    native::assert_same_counts(&found.reasons, &expected.reasons);
    assert_eq!(found.truncated_at, expected.truncated.map(|at| at.timestamp()));
}

#[tokio::test]
async fn the_component_answers_about_a_group_as_the_engine_does_natively() {
    let stage = Stage::open().await;
    let mut asked = six();
    (asked.max_slots, asked.explain) = (Some(5000), Some(Explain::Full));
    let found = stage.host.find_slots(&asked).await.expect("an answer");

    let mut query = native::group(&asked);
    query.explain = Explained::Full;
    let expected = group::find(&query, native::instant(asked.now)).expect("valid");

    assert!(expected.slots.len() > 50 && expected.refused.len() > 50, "{}", expected.slots.len());
    let slots: Vec<_> = found.slots.iter().map(native::answered).collect();
    assert_eq!(slots, expected.slots.iter().map(native::slot).collect::<Vec<_>>());
    let mut assignees: Vec<_> = slots.iter().map(|(_, _, assignee)| assignee.clone()).collect();
    assignees.sort_unstable();
    assignees.dedup();
    assert!(assignees.len() > 1 && !assignees.contains(&None), "{assignees:?}");
    assert_eq!(native::refused(&found.refused), native::refusals(&expected.refused));
    native::assert_same_counts(&found.reasons, &expected.reasons);
    assert_eq!(found.truncated_at, None);
}

#[tokio::test]
async fn the_component_proposes_as_the_engine_does_natively() {
    let stage = Stage::open().await;
    let asked = six();
    let wanted = Preferences { invitee_time_zone: Some("America/New_York".into()), ..Preferences::new(7) };
    let found = stage.host.propose_slots(&asked, &wanted).await.expect("an answer");

    let zone = Zone::parse("America/New_York").expect("a zone");
    let preferences = rank::Preferences { invitee_zone: Some(zone), ..rank::Preferences::default() };
    let expected =
        propose::propose(&native::group(&asked), &preferences, 7, native::instant(asked.now)).expect("valid");

    let answered: Vec<_> =
        found.proposals.iter().map(|one| (native::answered(&one.slot), u64::from(one.penalty))).collect();
    let proposed: Vec<_> = expected.proposals.iter().map(|one| (native::slot(&one.slot), one.penalty)).collect();
    assert_eq!(answered.len(), 7);
    assert_eq!(answered, proposed);
    for one in &found.proposals {
        assert_eq!(one.penalty, one.flaws.iter().map(|flaw| flaw.penalty).sum::<u32>());
    }
}

#[tokio::test]
async fn a_year_of_minutes_is_cut_and_continuing_gives_what_one_search_would() {
    let stage = Stage::open().await;
    let host = &stage.host;
    let mut asked = one(scattered(0, 2_000));
    asked.range = range("2026-06-01T00:00:00Z", "2027-06-01T00:00:00Z");
    asked.now = asked.range.start;
    asked.rules = SlotRules { step_minutes: Some(1), ..SlotRules::new(45, "America/New_York") };
    (asked.max_slots, asked.explain) = (Some(5000), Some(Explain::None));
    // All that is free outside October and November would be a hundred pages more.
    let long = |start: &str, end: &str| busy(vec![range(start, end)]);
    asked.participants[0].busy.push(long("2026-06-01T00:00:00Z", "2026-10-20T00:00:00Z"));
    asked.participants[0].busy.push(long("2026-12-03T00:00:00Z", "2027-05-30T00:00:00Z"));

    let mut query = native::group(&asked);
    query.max_slots = 1_000_000;
    query.caps = Caps { slots: 1_000_000, ..query.caps };
    let expected = group::find(&query, native::instant(asked.now)).expect("valid");
    assert!(expected.slots.len() > 10_000 && expected.truncated.is_none(), "{}", expected.slots.len());

    let mut starts = Vec::new();
    loop {
        let found = host.find_slots(&asked).await.expect("an answer");
        assert!(found.slots.len() <= 5000);
        starts.extend(found.slots.iter().map(|one| one.time.start));
        let Some(next) = found.truncated_at else { break };
        assert!(next > asked.range.start);
        asked.range.start = next;
    }
    assert_eq!(starts, expected.slots.iter().map(|one| one.interval.start().timestamp()).collect::<Vec<_>>());
}

#[tokio::test]
async fn unknown_is_not_free_and_nothing_is_asked_of_anybody() {
    let stage = Stage::open().await;
    let host = &stage.host;
    let mut asked = one(Vec::new());
    asked.explain = Some(Explain::Full);
    asked.range = range("2026-10-05T00:00:00Z", "2026-10-05T02:00:00Z");
    asked.participants[0].unknown = vec![UnknownRange {
        time: range("2026-10-05T00:30:00Z", "2026-10-05T01:00:00Z"),
        calendar: None,
        cause: "no access".into(),
    }];
    let found = host.find_slots(&asked).await.expect("an answer");
    let free = ["2026-10-05T00:00:00Z", "2026-10-05T01:00:00Z", "2026-10-05T01:30:00Z"].map(at);
    assert_eq!(found.slots.iter().map(|one| one.time.start).collect::<Vec<_>>(), free);
    assert_eq!(found.refused[0].reasons[0].code, "unknown_availability");
    assert_eq!(stage.request_count(), 0);
}

#[tokio::test]
async fn the_same_query_gives_the_same_answer() {
    let stage = Stage::open().await;
    let host = &stage.host;
    let asked = six();
    let first = format!("{:?}", host.find_slots(&asked).await.expect("an answer"));
    assert_eq!(format!("{:?}", host.find_slots(&asked).await.expect("an answer")), first);
}
