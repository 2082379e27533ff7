use super::*;
use crate::account::UserId;
use crate::http::request::{Method, Request};
use crate::http::response::{Response, TransportError};
use crate::oauth::grant::{self, AccessToken};
use crate::ports::{Clock, TokenStoreError, Tokens};
use crate::scripted::{START, Stage, account, block_on, empty, json, user, yield_once};
use crate::session::CallError;
use futures_util::future::{join, join_all};
use serde_json::{Value, json};

mod ended;
mod lease;

const TOKEN: &str = "/token";
const G: Provider = Provider::Google;

/// A world in which the usual account's access token ended an hour ago.
fn expired(provider: Provider) -> Stage {
    let stage = Stage::new();
    stage.connect(provider);
    stage.clock.advance(TimeDelta::hours(2));
    let stage = Stage { deadline: START + TimeDelta::days(30), ..stage };
    stage.http.always(Method::Get, "/me", empty(200));
    stage
}

/// A world in which it ends in two minutes: due, but still valid.
fn due(provider: Provider) -> Stage {
    let stage = expired(provider);
    let mut grant = stage.stored(provider).unwrap();
    let now = stage.clock.now();
    grant.access = Some(AccessToken {
        token: Secret::new("still-valid"),
        obtained_at: now - TimeDelta::minutes(58),
        expires_at: now + TimeDelta::minutes(2),
    });
    stage.store(&grant);
    stage
}

async fn call(session: &Session<'_>) -> Result<String, Error> {
    let url = format!("{}/me", session.api());
    let before = |failure: CallError| {
        assert!(matches!(failure, CallError::Failed(_)), "nothing was sent to the API");
        Error::from(failure)
    };
    session.call(Request::new(Method::Get, url), Replay::Safe).await.map_err(before)?;
    Ok(session.stored.borrow().grant.access.as_ref().unwrap().token.expose().to_owned())
}

fn new_token(extra: Value) -> Response {
    let mut body = json!({"access_token": "new", "token_type": "Bearer", "expires_in": 3600});
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    json(200, body)
}

fn refusal(error: &str) -> Response {
    json(400, json!({"error": error, "error_description": "canary"}))
}

/// What another instance would have stored.
fn theirs(stage: &Stage, refresh: &str, life: i64) -> Grant {
    let mut grant = stage.stored(G).unwrap();
    let now = stage.clock.now();
    grant.refresh = Some(Secret::new(refresh));
    grant.access = Some(AccessToken {
        token: Secret::new("theirs"),
        obtained_at: now,
        expires_at: now + TimeDelta::seconds(life),
    });
    grant
}

/// Runs a call, and `meddle` while the first token request is under way.
fn meanwhile(stage: &Stage, meddle: impl FnOnce()) -> Result<String, Error> {
    let session = stage.session(G);
    let other = async {
        while stage.http.count(TOKEN) == 0 {
            yield_once().await;
        }
        meddle();
    };
    block_on(join(call(&session), other)).0
}

fn grant_key() -> String {
    grant::key(&user(), G, &account(G))
}

fn leases(stage: &Stage) -> usize {
    stage.tokens.keys().iter().filter(|key| key.starts_with("leases/")).count()
}

#[test]
fn google_keeps_its_refresh_token_and_entra_rotates_it() {
    for (provider, extra, kept) in
        [(G, json!({}), "refresh-google"), (Provider::Outlook, json!({"refresh_token": "0.rotated"}), "0.rotated")]
    {
        let stage = expired(provider);
        stage.http.on(Method::Post, TOKEN, new_token(extra));
        assert_eq!(block_on(call(&stage.session(provider))).unwrap(), "new");
        let stored = stage.stored(provider).unwrap();
        assert_eq!(stored.refresh.unwrap().expose(), kept);
        assert_eq!(stored.access.unwrap().token.expose(), "new");
        assert_eq!(leases(&stage), 0, "the lease is given back");
        assert_eq!(block_on(call(&stage.session(provider))).unwrap(), "new");
        assert_eq!(stage.http.count(TOKEN), 1);
    }
}

#[test]
fn a_token_is_replaced_before_it_ends() {
    let stage = due(G);
    stage.http.on(Method::Post, TOKEN, new_token(json!({})));
    assert_eq!(block_on(call(&stage.session(G))).unwrap(), "new");
}

#[test]
fn whoever_saved_first_wins() {
    let stage = expired(G);
    stage.http.on(Method::Post, TOKEN, new_token(json!({})));
    let token = meanwhile(&stage, || stage.store(&theirs(&stage, "refresh-2", 3600)));
    assert_eq!(token.unwrap(), "theirs");
    assert_eq!(stage.stored(G).unwrap().refresh.unwrap().expose(), "refresh-2");
}

#[test]
fn a_late_refresh_cannot_undo_a_disconnect() {
    let stage = expired(G);
    stage.http.on(Method::Post, TOKEN, new_token(json!({})));
    let result = meanwhile(&stage, || {
        assert!(stage.tokens.delete(&grant_key(), None).unwrap());
    });
    assert_eq!(result.unwrap_err().kind, Kind::NotFound);
    assert_eq!(stage.stored(G), None);
    assert_eq!(stage.tokens.keys(), [] as [&str; 0]);
}

#[test]
fn a_disconnect_ends_a_token_that_is_still_valid() {
    let stage = due(G);
    stage.http.on(Method::Post, TOKEN, new_token(json!({})));
    let result = meanwhile(&stage, || {
        stage.tokens.delete(&grant_key(), None).unwrap();
    });
    assert_eq!(result.unwrap_err().kind, Kind::NotFound);
    assert_eq!(stage.http.count("/me"), 0);
}

#[test]
fn an_outage_does_not_end_a_token_that_still_works() {
    let outages: [fn() -> Result<Response, TransportError>; 4] = [
        || Ok(empty(503)),
        || Ok(refusal("temporarily_unavailable")),
        || Err(TransportError::Connect("h:443".to_owned())),
        || Err(TransportError::Lost("h:443".to_owned())),
    ];
    for outage in outages {
        let stage = due(G);
        stage.http.always(Method::Post, TOKEN, outage());
        assert_eq!(block_on(call(&stage.session(G))).unwrap(), "still-valid");
        assert_eq!(stage.stored(G).unwrap().state, AccountState::Active);
    }
}

#[test]
fn an_outage_with_an_ended_token_is_shared_by_all_calls_and_changes_nothing() {
    let stage = expired(G);
    let before = stage.stored(G);
    stage.http.always(Method::Post, TOKEN, TransportError::Connect("h:443".to_owned()));
    let session = stage.session(G);
    let results = block_on(join_all((0..50).map(|_| call(&session))));
    for result in results {
        assert_eq!(result.unwrap_err().kind, Kind::Unavailable { retry_after: None });
    }
    let attempts = stage.http.count(TOKEN);
    assert!(attempts <= 5, "{attempts} attempts");
    assert_eq!(stage.stored(G), before);
    stage.clock.advance(TimeDelta::seconds(11));
    stage.http.on(Method::Post, TOKEN, new_token(json!({})));
    assert_eq!(block_on(call(&session)).unwrap(), "new");
}

#[test]
fn a_wrong_client_secret_never_changes_an_account() {
    for error in ["invalid_client", "unauthorized_client", "invalid_request", "invalid_scope"] {
        let stage = expired(G);
        let before = stage.stored(G);
        stage.http.on(Method::Post, TOKEN, json(401, json!({"error": error})));
        let failure = block_on(call(&stage.session(G))).unwrap_err();
        assert_eq!(failure.kind, Kind::Unsupported, "{error}");
        assert_eq!(stage.stored(G), before);
    }
}

#[test]
fn another_configured_client_is_never_tried_with_the_grants_refresh_token() {
    let stage = expired(G);
    let before = stage.stored(G);
    for (_, client) in stage.secrets.0.borrow_mut().iter_mut() {
        client.id = "another-client".to_owned();
    }
    let failure = block_on(call(&stage.session(G))).unwrap_err();
    assert_eq!(failure.kind, Kind::ReauthorizationRequired);
    assert_eq!((stage.http.requests().len(), stage.stored(G)), (0, before));
}

#[test]
fn a_loop_seen_by_entra_pauses_refreshes_for_five_minutes() {
    let stage = expired(Provider::Outlook);
    let body = json!({"error": "invalid_grant", "error_codes": [50196]});
    stage.http.on(Method::Post, TOKEN, json(400, body));
    let five = Kind::Unavailable { retry_after: Some(TimeDelta::minutes(5)) };
    let outlook = || stage.session(Provider::Outlook);
    assert_eq!(block_on(call(&outlook())).unwrap_err().kind, five);
    stage.clock.advance(TimeDelta::minutes(4));
    let one = Kind::Unavailable { retry_after: Some(TimeDelta::minutes(1)) };
    assert_eq!(block_on(call(&outlook())).unwrap_err().kind, one);
    assert_eq!(stage.http.count(TOKEN), 1);
    stage.clock.advance(TimeDelta::minutes(1));
    stage.http.on(Method::Post, TOKEN, new_token(json!({})));
    assert_eq!(block_on(call(&outlook())).unwrap(), "new");
    assert_eq!(stage.stored(Provider::Outlook).unwrap().pause_until, None);
}

#[test]
fn tokens_refused_before_their_time_are_replaced_five_times_a_minute_at_most() {
    let stage = Stage::new();
    let mut number = 0;
    stage.http.always(Method::Post, TOKEN, move |_: &Request| {
        number += 1;
        Ok(new_token(json!({"access_token": format!("new-{number}")})))
    });
    stage.http.always(Method::Get, "/me", empty(401));
    for round in 1..=7 {
        let failure = block_on(call(&stage.session(G))).unwrap_err();
        let refreshed = failure.kind == Kind::ReauthorizationRequired;
        assert_eq!(refreshed, round <= 5, "{round}: {failure}");
    }
    assert_eq!(stage.http.count(TOKEN), 5);
    stage.clock.advance(TimeDelta::seconds(60));
    let failure = block_on(call(&stage.session(G))).unwrap_err();
    assert_eq!(failure.kind, Kind::ReauthorizationRequired);
    assert_eq!(stage.http.count(TOKEN), 6);
}

#[test]
fn a_grant_without_a_refresh_token_works_until_its_access_token_ends() {
    let stage = due(G);
    let mut grant = stage.stored(G).unwrap();
    grant.refresh = None;
    stage.store(&grant);
    assert_eq!(block_on(call(&stage.session(G))).unwrap(), "still-valid");
    stage.clock.advance(TimeDelta::minutes(3));
    let failure = block_on(call(&stage.session(G))).unwrap_err();
    assert_eq!(failure.kind, Kind::ReauthorizationRequired);
    assert_eq!(stage.stored(G).unwrap().state, AccountState::NeedsReauth);
}

#[test]
fn a_store_out_of_order_is_said_and_does_not_end_a_valid_token() {
    let stage = expired(G);
    let session = stage.session(G);
    stage.tokens.fail("accounts/", TokenStoreError::Unavailable);
    assert_eq!(block_on(call(&session)).unwrap_err().kind, Kind::Storage);
    let stage = due(G);
    let session = stage.session(G);
    stage.tokens.fail("accounts/", TokenStoreError::Unavailable);
    assert_eq!(block_on(call(&session)).unwrap(), "still-valid");
}

#[test]
fn no_failure_shows_a_token_or_secret() {
    let hostile = || json!({"access_token": "access-canary\n", "token_type": "Bearer"});
    let answers: [fn() -> Response; 4] = [
        || refusal("invalid_grant"),
        || json(500, json!({"error": "refresh-google"})),
        || json(400, json!({"error": "Refresh-Canary google-secret~+/"})),
        || json(200, json!(["access-canary"])),
    ];
    for answer in answers.into_iter().map(|make| make()).chain([json(200, hostile())]) {
        let stage = expired(G);
        stage.http.always(Method::Post, TOKEN, answer);
        let failure = block_on(call(&stage.session(G))).unwrap_err();
        let shown = format!("{failure} {failure:?}");
        for secret in ["access-", "refresh-google", "secret~", "anary"] {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
    }
}
