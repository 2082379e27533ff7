//! The whole way of a request, with servers on loopback.

mod exchanges;
mod guards;
mod in_flight;
mod server;
mod tls;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};

use super::client::Clients;
use super::*;

/// An answer of a server.
const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/// Both providers on one port.
fn config(scheme: &str, port: u16, limits: Limits) -> Config {
    let config = Config::from_vars([
        ("CALENDAR_HOST_DATA_DIR", "unused"),
        ("GOOGLE_CLIENT_ID", "id"),
        ("GOOGLE_TOKEN_URL", &format!("http://127.0.0.1:{port}/token")),
        ("GOOGLE_REVOKE_URL", &format!("http://127.0.0.1:{port}/revoke")),
        ("GOOGLE_API_URL", &format!("{scheme}://127.0.0.1:{port}/calendar/v3")),
        ("OUTLOOK_CLIENT_ID", "id"),
        ("OUTLOOK_TOKEN_URL", &format!("http://127.0.0.1:{port}/outlook/token")),
        ("OUTLOOK_DEVICE_CODE_URL", &format!("http://127.0.0.1:{port}/devicecode")),
        ("OUTLOOK_API_URL", &format!("http://127.0.0.1:{port}/v1.0")),
    ]);
    Config { limits, ..config.unwrap() }
}

/// Without the system's certificates: the tests must not need any.
fn gateway(config: &Config) -> Gateway {
    let policy = Arc::new(Policy::new(config).unwrap());
    let clients = Arc::new(Clients::new(config, false).unwrap());
    Gateway { policy, clients, lanes: Turns::default(), counters: Arc::default(), observer: None }
}

fn egress(scheme: &str, port: u16, limits: Limits) -> Egress {
    let config = config(scheme, port, limits);
    gateway(&config).call("ana", &config.limits)
}

impl Gateway {
    fn call(&self, user: &str, limits: &Limits) -> Egress {
        self.for_call(user.into(), "test", limits.clone(), Instant::now() + limits.wall_clock)
    }
}

fn request(method: &str, url: &str, body: &[u8]) -> Request<WasiBody> {
    let body = Full::new(Bytes::copy_from_slice(body)).map_err(|never| match never {}).boxed_unsync();
    let host = url.split('/').nth(2).unwrap_or_default();
    Request::builder().method(method).uri(url).header("host", host).body(body).unwrap()
}

async fn send(egress: &Egress, method: &str, url: &str, body: &[u8]) -> Result<(u16, Bytes), Error> {
    let response = egress.send(request(method, url, body), RequestOptions::default()).await?;
    let status = response.status().as_u16();
    Ok((status, response.into_body().collect().await.unwrap().to_bytes()))
}

#[test]
fn headers_that_speak_for_the_connection_are_forbidden() {
    for name in
        ["host", "connection", "transfer-encoding", "upgrade", "proxy-authorization", "expect", "x-forwarded-for"]
    {
        assert!(is_forbidden(&HeaderName::from_static(name)), "{name}");
    }
    for name in ["authorization", "content-type", "content-length", "if-match", "prefer", "client-request-id"] {
        assert!(!is_forbidden(&HeaderName::from_static(name)), "{name}");
    }
}
