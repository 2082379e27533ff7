//! What an operation costs at the providers: which requests, and how many round trips deep.

use calendar_host::types::{EventLocator, MeetingChanges, Provider, Selection, TimeRange};
use calendar_sandbox::fault::{Action, Fault};
use calendar_sandbox::record::Exchange;
use calendar_tests::people::{GOOGLE, GOOGLE_TWO, OUTLOOK};
use calendar_tests::query::{booking, slots};
use calendar_tests::stage::Stage;

const USER: &str = "ana";

fn week(stage: &Stage) -> TimeRange {
    let start = stage.day(2);
    TimeRange { start, end: start + 7 * 86_400 }
}

/// The requests since the last call, ids replaced, in the order of their end; sorted, because
/// requests in flight together end in any order.
fn taken(stage: &Stage) -> String {
    let mut requests: Vec<String> = stage
        .requests
        .lock()
        .unwrap()
        .drain(..)
        .map(|one| {
            let path: Vec<_> = one
                .path
                .split('/')
                .map(|part| if part.len() > 22 || part.contains("%40") { "…" } else { part })
                .collect();
            format!("{} {}", one.method, path.join("/"))
        })
        .collect();
    requests.sort();
    format!("{} requests: {}\n", requests.len(), requests.join(", "))
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_per_operation_are_the_reviewed_ones() {
    let mut text = String::new();
    for (provider, email) in [(Provider::Google, GOOGLE), (Provider::Outlook, OUTLOOK)] {
        let stage = Stage::open().await;
        let mut note = |operation: &str| text.push_str(&format!("{provider} {operation}: {}", taken(&stage)));
        stage.connect(USER, provider, email).await;
        note("connect");
        let all = Selection::default();
        let query = slots(week(&stage), 60, "UTC");
        stage.host.list_calendars(USER, &all).await.unwrap();
        note("list-calendars");
        stage.host.get_busy_times(USER, week(&stage), &all).await.unwrap();
        note("get-busy-times");
        let free = stage.host.check_availability(USER, &query).await.unwrap().slots;
        note("check-availability");
        let request = booking("Counted", free[0]);
        let meeting = stage.host.book_meeting(USER, &request).await.unwrap();
        note("book-meeting");
        stage.host.book_meeting(USER, &request).await.unwrap();
        note("book-meeting again");
        let event = EventLocator::new(&meeting.event_id);
        stage.host.get_event(USER, &event).await.unwrap();
        note("get-event");
        let title = MeetingChanges { title: Some("Recounted".into()), ..MeetingChanges::default() };
        stage.host.update_event(USER, &event, &title).await.unwrap();
        note("update-event");
        let moved = MeetingChanges { time: Some(free[6]), ..MeetingChanges::default() };
        stage.host.update_event(USER, &event, &moved).await.unwrap();
        note("update-event, moved");
        stage.host.get_upcoming_meetings(USER, week(&stage), &all, None).await.unwrap();
        note("get-upcoming-meetings");
        stage.host.cancel_event(USER, &event, None, None).await.unwrap();
        note("cancel-event");
        stage.host.disconnect(USER, email).await.unwrap();
        note("disconnect");
    }
    insta::assert_snapshot!(text);
}

/// Whether all requests were begun before the first answer came.
fn is_one_step(exchanges: &[Exchange]) -> bool {
    let last_start = exchanges.iter().map(|one| one.started).max();
    let first_end = exchanges.iter().map(|one| one.ended).min();
    exchanges.len() > 1 && last_start < first_end
}

/// Three accounts of one user, at a sandbox that takes its time over every answer.
async fn slow_stage() -> Stage {
    let stage = Stage::open().await;
    stage.connect(USER, Provider::Google, GOOGLE).await;
    stage.connect(USER, Provider::Google, GOOGLE_TWO).await;
    stage.connect(USER, Provider::Outlook, OUTLOOK).await;
    stage.sandbox.control().fault(Fault::new(Action::Latency { milliseconds: 1500 }).always());
    stage.sandbox.control().clear_exchanges();
    stage
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_search_lists_the_calendars_of_all_accounts_together_and_then_reads_them_together() {
    let stage = slow_stage().await;
    stage.host.check_availability(USER, &slots(week(&stage), 60, "UTC")).await.unwrap();
    let exchanges = stage.sandbox.control().exchanges();
    let is_list = |path: &str| {
        path.ends_with("/calendarList") || path.ends_with("/calendars") || path.ends_with("/mailboxSettings")
    };
    let (lists, reads): (Vec<_>, Vec<_>) = exchanges.iter().cloned().partition(|one| is_list(&one.path));
    assert!(lists.len() >= 4 && reads.len() >= 3, "{exchanges:?}");
    assert!(is_one_step(&lists) && is_one_step(&reads), "a request waited for another of its step: {exchanges:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_further_search_of_two_google_and_one_outlook_account_is_one_round_trip_deep() {
    let stage = slow_stage().await;
    let control = stage.sandbox.control();
    let query = slots(week(&stage), 60, "UTC");
    let first = stage.host.check_availability(USER, &query).await.unwrap();
    control.clear_exchanges();
    let second = stage.host.check_availability(USER, &query).await.unwrap();
    assert_eq!(second.slots, first.slots);
    let requests = control.exchanges();
    assert!(requests.len() >= 7 && is_one_step(&requests), "{requests:?}");
    control.clear_exchanges();
    stage.host.get_busy_times(USER, week(&stage), &Selection::default()).await.unwrap();
    let requests = control.exchanges();
    assert!(requests.len() >= 7 && is_one_step(&requests), "{requests:?}");
}
