//! Google's authorization server over HTTP.
//! <https://developers.google.com/identity/protocols/oauth2/web-server>

use crate::support::{Reply, google_world, post_form, send, with_query};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use calendar_sandbox::Sandbox;
use calendar_sandbox::oauth::client::{GOOGLE_CLIENT_ID as ID, GOOGLE_CLIENT_SECRET as SECRET};
use calendar_sandbox::vendor::Vendor;
use chrono::TimeDelta;
use serde_json::Value;

const BACK: &str = "http://127.0.0.1:41234/oauth/google/callback";
const EVENTS: &str = "https://www.googleapis.com/auth/calendar.events";
const FREE_BUSY: &str = "https://www.googleapis.com/auth/calendar.freebusy";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

async fn authorize(sandbox: &Sandbox, more: &[(&str, &str)]) -> Reply {
    let scope = format!("openid email {EVENTS} {FREE_BUSY}");
    let mut pairs = vec![
        ("client_id", ID),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", scope.as_str()),
        ("state", "s t&te"),
        ("nonce", "n-1"),
        ("access_type", "offline"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in more {
        pairs.retain(|(known, _)| known != name);
        if !value.is_empty() {
            pairs.push((name, value));
        }
    }
    send("GET", &with_query(&format!("{}/o/oauth2/v2/auth", sandbox.base_url()), &pairs), &[], "").await.unwrap()
}

async fn token(sandbox: &Sandbox, more: &[(&str, &str)]) -> Reply {
    let mut pairs = vec![("client_id", ID), ("client_secret", SECRET)];
    for (name, value) in more {
        pairs.retain(|(known, _)| known != name);
        if !value.is_empty() {
            pairs.push((name, value));
        }
    }
    post_form(&format!("{}/token", sandbox.base_url()), &[], &pairs).await
}

async fn exchange(sandbox: &Sandbox, code: &str) -> Reply {
    token(
        sandbox,
        &[("grant_type", "authorization_code"), ("code", code), ("redirect_uri", BACK), ("code_verifier", VERIFIER)],
    )
    .await
}

async fn refresh(sandbox: &Sandbox, refresh_token: &str) -> Reply {
    token(sandbox, &[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
}

fn claims(token: &Value) -> Value {
    let middle = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(middle).unwrap()).unwrap()
}

#[tokio::test]
async fn a_code_becomes_tokens_that_open_the_calendar() {
    let sandbox = google_world().await;
    let reply = authorize(&sandbox, &[("login_hint", "ben@example.com")]).await;
    assert_eq!(reply.status, 302);
    assert_eq!(reply.redirect().0, BACK);
    assert_eq!(
        (reply.parameter("state"), reply.parameter("iss")),
        ("s t&te".into(), "https://accounts.google.com".into())
    );
    let granted = format!("openid https://www.googleapis.com/auth/userinfo.email {EVENTS} {FREE_BUSY}");
    assert_eq!(reply.parameter("scope"), granted);
    let answer = exchange(&sandbox, &reply.parameter("code")).await;
    assert_eq!((answer.status.as_u16(), answer.header("cache-control").as_str()), (200, "no-store"));
    let body = answer.json();
    assert_eq!(
        (&body["token_type"], &body["expires_in"], &body["scope"]),
        (&"Bearer".into(), &3599.into(), &granted.into())
    );
    let claims = claims(&body["id_token"]);
    assert_eq!(
        (&claims["aud"], &claims["nonce"], &claims["email"]),
        (&ID.into(), &"n-1".into(), &"ben@example.com".into())
    );
    let google = crate::support::Google {
        base: format!("{}/calendar/v3", sandbox.base_url()),
        token: body["access_token"].as_str().unwrap().into(),
    };
    assert_eq!(google.get("/calendars/primary/events").await["summary"], "Ben");
    let refreshed = refresh(&sandbox, body["refresh_token"].as_str().unwrap()).await.json();
    assert!(refreshed["access_token"].is_string() && refreshed.get("refresh_token").is_none());
    assert_ne!(refreshed["access_token"], body["access_token"]);
}

#[tokio::test]
async fn a_refresh_token_comes_only_with_consent_and_offline() {
    let sandbox = google_world().await;
    let code = async |more: &[(&str, &str)]| authorize(&sandbox, more).await.parameter("code");
    let online = exchange(&sandbox, &code(&[("access_type", "")]).await).await.json();
    assert!(online.get("refresh_token").is_none());
    let known = exchange(&sandbox, &code(&[]).await).await.json();
    assert!(known.get("refresh_token").is_none());
    let asked = exchange(&sandbox, &code(&[("prompt", "consent")]).await).await.json();
    assert!(asked["refresh_token"].is_string());
}

#[tokio::test]
async fn a_code_is_for_one_use_one_redirect_one_verifier_and_ten_minutes() {
    let sandbox = google_world().await;
    let code = async || authorize(&sandbox, &[]).await.parameter("code");
    let first = code().await;
    assert_eq!(exchange(&sandbox, &first).await.status, 200);
    assert_eq!(exchange(&sandbox, &first).await.error(), (400, "invalid_grant".into()));
    assert_eq!(exchange(&sandbox, "4/0Ainvented").await.error(), (400, "invalid_grant".into()));
    let with = async |code: &str, redirect: &str, verifier: &str| {
        token(
            &sandbox,
            &[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", redirect),
                ("code_verifier", verifier),
            ],
        )
        .await
        .error()
    };
    assert_eq!(
        with(&code().await, "http://127.0.0.1:1/oauth/google/callback", VERIFIER).await,
        (400, "redirect_uri_mismatch".into())
    );
    assert_eq!(with(&code().await, BACK, &VERIFIER.replace('d', "e")).await, (400, "invalid_grant".into()));
    assert_eq!(with(&code().await, BACK, "").await, (400, "invalid_grant".into()));
    let late = code().await;
    sandbox.control().advance_clock(TimeDelta::minutes(10));
    assert_eq!(exchange(&sandbox, &late).await.error(), (400, "invalid_grant".into()));
}

#[tokio::test]
async fn a_plain_challenge_is_admitted_as_the_rfc_says() {
    let sandbox = google_world().await;
    let reply = authorize(&sandbox, &[("code_challenge", VERIFIER), ("code_challenge_method", "")]).await;
    assert_eq!(exchange(&sandbox, &reply.parameter("code")).await.status, 200);
}

#[tokio::test]
async fn a_client_proves_itself_by_header_or_form_never_both() {
    let sandbox = google_world().await;
    let url = format!("{}/token", sandbox.base_url());
    let basic = |id: &str, secret: &str| format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let ask = async |header: Option<String>, more: &[(&str, &str)]| {
        let mut pairs = vec![("grant_type", "refresh_token"), ("refresh_token", "unknown")];
        pairs.extend_from_slice(more);
        let headers: Vec<(&str, &str)> = header.iter().map(|text| ("authorization", text.as_str())).collect();
        post_form(&url, &headers, &pairs).await.error()
    };
    let passed = (400, "invalid_grant".to_owned());
    let escaped: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    assert_eq!(ask(Some(basic(ID, &escaped)), &[]).await, passed);
    assert_eq!(ask(Some(basic(ID, SECRET)), &[]).await, passed);
    assert_eq!(ask(None, &[("client_id", ID), ("client_secret", SECRET)]).await, passed);
    assert_eq!(ask(Some(basic(ID, SECRET)), &[("client_secret", SECRET)]).await, (400, "invalid_request".into()));
    assert_eq!(ask(None, &[("client_id", ID), ("client_secret", "wrong")]).await, (401, "invalid_client".into()));
    assert_eq!(ask(None, &[("client_id", "nobody"), ("client_secret", SECRET)]).await, (401, "invalid_client".into()));
    assert_eq!(ask(None, &[("client_id", ID)]).await, (400, "invalid_request".into()));
    assert_eq!(ask(None, &[]).await, (400, "invalid_request".into()));
    assert_eq!(
        ask(None, &[("client_id", ID), ("client_id", ID), ("client_secret", SECRET)]).await,
        (400, "invalid_request".into())
    );
    assert_eq!(token(&sandbox, &[("grant_type", "password")]).await.error(), (400, "unsupported_grant_type".into()));
    let json = send("POST", &url, &[("content-type", "application/json")], "{}").await.unwrap();
    assert_eq!(json.error(), (400, "invalid_request".into()));
}

#[tokio::test]
async fn a_wrong_client_or_redirect_never_redirects() {
    let sandbox = google_world().await;
    for (name, value, status) in [
        ("client_id", "nobody", 401),
        ("redirect_uri", "http://127.0.0.1:41234/elsewhere", 400),
        ("redirect_uri", "https://evil.example/oauth/google/callback", 400),
        ("redirect_uri", "", 400),
        ("response_type", "token", 400),
        ("scope", "https://www.googleapis.com/auth/everything", 400),
        ("code_challenge", "short", 400),
        ("access_type", "sometimes", 400),
    ] {
        let reply = authorize(&sandbox, &[(name, value)]).await;
        assert_eq!((reply.status.as_u16(), reply.header("location").as_str()), (status, ""), "{name}={value}");
        assert!(reply.header("content-type").starts_with("text/html"));
    }
}

#[tokio::test]
async fn a_person_can_choose_an_account_untick_a_scope_and_decline() {
    let sandbox = google_world().await;
    sandbox.control().auto_approve(false);
    let page = authorize(&sandbox, &[("state", "\"><script>")]).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains("ana@example.com") && page.text.contains("ben@example.com") && page.text.contains(FREE_BUSY)
    );
    assert!(!page.text.contains("\"><script>"));
    let action = format!("{}/o/oauth2/v2/auth", sandbox.base_url());
    let scope = format!("openid {EVENTS} {FREE_BUSY}");
    let own = [
        ("client_id", ID),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", scope.as_str()),
        ("state", "s"),
        ("access_type", "offline"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let decide = async |choice: &[(&str, &str)]| post_form(&action, &[], &[&own[..], choice].concat()).await;
    let no = decide(&[("sandbox_account", "ana@example.com"), ("sandbox_decision", "deny")]).await;
    assert_eq!((no.parameter("error"), no.parameter("state")), ("access_denied".into(), "s".into()));
    let some = decide(&[
        ("sandbox_account", "ben@example.com"),
        ("sandbox_scope", "openid"),
        ("sandbox_scope", FREE_BUSY),
        ("sandbox_decision", "allow"),
    ])
    .await;
    let granted = format!("openid {FREE_BUSY}");
    assert_eq!(some.parameter("scope"), granted);
    assert_eq!(exchange(&sandbox, &some.parameter("code")).await.json()["scope"], granted.as_str());
    let more = authorize(&sandbox, &[("prompt", "none"), ("login_hint", "ben@example.com")]).await;
    assert_eq!(more.parameter("error"), "interaction_required");
    let silent =
        authorize(&sandbox, &[("prompt", "none"), ("login_hint", "ben@example.com"), ("scope", FREE_BUSY)]).await;
    assert!(!silent.parameter("code").is_empty());
    sandbox.control().auto_approve(true);
    let wider = authorize(
        &sandbox,
        &[("login_hint", "ben@example.com"), ("scope", EVENTS), ("include_granted_scopes", "true")],
    )
    .await;
    assert!(wider.parameter("scope").contains(FREE_BUSY));
}

#[tokio::test]
async fn revocation_ends_the_whole_grant() {
    let sandbox = google_world().await;
    let body = exchange(&sandbox, &authorize(&sandbox, &[]).await.parameter("code")).await.json();
    let url = format!("{}/revoke", sandbox.base_url());
    let token = body["access_token"].as_str().unwrap();
    assert_eq!(post_form(&url, &[], &[("token", token)]).await.status, 200);
    assert_eq!(post_form(&url, &[], &[("token", token)]).await.error(), (400, "invalid_token".into()));
    assert_eq!(refresh(&sandbox, body["refresh_token"].as_str().unwrap()).await.error(), (400, "invalid_grant".into()));
    let again = exchange(&sandbox, &authorize(&sandbox, &[]).await.parameter("code")).await.json();
    assert!(again["refresh_token"].is_string(), "consent starts anew");
}

#[tokio::test]
async fn refresh_tokens_die_unused_or_when_there_are_too_many() {
    let sandbox = google_world().await;
    let fresh = async || {
        exchange(&sandbox, &authorize(&sandbox, &[("prompt", "consent")]).await.parameter("code")).await.json()["refresh_token"].as_str().unwrap().to_owned()
    };
    let first = fresh().await;
    for _ in 0..99 {
        fresh().await;
    }
    assert_eq!(refresh(&sandbox, &first).await.status, 200);
    let last = fresh().await;
    assert_eq!(refresh(&sandbox, &first).await.error(), (400, "invalid_grant".into()));
    sandbox.control().advance_clock(TimeDelta::days(180));
    assert_eq!(refresh(&sandbox, &last).await.status, 200);
    sandbox.control().advance_clock(TimeDelta::days(184));
    assert_eq!(refresh(&sandbox, &last).await.error(), (400, "invalid_grant".into()));
}

#[tokio::test]
async fn the_life_of_access_tokens_can_be_set_and_ended() {
    let sandbox = google_world().await;
    let control = sandbox.control();
    control.token_lifetime(TimeDelta::seconds(1));
    let body = exchange(&sandbox, &authorize(&sandbox, &[]).await.parameter("code")).await.json();
    assert_eq!(body["expires_in"], 1);
    control.token_lifetime(TimeDelta::hours(1));
    let google = crate::support::Google::new(&sandbox, "ana@example.com");
    google.get("/users/me/calendarList").await;
    control.expire_access_tokens(Vendor::Google);
    assert_eq!(google.call("GET", "/users/me/calendarList", None).await.reason(), (401, "authError".into()));
    assert_eq!(refresh(&sandbox, body["refresh_token"].as_str().unwrap()).await.status, 200);
}
