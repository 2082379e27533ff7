//! What is refused: addresses after name resolution, headers, and connections of other users.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Duration;

use super::server::{Act, Server};
use super::*;
use crate::egress::connector::{Connector, Lookup};

/// An egress that may go to `host` and finds its addresses by `lookup`.
fn with_names(host: &str, port: u16, lookup: Lookup) -> Egress {
    let mut config = config("http", 1, Limits::default());
    let endpoints = &mut config.google.as_mut().unwrap().endpoints;
    endpoints.api = Some(format!("http://{host}:{port}/calendar/v3"));
    let mut gateway = gateway(&config);
    let roots = rustls::RootCertStore::empty();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let tls = tls.with_root_certificates(roots).with_no_client_auth();
    gateway.clients = Arc::new(Clients::of(Connector::new(tls, lookup, Duration::from_secs(5))));
    gateway.call("ana", &config.limits)
}

/// Answers one address after the other.
fn answers(addresses: &[&str]) -> Lookup {
    let queue: VecDeque<IpAddr> = addresses.iter().map(|address| address.parse().unwrap()).collect();
    let queue = Arc::new(Mutex::new(queue));
    Arc::new(move |_| {
        let next = queue.lock().unwrap().pop_front();
        Box::pin(async move { Ok(next.into_iter().collect()) })
    })
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_refused_after_resolution() {
    let server = Server::play(vec![Act::Answer(OK.to_owned())]).await;
    for address in ["127.0.0.1", "::ffff:127.0.0.1", "0.0.0.0", "10.0.0.1", "169.254.169.254", "100.64.0.1", "fe80::1"]
    {
        let egress = with_names("calendar.example", server.port, answers(&[address]));
        let url = format!("http://calendar.example:{}/calendar/v3/x", server.port);
        let result = send(&egress, "GET", &url, b"").await;
        assert!(matches!(result, Err(Error::DestinationIpProhibited)), "{address}: {result:?}");
        assert_eq!((egress.gateway.stats().requests, egress.gateway.stats().denied), (0, 1));
        let remedy = egress.remedy().unwrap();
        assert!(remedy.contains(&format!("calendar.example leads to {address}, a")), "{remedy}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_name_that_changes_its_mind_is_judged_every_time() {
    let server = Server::play(vec![Act::Answer(OK.to_owned())]).await;
    // First nowhere, then to this machine: what counts is the answer that would be used.
    let egress = with_names("rebind.example", server.port, answers(&["240.0.0.1", "127.0.0.1"]));
    let url = format!("http://rebind.example:{}/calendar/v3/x", server.port);
    for _ in 0..2 {
        assert!(matches!(send(&egress, "GET", &url, b"").await, Err(Error::DestinationIpProhibited)));
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn localhost_leads_to_this_machine_when_it_is_configured_and_nowhere_else() {
    let server = Server::play(vec![Act::Answer(OK.to_owned())]).await;
    let url = format!("http://localhost:{}/calendar/v3/x", server.port);
    let egress = with_names("localhost", server.port, answers(&["127.0.0.1"]));
    assert_eq!(send(&egress, "GET", &url, b"").await.unwrap().0, 200);
    let egress = with_names("localhost", server.port, answers(&["8.8.8.8"]));
    assert!(matches!(send(&egress, "GET", &url, b"").await, Err(Error::DestinationIpProhibited)));
}

#[tokio::test]
async fn a_private_literal_is_refused_without_any_resolution() {
    for host in ["10.0.0.1", "169.254.169.254", "[::ffff:7f00:1]", "[fd00::1]", "0.0.0.0"] {
        let egress = with_names(host, 9, answers(&[]));
        let result = send(&egress, "GET", &format!("http://{host}:9/calendar/v3/x"), b"").await;
        assert!(matches!(result, Err(Error::DestinationIpProhibited)), "{host}: {result:?}");
    }
}

#[tokio::test]
async fn unknown_headers_are_not_sent() {
    let server = Server::play(vec![Act::Answer(OK.to_owned())]).await;
    let egress = egress("http", server.port, Limits::default());
    for name in ["cookie", "x-http-method-override", "x-original-url", "range"] {
        let mut request = request("GET", &format!("http://127.0.0.1:{}/", server.port), b"");
        request.headers_mut().insert(name, "x".parse().unwrap());
        let result = egress.send(request, RequestOptions::default()).await;
        assert!(matches!(result, Err(Error::HttpRequestDenied)), "{name}");
    }
    assert!(server.requests().is_empty());
    assert!(egress.remedy().unwrap().contains("`cookie` is never sent"));
}

#[tokio::test]
async fn the_length_of_a_body_is_counted_not_believed() {
    let server = Server::play(vec![Act::Answer(OK.to_owned())]).await;
    let egress = egress("http", server.port, Limits::default());
    let mut request = request("POST", &format!("http://127.0.0.1:{}/", server.port), b"GET /smuggled HTTP/1.1");
    request.headers_mut().insert("content-length", "0".parse().unwrap());
    egress.send(request, RequestOptions::default()).await.unwrap();
    let sent = server.requests().concat();
    assert!(sent.contains("content-length: 22\r\n") && sent.matches("content-length").count() == 1, "{sent}");
}

#[tokio::test]
async fn response_headers_have_bounds() {
    let many = "x-filler: 0123456789\r\n".repeat(101);
    let large = format!("x-filler: {}\r\n", "x".repeat(33 * 1024));
    for fields in [many, large] {
        let answer = format!("HTTP/1.1 200 OK\r\n{fields}content-length: 2\r\n\r\nok");
        let server = Server::play(vec![Act::Answer(answer)]).await;
        let egress = egress("http", server.port, Limits::default());
        let result = send(&egress, "GET", &format!("http://127.0.0.1:{}/", server.port), b"").await;
        assert!(matches!(result, Err(Error::HttpResponseHeaderSectionSize(_))), "{result:?}");
    }
}

#[tokio::test]
async fn a_connection_carries_requests_of_one_user_only() {
    let server = Server::play(vec![Act::Answer(OK.to_owned())]).await;
    let config = config("http", server.port, Limits::default());
    let gateway = gateway(&config);
    let url = format!("http://127.0.0.1:{}/calendar/v3/x", server.port);
    for (user, connections) in [("ana", 1), ("ana", 1), ("ben", 2), ("ana", 2), ("ben", 2)] {
        send(&gateway.call(user, &config.limits), "GET", &url, b"").await.unwrap();
        assert_eq!(server.connections(), connections, "{user}");
    }
}

#[tokio::test]
async fn a_policy_file_gives_single_hosts_less_time() {
    let server = Server::play(vec![Act::Hang]).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("policy.toml");
    let rule = format!("[[allow]]\nhosts = ['127.0.0.1']\nports = [{}]\ntimeout-seconds = 1\n", server.port);
    std::fs::write(&path, rule).unwrap();
    let limits =
        Limits { request: Duration::from_secs(600), wall_clock: Duration::from_secs(600), ..Limits::default() };
    let config = Config { policy_file: Some(path), ..config("http", server.port, limits) };
    let egress = gateway(&config).call("ana", &config.limits);
    let url = format!("http://127.0.0.1:{}/calendar/v3/x", server.port);
    let sent = tokio::time::timeout(Duration::from_secs(60), send(&egress, "GET", &url, b""));
    let result = sent.await.expect("the rule's second ends it, not the ten minutes of the others");
    assert!(matches!(result, Err(Error::HttpResponseTimeout)), "{result:?}");
}
