use super::*;
use crate::account::AccountId;
use crate::http::request::{Method, Request};
use crate::http::response::{Response, TransportError};
use crate::http::url::{encode, parse_form};
use crate::oauth::grant::Grant;
use crate::ports::{TokenStoreError, Tokens};
use crate::scripted::{START, Stage, block_on, empty, grant, json, user};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde_json::{Value, json};

mod callback;
mod disconnect;
mod settings;

const TOKEN: &str = "/token";
const ALL_GOOGLE: &str = "openid https://www.googleapis.com/auth/userinfo.email \
     https://www.googleapis.com/auth/calendar.calendarlist.readonly \
     https://www.googleapis.com/auth/calendar.freebusy https://www.googleapis.com/auth/calendar.events";

fn start(stage: &Stage, provider: Provider) -> AuthorizationRequest {
    start_oauth_flow(stage.world(), &user(), provider, None, None).unwrap()
}

fn parameter(url: &str, name: &str) -> String {
    let query = parse_form(url.split_once('?').unwrap().1).unwrap();
    query.into_iter().find(|(key, _)| key == name).unwrap().1
}

fn callback(request: &AuthorizationRequest) -> String {
    let redirect = parameter(&request.url, "redirect_uri");
    format!("{redirect}?state={}&code=4%2Fcode-canary", encode(&request.state))
}

fn id_token(claims: &Value) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.{}", part("{}"), part(&claims.to_string()), part("sig"))
}

fn google_claims(request: &AuthorizationRequest, subject: &str) -> Value {
    json!({
        "iss": "https://accounts.google.com", "aud": "google-client", "sub": subject,
        "exp": START.timestamp() + 3600, "email": "ana@example.com",
        "nonce": parameter(&request.url, "nonce"),
    })
}

fn google_answer(request: &AuthorizationRequest, subject: &str) -> Value {
    json!({
        "access_token": "access-canary", "token_type": "Bearer", "expires_in": 3599,
        "refresh_token": "refresh-canary", "scope": ALL_GOOGLE,
        "id_token": id_token(&google_claims(request, subject)),
    })
}

fn complete(stage: &Stage, url: &str) -> Result<Account, Error> {
    block_on(complete_oauth_flow(stage.world(), &user(), url))
}

/// Starts and completes with `answer` as the token endpoint's.
fn connect(stage: &Stage, answer: impl Fn(&AuthorizationRequest) -> Response) -> Result<Account, Error> {
    let request = start(stage, Provider::Google);
    stage.http.on(Method::Post, TOKEN, answer(&request));
    complete(stage, &callback(&request))
}

fn stored(stage: &Stage, id: &str) -> Option<Grant> {
    let id = AccountId::new(id);
    let provider = crate::oauth::grant::provider_of(&id).unwrap();
    grants::load(&stage.world(), &user(), provider, &id).unwrap().map(|stored| stored.grant)
}

#[test]
fn connecting_google_stores_a_grant_with_everything_that_was_asked() {
    let stage = Stage::new();
    let request = start(&stage, Provider::Google);
    assert_eq!(request.expires_at, START + TimeDelta::minutes(10));
    assert_eq!(parameter(&request.url, "state"), request.state);
    stage.http.on(Method::Post, TOKEN, json(200, google_answer(&request, "1001")));
    let account = complete(&stage, &callback(&request)).unwrap();
    assert_eq!(account.id.as_str(), "google:1001");
    assert_eq!(account.email.as_deref(), Some("ana@example.com"));
    assert_eq!(account.state, AccountState::Active);
    assert_eq!(account.missing_scopes, [] as [&str; 0]);
    let sent = stage.http.requests();
    let form = parse_form(std::str::from_utf8(sent[0].body.as_ref().unwrap()).unwrap()).unwrap();
    let field = |name: &str| form.iter().find(|(key, _)| key == name).unwrap().1.clone();
    assert_eq!(field("code"), "4/code-canary");
    assert_eq!(field("redirect_uri"), "https://app.example.com/oauth/google/callback");
    let verifier = CodeVerifier::stored(Secret::new(field("code_verifier")));
    assert_eq!(verifier.challenge(), parameter(&request.url, "code_challenge"));
    let grant = stored(&stage, "google:1001").unwrap();
    assert_eq!(grant.refresh.unwrap().expose(), "refresh-canary");
    assert_eq!(grant.consented_at, START);
    assert_eq!(stage.tokens.keys(), ["accounts/ana/google/google%3A1001"], "the state is spent");
}

#[test]
fn connecting_outlook_names_the_account_by_tenant_and_object() {
    let stage = Stage::new();
    let request = start(&stage, Provider::Outlook);
    let claims = json!({
        "iss": "https://login.microsoftonline.com/t1/v2.0", "aud": "outlook-client", "sub": "s",
        "tid": "t1", "oid": "o1", "exp": START.timestamp() + 3600,
        "nonce": parameter(&request.url, "nonce"), "preferred_username": "ana@contoso.example",
    });
    let answer = json!({
        "access_token": "a", "token_type": "Bearer", "expires_in": 4372, "refresh_token": "0.AX",
        "scope": "openid profile https://graph.microsoft.com/Calendars.ReadWrite \
                  https://graph.microsoft.com/User.Read mailboxsettings.read",
        "id_token": id_token(&claims),
    });
    stage.http.on(Method::Post, "https://login.microsoftonline.com/common/oauth2/v2.0/token", json(200, answer));
    let account = complete(&stage, &callback(&request)).unwrap();
    assert_eq!(account.id.as_str(), "outlook:t1.o1");
    assert_eq!(account.scopes, ["Calendars.ReadWrite", "MailboxSettings.Read", "User.Read", "openid", "profile"]);
    assert_eq!(account.missing_scopes, [] as [&str; 0]);
    assert_eq!(stored(&stage, "outlook:t1.o1").unwrap().tenant.as_deref(), Some("t1"));
}

#[test]
fn every_authorization_has_its_own_state_nonce_and_challenge() {
    let stage = Stage::new();
    let (one, two) = (start(&stage, Provider::Google), start(&stage, Provider::Google));
    for name in ["state", "nonce", "code_challenge"] {
        assert_ne!(parameter(&one.url, name), parameter(&two.url, name), "{name}");
        assert_eq!(parameter(&one.url, name).len(), 43, "{name}");
    }
    assert_eq!(stage.tokens.keys().len(), 2);
    assert!(!format!("{one:?}").contains(&one.state));
    assert!(!stage.tokens.keys().iter().any(|key| key.contains(&one.state)));
}

#[test]
fn a_partial_consent_is_active_and_says_what_is_missing() {
    let with_scope = |scope: &'static str| {
        let stage = Stage::new();
        let result = connect(&stage, |request| {
            let mut answer = google_answer(request, "1001");
            answer["scope"] = json!(scope);
            json(200, answer)
        });
        (stage, result)
    };
    let (_, account) = with_scope("openid https://www.googleapis.com/auth/calendar.freebusy");
    let account = account.unwrap();
    assert_eq!(account.state, AccountState::Active);
    assert_eq!(account.missing_scopes, ["calendar.calendarlist.readonly", "calendar.events"]);
    let (stage, nothing) = with_scope("openid email");
    assert_eq!(nothing.unwrap_err().kind, Kind::PermissionDenied);
    assert_eq!(stage.tokens.keys(), [] as [&str; 0]);
}

#[test]
fn a_second_identity_is_a_second_account_and_the_same_one_replaces_its_grant() {
    let stage = Stage::new();
    for subject in ["1001", "1002"] {
        connect(&stage, |request| json(200, google_answer(request, subject))).unwrap();
    }
    let mut dead = stored(&stage, "google:1001").unwrap();
    dead.end(AccountState::NeedsReauth, "Connect again.");
    stage.store(&dead);
    assert!(is_authenticated(stage.world(), &user(), None).unwrap());
    assert!(!is_authenticated(stage.world(), &user(), Some(Provider::Outlook)).unwrap());
    let states = |stage: &Stage| -> Vec<(String, AccountState)> {
        let all = list_accounts(stage.world(), &user()).unwrap();
        all.into_iter().map(|one| (one.id.as_str().to_owned(), one.state)).collect()
    };
    let expected =
        [("google:1001".to_owned(), AccountState::NeedsReauth), ("google:1002".to_owned(), AccountState::Active)];
    assert_eq!(states(&stage), expected);
    connect(&stage, |request| json(200, google_answer(request, "1001"))).unwrap();
    assert!(states(&stage).iter().all(|(_, state)| *state == AccountState::Active));
    assert_eq!(states(&stage).len(), 2);
}

#[test]
fn connecting_again_without_a_new_refresh_token_keeps_the_old_one() {
    let stage = Stage::new();
    stage.connect(Provider::Google);
    connect(&stage, |request| {
        let mut answer = google_answer(request, "1001");
        answer.as_object_mut().unwrap().remove("refresh_token");
        json(200, answer)
    })
    .unwrap();
    let grant = stored(&stage, "google:1001").unwrap();
    assert_eq!(grant.refresh.unwrap().expose(), "refresh-google");
    assert_eq!(grant.access.unwrap().token.expose(), "access-canary");
}

#[test]
fn a_grant_that_cannot_be_opened_is_listed_and_can_be_replaced_or_removed() {
    let key = "accounts/ana/google/google%3A1001";
    let stage = Stage::new();
    stage.tokens.save(key, b"not json", None, None).unwrap();
    let account = account_status(stage.world(), &user(), "google:1001").unwrap();
    assert_eq!(account.state, AccountState::NeedsReauth);
    assert!(account.remedy.is_some());
    connect(&stage, |request| json(200, google_answer(request, "1001"))).unwrap();
    assert_eq!(stored(&stage, "google:1001").unwrap().state, AccountState::Active);

    stage.tokens.fail(key, TokenStoreError::Unreadable);
    let listed = list_accounts(stage.world(), &user()).unwrap();
    assert_eq!(listed[0].state, AccountState::NeedsReauth);
    stage.tokens.fail(key, TokenStoreError::Unavailable);
    assert_eq!(list_accounts(stage.world(), &user()).unwrap_err().kind, Kind::Storage);

    let stage = Stage::new();
    stage.tokens.save(key, b"not json", None, None).unwrap();
    let gone = block_on(disconnect(stage.world(), &user(), "google:1001")).unwrap();
    assert!(!gone.revoked);
    assert_eq!(stage.tokens.keys(), [] as [&str; 0]);
}

#[test]
fn starting_refuses_a_foreign_redirect_address_and_an_unconfigured_provider() {
    let stage = Stage::new();
    let begin = |redirect: Option<&str>, hint: Option<&str>| {
        start_oauth_flow(stage.world(), &user(), Provider::Google, redirect, hint)
    };
    let loopback = begin(Some("http://127.0.0.1:49152/cb"), Some("ana@example.com")).unwrap();
    assert_eq!(parameter(&loopback.url, "redirect_uri"), "http://127.0.0.1:49152/cb");
    assert_eq!(parameter(&loopback.url, "login_hint"), "ana@example.com");
    let error = begin(Some("https://evil.example/cb"), None).unwrap_err();
    assert_eq!(error.kind, Kind::InvalidArgument);
    assert_eq!(begin(None, Some("a\nb")).unwrap_err().kind, Kind::InvalidArgument);
    stage.tokens.fail("pending/", TokenStoreError::Unavailable);
    assert_eq!(begin(None, None).unwrap_err().kind, Kind::Storage);
    stage.secrets.0.borrow_mut().clear();
    assert_eq!(begin(None, None).unwrap_err().kind, Kind::Unsupported);
}

#[test]
fn a_configuration_error_at_the_token_endpoint_names_its_remedy() {
    let stage = Stage::new();
    let error = connect(&stage, |_| json(401, json!({"error": "invalid_client"}))).unwrap_err();
    assert_eq!(error.kind, Kind::Unsupported);
    assert!(error.remedy.contains("secret"), "{}", error.remedy);
    assert!(!format!("{error:?}").contains("google-secret"));
}
