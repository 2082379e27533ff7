//! What is left: by a rotation that was stopped, of rows that cannot be opened, by keys that are given.

use super::*;

#[tokio::test]
async fn stopped_after_any_step_a_rotation_is_finished_by_the_next_one() {
    for steps in 0..4 {
        let folder = tempfile::tempdir().unwrap();
        let store = open(folder.path()).await;
        let old = current(&store);
        let count = u64::from(BATCH) + 1;
        for index in 0..count {
            save(&store, &grant(&format!("user {index}")), b"token").await;
        }
        // What is done before it stops.
        let before = store.keys_before().await.unwrap();
        store.make_current(&before).await.unwrap();
        let new = current(&store);
        if steps >= 1 {
            rows::retire(&store, &[&old], NOW).await.unwrap();
        }
        if steps >= 2 {
            let ring = store.keys.ring();
            let limit = if steps == 2 { BATCH } else { BATCH + 1 };
            let batch = rows::batch(&store, &TABLES[0], &new, &mut Mark::default(), limit).await.unwrap();
            store.reseal(&TABLES[0], batch, &ring).await.unwrap();
        }
        drop(store);
        assert_eq!(kept(folder.path()), 2, "after step {steps}");
        let next = open(folder.path()).await;
        for index in 0..count {
            assert_eq!(value(&next, &grant(&format!("user {index}"))).await, b"token", "after step {steps}");
        }
        let rotation = rotate(&next).await;
        // Nothing was left to do but to drop the old key: that is a rotation as any other.
        assert_eq!(rotation.is_new, steps == 3, "after step {steps}");
        assert_eq!(rotation.current == new, steps < 3, "after step {steps}");
        assert_eq!((rotation.unreadable, kept(folder.path())), (0, 1), "after step {steps}");
        for index in 0..count {
            assert_eq!(value(&next, &grant(&format!("user {index}"))).await, b"token", "after step {steps}");
        }
    }
}

#[tokio::test]
async fn a_row_that_was_moved_is_left_alone_with_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let old = current(&store);
    save(&store, &grant("ana"), b"token").await;
    save(&store, &grant("ben"), b"token").await;
    sqlx::query("UPDATE oauth_tokens SET user_id = 'eve' WHERE user_id = 'ana'").execute(&store.pool).await.unwrap();
    let rotation = rotate(&store).await;
    assert_eq!((rotation.resealed, rotation.unreadable), (1, 1));
    assert_eq!((rotation.dropped, rotation.kept), (vec![], vec![old.clone()]));
    assert!(matches!(store.load_token(&grant("eve")).await, Err(TokenError::Unreadable)));
    // It does not stand in the way of the next rotation either.
    let rotation = rotate(&store).await;
    assert_eq!((rotation.is_new, rotation.resealed, rotation.unreadable), (true, 1, 1));
    assert_eq!((rotation.dropped.len(), rotation.kept), (1, vec![old.clone()]));
    // Moved back, it opens: the rotation made nothing worse.
    sqlx::query("UPDATE oauth_tokens SET user_id = 'ana' WHERE user_id = 'eve'").execute(&store.pool).await.unwrap();
    assert_eq!(value(&store, &grant("ana")).await, b"token");
    let rotation = rotate(&store).await;
    assert_eq!((rotation.is_new, rotation.unreadable, rotation.dropped), (false, 0, vec![old]));
}

#[tokio::test]
async fn a_sealed_value_moved_to_another_provider_does_not_open_after_a_rotation_either() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    save(&store, &grant("ana"), b"token").await;
    rotate(&store).await;
    sqlx::query("UPDATE oauth_tokens SET provider = 'outlook_calendar'").execute(&store.pool).await.unwrap();
    let moved = of_stored("ana".to_owned(), Kind::Account(Provider::Outlook), "google:1".to_owned());
    assert!(matches!(store.load_token(&moved).await, Err(TokenError::Unreadable)));
}

#[tokio::test]
async fn old_keys_stay_on_demand_and_open_a_backup() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    save(&store, &grant("ana"), b"token").await;
    let backup = store.load_sealed(&grant("ana")).await.unwrap().unwrap().0;
    let rotation = store.rotate_keys(true, NOW, &mut |_| {}).await.unwrap();
    assert_eq!((rotation.dropped, rotation.kept), (vec![], vec![backup.key_id.clone()]));
    let restored = "UPDATE oauth_tokens SET key_id = $1, sealed = $2";
    sqlx::query(restored).bind(&backup.key_id).bind(&backup.bytes).execute(&store.pool).await.unwrap();
    assert_eq!(value(&open(folder.path()).await, &grant("ana")).await, b"token");
    let rotation = rotate(&store).await;
    assert_eq!((rotation.is_new, rotation.resealed, rotation.dropped), (false, 1, vec![backup.key_id]));
    assert!(rotate(&store).await.is_new);
}

/// Keys of the environment: the one that seals, and those that only open.
fn with(folder: &Path, key: u8, old: &[u8]) -> Config {
    let old_keys = old.iter().map(|byte| Key::new([*byte; 32])).collect();
    Config { key: Some(Key::new([key; 32])), old_keys, ..Config::new(folder) }
}

#[tokio::test]
async fn a_key_that_is_given_to_all_processes_beforehand_is_not_retired_before_it_seals() {
    let folder = tempfile::tempdir().unwrap();
    let with = |key, old| with(folder.path(), key, old);
    let before = Store::open(&with(1, &[2])).await.unwrap();
    save(&before, &grant("ana"), b"token").await;
    assert!(matches!(before.rotate_keys(false, NOW, &mut |_| {}).await, Err(KeyError::Unused)));
    let after = Store::open(&with(2, &[1])).await.unwrap();
    save(&after, &grant("ben"), b"token").await;
    assert_eq!(sealed_by(&after, &grant("ben")).await, current(&after));
    assert_eq!(rotate(&after).await.resealed, 1);
    // The next one beforehand, too, while values of the first are left.
    let next = Store::open(&with(2, &[3, 1])).await.unwrap();
    let first = Store::open(&Config { data_dir: folder.path().join("other"), ..with(1, &[]) }).await.unwrap();
    let sealed = first.keys.seal(grant("eve").place(), b"token").unwrap();
    save(&next, &grant("eve"), b"token").await;
    let update = sqlx::query("UPDATE oauth_tokens SET key_id = $1, sealed = $2 WHERE user_id = 'eve'");
    update.bind(&sealed.key_id).bind(&sealed.bytes).execute(&next.pool).await.unwrap();
    assert_eq!(rotate(&next).await.resealed, 1);
    let last = Store::open(&with(3, &[2])).await.unwrap();
    save(&last, &grant("ana"), b"token").await;
    assert_eq!(sealed_by(&last, &grant("ana")).await, current(&last));
}

#[tokio::test]
async fn a_key_of_the_environment_is_replaced_there_and_never_seals_again() {
    let folder = tempfile::tempdir().unwrap();
    let with = |key, old| with(folder.path(), key, old);
    let first = Store::open(&with(1, &[])).await.unwrap();
    save(&first, &grant("ana"), b"token").await;
    assert!(matches!(first.rotate_keys(false, NOW, &mut |_| {}).await, Err(KeyError::Environment)));
    let second = Store::open(&with(2, &[1])).await.unwrap();
    assert_eq!(value(&second, &grant("ana")).await, b"token");
    let rotation = rotate(&second).await;
    assert_eq!((rotation.is_new, rotation.resealed, rotation.kept.len()), (false, 1, 1));
    assert_eq!(rotate(&second).await.resealed, 0);
    assert_eq!(value(&Store::open(&with(2, &[])).await.unwrap(), &grant("ana")).await, b"token");
    // A process that was not restarted with the new key.
    assert!(matches!(first.load_token(&grant("ana")).await, Err(TokenError::UnknownKey(_))));
    assert!(matches!(first.save_token(&grant("ben"), b"x", None, None).await, Err(TokenError::RetiredKey(_))));
    // One that has both keys in the other order seals by the one that may.
    let both = Store::open(&with(1, &[2])).await.unwrap();
    save(&both, &grant("ben"), b"x").await;
    assert_eq!(sealed_by(&both, &grant("ben")).await, rotation.current);
    assert!(matches!(first.rotate_keys(false, NOW, &mut |_| {}).await, Err(KeyError::Retired(_))));
    assert!(!folder.path().join("key").exists());
}

#[tokio::test]
async fn keys_move_from_the_environment_to_the_key_file() {
    let folder = tempfile::tempdir().unwrap();
    let environment = Config { key: Some(Key::new([1; 32])), ..Config::new(folder.path()) };
    save(&Store::open(&environment).await.unwrap(), &grant("ana"), b"token").await;
    let both = Config { key: None, old_keys: vec![Key::new([1; 32])], ..environment };
    let rotation = rotate(&Store::open(&both).await.unwrap()).await;
    assert_eq!((rotation.is_new, rotation.resealed), (false, 1));
    assert_eq!(value(&open(folder.path()).await, &grant("ana")).await, b"token");
}
