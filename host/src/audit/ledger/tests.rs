use super::*;
use crate::audit::AuditQuery;

/// A record of an operation that went well.
pub(crate) fn record(user: &str, operation: &str) -> Record {
    Record {
        time: chrono::DateTime::from_timestamp_millis(1_772_964_000_123).unwrap(),
        user: user.to_owned(),
        operation: operation.to_owned(),
        decision: record::OK.to_owned(),
        duration_ms: 12,
        accounts: vec!["google:1".to_owned()],
        provider_requests: vec![record::ProviderRequest { provider: "outlook".to_owned(), id: "a-1".to_owned() }],
        google: Traffic { requests: 3, retries: 1, throttled: 1, refreshes: 1, auth_failures: 0 },
        outlook: Traffic { requests: 2, ..Traffic::default() },
        cache_hits: 4,
        cache_misses: 5,
        lost: 0,
    }
}

struct Place {
    folder: tempfile::TempDir,
    ledger: Ledger,
    store: Store,
}

async fn place(mode: &str) -> Place {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap().to_owned();
    let config = Config::from_vars([("CALENDAR_HOST_DATA_DIR", data.as_str()), ("CALENDAR_HOST_AUDIT", mode)]).unwrap();
    let store = Store::open(&config).await.unwrap();
    Place { folder, ledger: Ledger::new(&config, store.clone()), store }
}

impl Place {
    async fn records(&self) -> Vec<Record> {
        self.store.audit(&AuditQuery::default()).await.unwrap()
    }

    fn lines(&self) -> usize {
        std::fs::read_to_string(self.folder.path().join("audit.jsonl")).map_or(0, |text| text.lines().count())
    }

    /// From now on the file cannot be written.
    fn block_file(&self) {
        let path = self.folder.path().join("audit.jsonl");
        let _ = std::fs::remove_file(&path);
        std::fs::create_dir(path).unwrap();
    }
}

async fn fine() -> Result<u32, Error> {
    Ok(7)
}

async fn taken() -> Result<u32, Error> {
    Err(Error::of_host(ErrorCode::Conflict, "Planning with ben@example.com is taken", "choose another time"))
}

#[tokio::test]
async fn every_call_leaves_one_record_in_both_places() {
    let place = place("on").await;
    assert_eq!(place.ledger.follow("ana", "book-meeting", fine()).await.unwrap(), 7);
    place.ledger.follow("ben", "get-event", taken()).await.unwrap_err();
    let records = place.records().await;
    let told: Vec<_> = records.iter().map(|r| (r.user.as_str(), r.operation.as_str(), r.decision.as_str())).collect();
    assert_eq!(told, [("ana", "book-meeting", "ok"), ("ben", "get-event", "conflict")]);
    let file = std::fs::read_to_string(place.folder.path().join("audit.jsonl")).unwrap();
    let lines: Vec<Record> = file.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, records);
    assert!(!file.contains("Planning") && !file.contains("example.com"), "{file}");
}

#[tokio::test]
async fn what_is_about_nobody_is_measured_and_not_recorded() {
    let place = place("required").await;
    place.ledger.measure("find-slots", fine()).await.unwrap();
    assert_eq!((place.records().await.len(), place.lines()), (0, 0));
    assert_eq!(place.ledger.numbers().calls[&("find-slots".to_owned(), "ok".to_owned())].count, 1);
}

#[tokio::test]
async fn many_calls_at_once_are_all_recorded() {
    let place = place("on").await;
    let calls = (0..200).map(|number| {
        let ledger = place.ledger.clone();
        tokio::spawn(async move { ledger.follow(&format!("user{number}"), "get-event", fine()).await })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap().unwrap();
    }
    assert_eq!((place.records().await.len(), place.lines()), (200, 200));
}

#[tokio::test]
async fn a_call_whose_caller_goes_away_is_recorded_as_abandoned() {
    let place = place("on").await;
    let call = place.ledger.follow("ana", "book-meeting", std::future::pending::<Result<u32, Error>>());
    assert!(tokio::time::timeout(Duration::ZERO, call).await.is_err());
    // The next record is written behind it.
    place.ledger.follow("ana", "get-event", fine()).await.unwrap();
    let told: Vec<_> = place.records().await.into_iter().map(|r| (r.operation, r.decision)).collect();
    let pair = |operation: &str, decision: &str| (operation.to_owned(), decision.to_owned());
    assert_eq!(told, [pair("book-meeting", "abandoned"), pair("get-event", "ok")]);
}

#[tokio::test]
async fn a_log_that_cannot_be_written_fails_no_call_and_is_counted() {
    let place = place("on").await;
    place.block_file();
    place.ledger.follow("ana", "book-meeting", fine()).await.unwrap();
    assert_eq!(place.ledger.numbers().audit_failures, 1);
    place.store.drop_audit().await;
    place.ledger.follow("ana", "book-meeting", fine()).await.unwrap();
    assert_eq!(place.ledger.numbers().audit_failures, 3, "both places");
}

#[tokio::test]
async fn a_required_log_says_before_a_change_that_it_begins() {
    let place = place("required").await;
    place.ledger.follow("ana", "book-meeting", fine()).await.unwrap();
    place.ledger.follow("ana", "list-calendars", fine()).await.unwrap();
    let told: Vec<_> = place.records().await.into_iter().map(|r| (r.operation, r.decision)).collect();
    let pair = |operation: &str, decision: &str| (operation.to_owned(), decision.to_owned());
    assert_eq!(told, [pair("book-meeting", "begun"), pair("book-meeting", "ok"), pair("list-calendars", "ok")]);
    let numbers = place.store.audit_numbers(None, None).await.unwrap();
    assert_eq!(numbers.calls.values().map(|durations| durations.count).sum::<u64>(), 2, "begun is no call");
}

#[tokio::test]
async fn a_required_log_that_cannot_be_written_refuses_changes_and_no_reads() {
    let place = place("required").await;
    place.block_file();
    let refused = place.ledger.follow("ana", "book-meeting", async { panic!("it must not run") });
    let error: Error =
        tokio::time::timeout(Duration::from_secs(20), refused).await.unwrap().map(|(): ()| ()).unwrap_err();
    assert_eq!(error.code, ErrorCode::Storage);
    assert!(error.message.contains("CALENDAR_HOST_AUDIT=required"), "{}", error.message);
    place.ledger.follow("ana", "list-calendars", fine()).await.unwrap();
    place.ledger.follow("ana", "hold-slot", fine()).await.unwrap_err();
}

#[tokio::test]
async fn the_next_record_tells_how_many_the_table_did_not_take() {
    let place = place("on").await;
    place.ledger.0.lost.store(3, Ordering::Relaxed);
    place.ledger.follow("ana", "get-event", fine()).await.unwrap();
    place.ledger.follow("ana", "get-event", fine()).await.unwrap();
    let lost: Vec<_> = place.records().await.into_iter().map(|record| record.lost).collect();
    assert_eq!(lost, [3, 0]);
    assert_eq!(place.store.audit_numbers(None, None).await.unwrap().audit_failures, 3);
}
