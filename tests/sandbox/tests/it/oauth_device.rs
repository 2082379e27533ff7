//! Entra ID's device codes and metadata over HTTP.
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code>

use crate::support::{at, post_form, send};
use calendar_sandbox::Sandbox;
use calendar_sandbox::config::Config;
use calendar_sandbox::oauth::client::OUTLOOK_PUBLIC_CLIENT_ID as PUBLIC;
use calendar_sandbox::person::Person;
use chrono::TimeDelta;
use serde_json::Value;

const SCOPE: &str = "openid profile offline_access User.Read Calendars.ReadWrite";

async fn world() -> Sandbox {
    let sandbox = Sandbox::start(Config::empty()).await.unwrap();
    let control = sandbox.control();
    control.freeze_clock(at("2026-06-08T08:00:00Z"));
    control.state().people.add(Person::microsoft("ana@contoso.example", "Ana", false));
    sandbox
}

#[tokio::test]
async fn metadata_names_endpoints_of_the_same_tenant() {
    let sandbox = world().await;
    let url = format!("{}/common/v2.0/.well-known/openid-configuration", sandbox.base_url());
    let body = send("GET", &url, &[], "").await.unwrap().json();
    assert_eq!(body["token_endpoint"], format!("{}/common/oauth2/v2.0/token", sandbox.base_url()).as_str());
    assert_eq!(body["issuer"], format!("{}/{{tenantid}}/v2.0", sandbox.base_url()).as_str());
    assert!(body["device_authorization_endpoint"].as_str().unwrap().ends_with("/common/oauth2/v2.0/devicecode"));
}

#[tokio::test]
async fn a_device_polls_until_a_person_answers() {
    let sandbox = world().await;
    sandbox.control().auto_approve(false);
    let base = format!("{}/organizations/oauth2/v2.0", sandbox.base_url());
    let start =
        async || post_form(&format!("{base}/devicecode"), &[], &[("client_id", PUBLIC), ("scope", SCOPE)]).await.json();
    let poll = async |device: &Value| {
        let pairs = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("client_id", PUBLIC),
            ("device_code", device["device_code"].as_str().unwrap()),
        ];
        post_form(&format!("{base}/token"), &[], &pairs).await
    };
    let device = start().await;
    assert_eq!((&device["expires_in"], &device["interval"]), (&900.into(), &5.into()));
    assert!(device["message"].as_str().unwrap().contains(device["user_code"].as_str().unwrap()));
    assert_eq!(poll(&device).await.error(), (400, "authorization_pending".into()));
    let answer = async |device: &Value, decision: &str| {
        let pairs = [
            ("user_code", device["user_code"].as_str().unwrap()),
            ("sandbox_account", "ana@contoso.example"),
            ("sandbox_decision", decision),
        ];
        post_form(device["verification_uri"].as_str().unwrap(), &[], &pairs).await
    };
    assert!(answer(&device, "allow").await.text.contains("signed in"));
    let body = poll(&device).await.json();
    assert!(body["access_token"].is_string() && body["refresh_token"].is_string());
    assert_eq!(poll(&device).await.error(), (400, "bad_verification_code".into()));
    let declined = start().await;
    answer(&declined, "deny").await;
    assert_eq!(poll(&declined).await.error(), (400, "authorization_declined".into()));
    let late = start().await;
    sandbox.control().advance_clock(TimeDelta::seconds(900));
    assert_eq!(poll(&late).await.error(), (400, "expired_token".into()));
    sandbox.control().auto_approve(true);
    let alone = start().await;
    assert_eq!(poll(&alone).await.error(), (400, "authorization_pending".into()));
    assert_eq!(poll(&alone).await.status, 200);
}
