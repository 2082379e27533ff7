//! Other processes read and write while keys change.

use super::*;

#[tokio::test]
async fn a_process_that_knows_only_the_old_key_reads_and_seals_by_the_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let (process, operator) = (open(folder.path()).await, open(folder.path()).await);
    save(&process, &grant("ana"), b"one").await;
    let rotation = rotate(&operator).await;
    assert_ne!(current(&process), rotation.current, "it has not noticed yet");
    save(&process, &grant("ben"), b"two").await;
    assert_eq!(sealed_by(&process, &grant("ben")).await, rotation.current);
    assert_eq!(value(&process, &grant("ana")).await, b"one");
    assert_eq!(value(&open(folder.path()).await, &grant("ben")).await, b"two");
}

#[tokio::test]
async fn a_process_that_missed_several_rotations_reads_everything() {
    let folder = tempfile::tempdir().unwrap();
    let (process, operator) = (open(folder.path()).await, open(folder.path()).await);
    save(&process, &grant("ana"), b"one").await;
    for _ in 0..3 {
        rotate(&operator).await;
    }
    assert_eq!(value(&process, &grant("ana")).await, b"one");
    assert_eq!(kept(folder.path()), 1);
}

#[tokio::test]
async fn from_the_moment_a_key_is_retired_nothing_more_is_sealed_by_it() {
    let folder = tempfile::tempdir().unwrap();
    let (process, operator) = (open(folder.path()).await, open(folder.path()).await);
    let old = current(&process);
    let stale = process.keys.seal(grant("ana").place(), b"late").unwrap();
    let before = operator.keys_before().await.unwrap();
    assert!(operator.make_current(&before).await.unwrap());
    // The new key is kept, the old one may still seal: both open in every process.
    save(&process, &grant("ben"), b"between").await;
    assert_eq!(sealed_by(&process, &grant("ben")).await, old);
    assert_eq!(value(&operator, &grant("ben")).await, b"between");
    rows::retire(&operator, &[&old], NOW).await.unwrap();
    match process.save_sealed(&grant("ana"), &stale, None, None).await {
        Err(TokenError::RetiredKey(id)) => assert_eq!(id, old),
        other => panic!("{other:?}"),
    }
    assert!(process.load_token(&grant("ana")).await.unwrap().is_none());
    save(&process, &grant("ana"), b"late").await;
    assert_eq!(sealed_by(&process, &grant("ana")).await, current(&operator));
}

#[tokio::test]
async fn what_is_saved_while_rows_are_sealed_anew_stands() {
    let folder = tempfile::tempdir().unwrap();
    let (process, operator) = (open(folder.path()).await, open(folder.path()).await);
    for user in ["ana", "ben", "eve"] {
        save(&process, &grant(user), b"old").await;
    }
    let before = operator.keys_before().await.unwrap();
    operator.make_current(&before).await.unwrap();
    let ring = operator.keys.ring();
    let batch = rows::batch(&operator, &TABLES[0], ring.current().id(), &mut Mark::default(), BATCH).await.unwrap();
    // Read, and not yet written.
    let version = save(&process, &grant("ana"), b"newer").await;
    process.delete_token(&grant("ben"), None).await.unwrap();
    assert_eq!(operator.reseal(&TABLES[0], batch, &ring).await.unwrap(), 1);
    assert_eq!(process.load_token(&grant("ana")).await.unwrap().unwrap().1, version);
    assert_eq!(value(&process, &grant("ana")).await, b"newer");
    assert!(process.load_token(&grant("ben")).await.unwrap().is_none());
    assert!(rotate(&operator).await.unreadable == 0);
    assert_eq!(value(&process, &grant("ana")).await, b"newer");
}

#[tokio::test]
async fn many_writers_lose_nothing_while_keys_change_again_and_again() {
    let folder = tempfile::tempdir().unwrap();
    let writers = ["ana", "ben", "eve", "dan"].map(|user| {
        let folder = folder.path().to_owned();
        tokio::spawn(async move {
            let (store, key) = (open(&folder).await, grant(user));
            for round in 0..40 {
                let text = format!("{user} {round}");
                save(&store, &key, text.as_bytes()).await;
                assert_eq!(value(&store, &key).await, text.as_bytes());
                tokio::task::yield_now().await;
            }
        })
    });
    let operator = open(folder.path()).await;
    for _ in 0..5 {
        assert_eq!(rotate(&operator).await.unreadable, 0);
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(rotate(&operator).await.unreadable, 0);
    assert_eq!(kept(folder.path()), 1);
    for user in ["ana", "ben", "eve", "dan"] {
        assert_eq!(value(&operator, &grant(user)).await, format!("{user} 39").as_bytes());
    }
}

#[tokio::test]
async fn a_list_knows_what_another_process_did() {
    let folder = tempfile::tempdir().unwrap();
    let (process, operator) = (open(folder.path()).await, open(folder.path()).await);
    save(&process, &grant("ana"), b"one").await;
    let rotation = rotate(&operator).await;
    let list = process.key_list().await.unwrap();
    let keys: Vec<_> = list.keys.iter().map(|key| (key.id.as_str(), key.role, key.rows.total())).collect();
    assert_eq!(keys, [(rotation.current.as_str(), Role::Current, 1)]);
}

#[tokio::test]
async fn one_rotation_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let turn = open(folder.path()).await.keys.take_turn().unwrap();
    assert!(turn.is_some());
    assert!(matches!(store.rotate_keys(false, NOW, &mut |_| {}).await, Err(KeyError::Busy)));
    drop(turn);
    assert!(rotate(&store).await.is_new);
}
