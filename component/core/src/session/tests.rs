use super::*;
use crate::http::response::TransportError;
use crate::oauth::grant::AccountState;
use crate::scripted::{START, Stage, account, block_on, client, empty, grant, json, user, with_header};
use futures_util::future::join_all;
use serde_json::json;

mod flight;

const EVENT: &str = "https://www.googleapis.com/calendar/v3/calendars/c/events/e";
const TOKEN: &str = "https://oauth2.googleapis.com/token";

fn get() -> Request {
    Request::new(Method::Get, EVENT)
}

fn post() -> Request {
    Request::new(Method::Post, EVENT)
}

fn bearer(request: &Request) -> &str {
    let mut all = request.headers.iter().filter(|(name, _)| name == "authorization");
    let value = all.next().map_or("", |(_, value)| value.as_str());
    assert!(all.next().is_none(), "two authorization headers");
    value
}

fn new_token(token: &str) -> Response {
    json(200, json!({"access_token": token, "token_type": "Bearer", "expires_in": 3600}))
}

/// 401 for the first token, 200 for every other.
fn refuses_old(request: &Request) -> Result<Response, TransportError> {
    Ok(empty(if bearer(request) == "Bearer access-google" { 401 } else { 200 }))
}

#[test]
fn a_fresh_token_is_used_as_it_is() {
    let stage = Stage::new();
    stage.http.push(empty(204));
    let session = stage.session(Provider::Google);
    assert_eq!(block_on(session.call(get(), Replay::Safe)).unwrap().status, 204);
    let sent = stage.http.requests();
    assert_eq!(sent.len(), 1);
    assert_eq!(bearer(&sent[0]), "Bearer access-google");
    assert_eq!(session.api(), "https://www.googleapis.com/calendar/v3");
    assert_eq!(session.email(), Some("ana@example.com"));
}

#[test]
fn fifty_calls_on_an_expired_token_make_one_token_request() {
    let stage = Stage::new();
    stage.connect(Provider::Google);
    stage.clock.advance(TimeDelta::hours(2));
    let stage = Stage { deadline: START + TimeDelta::hours(3), ..stage };
    stage.http.on(Method::Post, TOKEN, new_token("second"));
    stage.http.always(Method::Get, EVENT, empty(200));
    let session = stage.session(Provider::Google);
    let answers = block_on(join_all((0..50).map(|_| session.call(get(), Replay::Safe))));
    assert!(answers.iter().all(|answer| answer.as_ref().unwrap().status == 200));
    assert_eq!(stage.http.count(TOKEN), 1);
    let calls = stage.http.requests();
    assert!(calls.iter().filter(|one| one.url == EVENT).all(|one| bearer(one) == "Bearer second"));
}

#[test]
fn fifty_refused_calls_make_one_token_request_and_each_is_sent_once_more() {
    let stage = Stage::new();
    stage.http.on(Method::Post, TOKEN, new_token("second"));
    stage.http.always(Method::Post, EVENT, refuses_old);
    let session = stage.session(Provider::Google);
    let calls = (0..50).map(|_| session.call(post(), Replay::OnlyIfRefused));
    let answers = block_on(join_all(calls));
    assert!(answers.iter().all(|answer| answer.as_ref().unwrap().status == 200));
    assert_eq!((stage.http.count(TOKEN), stage.http.count(EVENT)), (1, 100));
}

#[test]
fn a_second_refusal_means_connect_again_and_leaves_the_grant_alone() {
    let stage = Stage::new();
    stage.http.on(Method::Post, TOKEN, new_token("second"));
    stage.http.always(Method::Get, EVENT, empty(401));
    let session = stage.session(Provider::Google);
    let failure = block_on(session.call(get(), Replay::Safe)).unwrap_err();
    let CallError::Failed(error) = failure else { panic!("certainly not done") };
    assert_eq!(error.kind, Kind::ReauthorizationRequired);
    assert_eq!((stage.http.count(TOKEN), stage.http.count(EVENT)), (1, 2));
    assert_eq!(stage.stored(Provider::Google).unwrap().state, AccountState::Active);
}

#[test]
fn the_token_never_leaves_for_another_origin() {
    let stage = Stage::new();
    let session = stage.session(Provider::Outlook);
    for url in [
        "https://graph.microsoft.com.evil.example/v1.0/me",
        "https://graph.microsoft.com@evil.example/v1.0/me",
        "http://graph.microsoft.com/v1.0/me",
        "https://graph.microsoft.com:8443/v1.0/me",
        "/v1.0/me",
    ] {
        let call = session.call(Request::new(Method::Get, url), Replay::Safe);
        assert_eq!(block_on(call).unwrap_err().error().kind, Kind::Protocol, "{url}");
    }
    assert_eq!(stage.http.requests().len(), 0);
}

#[test]
fn a_failed_call_says_whether_it_may_have_been_done() {
    let lost = || TransportError::Lost("h:443".to_owned());
    let late = || TransportError::Timeout("h:443".to_owned());
    let unreachable = || TransportError::Connect("h:443".to_owned());
    let denied = || TransportError::Denied("h:443".to_owned());
    let unavailable = Kind::Unavailable { retry_after: None };
    type Case = (Vec<Result<u16, TransportError>>, Replay, bool, Kind);
    let cases: Vec<Case> = vec![
        (vec![Err(denied())], Replay::Safe, false, Kind::DeniedByHost),
        (vec![Err(unreachable()); 5], Replay::OnlyIfRefused, false, unavailable.clone()),
        (vec![Err(lost())], Replay::OnlyIfRefused, true, unavailable.clone()),
        (vec![Err(late())], Replay::OnlyIfRefused, true, Kind::Timeout),
        (vec![Err(TransportError::TooLarge("h:443".to_owned()))], Replay::Safe, true, Kind::Protocol),
        // The last outcome alone would say "not done"; an earlier attempt says "who knows".
        (
            vec![Err(lost()), Err(unreachable()), Err(unreachable()), Err(unreachable()), Err(unreachable())],
            Replay::Safe,
            true,
            unavailable,
        ),
        (vec![Err(late()), Err(denied())], Replay::Safe, true, Kind::DeniedByHost),
        (
            vec![Ok(502), Ok(429), Ok(429), Ok(429), Ok(429)],
            Replay::Safe,
            true,
            Kind::RateLimited { retry_after: None },
        ),
    ];
    for (script, replay, may_be_done, kind) in cases {
        let stage = Stage::new();
        for outcome in script.clone() {
            stage.http.push(outcome.map(empty));
        }
        let session = stage.session(Provider::Google);
        let failure = block_on(session.call(post(), replay)).unwrap_err();
        assert_eq!(failure.error().kind, kind, "{script:?}");
        assert_eq!(matches!(failure, CallError::Unknown(_)), may_be_done, "{script:?}");
        assert_eq!(stage.http.left(), 0, "{script:?}");
        let text = failure.to_string();
        assert!(text.starts_with("google:1001: ") && text.len() > 20, "{text}");
        assert_eq!(Error::from(failure.clone()), *failure.error());
    }
}

#[test]
fn the_wait_that_is_asked_for_after_a_lost_attempt_is_told() {
    let stage = Stage::new();
    stage.http.push(empty(502));
    stage.http.push(with_header(empty(429), "retry-after", "600"));
    let session = stage.session(Provider::Google);
    let failure = block_on(session.call(post(), Replay::Safe)).unwrap_err();
    assert_eq!(failure.error().retry_after(), Some(TimeDelta::minutes(10)));
}

#[test]
fn a_status_that_is_no_refusal_of_the_token_comes_back_as_it_is() {
    for status in [200, 304, 400, 403, 404, 409, 410, 412] {
        let stage = Stage::new();
        stage.http.push(empty(status));
        let session = stage.session(Provider::Google);
        let response = block_on(session.call(post(), Replay::OnlyIfRefused)).unwrap();
        assert_eq!(response.status, status);
    }
    let stage = Stage::new();
    stage.http.push(with_header(empty(429), "retry-after", "3"));
    stage.http.push(empty(200));
    let session = stage.session(Provider::Google);
    assert_eq!(block_on(session.call(post(), Replay::OnlyIfRefused)).unwrap().status, 200);
    assert_eq!(stage.world().clock.now(), START + TimeDelta::seconds(3));
}

#[test]
fn a_feature_without_its_scope_is_refused_before_any_call() {
    let stage = Stage::new();
    let mut partial = grant(Provider::Google, START);
    partial.scopes = vec!["calendar.freebusy".to_owned()];
    stage.store(&partial);
    let session = stage.session(Provider::Google);
    assert_eq!(session.require(Feature::ReadBusy), Ok(()));
    let error = session.require(Feature::WriteEvents).unwrap_err();
    assert_eq!(error.kind, Kind::PermissionDenied);
    assert!(error.message.contains("calendar.events"), "{error}");
}

#[test]
fn opening_says_why_an_account_cannot_be_used() {
    let open =
        |stage: &Stage, id: &str| Session::open(stage.world(), &user(), &AccountId::new(id)).map(|_| ()).unwrap_err();
    let stage = Stage::new();
    for id in ["google:unknown", "outlook:x", "nobody", "icloud:1", ""] {
        assert_eq!(open(&stage, id).kind, Kind::NotFound, "{id}");
    }
    for (state, kind) in [
        (AccountState::NeedsReauth, Kind::ReauthorizationRequired),
        (AccountState::NeedsScope, Kind::PermissionDenied),
        (AccountState::NeedsAdmin, Kind::AdminConsentRequired),
        (AccountState::Disabled, Kind::ReauthorizationRequired),
    ] {
        let mut ended = grant(Provider::Google, START);
        ended.end(state, "Do this.");
        stage.store(&ended);
        let error = open(&stage, "google:1001");
        assert_eq!((error.kind, error.remedy.as_str()), (kind, "Do this."));
    }
    stage.connect(Provider::Google);
    stage.secrets.0.borrow_mut().clear();
    assert_eq!(open(&stage, "google:1001").kind, Kind::Unsupported);
    let mut bad = client(Provider::Google);
    bad.api_url = Some("http://api.example.com".to_owned());
    stage.secrets.0.borrow_mut().push((Provider::Google, bad));
    assert_eq!(open(&stage, account(Provider::Google).as_str()).kind, Kind::Unsupported);
}

#[test]
fn a_grant_is_not_used_at_other_addresses_than_those_of_the_consent() {
    type Change = fn(&mut crate::ports::OAuthClient);
    let changes: [Change; 3] = [
        |client| client.token_url = Some("https://oauth2.example.com/token".to_owned()),
        |client| client.api_url = Some("https://api.example.com/calendar/v3".to_owned()),
        |client| client.revoke_url = Some("https://oauth2.example.com/revoke".to_owned()),
    ];
    for change in changes {
        let stage = Stage::new();
        stage.connect(Provider::Google);
        let mut other = client(Provider::Google);
        change(&mut other);
        *stage.secrets.0.borrow_mut() = vec![(Provider::Google, other)];
        let error = Session::open(stage.world(), &user(), &account(Provider::Google)).map(|_| ()).unwrap_err();
        assert_eq!(error.kind, Kind::ReauthorizationRequired);
        assert!(error.message.contains("https://oauth2.googleapis.com"), "{}", error.message);
        let gone = block_on(crate::op::authorization::disconnect(stage.world(), &user(), "google:1001")).unwrap();
        assert!(!gone.revoked);
        assert_eq!(stage.http.requests().len(), 0, "no token left");
        assert!(stage.stored(Provider::Google).is_none());
    }
}

#[test]
fn a_grant_renewed_elsewhere_meanwhile_is_not_used() {
    let stage = Stage::new();
    stage.connect(Provider::Google);
    let session = stage.session(Provider::Google);
    let mut expired = grant(Provider::Google, START);
    expired.origins = vec!["https://oauth2.example.com:443".to_owned()];
    stage.store(&expired);
    stage.clock.advance(chrono::TimeDelta::hours(2));
    let failed = block_on(session.call(get(), Replay::Safe)).unwrap_err();
    assert_eq!(failed.error().kind, Kind::ReauthorizationRequired);
    assert_eq!(stage.http.requests().len(), 0);
}

#[test]
fn another_users_account_is_not_found() {
    let stage = Stage::new();
    stage.connect(Provider::Google);
    let other = UserId::new("ben");
    let error = Session::open(stage.world(), &other, &account(Provider::Google));
    assert_eq!(error.map(|_| ()).unwrap_err().kind, Kind::NotFound);
}

#[test]
fn a_claims_challenge_asks_for_a_person_and_no_token_is_renewed_for_it() {
    let stage = Stage::new();
    let challenge = "Bearer realm=\"\", error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnt9fQ==\"";
    stage.http.always(Method::Get, "graph.microsoft.com", with_header(empty(401), "WWW-Authenticate", challenge));
    let session = stage.session(Provider::Outlook);
    let me = Request::new(Method::Get, format!("{}/me", session.api()));
    let response = block_on(session.call(me, Replay::Safe)).unwrap();
    let error = crate::provider::outlook::fault::error("calendar", &response);
    assert_eq!(error.kind, Kind::ReauthorizationRequired);
    assert!(error.remedy.contains("connect the account again"), "{}", error.remedy);
    assert_eq!(stage.http.requests().len(), 1);
    let stored = stage.stored(Provider::Outlook).unwrap();
    assert_eq!((stored.state, stored.claims.as_deref()), (AccountState::Active, Some("{\"access_token\":{}}")));
}
