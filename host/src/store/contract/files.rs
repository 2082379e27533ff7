//! What only the SQLite file has: files, and what is in them.

use super::Place;
use crate::store::tokens::{Kind, TokenKey};
use crate::types::Provider;

fn key(kind: Kind) -> TokenKey {
    TokenKey { user: "ana".to_owned(), kind, name: "google:1".to_owned(), text: format!("{kind:?}/ana") }
}

#[tokio::test]
async fn no_file_ever_holds_a_token_in_plain_text() {
    let place = Place::sqlite();
    let store = place.store().await;
    let canary = b"canary-token-1//0gCANARY".repeat(20);
    let version = store.at(0).save_token(&key(Kind::Account(Provider::Google)), &canary, None, None).await.unwrap();
    store.at(0).save_token(&key(Kind::Account(Provider::Google)), &canary, Some(version), None).await.unwrap();
    store.at(0).save_token(&key(Kind::Pending), &canary, None, Some(600)).await.unwrap();
    let mut files = Vec::new();
    for entry in std::fs::read_dir(place.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        assert!(!bytes.windows(6).any(|window| window == b"CANARY"), "{}", path.display());
        files.push(path.file_name().unwrap().to_str().unwrap().to_owned());
    }
    assert!(files.contains(&"calendar.db-wal".to_owned()), "the test must see the write-ahead log: {files:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn database_files_are_for_the_owner_only() {
    let place = Place::sqlite();
    use std::os::unix::fs::MetadataExt;
    let store = place.store().await;
    store.at(0).save_token(&key(Kind::Account(Provider::Google)), b"token", None, None).await.unwrap();
    for entry in std::fs::read_dir(place.folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().mode() & 0o077, 0, "{}", entry.path().display());
    }
}
