//! The table of the audit log.

use chrono::TimeDelta;

use super::{Place, on_both_engines};
use crate::audit::AuditQuery;
use crate::audit::ledger::tests::record as entry;
use crate::metrics::Numbers;

async fn records_come_back_as_they_were_written_filtered_and_in_order(place: Place) {
    let store = place.store().await;
    let mut late = entry("ana", "cancel-event");
    late.time += TimeDelta::hours(1);
    let all = [entry("ana", "book-meeting"), entry("ben", "book-meeting"), late.clone()];
    store.add_audit(&all).await.unwrap();
    let asked = AuditQuery::default();
    assert_eq!(store.audit(&asked).await.unwrap(), all);
    let of_ana = AuditQuery { user: Some("ana".to_owned()), ..asked.clone() };
    assert_eq!(store.audit(&of_ana).await.unwrap(), [all[0].clone(), late.clone()]);
    let bookings = AuditQuery { operation: Some("book-meeting".to_owned()), ..asked.clone() };
    assert_eq!(store.audit(&bookings).await.unwrap(), all[..2]);
    let since = AuditQuery { since: Some(late.time), ..asked.clone() };
    assert_eq!(store.audit(&since).await.unwrap(), [late.clone()]);
    let last = AuditQuery { limit: 2, ..asked };
    assert_eq!(store.audit(&last).await.unwrap(), [all[1].clone(), late]);
}

async fn the_table_adds_up_to_what_a_host_counts_itself(place: Place) {
    let store = place.store().await;
    let mut records = vec![entry("ana", "book-meeting"), entry("ben", "get-event"), entry("ana", "get-event")];
    records[1].decision = "not-found".to_owned();
    records[2].duration_ms = 70_000;
    let mut counted = Numbers::default();
    records.iter().for_each(|record| counted.add(record));
    store.add_audit(&records).await.unwrap();
    assert_eq!(store.audit_numbers(None, None).await.unwrap(), counted);
    let of_ben = store.audit_numbers(None, Some("ben")).await.unwrap();
    assert_eq!(of_ben.calls.len(), 1);
    let later = store.audit_numbers(Some(records[0].time + TimeDelta::milliseconds(1)), None).await.unwrap();
    assert_eq!(later, Numbers::default());
}

async fn a_row_cannot_be_changed(place: Place) {
    let store = place.store().await;
    store.add_audit(&[entry("ana", "book-meeting")]).await.unwrap();
    let changed = sqlx::query("UPDATE audit_log SET user_id = 'eve'").execute(&store.pool).await;
    assert!(changed.unwrap_err().to_string().contains("append-only"));
}

on_both_engines! {
    records_come_back_as_they_were_written_filtered_and_in_order,
    the_table_adds_up_to_what_a_host_counts_itself,
    a_row_cannot_be_changed,
}
