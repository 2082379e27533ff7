//! Entra ID's authorization server over HTTP.
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow>

use crate::support::{Reply, at, post_form, send, with_query};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use calendar_sandbox::Sandbox;
use calendar_sandbox::config::Config;
use calendar_sandbox::oauth::client::{
    OUTLOOK_CLIENT_ID as ID, OUTLOOK_CLIENT_SECRET as SECRET, OUTLOOK_PUBLIC_CLIENT_ID as PUBLIC,
};
use calendar_sandbox::person::Person;
use calendar_sandbox::vendor::Vendor;
use chrono::TimeDelta;
use serde_json::Value;

const BACK: &str = "http://localhost:41234/oauth/outlook/callback";
const SCOPE: &str = "openid profile offline_access User.Read Calendars.ReadWrite";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

async fn world() -> Sandbox {
    let sandbox = Sandbox::start(Config::empty()).await.unwrap();
    let control = sandbox.control();
    control.freeze_clock(at("2026-06-08T08:00:00Z"));
    control.state().people.add(Person::microsoft("ana@contoso.example", "Ana", false));
    control.state().people.add(Person::microsoft("ana@outlook.example", "Ana", true));
    sandbox
}

async fn authorize(sandbox: &Sandbox, tenant: &str, more: &[(&str, &str)]) -> Reply {
    let mut pairs = vec![
        ("client_id", ID),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", SCOPE),
        ("state", "s"),
        ("nonce", "n-1"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in more {
        pairs.retain(|(known, _)| known != name);
        if !value.is_empty() {
            pairs.push((name, value));
        }
    }
    let url = format!("{}/{tenant}/oauth2/v2.0/authorize", sandbox.base_url());
    send("GET", &with_query(&url, &pairs), &[], "").await.unwrap()
}

async fn token(sandbox: &Sandbox, tenant: &str, more: &[(&str, &str)]) -> Reply {
    let mut pairs = vec![("client_id", ID), ("client_secret", SECRET)];
    for (name, value) in more {
        pairs.retain(|(known, _)| known != name);
        if !value.is_empty() {
            pairs.push((name, value));
        }
    }
    post_form(&format!("{}/{tenant}/oauth2/v2.0/token", sandbox.base_url()), &[], &pairs).await
}

async fn exchange(sandbox: &Sandbox, tenant: &str, code: &str, more: &[(&str, &str)]) -> Reply {
    let own =
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", BACK), ("code_verifier", VERIFIER)];
    let mut all: Vec<(&str, &str)> =
        own.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name)).collect();
    all.extend_from_slice(more);
    token(sandbox, tenant, &all).await
}

async fn refresh(sandbox: &Sandbox, token_text: &Value, more: &[(&str, &str)]) -> Reply {
    let mut all = vec![("grant_type", "refresh_token"), ("refresh_token", token_text.as_str().unwrap())];
    all.extend_from_slice(more);
    token(sandbox, "common", &all).await
}

fn code_of(reply: &Reply) -> (u16, String, u64) {
    let (status, error) = reply.error();
    (status, error, reply.json()["error_codes"][0].as_u64().unwrap_or_default())
}

fn failed(status: u16, error: &str, code: u64) -> (u16, String, u64) {
    (status, error.to_owned(), code)
}

fn decode(text: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

#[tokio::test]
async fn a_code_becomes_tokens_and_every_refresh_gives_a_new_one() {
    let sandbox = world().await;
    let reply = authorize(&sandbox, "common", &[]).await;
    assert_eq!((reply.redirect().0.as_str(), reply.parameter("state").as_str()), (BACK, "s"));
    assert_eq!(reply.parameter("session_state").len(), 36);
    let body = exchange(&sandbox, "common", &reply.parameter("code"), &[("client_info", "1")]).await.json();
    assert_eq!(body["scope"], "openid profile User.Read Calendars.ReadWrite");
    assert_eq!(
        (&body["token_type"], &body["expires_in"], &body["ext_expires_in"]),
        (&"Bearer".into(), &3599.into(), &3599.into())
    );
    let claims = decode(body["id_token"].as_str().unwrap().split('.').nth(1).unwrap());
    assert_eq!(
        (&claims["nonce"], &claims["aud"], &claims["preferred_username"]),
        (&"n-1".into(), &ID.into(), &"ana@contoso.example".into())
    );
    let info = decode(body["client_info"].as_str().unwrap());
    assert_eq!((&info["uid"], &info["utid"]), (&claims["oid"], &claims["tid"]));
    let first = &body["refresh_token"];
    let second = refresh(&sandbox, first, &[]).await.json()["refresh_token"].clone();
    assert!(second.is_string() && second != *first);
    assert_eq!(refresh(&sandbox, first, &[]).await.status, 200, "the old one stays good");
    assert_eq!(refresh(&sandbox, &second, &[]).await.status, 200);
    let headers = http::HeaderMap::from_iter([(
        http::header::AUTHORIZATION,
        format!("Bearer {}", body["access_token"].as_str().unwrap()).parse().unwrap(),
    )]);
    let grant = sandbox.control().state().authenticate(Vendor::Microsoft, &headers).unwrap();
    assert!(grant.has_any(&["https://graph.microsoft.com/calendars.readwrite"]));
    assert!(sandbox.control().state().authenticate(Vendor::Google, &headers).is_err());
}

#[tokio::test]
async fn without_offline_access_there_is_no_refresh_token() {
    let sandbox = world().await;
    let reply = authorize(&sandbox, "common", &[("scope", "User.Read")]).await;
    let body = exchange(&sandbox, "common", &reply.parameter("code"), &[]).await.json();
    assert!(body.get("refresh_token").is_none() && body.get("id_token").is_none());
}

#[tokio::test]
async fn failed_exchanges_carry_their_number() {
    let sandbox = world().await;
    let code = async || authorize(&sandbox, "common", &[]).await.parameter("code");
    let first = code().await;
    assert_eq!(exchange(&sandbox, "common", &first, &[]).await.status, 200);
    let again = exchange(&sandbox, "common", &first, &[]).await;
    assert_eq!(code_of(&again), failed(400, "invalid_grant", 54005));
    for member in ["error_description", "timestamp", "trace_id", "correlation_id", "error_uri"] {
        assert!(again.json()[member].is_string(), "{member}");
    }
    let wrong = VERIFIER.replace('d', "e");
    assert_eq!(
        code_of(&exchange(&sandbox, "common", &code().await, &[("code_verifier", &wrong)]).await),
        failed(400, "invalid_grant", 501481)
    );
    assert_eq!(
        code_of(&exchange(&sandbox, "organizations", &code().await, &[]).await),
        failed(400, "invalid_grant", 700005)
    );
    assert_eq!(
        code_of(&exchange(&sandbox, "common", &code().await, &[("client_secret", "wrong")]).await),
        failed(401, "invalid_client", 7000215)
    );
    assert_eq!(
        code_of(&exchange(&sandbox, "common", &code().await, &[("client_secret", "")]).await),
        failed(401, "invalid_client", 7000218)
    );
    assert_eq!(
        code_of(&exchange(&sandbox, "common", &code().await, &[("client_id", "nobody")]).await),
        failed(400, "unauthorized_client", 700016)
    );
    assert_eq!(
        code_of(&exchange(&sandbox, "common", &code().await, &[("client_id", PUBLIC)]).await),
        failed(401, "invalid_client", 700025)
    );
    assert_eq!(
        code_of(&exchange(&sandbox, "nowhere", &code().await, &[]).await),
        failed(400, "invalid_request", 90002)
    );
    assert_eq!(code_of(&exchange(&sandbox, "common", "", &[]).await), failed(400, "invalid_request", 900144));
    let late = code().await;
    sandbox.control().advance_clock(TimeDelta::minutes(10));
    assert_eq!(code_of(&exchange(&sandbox, "common", &late, &[]).await), failed(400, "invalid_grant", 70008));
    let basic = format!("Basic {}", STANDARD.encode(format!("{ID}:{SECRET}")));
    let url = format!("{}/common/oauth2/v2.0/token", sandbox.base_url());
    let both =
        post_form(&url, &[("authorization", &basic)], &[("grant_type", "refresh_token"), ("client_secret", SECRET)])
            .await;
    assert_eq!(both.error(), (400, "invalid_request".into()));
    let alone =
        post_form(&url, &[("authorization", &basic)], &[("grant_type", "refresh_token"), ("refresh_token", "x")]).await;
    assert_eq!(alone.error(), (400, "invalid_grant".into()));
}

#[tokio::test]
async fn refresh_narrows_personal_tokens_only_and_never_widens() {
    let sandbox = world().await;
    let ask = [("scope", "https://graph.microsoft.com/Calendars.ReadWrite")];
    let hint = [("login_hint", "ana@outlook.example")];
    let personal = authorize(&sandbox, "common", &hint).await.parameter("code");
    let personal = exchange(&sandbox, "common", &personal, &[]).await.json();
    assert_eq!(refresh(&sandbox, &personal["refresh_token"], &ask).await.json()["scope"], ask[0].1);
    let body =
        exchange(&sandbox, "common", &authorize(&sandbox, "common", &[]).await.parameter("code"), &[]).await.json();
    let work = refresh(&sandbox, &body["refresh_token"], &ask).await.json();
    assert_eq!(work["scope"], "openid profile User.Read Calendars.ReadWrite");
    let wide = refresh(&sandbox, &body["refresh_token"], &[("scope", "MailboxSettings.Read")]).await;
    assert_eq!(code_of(&wide), failed(400, "invalid_grant", 65001));
    let odd = refresh(&sandbox, &body["refresh_token"], &[("scope", "Everything.All")]).await;
    assert_eq!(code_of(&odd), failed(400, "invalid_scope", 70011));
}

#[tokio::test]
async fn refresh_tokens_die_by_revocation_and_disuse() {
    let sandbox = world().await;
    let fresh = async || {
        exchange(&sandbox, "common", &authorize(&sandbox, "common", &[]).await.parameter("code"), &[]).await.json()["refresh_token"].clone()
    };
    let revoked = fresh().await;
    sandbox.control().revoke(Vendor::Microsoft, "ana@contoso.example");
    assert_eq!(code_of(&refresh(&sandbox, &revoked, &[]).await), failed(400, "invalid_grant", 50173));
    let idle = fresh().await;
    sandbox.control().advance_clock(TimeDelta::days(91));
    assert_eq!(code_of(&refresh(&sandbox, &idle, &[]).await), failed(400, "invalid_grant", 700082));
}

#[tokio::test]
async fn the_tenant_decides_which_accounts_may_sign_in() {
    let sandbox = world().await;
    let who = async |tenant: &str| {
        let reply = authorize(&sandbox, tenant, &[]).await;
        let body = exchange(&sandbox, tenant, &reply.parameter("code"), &[]).await.json();
        decode(body["id_token"].as_str().unwrap().split('.').nth(1).unwrap())["preferred_username"].clone()
    };
    assert_eq!(who("organizations").await, "ana@contoso.example");
    assert_eq!(who("consumers").await, "ana@outlook.example");
    assert_eq!(who("contoso.example").await, "ana@contoso.example");
    let nowhere = authorize(&sandbox, "nowhere", &[]).await;
    assert_eq!((nowhere.status.as_u16(), nowhere.header("location").as_str()), (400, ""));
}

#[tokio::test]
async fn bad_requests_end_on_a_page_or_go_back_with_a_reason() {
    let sandbox = world().await;
    for (name, value) in [
        ("client_id", "nobody"),
        ("redirect_uri", "http://localhost:41234/elsewhere"),
        ("redirect_uri", "http://127.0.0.1/oauth/outlook/callback"),
    ] {
        let reply = authorize(&sandbox, "common", &[(name, value)]).await;
        assert_eq!((reply.status.as_u16(), reply.header("location").as_str()), (400, ""), "{name}={value}");
    }
    let odd = authorize(&sandbox, "common", &[("scope", "Everything.All")]).await;
    assert_eq!((odd.parameter("error"), odd.parameter("state")), ("invalid_scope".into(), "s".into()));
    assert!(odd.parameter("error_description").starts_with("AADSTS70011:"));
    let silent = authorize(&sandbox, "common", &[("prompt", "none")]).await;
    assert_eq!(silent.parameter("error"), "login_required");
    let silent = authorize(&sandbox, "common", &[("prompt", "none"), ("login_hint", "ana@contoso.example")]).await;
    assert_eq!(silent.parameter("error"), "interaction_required");
    let posted = authorize(&sandbox, "common", &[("response_mode", "form_post")]).await;
    assert!(posted.status == 200 && posted.text.contains("name=\"code\"") && posted.text.contains(BACK));
}

#[tokio::test]
async fn a_person_can_decline() {
    let sandbox = world().await;
    sandbox.control().auto_approve(false);
    let page = authorize(&sandbox, "organizations", &[]).await;
    assert!(page.text.contains("ana@contoso.example") && !page.text.contains("ana@outlook.example"));
    let url = format!("{}/organizations/oauth2/v2.0/authorize", sandbox.base_url());
    let own = [("client_id", ID), ("redirect_uri", BACK), ("response_type", "code"), ("scope", SCOPE), ("state", "s")];
    let no = post_form(
        &url,
        &[],
        &[&own[..], &[("sandbox_account", "ana@contoso.example"), ("sandbox_decision", "deny")]].concat(),
    )
    .await;
    assert_eq!((no.parameter("error"), no.parameter("error_subcode")), ("access_denied".into(), "cancel".into()));
    let stranger = post_form(
        &url,
        &[],
        &[&own[..], &[("sandbox_account", "ana@outlook.example"), ("sandbox_decision", "allow")]].concat(),
    )
    .await;
    assert_eq!(stranger.parameter("error"), "access_denied");
}
