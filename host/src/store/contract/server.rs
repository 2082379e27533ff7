//! What only a server has: a constraint behind the ledger, logins, connections that are lost.

use calendar_tests::postgres::PASSWORD;

use super::Place;
use super::bookings::{event, outcome, range, wanted};
use crate::config::{Config, DatabaseUrl};
use crate::runtime::bindings::calendar::scheduling::booking_store::{HoldOutcome, HoldRequest, ReserveOutcome};
use crate::setup::{ServerProblem, SetupError};
use crate::store::Store;
use crate::store::bookings::BookingFailure;
use crate::store::engine;

/// A claim that the ledger does not list.
const HIDDEN: &str = "UPDATE bookings SET state = 'cancelled', is_exclusive = TRUE WHERE key = 'hidden'";

async fn problem(config: &Config, url: &str) -> ServerProblem {
    let config = Config { database: Some(DatabaseUrl::parse(url).unwrap()), ..config.clone() };
    let error = Store::open(&config).await.err().expect("it must not open");
    let text = format!("{error} {error:?} {}", error.remedy());
    assert!(!text.contains(PASSWORD) && !text.contains("canary"), "{text}");
    match error {
        SetupError::DatabaseServer { problem, .. } => problem,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_database_refuses_what_the_ledger_overlooks() {
    let Some(place) = Place::postgres().await else { return };
    let store = place.store().await;
    store.at(0);
    outcome!(store.reserve(&wanted("hidden", 100, 200)).await.unwrap(), Reserved);
    sqlx::query(HIDDEN).execute(&store.pool).await.unwrap();
    let taken = outcome!(store.reserve(&wanted("k", 199, 300)).await.unwrap(), Overlap);
    assert_eq!(taken, [range(199, 300)]);
    let time = range(50, 101);
    let (user_id, key) = ("ana".to_owned(), "h".to_owned());
    let hold = HoldRequest { user_id, key, fingerprint: "f".to_owned(), time, blocked: time, ttl_seconds: 60 };
    assert_eq!(store.hold(&hold).await.unwrap(), HoldOutcome::Overlap(vec![time]));
    assert_eq!(store.booking("ana", "k").await.unwrap(), None, "nothing is left of what was refused");
    outcome!(store.reserve(&wanted("k", 200, 300)).await.unwrap(), Reserved);
}

#[tokio::test]
async fn no_two_claims_of_a_user_overlap_whoever_writes_them() {
    let Some(place) = Place::postgres().await else { return };
    let store = place.store().await;
    store.at(0);
    outcome!(store.reserve(&wanted("a", 100, 200)).await.unwrap(), Reserved);
    outcome!(store.reserve(&wanted("b", 200, 300)).await.unwrap(), Reserved);
    let moved = sqlx::query("UPDATE bookings SET start_time = 199, blocked_start = 199 WHERE key = 'b'")
        .execute(&store.pool)
        .await;
    assert!(engine::is_overlap(&moved.unwrap_err()));
    store.commit("ana", "b", &event("e", 200, 300, "confirmed"), range(200, 300)).await.unwrap();
    let moved = sqlx::query("UPDATE bookings SET start_time = 199, blocked_start = 199 WHERE key = 'b'")
        .execute(&store.pool)
        .await;
    assert!(engine::is_overlap(&moved.unwrap_err()), "a recorded meeting claims its time, too");
}

#[tokio::test]
async fn a_server_that_cannot_be_used_is_told_apart_with_a_remedy() {
    let Some(place) = Place::postgres().await else { return };
    let server = place.server.as_ref().unwrap();
    let url = server.url.as_str();
    let wrong_password = problem(&place.config, &url.replace(PASSWORD, "canary-typo")).await;
    assert!(matches!(wrong_password, ServerProblem::Login(_)), "{wrong_password:?}");
    let no_database = problem(&place.config, &format!("{url}_absent")).await;
    assert_eq!(no_database, ServerProblem::NoDatabase);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let unreachable = problem(&place.config, &format!("postgres://ana:{PASSWORD}@127.0.0.1:{closed}/x")).await;
    assert!(matches!(unreachable, ServerProblem::Unreachable(_)), "{unreachable:?}");
    let no_tls = problem(&place.config, &format!("{url}?sslmode=require")).await;
    assert!(matches!(no_tls, ServerProblem::Tls(_)), "{no_tls:?}");
    let role = format!("CREATE ROLE guest_of_{0} LOGIN PASSWORD 'canary-guest'", server.name);
    server.administer(&role).await;
    let guest = url.replace("//postgres:", &format!("//guest_of_{}:", server.name)).replace(PASSWORD, "canary-guest");
    let permission = problem(&place.config, &guest).await;
    assert!(matches!(permission, ServerProblem::Permission(_) | ServerProblem::Extension(_)), "{permission:?}");
}

#[tokio::test]
async fn tables_of_a_newer_version_are_left_alone() {
    let Some(place) = Place::postgres().await else { return };
    let store = place.store().await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9999, 'newer', TRUE, '', 0)";
    sqlx::query(newer).execute(&store.pool).await.unwrap();
    let url = place.server.as_ref().unwrap().url.as_str();
    assert_eq!(problem(&place.config, url).await, ServerProblem::Newer);
}

#[tokio::test]
async fn a_lost_connection_leaves_nothing_half_done_and_the_next_call_finds_the_server_again() {
    let Some(place) = Place::postgres().await else { return };
    let (store, server) = (place.store().await, place.server.as_ref().unwrap());
    outcome!(store.reserve(&wanted("before", 100, 200)).await.unwrap(), Reserved);
    let (mut open, _) = store.write("ana").await.unwrap();
    sqlx::query("DELETE FROM bookings").execute(&mut *open).await.unwrap();
    server.disconnect(false).await;
    assert!(open.commit().await.is_err());
    let refused = store.reserve(&wanted("during", 300, 400)).await;
    assert!(matches!(refused, Err(BookingFailure::Database(_))), "{refused:?}");
    server.disconnect(true).await;
    outcome!(store.reserve(&wanted("after", 300, 400)).await.unwrap(), Reserved);
    assert_eq!(store.bookings("ana", range(0, 1000)).await.unwrap().len(), 2);
    assert_eq!(store.booking("ana", "during").await.unwrap(), None);
}
