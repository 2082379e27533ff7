//! Consents that are denied or partial, given on the providers' pages.

use calendar_host::types::{AccountState, ErrorCode, Provider, Selection};
use calendar_tests::people::{GOOGLE, OUTLOOK};
use calendar_tests::stage::{Stage, answer, follow};

const USER: &str = "ana";

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_denied_on_the_page_says_so() {
    for (provider, email) in [(Provider::Google, GOOGLE), (Provider::Outlook, OUTLOOK)] {
        let stage = Stage::open().await;
        let request = stage.host.start_oauth_flow(USER, provider, None, None).await.unwrap();
        let callback = answer(&request.url, email, None).await;
        let error = stage.host.complete_oauth_flow(USER, &callback).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::PermissionDenied, "{error:?}");
        assert!(stage.host.list_accounts(USER).await.unwrap().is_empty());
    }
}

/// An authorization address that asks for these scopes instead.
fn asking_for(url: &str, scopes: &str) -> String {
    let (page, query) = url.split_once('?').unwrap();
    let scope = format!("scope={}", scopes.replace(' ', "%20"));
    let pairs: Vec<&str> =
        query.split('&').map(|pair| if pair.starts_with("scope=") { scope.as_str() } else { pair }).collect();
    format!("{page}?{}", pairs.join("&"))
}

#[tokio::test(flavor = "multi_thread")]
async fn with_less_granted_by_an_organisation_reading_works_and_booking_names_the_scope() {
    let stage = Stage::open().await;
    let request = stage.host.start_oauth_flow(USER, Provider::Outlook, None, Some(OUTLOOK)).await.unwrap();
    let less = asking_for(&request.url, "openid profile email offline_access User.Read Calendars.Read");
    let account = stage.host.complete_oauth_flow(USER, &follow(&less).await).await.unwrap();
    assert_eq!(account.state, AccountState::Active);
    assert_eq!(account.missing_scopes, ["Calendars.ReadWrite", "MailboxSettings.Read"]);
    let start = stage.day(20);
    let time = calendar_tests::query::minutes_from(start, 60);
    assert!(stage.host.get_busy_times(USER, time, &Selection::default()).await.unwrap().unknown.is_empty());
    let error = stage.host.book_meeting(USER, &calendar_tests::query::booking("No", time)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::PermissionDenied);
    assert!(error.message.contains("Calendars.ReadWrite") && error.remedy.contains("allow"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_fewer_scopes_the_features_that_can_still_work_and_the_others_name_the_scope() {
    let stage = Stage::open().await;
    let request = stage.host.start_oauth_flow(USER, Provider::Google, None, None).await.unwrap();
    let scopes = [
        "openid",
        "https://www.googleapis.com/auth/userinfo.email",
        "https://www.googleapis.com/auth/calendar.calendarlist.readonly",
        "https://www.googleapis.com/auth/calendar.freebusy",
    ];
    let callback = answer(&request.url, GOOGLE, Some(&scopes)).await;
    let account = stage.host.complete_oauth_flow(USER, &callback).await.unwrap();
    assert_eq!(account.state, AccountState::Active);
    assert_eq!(account.missing_scopes, ["calendar.events"]);
    let start = stage.day(20);
    let time = calendar_tests::query::minutes_from(start, 60);
    assert!(stage.host.get_busy_times(USER, time, &Selection::default()).await.unwrap().unknown.is_empty());
    let error = stage.host.book_meeting(USER, &calendar_tests::query::booking("No", time)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::PermissionDenied);
    assert!(error.message.contains("calendar.events"), "{error:?}");
}
