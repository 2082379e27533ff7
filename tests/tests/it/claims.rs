//! Conditional access: when Graph wants more of a sign-in than the last one brought, the next one brings it.

use calendar_host::types::{AccountState, ErrorCode, Provider, Selection};
use calendar_sandbox::fault::Fault;
use calendar_sandbox::vendor::Vendor;
use calendar_tests::people::{GOOGLE, OUTLOOK};
use calendar_tests::stage::{Stage, follow};

const USER: &str = "ana";

/// The `claims` of the address that a sign-in begins with, and that address.
async fn claims(stage: &Stage, provider: Provider, email: Option<&str>) -> (Option<String>, String) {
    let url = stage.host.start_oauth_flow(USER, provider, None, email).await.unwrap().url;
    let address = reqwest::Url::parse(&url).expect("an address");
    let found = address.query_pairs().find(|(name, _)| name == "claims").map(|(_, value)| value.into_owned());
    (found, url)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_challenge_asks_for_is_brought_by_the_next_sign_in_of_that_account() {
    let stage = Stage::open().await;
    stage.connect_both(USER).await;
    assert_eq!(claims(&stage, Provider::Outlook, Some(OUTLOOK)).await.0, None);
    stage.sandbox.control().fault(Fault::status(401, "insufficient_claims").on(Vendor::Microsoft).always());
    let list = stage.host.list_calendars(USER, &Selection::default()).await.unwrap();
    assert_eq!(list.unknown[0].code, ErrorCode::ReauthorizationRequired);
    stage.sandbox.control().clear_faults();

    assert_eq!(claims(&stage, Provider::Google, Some(GOOGLE)).await.0, None);
    assert_eq!(claims(&stage, Provider::Outlook, Some("lee@contoso.example")).await.0, None, "another person");
    let wanted = r#"{"access_token":{"nbf":{"essential":true, "value":"1781078400"}}}"#;
    assert_eq!(claims(&stage, Provider::Outlook, None).await.0.as_deref(), Some(wanted));
    let (found, url) = claims(&stage, Provider::Outlook, Some(OUTLOOK)).await;
    assert_eq!(found.as_deref(), Some(wanted));
    let account = stage.host.complete_oauth_flow(USER, &follow(&url).await).await.unwrap();
    assert_eq!(account.state, AccountState::Active);
    assert_eq!(claims(&stage, Provider::Outlook, Some(OUTLOOK)).await.0, None, "it was brought");
}
