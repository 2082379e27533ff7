//! One refresh at a time, across instances.

use super::*;

#[test]
fn several_instances_make_one_token_request() {
    let stage = expired(G);
    stage.http.on(Method::Post, TOKEN, new_token(json!({})));
    let instances: Vec<_> = (0..10).map(|_| stage.session(G)).collect();
    let tokens = block_on(join_all(instances.iter().map(call)));
    assert!(tokens.iter().all(|token| token.as_deref() == Ok("new")), "{tokens:?}");
    assert_eq!(stage.http.count(TOKEN), 1);
    assert_eq!(leases(&stage), 0);
}

#[test]
fn while_another_instance_refreshes_its_result_is_waited_for() {
    let stage = expired(G);
    let key = lease_key(&user(), G, &account(G));
    let version = stage.tokens.save(&key, b"x", None, None).unwrap();
    let session = stage.session(G);
    let other = async {
        stage.clock.sleep(TimeDelta::seconds(2)).await;
        stage.store(&theirs(&stage, "refresh-google", 3600));
        assert!(stage.tokens.delete(&key, Some(version)).unwrap());
    };
    let (token, ()) = block_on(join(call(&session), other));
    assert_eq!(token.as_deref(), Ok("theirs"));
    assert_eq!(stage.http.count(TOKEN), 0);
}

#[test]
fn while_another_instance_refreshes_a_token_that_still_works_is_used_at_once() {
    let stage = due(G);
    let before = stage.clock.now();
    stage.tokens.save(&lease_key(&user(), G, &account(G)), b"x", None, None).unwrap();
    assert_eq!(block_on(call(&stage.session(G))).unwrap(), "still-valid");
    assert_eq!((stage.clock.now(), stage.http.count(TOKEN)), (before, 0));
}

#[test]
fn a_lease_whose_holder_died_delays_five_seconds_and_no_longer() {
    let stage = expired(G);
    let before = stage.clock.now();
    let key = lease_key(&user(), G, &account(G));
    let end = before + TimeDelta::seconds(30);
    stage.tokens.save(&key, b"x", None, Some(end)).unwrap();
    stage.http.on(Method::Post, TOKEN, new_token(json!({})));
    assert_eq!(block_on(call(&stage.session(G))).unwrap(), "new");
    assert_eq!(stage.clock.now() - before, PATIENCE);
    assert_eq!(leases(&stage), 0, "it was taken over, and given back");
}

#[test]
fn several_instances_that_wait_for_a_holder_that_died_make_one_token_request() {
    let stage = expired(G);
    let end = stage.clock.now() + TimeDelta::seconds(30);
    stage.tokens.save(&lease_key(&user(), G, &account(G)), b"x", None, Some(end)).unwrap();
    stage.http.on(Method::Post, TOKEN, new_token(json!({})));
    let instances: Vec<_> = (0..10).map(|_| stage.session(G)).collect();
    let tokens = block_on(join_all(instances.iter().map(call)));
    assert!(tokens.iter().all(|token| token.as_deref() == Ok("new")), "{tokens:?}");
    assert_eq!((stage.http.count(TOKEN), leases(&stage)), (1, 0));
}

#[test]
fn a_store_without_leases_does_not_stop_a_refresh() {
    let stage = expired(G);
    stage.tokens.fail("leases/", TokenStoreError::Denied);
    stage.http.on(Method::Post, TOKEN, new_token(json!({})));
    assert_eq!(block_on(call(&stage.session(G))).unwrap(), "new");
}

#[test]
fn a_user_cannot_wait_for_anothers_lease() {
    let mine = lease_key(&user(), G, &account(G));
    let other = lease_key(&UserId::new("ben"), G, &account(G));
    assert_ne!(mine, other);
}
