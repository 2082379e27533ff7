//! How many requests of a user are with a server at the same time.

use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::server::{Act, Server};
use super::*;

type Answer = Result<(u16, Bytes), Error>;

/// A call of its own with one request.
fn begin(gateway: &Gateway, user: &str, url: String, token: &'static str, limits: &Limits) -> JoinHandle<Answer> {
    let egress = gateway.call(user, limits);
    tokio::spawn(async move {
        let mut request = request("GET", &url, b"");
        request.headers_mut().insert(header::AUTHORIZATION, token.parse().unwrap());
        let response = egress.send(request, RequestOptions::default()).await?;
        Ok((response.status().as_u16(), response.into_body().collect().await.unwrap().to_bytes()))
    })
}

/// Twenty calls of one user, then one of somebody else; the largest crowd at the server.
async fn most(path: &str, tokens: [&'static str; 2], limits: Limits, expected: usize) -> usize {
    let permits = Arc::new(Semaphore::new(0));
    let server = Server::play(vec![Act::Wait(permits.clone())]).await;
    let gateway = gateway(&config("http", server.port, limits.clone()));
    let url = format!("http://127.0.0.1:{}{path}", server.port);
    let mut calls: Vec<_> =
        (0..20).map(|index| begin(&gateway, "ana", url.clone(), tokens[index % 2], &limits)).collect();
    server.until(expected).await;
    // Whatever else of the twenty could be on its way is at the server before this one.
    calls.push(begin(&gateway, "ben", url.clone(), tokens[0], &limits));
    server.until(expected + 1).await;
    permits.add_permits(calls.len());
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap().0, 200);
    }
    assert_eq!(server.requests().len(), 21);
    server.most() - 1
}

#[tokio::test]
async fn a_mailbox_at_graph_gets_four_requests_at_a_time_over_all_calls() {
    assert_eq!(most("/v1.0/me/calendars", ["Bearer a"; 2], Limits::default(), 4).await, 4);
}

#[tokio::test]
async fn two_mailboxes_of_a_user_do_not_wait_for_each_other() {
    assert_eq!(most("/v1.0/me/calendars", ["Bearer a", "Bearer b"], Limits::default(), 8).await, 8);
}

#[tokio::test]
async fn other_servers_get_as_many_as_the_configuration_says() {
    let limits = |in_flight| Limits { in_flight, ..Limits::default() };
    assert_eq!(most("/calendar/v3/freeBusy", ["Bearer a"; 2], limits(6), 6).await, 6);
    assert_eq!(most("/v1.0/me", ["Bearer a"; 2], limits(2), 2).await, 2);
}

#[tokio::test]
async fn waiting_ends_with_the_call_and_what_waited_was_not_sent() {
    let server = Server::play(vec![Act::Hang]).await;
    let limits = Limits { in_flight: 1, ..Limits::default() };
    let gateway = gateway(&config("http", server.port, limits.clone()));
    let url = format!("http://127.0.0.1:{}/calendar/v3/x", server.port);
    let first = begin(&gateway, "ana", url.clone(), "Bearer a", &limits);
    server.until(1).await;
    let short = Limits { wall_clock: Duration::from_millis(20), ..limits };
    let second = begin(&gateway, "ana", url, "Bearer a", &short).await.unwrap();
    assert!(matches!(second, Err(Error::ConnectionLimitReached)), "{second:?}");
    assert_eq!((server.requests().len(), gateway.stats().requests), (1, 1));
    first.abort();
}
