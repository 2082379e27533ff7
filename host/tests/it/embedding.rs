//! The embedding API with the real component, without any provider answering.

use std::time::{Duration, Instant};

use calendar_host::types::{BookingRequest, ErrorCode, EventLocator, Provider, Selection, TimeRange};
use calendar_host::{CalendarHost, Config, Limits};

/// A host with Google configured; nobody listens at its addresses. Compiled code is shared.
async fn host(folder: &tempfile::TempDir) -> CalendarHost {
    host_with_cache(folder, env!("CARGO_TARGET_TMPDIR")).await
}

async fn host_with_cache(folder: &tempfile::TempDir, cache: &str) -> CalendarHost {
    let config = Config::from_vars([
        ("CALENDAR_HOST_DATA_DIR", folder.path().to_str().unwrap()),
        ("XDG_CACHE_HOME", cache),
        ("GOOGLE_CLIENT_ID", "client"),
        ("GOOGLE_CLIENT_SECRET", "canary-secret"),
        ("GOOGLE_TOKEN_URL", "http://127.0.0.1:9/token"),
        ("GOOGLE_REVOKE_URL", "http://127.0.0.1:9/revoke"),
        ("GOOGLE_API_URL", "http://127.0.0.1:9/calendar/v3"),
    ]);
    CalendarHost::open(config.unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_steps_of_an_embedding_program_work() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    assert_eq!(host.list_accounts("ana").await.unwrap(), []);
    assert!(!host.is_authenticated("ana", None).await.unwrap());
    assert_eq!(host.redirect_uri(Provider::Google), Some("http://127.0.0.1:8765/callback"));

    let request = host.start_oauth_flow("ana", Provider::Google, None, Some("ana@example.com")).await.unwrap();
    assert!(request.url.starts_with("https://accounts.google.com/"), "{}", request.url);
    assert!(request.url.contains("code_challenge_method=S256") && request.url.contains("login_hint=ana%40example.com"));
    assert!(request.url.contains(&request.state) && !request.url.contains("canary-secret"));
    assert_eq!(host.stats().requests, 0, "beginning needs no network");

    let callback = format!("http://127.0.0.1:8765/callback?code=x&state={}", request.state);
    let stranger = host.complete_oauth_flow("eve", &callback).await.unwrap_err();
    assert_eq!(stranger.code, ErrorCode::InvalidArgument, "another user's state is refused: {stranger:?}");
    let error = host.complete_oauth_flow("ana", &callback).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Unavailable, "nobody listens at the token endpoint: {error:?}");
    assert!(host.stats().requests > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_come_as_the_interface_defines_them() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    let code = |error: calendar_host::Error| {
        assert!(!error.message.is_empty() && !error.remedy.is_empty(), "{error:?}");
        error.code
    };
    assert_eq!(
        code(host.start_oauth_flow("ana", Provider::Outlook, None, None).await.unwrap_err()),
        ErrorCode::Unsupported
    );
    assert_eq!(code(host.account_status("ana", "google:1").await.unwrap_err()), ErrorCode::NotFound);
    assert_eq!(code(host.list_calendars("ana", &Selection::default()).await.unwrap_err()), ErrorCode::NotAuthenticated);
    for user in ["", "a\0b", &"x".repeat(129)] {
        assert_eq!(code(host.list_accounts(user).await.unwrap_err()), ErrorCode::InvalidArgument);
    }
    let range = TimeRange { start: 200, end: 100 };
    let error = host.get_busy_times("ana", range, &Selection::default()).await.unwrap_err();
    assert_eq!(code(error), ErrorCode::InvalidArgument);
    let locator = EventLocator::new("x");
    assert_eq!(code(host.get_event("ana", &locator).await.unwrap_err()), ErrorCode::NotAuthenticated);
    let huge = BookingRequest::new("x".repeat(8 << 20), TimeRange { start: 1_900_000_000, end: 1_900_003_600 });
    assert_eq!(code(host.book_meeting("ana", &huge).await.unwrap_err()), ErrorCode::InvalidArgument);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_calls_at_once_wait_for_room() {
    let folder = tempfile::tempdir().unwrap();
    let host = host(&folder).await;
    let calls: Vec<_> = (0..100)
        .map(|index| {
            let host = host.clone();
            tokio::spawn(async move { host.list_accounts(&format!("user{index}")).await })
        })
        .collect();
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap(), []);
    }
    assert_eq!(host.stats().calls, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_component_gives_up_where_its_limits_end() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits { memory_bytes: 128 * 1024, ..Limits::default() };
    let host = CalendarHost::builder().config(Config::new(folder.path())).limits(limits).build().await;
    // The guest's first pages do not fit: refused when it is loaded, or when it is called.
    let message = match host {
        Err(error) => error.to_string(),
        Ok(host) => host.list_accounts("ana").await.unwrap_err().message,
    };
    assert!(message.contains("memory"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn compiled_code_is_kept_for_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().to_str().unwrap();
    let begun = Instant::now();
    host_with_cache(&folder, cache).await;
    let cold = begun.elapsed();
    let begun = Instant::now();
    let again = host_with_cache(&folder, cache).await;
    let warm = begun.elapsed();
    assert!(std::fs::read_dir(folder.path().join("calendar-host")).unwrap().count() > 0);
    assert!(warm < cold, "cold {cold:?}, warm {warm:?}");
    let begun = Instant::now();
    again.list_accounts("ana").await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(5));
}
