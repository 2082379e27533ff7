//! One user's data is handed over and deleted whole; nobody else's is touched.

use chrono::DateTime;

use super::{Place, on_both_engines};
use crate::audit::Record;
use crate::audit::ledger::tests::record;
use crate::config::{Audit, Config};
use crate::runtime::bindings::calendar::scheduling::booking_store::{EventRecord, Reservation};
use crate::store::Store;
use crate::store::engine::Engine;
use crate::store::people::{DELETIONS, Purged, UserData};
use crate::store::tokens::{Kind, TokenKey};
use crate::types::{Provider, TimeRange};

const DAY: i64 = 24 * 3600;

async fn save(store: &Store, user: &str, kind: Kind, name: &str, value: &[u8]) {
    let key = TokenKey { user: user.to_owned(), kind, name: name.to_owned(), text: format!("{kind:?}/{user}/{name}") };
    store.at(50).save_token(&key, value, None, None).await.unwrap();
}

async fn reserve(store: &Store, user: &str, key: &str, start: i64, now: i64) {
    let time = TimeRange { start, end: start + 60 };
    let wanted = Reservation {
        user_id: user.to_owned(),
        key: key.to_owned(),
        fingerprint: "f".to_owned(),
        account: "google:1".to_owned(),
        provider: Provider::Google,
        calendar: "primary".to_owned(),
        time,
        blocked: TimeRange { start: start - 10, end: start + 70 },
        replaces: None,
        hold: None,
    };
    store.at(now).reserve(&wanted).await.unwrap();
}

async fn book(store: &Store, user: &str, key: &str, start: i64) {
    reserve(store, user, key, start, start - 100).await;
    let event = EventRecord {
        event_id: format!("event of {key}"),
        title: "CANARY title".to_owned(),
        time: TimeRange { start, end: start + 60 },
        attendees: vec!["ben@example.com".to_owned()],
        location: None,
        description: Some("Ünïcode\n'quoted'".to_owned()),
        conferencing_link: None,
        status: "confirmed".to_owned(),
    };
    let blocked = TimeRange { start: start - 10, end: start + 70 };
    store.at(start - 100).commit(user, key, &event, blocked).await.unwrap();
}

async fn fill(store: &Store, user: &str) {
    save(store, user, Kind::Account(Provider::Google), "google:1", b"CANARY token").await;
    save(store, user, Kind::Lease(Provider::Google), "google:1", b"CANARY lease").await;
    save(store, user, Kind::Pending, "CANARY digest", b"CANARY verifier").await;
    save(store, user, Kind::Calendars(Provider::Outlook), "outlook:2", b"CANARY list").await;
    book(store, user, "k", 1000).await;
    reserve(store, user, "open", 5000, 4000).await;
    store.add_audit(&[record(user, "book-meeting"), record(user, "get-event")]).await.unwrap();
}

fn keys(data: &UserData) -> Vec<&str> {
    data.bookings.iter().map(|booking| booking.key.as_str()).collect()
}

async fn an_export_holds_every_row_of_the_user_and_no_sealed_value(place: Place) {
    let store = place.store().await;
    fill(&store, "ana").await;
    fill(&store, "ben").await;
    let data = store.user_data("ana").await.unwrap();
    let kinds: Vec<_> = data.values.iter().map(|value| (value.kind, value.account.as_deref())).collect();
    let expected = [
        ("calendar-list", Some("outlook:2")),
        ("refresh-lease", Some("google:1")),
        ("grant", Some("google:1")),
        ("pending-authorization", None),
    ];
    assert_eq!(kinds.len(), expected.len(), "{kinds:?}");
    assert!(expected.iter().all(|one| kinds.contains(one)), "{kinds:?}");
    assert_eq!(keys(&data), ["k", "open"]);
    let booking = serde_json::to_value(&data.bookings[0]).unwrap();
    assert_eq!(booking["start"], "1970-01-01T00:16:40Z");
    assert_eq!((booking["state"].as_str(), booking["event_id"].as_str()), (Some("committed"), Some("event of k")));
    assert_eq!(data.events.len(), 1);
    assert_eq!(data.events[0].description.as_deref(), Some("Ünïcode\n'quoted'"));
    assert_eq!(data.audit, [record("ana", "book-meeting"), record("ana", "get-event")]);
    let text = serde_json::to_string(&data.values).unwrap();
    assert!(!text.contains("CANARY"), "{text}");
}

async fn a_purge_leaves_no_byte_of_the_user_in_any_file_and_the_others_alone(place: Place) {
    let store = place.store().await;
    fill(&store, "ana-of-the-test").await;
    fill(&store, "ben").await;
    let before = store.user_data("ben").await.unwrap();
    let purged = store.purge_user("ana-of-the-test").await.unwrap();
    assert_eq!(
        purged,
        Purged { grants: 1, other_values: 3, bookings: 2, events: 1, audit_records: 2, log_pending: false }
    );
    assert_eq!(store.user_data("ben").await.unwrap(), before);
    let left = store.user_data("ana-of-the-test").await.unwrap();
    assert!(left.values.is_empty() && left.bookings.is_empty() && left.events.is_empty(), "{left:?}");
    assert!(left.audit.is_empty(), "{left:?}");
    assert_eq!(store.purge_user("ana-of-the-test").await.unwrap(), Purged::default());
    for entry in std::fs::read_dir(place.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(15).any(|window| window == b"ana-of-the-test"), "{}", path.display());
    }
}

async fn a_disconnected_account_takes_its_meetings_along_and_no_others(place: Place) {
    let store = place.store().await;
    for user in ["ana", "ben"] {
        fill(&store, user).await;
    }
    let before = store.user_data("ben").await.unwrap();
    assert_eq!(store.forget_account("ana", "google:2").await.unwrap(), 0);
    assert_eq!(store.user_data("ana").await.unwrap().bookings.len(), 2);
    assert_eq!(store.forget_account("ana", "google:1").await.unwrap(), 3);
    let left = store.user_data("ana").await.unwrap();
    assert!(left.bookings.is_empty() && left.events.is_empty(), "{left:?}");
    assert_eq!(store.user_data("ben").await.unwrap(), before);
    assert_eq!(store.forget_account("ana", "google:1").await.unwrap(), 0);
}

async fn what_ended_before_the_retention_time_is_forgotten_and_nothing_else(place: Place) {
    let config = Config { retention_days: Some(30), ..place.config.clone() };
    let store = Store::open(&config).await.unwrap();
    let now = 100 * DAY;
    book(&store, "ana", "old", now - 31 * DAY).await;
    book(&store, "ben", "older", now - 90 * DAY).await;
    book(&store, "ana", "young", now - 29 * DAY).await;
    book(&store, "ana", "to come", now + DAY).await;
    reserve(&store, "ana", "given up", now - 40 * DAY, now - 41 * DAY).await;
    // A meeting of long ago whose booking is under way at this moment.
    reserve(&store, "ana", "under way", now - 50 * DAY, now).await;
    store.at(now).forget_old(now).await;
    let data = store.user_data("ana").await.unwrap();
    assert_eq!(keys(&data), ["under way", "young", "to come"]);
    assert_eq!(data.events.len(), 2);
    let ben = store.user_data("ben").await.unwrap();
    assert!(ben.bookings.is_empty() && ben.events.is_empty(), "{ben:?}");
}

async fn audit_records_have_a_retention_time_of_their_own(place: Place) {
    let audit = Audit { retention_days: Some(30), ..Audit::default() };
    let store = Store::open(&Config { audit, ..place.config.clone() }).await.unwrap();
    let now = 100 * DAY;
    book(&store, "ana", "old", now - 90 * DAY).await;
    let at =
        |seconds: i64| Record { time: DateTime::from_timestamp(seconds, 0).unwrap(), ..record("ana", "get-event") };
    let old: Vec<Record> = (0..10_001).map(|second| at(now - 31 * DAY - second)).collect();
    let young = [at(now - 30 * DAY), at(now)];
    store.add_audit(&old).await.unwrap();
    store.add_audit(&young).await.unwrap();
    store.at(now).forget_old(now).await;
    let data = store.user_data("ana").await.unwrap();
    assert_eq!(data.audit, young);
    assert_eq!(keys(&data), ["old"]);
}

async fn without_a_retention_time_everything_is_kept(place: Place) {
    let store = place.store().await;
    book(&store, "ana", "old", 1000).await;
    store.add_audit(&[record("ana", "book-meeting")]).await.unwrap();
    store.at(100_000 * DAY).forget_old(100_000 * DAY).await;
    let data = store.user_data("ana").await.unwrap();
    assert_eq!((keys(&data), data.audit.len()), (vec!["old"], 1));
}

async fn no_table_with_rows_of_users_is_forgotten_by_a_purge(place: Place) {
    let store = place.store().await;
    let tables = match store.engine {
        Engine::Sqlite => {
            "SELECT m.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c \
             WHERE m.type = 'table' AND c.name = 'user_id' ORDER BY 1"
        }
        Engine::Postgres => {
            "SELECT CAST(table_name AS TEXT) FROM information_schema.columns \
             WHERE column_name = 'user_id' AND table_schema = current_schema() ORDER BY 1"
        }
    };
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&store.pool).await.unwrap();
    assert_eq!(tables.len(), DELETIONS.len(), "{tables:?}");
    for table in tables {
        assert!(DELETIONS.contains(&format!("DELETE FROM {table} WHERE user_id = $1").as_str()), "{table}");
    }
}

on_both_engines! {
    a_disconnected_account_takes_its_meetings_along_and_no_others,
    an_export_holds_every_row_of_the_user_and_no_sealed_value,
    a_purge_leaves_no_byte_of_the_user_in_any_file_and_the_others_alone,
    what_ended_before_the_retention_time_is_forgotten_and_nothing_else,
    audit_records_have_a_retention_time_of_their_own,
    without_a_retention_time_everything_is_kept,
    no_table_with_rows_of_users_is_forgotten_by_a_purge,
}
