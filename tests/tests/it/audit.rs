//! The audit log and the numbers, of real calls against the sandbox.

use calendar_host::audit::{AuditLog, AuditQuery, Record};
use calendar_host::types::{ErrorCode, EventLocator, Provider, Selection};
use calendar_sandbox::fault::{Fault, RetryAfter};
use calendar_sandbox::vendor::Vendor;
use calendar_tests::people::{CUSTOMER, GOOGLE, OUTLOOK};
use calendar_tests::query::{booking, minutes_from};
use calendar_tests::stage::Stage;

const USER: &str = "ana";

async fn records(stage: &Stage) -> Vec<Record> {
    let log = AuditLog::open(stage.host.config()).await.unwrap();
    log.records(&AuditQuery::default()).await.unwrap()
}

fn lines(stage: &Stage) -> String {
    std::fs::read_to_string(stage.folder.path().join("audit.jsonl")).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_and_its_refusal_are_on_record_without_what_they_were_about() {
    let stage = Stage::open().await;
    let google = stage.connect(USER, Provider::Google, GOOGLE).await;
    let outlook = stage.connect(USER, Provider::Outlook, OUTLOOK).await;
    let start = stage.day(20);
    let mut request = booking("Merger talks", minutes_from(start, 30));
    request.attendees = vec![CUSTOMER.to_owned()];
    request.location = Some("Room Seventeen".to_owned());
    stage.host.book_meeting(USER, &request).await.unwrap();
    let taken = stage.host.book_meeting(USER, &booking("Other talks", minutes_from(start, 30))).await.unwrap_err();
    assert_eq!(taken.code, ErrorCode::Conflict);
    stage.host.get_event(USER, &EventLocator::new("absent")).await.unwrap_err();

    let records = records(&stage).await;
    let told: Vec<_> = records.iter().map(|record| (record.operation.as_str(), record.decision.as_str())).collect();
    let expected = [
        ("start-oauth-flow", "ok"),
        ("complete-oauth-flow", "ok"),
        ("start-oauth-flow", "ok"),
        ("complete-oauth-flow", "ok"),
        ("book-meeting", "ok"),
        ("book-meeting", "conflict"),
        ("get-event", "not-found"),
    ];
    assert_eq!(told, expected);
    let booked = &records[4];
    assert_eq!(booked.accounts, [google.id.as_str(), outlook.id.as_str()]);
    assert!(booked.google.requests >= 2 && booked.outlook.requests >= 1, "{booked:?}");
    assert_eq!(booked.google.retries, 0);
    assert!(booked.provider_requests.iter().any(|request| request.provider == "outlook"), "{booked:?}");
    let sent = stage.requests.lock().unwrap().iter().filter(|sent| sent.operation == "book-meeting").count() as u64;
    let counted: u64 = records[4..6].iter().map(|record| record.google.requests + record.outlook.requests).sum();
    assert_eq!(counted, sent);

    let lines = lines(&stage);
    let from_file: Vec<Record> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(from_file, records);
    for private in ["Merger", "Other talks", "Seventeen", CUSTOMER, GOOGLE, OUTLOOK, "@", "primary"] {
        assert!(!lines.contains(private), "{private} in {lines}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn retries_throttling_refreshes_and_refused_tokens_are_counted() {
    let stage = Stage::open().await;
    stage.connect(USER, Provider::Google, GOOGLE).await;
    stage.connect(USER, Provider::Outlook, OUTLOOK).await;
    stage.sandbox.control().expire_access_tokens(Vendor::Google);
    let busy = Fault::status(429, "ApplicationThrottled").retry_after(RetryAfter::Seconds(0)).path("/v1.0");
    stage.sandbox.control().fault(busy);
    stage.host.list_calendars(USER, &Selection::default()).await.unwrap();
    let record = records(&stage).await.pop().unwrap();
    assert_eq!((record.outlook.throttled, record.outlook.retries), (1, 1), "{record:?}");
    assert_eq!((record.google.auth_failures, record.google.refreshes, record.google.retries), (1, 1, 1), "{record:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_numbers_of_a_host_are_those_of_the_table() {
    let stage = Stage::open().await;
    stage.connect_both(USER).await;
    stage.host.list_calendars(USER, &Selection::default()).await.unwrap();
    let log = AuditLog::open(stage.host.config()).await.unwrap();
    let own = stage.host.numbers();
    assert_eq!(log.numbers(None, None).await.unwrap(), own);
    assert_eq!(own.calls[&("list-calendars".to_owned(), "ok".to_owned())].count, 1);
    let text = stage.host.metrics();
    assert!(text.contains("calendar_host_provider_requests_total{provider=\"google\","), "{text}");
    assert!(!text.contains(&format!("\"{USER}\"")), "{text}");
    // Another process adds to the same log.
    stage.another_host().await.list_accounts(USER).await.unwrap();
    assert_eq!(log.numbers(None, None).await.unwrap().calls.len(), own.calls.len() + 1);
}
