//! Connecting by a code that a person types elsewhere (RFC 8628), through the real component and host.

use calendar_host::types::{AccountState, DeviceAuthorization, ErrorCode, Provider, Selection};
use calendar_sandbox::fault::Fault;
use calendar_sandbox::vendor::Vendor;
use calendar_tests::people::OUTLOOK;
use calendar_tests::stage::Stage;

const USER: &str = "ana";

/// A stage whose device codes may be polled without any wait, and where a person answers by hand.
async fn patient() -> Stage {
    let stage = Stage::open().await;
    stage.sandbox.control().auto_approve(false);
    stage.sandbox.control().device_interval(0);
    stage
}

async fn start(stage: &Stage) -> DeviceAuthorization {
    stage.host.start_device_flow(USER, Provider::Outlook).await.unwrap()
}

/// Requests to the token endpoint so far.
fn polls(stage: &Stage) -> usize {
    stage.sandbox.control().exchanges().iter().filter(|one| one.path.ends_with("/token")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_approves_elsewhere_and_the_calendars_are_there() {
    let stage = patient().await;
    let started = start(&stage).await;
    assert!(started.message.contains(&started.user_code) && started.message.contains(&started.verification_uri));
    let waiting = stage.host.poll_device_flow(USER, &started.state).await.unwrap();
    assert_eq!((waiting.account, waiting.wait_seconds, polls(&stage)), (None, 0, 1));
    assert!(stage.sandbox.control().answer_device(&started.user_code, Some(OUTLOOK)));
    let done = stage.host.poll_device_flow(USER, &started.state).await.unwrap();
    let account = done.account.expect("approved");
    assert_eq!((account.state, account.email.as_deref()), (AccountState::Active, Some(OUTLOOK)));
    assert!(account.missing_scopes.is_empty(), "{account:?}");
    assert!(stage.host.list_calendars(USER, &Selection::default()).await.unwrap().unknown.is_empty());
    stage.sandbox.control().expire_access_tokens(Vendor::Microsoft);
    assert!(stage.host.list_calendars(USER, &Selection::default()).await.unwrap().unknown.is_empty(), "refreshed");
    let error = stage.host.poll_device_flow(USER, &started.state).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidArgument, "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_that_comes_too_early_asks_nobody() {
    let stage = Stage::open().await;
    let started = start(&stage).await;
    assert_eq!(started.interval_seconds, 5);
    for _ in 0..3 {
        let waiting = stage.host.poll_device_flow(USER, &started.state).await.unwrap();
        assert!(waiting.account.is_none() && (1..=5).contains(&waiting.wait_seconds), "{waiting:?}");
    }
    assert_eq!(polls(&stage), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_down_makes_the_next_poll_wait() {
    let stage = patient().await;
    let started = start(&stage).await;
    stage.sandbox.control().fault(Fault::status(400, "slow_down").on(Vendor::Microsoft).path("/token"));
    let slower = stage.host.poll_device_flow(USER, &started.state).await.unwrap();
    assert_eq!((slower.account, slower.wait_seconds), (None, 5));
    let early = stage.host.poll_device_flow(USER, &started.state).await.unwrap();
    assert!(early.account.is_none() && early.wait_seconds >= 1, "{early:?}");
    assert_eq!(polls(&stage), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_says_what_to_do_and_ends_the_flow() {
    for (refusal, code, remedy) in [
        ("authorization_declined", ErrorCode::PermissionDenied, "Start again"),
        ("expired_token", ErrorCode::ReauthorizationRequired, "Start again"),
        ("bad_verification_code", ErrorCode::ReauthorizationRequired, "Start again"),
        ("interaction_required#53003", ErrorCode::AdminConsentRequired, "connect in a browser"),
        ("invalid_client#7000218", ErrorCode::Unsupported, "public client flows"),
    ] {
        let stage = patient().await;
        let started = start(&stage).await;
        stage.sandbox.control().fault(Fault::status(400, refusal).on(Vendor::Microsoft).path("/token"));
        let error = stage.host.poll_device_flow(USER, &started.state).await.unwrap_err();
        assert_eq!((error.code, error.provider), (code, Some(Provider::Outlook)), "{refusal}: {error:?}");
        assert!(error.remedy.contains(remedy), "{refusal}: {error:?}");
        let again = stage.host.poll_device_flow(USER, &started.state).await.unwrap_err();
        assert_eq!((again.code, polls(&stage)), (ErrorCode::InvalidArgument, 1), "{refusal}");
    }
    let stage = patient().await;
    let started = start(&stage).await;
    assert!(stage.sandbox.control().answer_device(&started.user_code, None));
    let error = stage.host.poll_device_flow(USER, &started.state).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::PermissionDenied, "{error:?}");
    assert!(stage.host.list_accounts(USER).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_device_code_is_seen_by_the_provider_alone_and_a_state_by_its_user() {
    let stage = patient().await;
    let started = start(&stage).await;
    let mut shown = format!("{started:?}");
    let stolen = stage.host.poll_device_flow("mallory", &started.state).await.unwrap_err();
    assert_eq!(stolen.code, ErrorCode::InvalidArgument);
    shown.push_str(&format!("{stolen:?} {:?}", stage.host.poll_device_flow(USER, &started.state).await));
    let exchanges = stage.sandbox.control().exchanges();
    let answer = exchanges.iter().find(|one| one.path.ends_with("/devicecode")).unwrap();
    let answer: serde_json::Value = serde_json::from_str(&answer.response_body).unwrap();
    let device_code = answer["device_code"].as_str().unwrap();
    assert!(!shown.contains(device_code), "{shown}");
    for file in std::fs::read_dir(stage.folder.path()).unwrap() {
        let path = file.unwrap().path();
        let bytes = if path.is_file() { std::fs::read(&path).unwrap() } else { Vec::new() };
        let found = bytes.windows(device_code.len()).any(|window| window == device_code.as_bytes());
        assert!(!found, "{}", path.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn google_has_no_device_codes_for_calendars_and_is_not_asked() {
    let stage = Stage::open().await;
    let error = stage.host.start_device_flow(USER, Provider::Google).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Unsupported);
    assert!(error.message.contains("device code") && error.remedy.contains("browser"), "{error:?}");
    assert_eq!(stage.request_count(), 0);
}
