//! Rotation, one step at a time. Two stores are what two processes are: other connections, and keys of their own in
//! memory.

mod beside;
mod left;

use std::path::Path;

use super::super::file;
use super::*;
use crate::config::Config;
use crate::imports::token_key::of_stored;
use crate::store::tokens::{Kind, TokenError, TokenKey};
use crate::types::Provider;

const NOW: i64 = 0;

fn grant(user: &str) -> TokenKey {
    of_stored(user.to_owned(), Kind::Account(Provider::Google), "google:1".to_owned())
}

/// One key of each kind.
fn kinds(user: &str) -> Vec<TokenKey> {
    let (google, outlook) = (Provider::Google, Provider::Outlook);
    let kinds = [
        Kind::Account(google),
        Kind::Account(outlook),
        Kind::Calendars(google),
        Kind::Calendars(outlook),
        Kind::Lease(google),
        Kind::Lease(outlook),
        Kind::Pending,
    ];
    kinds.into_iter().map(|kind| of_stored(user.to_owned(), kind, "1/2 ü".to_owned())).collect()
}

async fn open(folder: &Path) -> Store {
    Store::open(&Config::new(folder)).await.unwrap()
}

async fn save(store: &Store, key: &TokenKey, value: &[u8]) -> i64 {
    let version = store.load_sealed(key).await.unwrap().map(|(_, version)| version);
    store.save_token(key, value, version, None).await.unwrap()
}

async fn value(store: &Store, key: &TokenKey) -> Vec<u8> {
    store.load_token(key).await.unwrap().unwrap().0.to_vec()
}

async fn sealed_by(store: &Store, key: &TokenKey) -> String {
    store.load_sealed(key).await.unwrap().unwrap().0.key_id
}

async fn rotate(store: &Store) -> Rotation {
    store.rotate_keys(false, NOW, &mut |_| {}).await.unwrap()
}

fn current(store: &Store) -> String {
    store.keys.ring().current().id().to_owned()
}

/// Keys of the key file.
fn kept(folder: &Path) -> usize {
    file::load(&folder.join("key")).unwrap().len()
}

#[tokio::test]
async fn everything_is_sealed_by_a_new_key_and_the_old_one_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let old = current(&store);
    let mut versions = Vec::new();
    for key in kinds("ana").iter().chain(&kinds("ben")) {
        versions.push((key.clone(), save(&store, key, key.text.as_bytes()).await));
    }
    let mut told = Vec::new();
    let rotation = store.rotate_keys(false, NOW, &mut |progress| told.push(progress)).await.unwrap();
    assert_ne!(rotation.current, old);
    let expected = Rotation {
        current: rotation.current.clone(),
        is_new: true,
        resealed: 14,
        unreadable: 0,
        dropped: vec![old.clone()],
        kept: vec![],
        log_pending: false,
    };
    assert_eq!(rotation, expected);
    assert_eq!(told.first(), Some(&Progress::Begun { current: rotation.current.clone(), is_new: true }));
    assert_eq!(told.last(), Some(&Progress::Sealed { done: 14, total: 14 }));
    assert_eq!(kept(folder.path()), 1);
    for store in [store, open(folder.path()).await] {
        let list = store.key_list().await.unwrap();
        let rows = SealedRows { grants: 4, calendar_lists: 4, short_lived: 6 };
        assert_eq!(list.keys.iter().map(|key| (key.role, key.rows)).collect::<Vec<_>>(), [(Role::Current, rows)]);
        for (key, version) in &versions {
            let (value, same) = store.load_token(key).await.unwrap().unwrap();
            assert_eq!((value.as_slice(), same), (key.text.as_bytes(), *version), "value and version stay");
        }
    }
}

#[tokio::test]
async fn many_rows_are_sealed_in_batches() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let count = u64::from(BATCH) + 7;
    for index in 0..count {
        save(&store, &grant(&format!("user {index}")), b"token").await;
    }
    let mut done = Vec::new();
    let mut tell = |progress| {
        if let Progress::Sealed { done: now, total } = progress {
            done.push((now, total));
        }
    };
    store.rotate_keys(false, NOW, &mut tell).await.unwrap();
    assert_eq!(done, [(u64::from(BATCH), count), (count, count)]);
}

#[tokio::test]
async fn a_stolen_database_reveals_no_token_and_nothing_that_the_old_key_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    save(&store, &grant("ana"), &b"canary-token-1//0gCANARY".repeat(20)).await;
    let old = store.load_sealed(&grant("ana")).await.unwrap().unwrap().0.bytes;
    let everything = || -> Vec<Vec<u8>> {
        let files = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        files.map(|path| std::fs::read(path).unwrap()).collect()
    };
    let holds = |files: &[Vec<u8>], bytes: &[u8]| {
        files.iter().any(|file| file.windows(bytes.len()).any(|window| window == bytes))
    };
    assert!(holds(&everything(), &old), "the test must see what is stored");
    rotate(&store).await;
    let files = everything();
    assert!(!holds(&files, b"CANARY") && !holds(&files, &old));
}
