//! Sealing by a new key, beside a process that knows only the old one.

use super::{Place, on_both_engines};
use crate::imports::token_key::of_stored;
use crate::keys::{Role, SealedRows};
use crate::store::tokens::{Kind, TokenError, TokenKey};
use crate::types::Provider;

/// One key of each kind that lasts, and a pending sign-in.
fn keys(user: &str) -> Vec<TokenKey> {
    let (google, outlook) = (Provider::Google, Provider::Outlook);
    let kinds = [Kind::Account(google), Kind::Account(outlook), Kind::Calendars(google), Kind::Pending];
    kinds.into_iter().map(|kind| of_stored(user.to_owned(), kind, "1/2 ü".to_owned())).collect()
}

async fn everything_is_sealed_by_a_new_key_while_others_go_on(place: Place) {
    let (store, other) = (place.store().await, place.store().await);
    let mut versions = Vec::new();
    for key in keys("ana").into_iter().chain(keys("ben")) {
        let version = store.save_token(&key, key.text.as_bytes(), None, None).await.unwrap();
        versions.push((key, version));
    }
    let rotation = store.rotate_keys(false, 0, &mut |_| {}).await.unwrap();
    assert_eq!((rotation.is_new, rotation.resealed, rotation.unreadable, rotation.dropped.len()), (true, 8, 0, 1));
    for (key, version) in &versions {
        let (value, same) = other.load_token(key).await.unwrap().unwrap();
        assert_eq!((value.as_slice(), same), (key.text.as_bytes(), *version), "value and version stay");
        other.save_token(key, b"new", Some(*version), None).await.unwrap();
    }
    let list = place.store().await.key_list().await.unwrap();
    let rows = SealedRows { grants: 4, calendar_lists: 2, short_lived: 2 };
    assert_eq!(list.keys.iter().map(|key| (key.role, key.rows)).collect::<Vec<_>>(), [(Role::Current, rows)]);
}

async fn nothing_is_sealed_by_a_key_that_was_retired(place: Place) {
    let (store, other) = (place.store().await, place.store().await);
    let key = keys("ana").remove(0);
    let stale = other.keys.seal(key.place(), b"late").unwrap();
    store.rotate_keys(false, 0, &mut |_| {}).await.unwrap();
    assert!(matches!(other.save_sealed(&key, &stale, None, None).await, Err(TokenError::RetiredKey(_))));
    assert!(store.load_token(&key).await.unwrap().is_none());
}

on_both_engines! {
    everything_is_sealed_by_a_new_key_while_others_go_on,
    nothing_is_sealed_by_a_key_that_was_retired,
}
