//! What the component does when the way to a provider is broken, and what the host refuses.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use calendar_host::types::{ErrorCode, Provider, Selection};
use calendar_host::{CalendarHost, Limits};
use calendar_sandbox::config::Config as SandboxConfig;
use calendar_sandbox::fault::{Action, Fault, RetryAfter};
use calendar_tests::people::{GOOGLE, OUTLOOK};
use calendar_tests::stage::{Setup, Stage};

const USER: &str = "ana";

#[tokio::test(flavor = "multi_thread")]
async fn an_unreachable_provider_is_unavailable_and_names_the_account() {
    for (provider, email, variable) in
        [(Provider::Google, GOOGLE, "GOOGLE_API_URL"), (Provider::Outlook, OUTLOOK, "OUTLOOK_API_URL")]
    {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", closed.local_addr().unwrap());
        drop(closed);
        let stage = Stage::with(SandboxConfig::default(), &[(variable, &address)]).await;
        let account = stage.connect(USER, provider, email).await;
        let error = stage.host.list_calendars(USER, &Selection::default()).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::Unavailable, "{error:?}");
        assert!(error.message.contains(&account.id) && error.message.contains("127.0.0.1"), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_unreadable_account_does_not_hide_the_other() {
    let stage = Stage::open().await;
    stage.connect_both(USER).await;
    stage.sandbox.control().fault(Fault::status(403, "ErrorAccessDenied").path("/v1.0/me/calendars").always());
    let listed = stage.host.list_calendars(USER, &Selection::default()).await.unwrap();
    assert!(listed.calendars.iter().all(|one| one.provider == Provider::Google) && !listed.calendars.is_empty());
    assert_eq!(listed.unknown.len(), 1);
    assert!(listed.unknown[0].account.starts_with("outlook:"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_never_answers_ends_at_the_deadline() {
    let stage = Stage::open().await;
    stage.connect(USER, Provider::Google, GOOGLE).await;
    stage.sandbox.control().fault(Fault::new(Action::Hang).path("/calendar/v3").always());
    let begun = Instant::now();
    let error = stage.host.list_calendars(USER, &Selection::default()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Timeout, "{error:?}");
    assert!(begun.elapsed() < Duration::from_secs(61), "it ends by the component's own deadline");
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_answers_are_protocol_errors_or_waited_out_never_a_trap() {
    for action in [Action::InvalidJson, Action::WrongContentType, Action::CutBody] {
        for (provider, email) in [(Provider::Google, GOOGLE), (Provider::Outlook, OUTLOOK)] {
            let stage = Stage::open().await;
            stage.connect(USER, provider, email).await;
            stage.sandbox.control().fault(Fault::new(action.clone()).path("alendar").always());
            let error = stage.host.list_calendars(USER, &Selection::default()).await.unwrap_err();
            let expected = [ErrorCode::Protocol, ErrorCode::Unavailable, ErrorCode::Timeout];
            assert!(expected.contains(&error.code), "{action:?} {provider}: {error:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_that_calls_elsewhere_is_denied_and_the_error_says_what_and_how_to_allow_it() {
    // A component that was tampered with: its built-in address of Google leads to somebody else.
    let mut component = CalendarHost::embedded_component().to_vec();
    let (genuine, other) = (b"https://www.googleapis.com/calendar", b"https://www.googleapis.org/calendar");
    let places: Vec<_> =
        (0..component.len() - genuine.len()).filter(|at| component[*at..].starts_with(genuine)).collect();
    assert!(!places.is_empty(), "the address is in the component");
    for at in places {
        component[at..at + other.len()].copy_from_slice(other);
    }
    let stage = Stage::with_component(component, &[("GOOGLE_API_URL", "")]).await;
    stage.connect(USER, Provider::Google, GOOGLE).await;
    let error = stage.host.list_calendars(USER, &Selection::default()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::DeniedByHost, "{error:?}");
    assert!(error.message.contains("www.googleapis.org"), "{error:?}");
    assert!(error.remedy.contains("GOOGLE_API_URL"), "{error:?}");
    assert_eq!(stage.host.stats().denied, 1);
}

/// A user of both, Outlook to be refused its calendars once, for ten minutes; the host remembers that for `memory`.
async fn asked_to_rest(memory: Duration) -> Stage {
    let limits = Limits { cache: memory, ..Limits::default() };
    let stage = Stage::set(Setup { limits: Some(limits), ..Setup::default() }).await;
    stage.connect_both(USER).await;
    let refusal = Fault::status(429, "TooManyRequests").retry_after(RetryAfter::Seconds(600));
    stage.sandbox.control().fault(refusal.path("/v1.0/me/calendars"));
    stage
}

/// The providers whose calendars are listed, and the accounts that are not.
async fn listed(stage: &Stage) -> (BTreeSet<Provider>, Vec<ErrorCode>) {
    let listed = stage.host.list_calendars(USER, &Selection::default()).await.unwrap();
    let providers = listed.calendars.iter().map(|one| one.provider).collect();
    (providers, listed.unknown.iter().map(|one| one.code).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_is_to_rest_is_left_alone_by_the_calls_that_follow_and_no_other_is() {
    let stage = asked_to_rest(Duration::from_secs(600)).await;
    let control = stage.sandbox.control();
    let asked = || control.exchanges().iter().filter(|one| one.path.starts_with("/v1.0/")).count();
    let refused = (BTreeSet::from([Provider::Google]), vec![ErrorCode::RateLimited]);
    assert_eq!(listed(&stage).await, refused);
    let before = asked(); // what the call sent beside the refused request may have been under way already
    for round in 0..3 {
        assert_eq!(listed(&stage).await, refused, "round {round}");
        assert_eq!(asked(), before, "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_is_asked_again_when_the_host_no_longer_remembers_that_it_is_to_rest() {
    let memory = Duration::from_secs(1);
    let stage = asked_to_rest(memory).await;
    assert_eq!(listed(&stage).await.1, [ErrorCode::RateLimited]);
    tokio::time::sleep(memory).await;
    assert_eq!(listed(&stage).await, (BTreeSet::from([Provider::Google, Provider::Outlook]), vec![]));
}
