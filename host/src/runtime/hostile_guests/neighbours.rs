//! While the guests of one user misbehave, the call of another one completes.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;

/// Guests of ana that behave like `wat`, begun.
async fn flood(host: &Arc<Host>, wat: &str, count: usize) -> Vec<JoinHandle<Result<(), Error>>> {
    let before = host.place.gateway().stats().calls;
    let begin = |wat: String| {
        let host = host.clone();
        tokio::spawn(async move { host.run_as("ana", &wat).await })
    };
    let guests: Vec<_> = (0..count).map(|_| begin(wat.to_owned())).collect();
    while host.place.gateway().stats().calls < before + count as u64 {
        assert!(guests.iter().all(|guest| !guest.is_finished()), "a guest did not even begin");
        tokio::task::yield_now().await;
    }
    guests
}

/// While ten guests of ana are at it, a call of ben completes; when they are gone, so does one of ana.
async fn harmless(host: Host, wat: &str) {
    let host = Arc::new(host);
    let guests = flood(&host, wat, 10).await;
    assert_eq!(host.run_as("ben", &guest("", 1)).await, Ok(()));
    assert!(guests.iter().all(|guest| !guest.is_finished()), "ben waited for them");
    for guest in guests {
        guest.abort();
        assert!(guest.await.unwrap_err().is_cancelled());
    }
    assert_eq!(host.run_as("ana", &guest("", 1)).await, Ok(()), "nothing is left behind");
}

/// Two calls of one user, three of all.
fn tight() -> Limits {
    Limits { concurrent_calls: 3, concurrent_calls_per_user: 2, ..Limits::default() }
}

#[tokio::test]
async fn guests_that_never_answer_leave_room_for_others() {
    harmless(host(tight()).await, &sleeper(u64::MAX / 2)).await;
}

#[tokio::test]
async fn guests_that_compute_for_ever_leave_time_for_others() {
    harmless(host(tight()).await, &guest(SPIN, 1)).await;
}

#[tokio::test]
async fn guests_that_allocate_without_end_leave_memory_to_others() {
    // When nothing more is granted they go on asking.
    let grow = "(loop $more (drop (memory.grow (i32.const 1))) (br $more))";
    harmless(host(Limits { memory_bytes: 1 << 20, ..tight() }).await, &guest(grow, 1)).await;
}

#[tokio::test]
async fn calls_of_a_user_beyond_their_room_wait_for_their_own() {
    let host = host(Limits { concurrent_calls_per_user: 1, wall_clock: 1000 * MILLISECOND, ..Limits::default() }).await;
    let first = host.instance("ana", &guest("", 1)).await.unwrap();
    let error = host.run_as("ana", &guest("", 1)).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Timeout);
    assert_eq!(error.message, "1 call of this user was running, and none ended in time");
    assert!(error.remedy.contains("CALENDAR_HOST_MAX_CALLS_PER_USER"), "{}", error.remedy);
    assert_eq!(host.run_as("ben", &guest("", 1)).await, Ok(()));
    drop(first);
    assert_eq!(host.run_as("ana", &guest("", 1)).await, Ok(()));
}

#[tokio::test]
async fn a_flood_of_requests_ends_at_the_quota_and_holds_up_nobody() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let authority = listener.local_addr().unwrap().to_string();
    let connections = Arc::<AtomicUsize>::default();
    let counter = connections.clone();
    // Takes connections and never answers.
    tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((connection, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::SeqCst);
            open.push(connection);
        }
    });
    let url = format!("http://{authority}");
    let endpoints = crate::config::Endpoints {
        token: Some(url.clone()),
        revoke: Some(url.clone()),
        api: Some(url),
        ..Default::default()
    };
    let google = crate::config::Client {
        id: "id".into(),
        secret: None,
        redirect_uri: "http://127.0.0.1:1/callback".into(),
        tenant: None,
        endpoints,
    };
    let limits = Limits { requests: 5, ..tight() };
    let host = Arc::new(host_of(|config| Config { google: Some(google), limits, ..config }).await);
    let length = authority.len().to_string();
    let wat = include_str!("flood.wat").replace("AUTHORITY", &authority).replace("LENGTH", &length);
    let guests = flood(&host, &wat, 10).await;
    assert_eq!(host.run_as("ben", &guest("", 1)).await, Ok(()));
    for guest in guests {
        // Stopped when it held too many unanswered requests.
        let error = guest.await.unwrap().unwrap_err();
        assert_eq!(error.code, ErrorCode::Internal, "{error:?}");
    }
    let stats = host.place.gateway().stats();
    assert!(stats.denied > 1000 && stats.requests <= 10 * 5, "{stats:?}");
    assert!(connections.load(Ordering::SeqCst) <= 10 * 5);
}

#[tokio::test]
async fn a_flood_of_log_lines_is_cut() {
    let lines = Arc::<AtomicUsize>::default();
    let _guard = tracing::subscriber::set_default(Count(lines.clone()));
    let limits = Limits { cpu: 100 * MILLISECOND, ..Limits::default() };
    let error = failure(limits, include_str!("chatter.wat")).await;
    assert!(error.remedy.contains("CALENDAR_HOST_CPU_SECONDS"), "{error:?}");
    assert_eq!(lines.load(Ordering::SeqCst), 100, "the log shows the beginning and no more");
}

/// Counts what the guest writes.
struct Count(Arc<AtomicUsize>);

impl tracing::Subscriber for Count {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "calendar_host::guest"
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, _: &tracing::Event<'_>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}
