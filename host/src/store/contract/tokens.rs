//! Sealed values: compare and set, expiry, owners.

use super::{Place, on_both_engines};
use crate::config::{Config, Key};
use crate::store::Store;
use crate::store::tokens::{Kind, TokenError, TokenKey};
use crate::types::{Instant, Provider};

fn key(user: &str, kind: Kind, name: &str) -> TokenKey {
    TokenKey { user: user.to_owned(), kind, name: name.to_owned(), text: format!("{kind:?}/{user}/{name}") }
}

fn grant(user: &str) -> TokenKey {
    key(user, Kind::Account(Provider::Google), "google:1")
}

async fn load(store: &Store, key: &TokenKey, now: Instant) -> Option<(Vec<u8>, i64)> {
    store.at(now).load_token(key).await.unwrap().map(|(value, version)| (value.to_vec(), version))
}

async fn a_value_is_saved_loaded_and_deleted_with_compare_and_set(place: Place) {
    let (store, key) = (place.store().await, grant("ana"));
    assert_eq!(load(&store, &key, 0).await, None);
    let first = store.at(0).save_token(&key, b"one", None, None).await.unwrap();
    assert_eq!(load(&store, &key, 0).await, Some((b"one".to_vec(), first)));
    assert!(matches!(store.at(0).save_token(&key, b"x", None, None).await, Err(TokenError::VersionMismatch)));
    let second = store.at(0).save_token(&key, b"two", Some(first), None).await.unwrap();
    assert!(second > first);
    assert!(matches!(store.at(0).save_token(&key, b"x", Some(first), None).await, Err(TokenError::VersionMismatch)));
    assert!(matches!(store.at(0).delete_token(&key, Some(first)).await, Err(TokenError::VersionMismatch)));
    assert_eq!(load(&store, &key, 0).await, Some((b"two".to_vec(), second)));
    assert!(store.at(0).delete_token(&key, Some(second)).await.unwrap());
    assert!(!store.at(0).delete_token(&key, None).await.unwrap());
    assert!(matches!(store.at(0).delete_token(&key, Some(second)).await, Err(TokenError::VersionMismatch)));
    let third = store.at(0).save_token(&key, b"three", None, None).await.unwrap();
    assert!(third > second, "a version is not used again after a delete");
}

async fn expired_values_are_gone(place: Place) {
    let (store, key) = (place.store().await, key("ana", Kind::Pending, "digest"));
    let first = store.at(0).save_token(&key, b"x", None, Some(100)).await.unwrap();
    assert_eq!(load(&store, &key, 99).await, Some((b"x".to_vec(), first)));
    assert_eq!(store.at(99).token_names("ana", Kind::Pending).await.unwrap(), ["digest"]);
    assert_eq!(load(&store, &key, 100).await, None);
    assert!(store.at(100).token_names("ana", Kind::Pending).await.unwrap().is_empty());
    assert!(!store.at(100).delete_token(&key, None).await.unwrap());
    assert!(matches!(store.at(100).save_token(&key, b"y", Some(first), None).await, Err(TokenError::VersionMismatch)));
    let second = store.at(100).save_token(&key, b"y", None, None).await.unwrap();
    assert!(second > first);
}

async fn users_and_kinds_do_not_mix(place: Place) {
    let store = place.store().await;
    let keys = [
        grant("ana"),
        grant("ben"),
        key("ana", Kind::Account(Provider::Outlook), "google:1"),
        key("ana", Kind::Lease(Provider::Google), "google:1"),
        key("ana", Kind::Pending, "google:1"),
        key("ana", Kind::Calendars(Provider::Google), "google:1"),
    ];
    for (index, key) in keys.iter().enumerate() {
        store.at(0).save_token(key, &[u8::try_from(index).unwrap()], None, None).await.unwrap();
    }
    for (index, key) in keys.iter().enumerate() {
        assert_eq!(load(&store, key, 0).await.unwrap().0, [u8::try_from(index).unwrap()]);
        assert_eq!(store.at(0).token_names(&key.user, key.kind).await.unwrap(), ["google:1"]);
    }
}

async fn of_many_simultaneous_saves_exactly_one_wins(place: Place) {
    // Two stores are what two processes are: different connections to one file.
    let (one, two, key) = (place.store().await, place.store().await, grant("ana"));
    let version = one.at(0).save_token(&key, b"old", None, None).await.unwrap();
    let saves = (0..8).map(|index| {
        let (store, key) = (if index % 2 == 0 { one.clone() } else { two.clone() }, key.clone());
        tokio::spawn(async move { store.at(0).save_token(&key, b"new", Some(version), None).await })
    });
    let mut won = 0;
    for save in saves.collect::<Vec<_>>() {
        match save.await.unwrap() {
            Ok(_) => won += 1,
            Err(TokenError::VersionMismatch) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(won, 1);
}

async fn a_row_moved_to_another_user_does_not_open(place: Place) {
    let store = place.store().await;
    store.at(0).save_token(&grant("ana"), b"token", None, None).await.unwrap();
    sqlx::query("UPDATE oauth_tokens SET user_id = 'eve'").execute(&store.pool).await.unwrap();
    assert!(matches!(store.at(0).load_token(&grant("eve")).await, Err(TokenError::Unreadable)));
}

async fn another_key_does_not_open_anything(place: Place) {
    place.store().await.at(0).save_token(&grant("ana"), b"token", None, None).await.unwrap();
    let config = Config { key: Some(Key::new([9; 32])), ..place.config.clone() };
    let other = Store::open(&config).await.unwrap();
    assert!(matches!(other.at(0).load_token(&grant("ana")).await, Err(TokenError::UnknownKey(_))));
}

async fn several_processes_may_open_a_new_place_at_once(place: Place) {
    let opened = (0..6).map(|_| {
        let config = place.config.clone();
        tokio::spawn(async move { Store::open(&config).await })
    });
    for opened in opened.collect::<Vec<_>>() {
        opened.await.unwrap().unwrap();
    }
}

async fn what_ends_by_itself_ends_by_the_clock_of_the_database(place: Place) {
    let (store, lease) = (place.store().await, key("ana", Kind::Lease(Provider::Google), "google:1"));
    store.save_token(&lease, b"x", None, Some(3600)).await.unwrap();
    assert!(store.load_token(&lease).await.unwrap().is_some());
    assert!(matches!(store.save_token(&lease, b"y", None, None).await, Err(TokenError::VersionMismatch)));
    let gone = key("ana", Kind::Lease(Provider::Outlook), "outlook:1");
    store.save_token(&gone, b"x", None, Some(0)).await.unwrap();
    assert!(store.load_token(&gone).await.unwrap().is_none());
    assert!(store.token_names("ana", gone.kind).await.unwrap().is_empty());
    // What counts is the database's clock: an hour from now by it.
    let ends: i64 = sqlx::query_scalar("SELECT expires_at - unixepoch() FROM ephemeral_values WHERE kind = $1")
        .bind("google_calendar")
        .fetch_one(&store.pool)
        .await
        .unwrap();
    assert!((3500..=3600).contains(&ends), "{ends}");
}

async fn everything_survives_reopening(place: Place) {
    let version = place.store().await.at(0).save_token(&grant("ana"), b"token", None, None).await.unwrap();
    assert_eq!(load(&place.store().await, &grant("ana"), 0).await, Some((b"token".to_vec(), version)));
}

on_both_engines! {
    a_value_is_saved_loaded_and_deleted_with_compare_and_set,
    expired_values_are_gone,
    users_and_kinds_do_not_mix,
    of_many_simultaneous_saves_exactly_one_wins,
    a_row_moved_to_another_user_does_not_open,
    another_key_does_not_open_anything,
    several_processes_may_open_a_new_place_at_once,
    what_ends_by_itself_ends_by_the_clock_of_the_database,
    everything_survives_reopening,
}
