//! Busy times are read once a minute, and nothing is ever booked by them.

use calendar_host::types::{ErrorCode, EventLocator, MeetingChanges, Provider, Selection, TimeRange};
use calendar_tests::people::{GOOGLE, OUTLOOK};
use calendar_tests::query::{booking, slots};
use calendar_tests::stage::Stage;
use chrono::DateTime;
use serde_json::json;

const USER: &str = "ana";

async fn stage() -> Stage {
    let stage = Stage::with(Default::default(), &[("CALENDAR_HOST_CACHE_SECONDS", "120")]).await;
    stage.connect(USER, Provider::Google, GOOGLE).await;
    stage.connect(USER, Provider::Outlook, OUTLOOK).await;
    stage
}

fn week(stage: &Stage) -> TimeRange {
    let start = stage.day(2);
    TimeRange { start, end: start + 7 * 86_400 }
}

/// Somebody enters a meeting at the provider itself.
fn enter(stage: &Stage, provider: Provider, time: TimeRange) {
    let [start, end] = [time.start, time.end].map(|at| DateTime::from_timestamp(at, 0).unwrap());
    let control = stage.sandbox.control();
    match provider {
        Provider::Google => {
            let event = json!({"summary": "Foreign", "start": {"dateTime": start}, "end": {"dateTime": end}});
            control.google().insert_event(GOOGLE, "primary", &event).unwrap();
        }
        Provider::Outlook => {
            let zoned = |at: DateTime<chrono::Utc>| json!({"dateTime": at.naive_utc(), "timeZone": "UTC"});
            let event = json!({"subject": "Foreign", "start": zoned(start), "end": zoned(end)});
            control.microsoft().insert_event(OUTLOOK, None, &event).unwrap();
        }
    }
}

async fn free(stage: &Stage, user: &str) -> Vec<TimeRange> {
    stage.host.check_availability(user, &slots(week(stage), 60, "UTC")).await.unwrap().slots
}

fn reads(stage: &Stage) -> usize {
    let requests = stage.requests.lock().unwrap();
    let is_read =
        |path: &str| path.ends_with("/freeBusy") || path.contains("calendarView") || path.contains("getSchedule");
    requests.iter().filter(|one| is_read(&one.path) || one.path.ends_with("/$batch")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_look_asks_no_provider_for_busy_times_and_is_counted() {
    let stage = stage().await;
    let first = free(&stage, USER).await;
    let (asked, before) = (reads(&stage), stage.host.stats());
    assert_eq!(free(&stage, USER).await, first);
    assert_eq!(reads(&stage), asked);
    let after = stage.host.stats();
    assert!(after.cache_hits >= before.cache_hits + 2, "one of each account at least: {after:?}");
    assert_eq!(after.cache_misses, before.cache_misses);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_entered_between_slots_and_book_is_a_conflict() {
    for provider in [Provider::Google, Provider::Outlook] {
        let stage = stage().await;
        let slot = free(&stage, USER).await[3];
        enter(&stage, provider, slot);
        assert!(free(&stage, USER).await.contains(&slot), "browsing may be a minute old");
        let error = stage.host.book_meeting(USER, &booking("Late", slot)).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::Conflict, "{provider}: {error:?}");
        assert!(!error.alternatives.is_empty() && !error.alternatives.contains(&slot), "{provider}: {error:?}");
        assert!(!free(&stage, USER).await.contains(&slot), "{provider}: the refusal forgot what was kept");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn own_writes_are_seen_at_once() {
    let stage = stage().await;
    let all = Selection::default();
    let busy = async || stage.host.get_busy_times(USER, week(&stage), &all).await.unwrap().busy;
    let covers =
        |busy: &[TimeRange], slot: &TimeRange| busy.iter().any(|one| one.start <= slot.start && slot.end <= one.end);
    for provider in [Provider::Google, Provider::Outlook] {
        let slots = free(&stage, USER).await;
        let (first, second) = (slots[2], slots[8]);
        assert!(!covers(&busy().await, &first));
        let mut request = booking("Own", first);
        request.target = Selection { provider: Some(provider), ..Selection::default() };
        let meeting = stage.host.book_meeting(USER, &request).await.unwrap();
        assert!(covers(&busy().await, &first), "{provider}: booked");
        let event = EventLocator { provider: Some(provider), ..EventLocator::new(&meeting.event_id) };
        let moved = MeetingChanges { time: Some(second), ..MeetingChanges::default() };
        stage.host.update_event(USER, &event, &moved).await.unwrap();
        let seen = busy().await;
        assert!(covers(&seen, &second) && !covers(&seen, &first), "{provider}: moved");
        stage.host.cancel_event(USER, &event, None, None).await.unwrap();
        assert!(!covers(&busy().await, &second), "{provider}: cancelled");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_users_have_a_cache_of_their_own() {
    let stage = stage().await;
    // The same account, connected by somebody else: nothing of the first user's reads is served.
    stage.connect("ben", Provider::Google, GOOGLE).await;
    free(&stage, USER).await;
    let (asked, before) = (reads(&stage), stage.host.stats());
    free(&stage, "ben").await;
    assert!(reads(&stage) > asked);
    assert_eq!(stage.host.stats().cache_hits, before.cache_hits);
    // And what one of them writes leaves the other's alone.
    let slot = free(&stage, "ben").await[5];
    stage.host.book_meeting("ben", &booking("Ben's", slot)).await.unwrap();
    let asked = reads(&stage);
    free(&stage, USER).await;
    assert_eq!(reads(&stage), asked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_without_a_cache_asks_every_time() {
    let stage = Stage::open().await;
    stage.connect(USER, Provider::Google, GOOGLE).await;
    free(&stage, USER).await;
    let asked = reads(&stage);
    free(&stage, USER).await;
    assert!(reads(&stage) > asked);
    assert_eq!(stage.host.stats().cache_hits, 0);
}
