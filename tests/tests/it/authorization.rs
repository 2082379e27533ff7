//! Connecting, checking and ending accounts through the real redirect, and every way it is refused.

use calendar_host::types::{AccountState, ErrorCode, Provider, Selection};
use calendar_host::{CalendarHost, Config};
use calendar_sandbox::Sandbox;
use calendar_sandbox::config::Config as SandboxConfig;
use calendar_sandbox::fault::Fault;
use calendar_sandbox::vendor::Vendor;
use calendar_tests::people::{GOOGLE, GOOGLE_TWO, OUTLOOK};
use calendar_tests::query::{booking, minutes_from};
use calendar_tests::stage::{Stage, follow};

const USER: &str = "ana";
const PROVIDERS: [(Provider, Vendor, &str); 2] =
    [(Provider::Google, Vendor::Google, GOOGLE), (Provider::Outlook, Vendor::Microsoft, OUTLOOK)];

#[tokio::test(flavor = "multi_thread")]
async fn connects_reports_and_disconnects_an_account_of_each_provider() {
    for (provider, _, email) in PROVIDERS {
        let stage = Stage::open().await;
        assert!(!stage.host.is_authenticated(USER, None).await.unwrap());
        let account = stage.connect(USER, provider, email).await;
        assert_eq!((account.state, account.email.as_deref()), (AccountState::Active, Some(email)));
        assert!(account.missing_scopes.is_empty(), "{account:?}");
        assert!(stage.host.is_authenticated(USER, Some(provider)).await.unwrap());
        assert!(!stage.host.is_authenticated("somebody else", None).await.unwrap());
        assert_eq!(stage.host.list_accounts(USER).await.unwrap(), std::slice::from_ref(&account));
        assert_eq!(stage.host.account_status(USER, email).await.unwrap(), account);

        let done = stage.host.disconnect(USER, &account.id).await.unwrap();
        assert_eq!(done.revoked, provider == Provider::Google);
        assert!(done.notice.is_some());
        assert!(stage.host.list_accounts(USER).await.unwrap().is_empty());
        let error = stage.host.list_calendars(USER, &Selection::default()).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::NotAuthenticated);
        let error = stage.host.disconnect(USER, &account.id).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::NotFound);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_has_two_accounts_of_one_provider_and_reconnecting_replaces_none() {
    let stage = Stage::open().await;
    let one = stage.connect(USER, Provider::Google, GOOGLE).await;
    let two = stage.connect(USER, Provider::Google, GOOGLE_TWO).await;
    assert_ne!(one.id, two.id);
    let again = stage.connect(USER, Provider::Google, GOOGLE).await;
    assert_eq!(one.id, again.id);
    assert_eq!(stage.host.list_accounts(USER).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_is_accepted_once_from_the_same_user_only() {
    for (provider, _, email) in PROVIDERS {
        let stage = Stage::open().await;
        let callback = stage.consent(USER, provider, Some(email)).await;
        let error = stage.host.complete_oauth_flow("mallory", &callback).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidArgument, "another user's state");
        stage.host.complete_oauth_flow(USER, &callback).await.unwrap();
        let error = stage.host.complete_oauth_flow(USER, &callback).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidArgument, "a replayed state");
        assert_eq!(stage.host.list_accounts(USER).await.unwrap().len(), 1);
        assert!(stage.host.list_accounts("mallory").await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_and_malformed_callbacks_are_refused() {
    let stage = Stage::open().await;
    let callback = stage.consent(USER, Provider::Google, Some(GOOGLE)).await;
    let forged = callback.replacen("state=", "state=x", 1);
    for bad in [forged.as_str(), "", "not an address", "http://127.0.0.1:1/callback", &format!("{callback}&state=y")] {
        let error = stage.host.complete_oauth_flow(USER, bad).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidArgument, "{bad}: {error:?}");
        assert!(!error.remedy.is_empty());
    }
    assert!(stage.host.list_accounts(USER).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_the_provider_no_longer_accepts_asks_to_start_again() {
    for (provider, _, email) in PROVIDERS {
        let stage = Stage::open().await;
        let callback = stage.consent(USER, provider, Some(email)).await;
        stage.sandbox.control().advance_clock(chrono::TimeDelta::minutes(11));
        let error = stage.host.complete_oauth_flow(USER, &callback).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::ReauthorizationRequired, "{error:?}");
        assert!(stage.host.list_accounts(USER).await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_stolen_from_another_flow_fails_its_verifier() {
    for (provider, _, email) in PROVIDERS {
        let stage = Stage::open().await;
        let stolen = stage.consent(USER, provider, Some(email)).await;
        let own = stage.host.start_oauth_flow("mallory", provider, None, None).await.unwrap();
        let code = |url: &str| {
            let query = url.split_once('?').unwrap().1.to_owned();
            query.split('&').find_map(|pair| pair.strip_prefix("code=").map(str::to_owned)).unwrap()
        };
        let own_callback = follow(&own.url).await;
        let injected = own_callback.replace(&code(&own_callback), &code(&stolen));
        let error = stage.host.complete_oauth_flow("mallory", &injected).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::ReauthorizationRequired, "{error:?}");
        assert!(stage.host.list_accounts("mallory").await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_consent_says_so() {
    let stage = Stage::open().await;
    for provider in [Provider::Google, Provider::Outlook] {
        let request = stage.host.start_oauth_flow(USER, provider, None, None).await.unwrap();
        let redirect = stage.host.redirect_uri(provider).unwrap().to_owned();
        let denied = format!("{redirect}?error=access_denied&state={}", request.state);
        let error = stage.host.complete_oauth_flow(USER, &denied).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::PermissionDenied, "{error:?}");
        let late = format!("{redirect}?code=abc&state={}", request.state);
        let error = stage.host.complete_oauth_flow(USER, &late).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidArgument, "the state was consumed: {error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_access_tokens_are_refreshed_without_anybody_noticing() {
    let stage = Stage::open().await;
    stage.connect_both(USER).await;
    for vendor in [Vendor::Google, Vendor::Microsoft] {
        stage.sandbox.control().expire_access_tokens(vendor);
    }
    let listed = stage.host.list_calendars(USER, &Selection::default()).await.unwrap();
    assert!(listed.unknown.is_empty(), "{:?}", listed.unknown);
    // A second host on the same data uses what the first one stored.
    stage.forget_requests();
    let other = stage.another_host().await;
    assert!(other.list_calendars(USER, &Selection::default()).await.unwrap().unknown.is_empty());
}

/// Fifty calls in flight together, spread over the hosts; none may fail.
async fn fifty_calls(hosts: &[CalendarHost]) {
    let calls: Vec<_> = (0..50)
        .map(|number| {
            let host = hosts[number % hosts.len()].clone();
            tokio::spawn(async move { host.list_calendars(USER, &Selection::default()).await })
        })
        .collect();
    for call in calls {
        let listed = call.await.unwrap().unwrap();
        assert!(listed.unknown.is_empty(), "{:?}", listed.unknown);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_calls_on_an_expired_token_refresh_it_once_in_one_host_and_in_two() {
    for (provider, vendor, email) in PROVIDERS {
        let stage = Stage::open().await;
        stage.connect(USER, provider, email).await;
        let two = [stage.host.clone(), stage.another_host().await];
        for hosts in [&two[..1], &two, &two] {
            stage.sandbox.control().expire_access_tokens(vendor);
            stage.sandbox.control().clear_exchanges();
            fifty_calls(hosts).await;
            assert_eq!(token_requests(&stage), 1, "{provider}, {} hosts", hosts.len());
        }
    }
}

fn token_requests(stage: &Stage) -> usize {
    stage.sandbox.control().exchanges().iter().filter(|exchange| exchange.path.ends_with("/token")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_refused_in_the_middle_of_an_operation_is_renewed_and_the_operation_goes_on() {
    for (provider, vendor, email) in PROVIDERS {
        let stage = Stage::open().await;
        stage.connect(USER, provider, email).await;
        stage.sandbox.control().clear_exchanges();
        let reason = if vendor == Vendor::Google { "authError" } else { "InvalidAuthenticationToken" };
        stage.sandbox.control().fault(Fault::status(401, reason).on(vendor).path("alendar").after(1));
        let start = stage.day(20);
        let range = calendar_tests::query::minutes_from(start, 60);
        let busy = stage.host.get_busy_times(USER, range, &Selection::default()).await.unwrap();
        assert!(busy.unknown.is_empty(), "{:?}", busy.unknown);
        assert!(stage.sandbox.control().faults().is_empty(), "the fault was met");
        assert_eq!(token_requests(&stage), 1, "{provider}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_not_used_at_other_addresses_than_those_of_its_consent() {
    let stage = Stage::open().await;
    stage.connect_both(USER).await;
    let elsewhere = Sandbox::start(SandboxConfig::default()).await.unwrap();
    let mut settings: Vec<(&str, String)> = elsewhere.environment();
    settings.push(("CALENDAR_HOST_DATA_DIR", stage.folder.path().display().to_string()));
    let cache = std::env::temp_dir().join("calendar-tests-code");
    settings.push(("CALENDAR_HOST_CACHE_DIR", cache.display().to_string()));
    let config = Config::from_vars(settings).unwrap();
    let other = CalendarHost::builder().config(config).build().await.unwrap();
    stage.sandbox.control().clear_exchanges();

    let error = other.list_calendars(USER, &Selection::default()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ReauthorizationRequired, "{error:?}");
    assert!(error.message.contains("other addresses are configured"), "{error:?}");
    assert!(error.remedy.contains("Restore the endpoint settings"), "{error:?}");
    let start = (elsewhere.control().now().timestamp() / 86_400 + 20) * 86_400;
    let time = calendar_tests::query::minutes_from(start, 60);
    let error = other.book_meeting(USER, &calendar_tests::query::booking("No", time)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ReauthorizationRequired, "{error:?}");
    for account in other.list_accounts(USER).await.unwrap() {
        assert!(!other.disconnect(USER, &account.id).await.unwrap().revoked, "no token goes there");
    }
    assert!(elsewhere.control().exchanges().is_empty(), "no request has left");
    assert!(stage.sandbox.control().exchanges().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_grant_is_unknown_not_free_and_says_what_to_do() {
    for (provider, vendor, email) in PROVIDERS {
        let stage = Stage::open().await;
        let account = stage.connect(USER, provider, email).await;
        stage.sandbox.control().revoke(vendor, email);
        let error = stage.host.list_calendars(USER, &Selection::default()).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::ReauthorizationRequired, "{error:?}");
        assert!(error.message.contains(&account.id) && !error.remedy.is_empty(), "{error:?}");
        let now = stage.host.account_status(USER, &account.id).await.unwrap();
        assert_eq!(now.state, AccountState::NeedsReauth);
        assert!(!stage.host.is_authenticated(USER, None).await.unwrap());
        stage.connect(USER, provider, email).await;
        assert!(stage.host.list_calendars(USER, &Selection::default()).await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnecting_deletes_the_grant_even_when_the_provider_is_down() {
    let stage = Stage::open().await;
    let account = stage.connect(USER, Provider::Google, GOOGLE).await;
    stage.sandbox.control().fault(Fault::status(400, "invalid_request").path("/revoke").always());
    let done = stage.host.disconnect(USER, &account.id).await.unwrap();
    assert!(!done.revoked && done.notice.is_some(), "{done:?}");
    assert!(stage.host.list_accounts(USER).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnecting_forgets_what_was_recorded_of_the_accounts_meetings_and_leaves_them_in_the_calendar() {
    let stage = Stage::open().await;
    let google = stage.connect(USER, Provider::Google, GOOGLE).await;
    stage.connect(USER, Provider::Outlook, OUTLOOK).await;
    let start = stage.day(20);
    let mut request = booking("Stays", minutes_from(start, 30));
    request.target.account = Some(google.id.clone());
    stage.host.book_meeting(USER, &request).await.unwrap();
    assert_eq!(stage.host.user_data(USER).await.unwrap().bookings.len(), 1);
    stage.host.disconnect(USER, &google.id).await.unwrap();
    let data = stage.host.user_data(USER).await.unwrap();
    assert!(data.bookings.is_empty() && data.events.is_empty(), "{data:?}");
    assert!(data.values.iter().all(|value| value.account.as_deref() != Some(google.id.as_str())), "{data:?}");
    let events = stage.sandbox.control().google().events(GOOGLE, GOOGLE);
    assert!(events.iter().any(|event| event["summary"] == "Stays"), "it stays in the calendar");
}
