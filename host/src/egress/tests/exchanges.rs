//! Exchanges with servers that misbehave, over real connections on loopback.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wasmtime_wasi_http::{Error, RequestOptions};

use super::server::{Act, Server};
use super::{OK, egress, request, send};
use crate::config::{Config, Limits};
use crate::egress::client::Clients;
use crate::egress::exchange::Exchange;
use crate::egress::failure;

const MILLISECOND: Duration = Duration::from_millis(1);

async fn play(acts: Vec<Act>, limits: Limits) -> (Server, Result<(u16, Bytes), Error>) {
    let server = Server::play(acts).await;
    let egress = egress("http", server.port, limits);
    let result = send(&egress, "POST", &format!("http://127.0.0.1:{}/calendar/v3/x?q=1", server.port), b"body").await;
    (server, result)
}

async fn failure(act: Act, limits: Limits) -> String {
    format!("{:?}", play(vec![act], limits).await.1.unwrap_err())
}

#[tokio::test]
async fn a_request_arrives_as_it_was_sent_with_one_host_header() {
    let (server, result) = play(vec![Act::Answer(OK.to_owned())], Limits::default()).await;
    assert_eq!(result.unwrap(), (200, Bytes::from_static(b"ok")));
    let sent = server.requests().concat();
    assert!(sent.starts_with("POST /calendar/v3/x?q=1 HTTP/1.1\r\n") && sent.ends_with("\r\n\r\nbody"), "{sent}");
    assert_eq!(sent.matches(&format!("host: 127.0.0.1:{}\r\n", server.port)).count(), 1, "{sent}");
}

#[tokio::test]
async fn connections_are_used_again() {
    let server = Server::play(vec![Act::Answer(OK.to_owned())]).await;
    let egress = egress("http", server.port, Limits::default());
    for _ in 0..3 {
        send(&egress, "GET", &format!("http://127.0.0.1:{}/", server.port), b"").await.unwrap();
    }
    assert_eq!(egress.gateway.stats().requests, 3);
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn redirects_are_handed_to_the_guest_not_followed() {
    let answer = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    let (server, result) = play(vec![Act::Answer(answer.to_owned())], Limits::default()).await;
    assert_eq!(result.unwrap().0, 302);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_server_that_hangs_up_has_terminated_the_connection() {
    assert_eq!(failure(Act::AnswerAndClose(""), Limits::default()).await, "ConnectionTerminated");
    assert_eq!(
        failure(Act::AnswerAndClose("HTTP/1.1 200 OK\r\ncont"), Limits::default()).await,
        "ConnectionTerminated"
    );
}

#[tokio::test]
async fn garbage_is_a_protocol_error() {
    assert_eq!(
        failure(Act::AnswerAndClose("SSH-2.0-OpenSSH_9.9\r\n\r\n"), Limits::default()).await,
        "HttpProtocolError"
    );
}

#[tokio::test]
async fn a_body_that_breaks_off_is_incomplete() {
    let act = Act::AnswerAndClose("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"half\":");
    assert_eq!(failure(act, Limits::default()).await, "HttpResponseIncomplete");
}

#[tokio::test]
async fn silence_has_an_end() {
    let limits = Limits { request: 50 * MILLISECOND, ..Limits::default() };
    assert_eq!(failure(Act::Hang, limits).await, "HttpResponseTimeout");
    let act = Act::Answer("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_owned());
    // The head must be there in time, also on a busy machine.
    let limits = Limits { request: 1000 * MILLISECOND, ..Limits::default() };
    assert_eq!(failure(act, limits).await, "ConnectionReadTimeout");
}

#[tokio::test]
async fn the_guest_may_ask_for_less_time_than_allowed() {
    let server = Server::play(vec![Act::Hang]).await;
    let egress = egress("http", server.port, Limits::default());
    let request = request("GET", &format!("http://127.0.0.1:{}/", server.port), b"");
    let options = RequestOptions { first_byte_timeout: Some(20 * MILLISECOND), ..RequestOptions::default() };
    assert!(matches!(egress.send(request, options).await, Err(Error::HttpResponseTimeout)));
}

#[tokio::test]
async fn bodies_have_bounds_in_both_directions() {
    let limits = Limits { request_body_bytes: 3, ..Limits::default() };
    let (server, result) = play(vec![Act::Answer(OK.to_owned())], limits).await;
    assert!(matches!(result, Err(Error::HttpRequestBodySize(Some(3)))));
    assert!(server.requests().is_empty());
    for head in ["content-length: 10", "transfer-encoding: chunked"] {
        let body = if head.starts_with('c') { "0123456789" } else { "a\r\n0123456789\r\n0\r\n\r\n" };
        let act = Act::Answer(format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}"));
        let limits = |bytes| Limits { response_body_bytes: bytes, ..Limits::default() };
        assert_eq!(failure(act.clone(), limits(9)).await, "HttpResponseBodySize(Some(9))");
        assert_eq!(play(vec![act], limits(10)).await.1.unwrap().1, "0123456789");
    }
}

#[tokio::test]
async fn a_request_that_a_server_may_have_seen_is_never_sent_twice() {
    // The first answer puts the connection into the pool; the second request dies on it.
    let server = Server::play(vec![Act::Answer(OK.to_owned()), Act::AnswerAndClose("")]).await;
    let egress = egress("http", server.port, Limits::default());
    let url = format!("http://127.0.0.1:{}/", server.port);
    send(&egress, "GET", &url, b"").await.unwrap();
    let result = send(&egress, "POST", &url, b"book").await;
    assert!(matches!(result, Err(Error::ConnectionTerminated)), "{result:?}");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn nobody_listening_is_a_refused_connection() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let result = send(&egress("http", port, Limits::default()), "GET", &format!("http://127.0.0.1:{port}/"), b"").await;
    assert!(matches!(result, Err(Error::ConnectionRefused)), "{result:?}");
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_a_dns_error() {
    let client = Clients::new(&Config::new("unused"), false).unwrap().of_user(&"ana".into());
    // Longer than a label may be: refused without asking any server.
    let url = format!("http://{}.invalid/", "a".repeat(64));
    let error = client.request(Request::get(url).body(Full::default()).unwrap()).await.unwrap_err();
    let code = failure::classify(&error);
    assert!(matches!(code, Error::DnsError { .. }), "{code:?}");
}

#[tokio::test]
async fn a_server_without_tls_is_a_tls_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        let _ = connection.read_to_end(&mut Vec::new()).await;
    });
    let result =
        send(&egress("https", port, Limits::default()), "GET", &format!("https://127.0.0.1:{port}/"), b"").await;
    assert!(matches!(result, Err(Error::TlsProtocolError)), "{result:?}");
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_a_connection_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let limits = Limits { connect: 50 * MILLISECOND, ..Limits::default() };
    let result = send(&egress("https", port, limits), "GET", &format!("https://127.0.0.1:{port}/"), b"").await;
    assert!(matches!(result, Err(Error::ConnectionTimeout)), "{result:?}");
}

#[tokio::test]
async fn a_denied_request_is_not_sent_but_counted() {
    let server = Server::play(vec![Act::Answer(OK.to_owned())]).await;
    let egress = egress("http", server.port, Limits::default());
    let result = send(&egress, "GET", &format!("http://localhost:{}/", server.port), b"").await;
    assert!(matches!(result, Err(Error::HttpRequestDenied)), "{result:?}");
    assert!(server.requests().is_empty());
    assert_eq!((egress.gateway.stats().requests, egress.gateway.stats().denied), (0, 1));
}

#[tokio::test]
async fn each_call_has_a_quota_of_requests() {
    let server = Server::play(vec![Act::Answer(OK.to_owned())]).await;
    let egress = egress("http", server.port, Limits { requests: 2, ..Limits::default() });
    let url = format!("http://127.0.0.1:{}/", server.port);
    for _ in 0..2 {
        send(&egress, "GET", &url, b"").await.unwrap();
    }
    assert!(matches!(send(&egress, "GET", &url, b"").await, Err(Error::HttpRequestDenied)));
    assert_eq!(server.requests().len(), 2);
    let next_call = egress.gateway.call("ana", &egress.limits);
    send(&next_call, "GET", &url, b"").await.unwrap();
}

#[tokio::test]
async fn the_observer_sees_every_exchange_without_its_query() {
    let server = Server::play(vec![Act::Answer(OK.to_owned())]).await;
    let mut egress = egress("http", server.port, Limits::default());
    let seen: Arc<Mutex<Vec<Exchange>>> = Arc::default();
    let sink = seen.clone();
    egress.gateway.observer = Some(Arc::new(move |exchange: &Exchange| sink.lock().unwrap().push(exchange.clone())));
    send(&egress, "GET", &format!("http://127.0.0.1:{}/calendar/v3/x?secret=canary", server.port), b"").await.unwrap();
    send(&egress, "GET", "http://127.0.0.1:1/?secret=canary", b"").await.unwrap_err();
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 2);
    assert_eq!((seen[0].path.as_str(), seen[0].status, seen[0].operation), ("/calendar/v3/x", Some(200), "test"));
    assert_eq!((seen[1].status, seen[1].failure.as_deref()), (None, Some("HTTP request denied")));
    assert!(!format!("{seen:?}").contains("canary"));
}
