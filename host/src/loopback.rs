//! The redirect listener of a program on the user's own machine (RFC 8252 section 7.3): takes the one callback that
//! carries the expected `state`, answers a static page, closes. Does not look into the callback; knows no provider.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use url::{Host, Url};

/// Why there is no callback.
#[derive(Debug, thiserror::Error)]
pub enum LoopbackError {
    /// The redirect address is not `http` on this machine.
    #[error("the redirect address {0} is not http on this machine")]
    NotLoopback(String),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Host and port.
        address: SocketAddr,
        /// The system's reason.
        source: io::Error,
    },
    /// Nobody came in time.
    #[error("no answer from the browser within {} s", .0.as_secs())]
    TimedOut(Duration),
}

/// An open listener on a redirect address.
#[derive(Debug)]
pub struct Loopback {
    redirect_uri: String,
    path: String,
    listeners: Vec<TcpListener>,
}

impl Loopback {
    /// Listens on the host, port and path of `redirect_uri`. Another port takes its place when `port` is given or the
    /// address has none; 0 is any free port. `localhost` is listened on in IPv4, and in IPv6 where there is any.
    ///
    /// # Errors
    /// When the address is not on this machine or cannot be listened on.
    pub async fn bind(redirect_uri: &str, port: Option<u16>) -> Result<Self, LoopbackError> {
        let not_loopback = || LoopbackError::NotLoopback(redirect_uri.to_owned());
        let mut url = Url::parse(redirect_uri).map_err(|_| not_loopback())?;
        let hosts = hosts(&url).ok_or_else(not_loopback)?;
        let wanted = port.or(url.port());
        let mut listeners = Vec::new();
        let mut actual = wanted.unwrap_or(0);
        for (index, host) in hosts.into_iter().enumerate() {
            let address = SocketAddr::new(host, actual);
            match TcpListener::bind(address).await {
                Ok(listener) => {
                    actual = listener.local_addr().map_err(|source| LoopbackError::Listen { address, source })?.port();
                    listeners.push(listener);
                }
                // The second address of `localhost` is a courtesy to browsers that try it first.
                Err(_) if index > 0 => {}
                Err(source) => return Err(LoopbackError::Listen { address, source }),
            }
        }
        let path = url.path().to_owned();
        let redirect_uri = if url.port() == Some(actual) {
            redirect_uri.to_owned()
        } else {
            url.set_port(Some(actual)).map_err(|()| not_loopback())?;
            url.to_string()
        };
        Ok(Self { redirect_uri, path, listeners })
    }

    /// The address that the provider must send the browser to: as configured, but for a replaced port.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Waits for the callback that carries `state` and returns its whole address. Whatever else arrives, such as a
    /// request for an icon or somebody's guess, is turned away and changes nothing.
    ///
    /// # Errors
    /// When nobody comes within `timeout`.
    pub async fn callback(self, state: &str, timeout: Duration) -> Result<String, LoopbackError> {
        let (sender, receiver) = oneshot::channel();
        let door = Arc::new(Door {
            path: self.path,
            redirect_uri: self.redirect_uri,
            state: state.to_owned(),
            sender: Mutex::new(Some(sender)),
        });
        let (close, closed) = tokio::sync::watch::channel(());
        let mut servers = tokio::task::JoinSet::new();
        for listener in self.listeners {
            let router = Router::new().fallback(answer).with_state(door.clone());
            let mut closed = closed.clone();
            let end = async move {
                let _ = closed.changed().await;
            };
            servers.spawn(axum::serve(listener, router).with_graceful_shutdown(end).into_future());
        }
        let callback = tokio::time::timeout(timeout, receiver).await;
        drop(close);
        // The page is still on its way to the browser; connections that were opened in advance are not waited for.
        let _ =
            tokio::time::timeout(Duration::from_secs(1), async { while servers.join_next().await.is_some() {} }).await;
        callback.ok().and_then(Result::ok).ok_or(LoopbackError::TimedOut(timeout))
    }
}

/// The addresses of this machine that `url` names; none when it is another machine.
fn hosts(url: &Url) -> Option<Vec<std::net::IpAddr>> {
    if url.scheme() != "http" {
        return None;
    }
    match url.host()? {
        Host::Domain("localhost") => Some(vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()]),
        Host::Ipv4(address) if address.is_loopback() => Some(vec![address.into()]),
        Host::Ipv6(address) if address.is_loopback() => Some(vec![address.into()]),
        _ => None,
    }
}

struct Door {
    path: String,
    redirect_uri: String,
    state: String,
    sender: Mutex<Option<oneshot::Sender<String>>>,
}

impl Door {
    /// The callback of this visit, if it is the expected one.
    fn admit(&self, uri: &Uri) -> Option<String> {
        let query = uri.query().filter(|_| uri.path() == self.path)?;
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.any(|(name, value)| name == "state" && value == self.state.as_str()).then_some(())?;
        let separator = if self.redirect_uri.contains('?') { '&' } else { '?' };
        Some(format!("{}{separator}{query}", self.redirect_uri))
    }

    fn take(&self) -> Option<oneshot::Sender<String>> {
        self.sender.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take()
    }
}

async fn answer(State(door): State<Arc<Door>>, method: Method, uri: Uri) -> Response {
    if method != Method::GET {
        return page(StatusCode::METHOD_NOT_ALLOWED, NOTHING);
    }
    let Some(callback) = door.admit(&uri) else {
        return page(StatusCode::NOT_FOUND, NOTHING);
    };
    if let Some(sender) = door.take() {
        // Whoever waited may have given up in this instant.
        let _ = sender.send(callback);
    }
    page(StatusCode::OK, RECEIVED)
}

/// A page without anything of the request in it, which leaks nothing of its address and is not kept.
fn page(status: StatusCode, body: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONNECTION, "close"),
    ];
    (status, headers, body).into_response()
}

const RECEIVED: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>calendar-host</title>\
    <body style=\"font:1.1rem system-ui;margin:4rem auto;max-width:32rem\"><h1>Back to the terminal</h1>\
    <p>calendar-host has received the answer and says there how it went. You can close this page.</p>\n";

const NOTHING: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>calendar-host</title>\
    <body><p>There is nothing here.</p>\n";

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    const LONG: Duration = Duration::from_secs(60);

    async fn request(address: &str, line: &str) -> String {
        let mut stream = tokio::net::TcpStream::connect(address).await.expect("a connection");
        let text = format!("{line} HTTP/1.1\r\nHost: {address}\r\n\r\n");
        stream.write_all(text.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        answer
    }

    fn address(loopback: &Loopback) -> String {
        let url = Url::parse(loopback.redirect_uri()).expect("an address");
        format!("127.0.0.1:{}", url.port().expect("a port"))
    }

    #[tokio::test]
    async fn the_callback_with_the_expected_state_is_returned_whole() {
        let loopback = Loopback::bind("http://localhost:1/oauth/callback", Some(0)).await.expect("a listener");
        let (redirect, address) = (loopback.redirect_uri().to_owned(), address(&loopback));
        let waiting = tokio::spawn(async move { loopback.callback("s t", LONG).await });
        for line in ["GET /favicon.ico", "GET /oauth/callback", "GET /oauth/callback?state=guess&code=x"] {
            assert!(request(&address, line).await.starts_with("HTTP/1.1 404"), "{line}");
        }
        assert!(request(&address, "POST /oauth/callback?state=s+t").await.starts_with("HTTP/1.1 405"));
        let page = request(&address, "GET /oauth/callback?code=4%2F0A%3Cb%3E&state=s+t&scope=a%20b").await;
        assert!(page.starts_with("HTTP/1.1 200") && page.contains("no-referrer"), "{page}");
        assert!(!page.contains("4%2F0A") && !page.contains("<b>"), "{page}");
        let callback = waiting.await.expect("no panic").expect("a callback");
        assert_eq!(callback, format!("{redirect}?code=4%2F0A%3Cb%3E&state=s+t&scope=a%20b"));
    }

    #[tokio::test]
    async fn a_connection_that_says_nothing_does_not_keep_the_listener_open() {
        let loopback = Loopback::bind("http://127.0.0.1/callback", None).await.expect("a listener");
        let address = address(&loopback);
        let waiting = tokio::spawn(async move { loopback.callback("s", LONG).await });
        let silent = tokio::net::TcpStream::connect(&address).await.expect("a connection");
        assert!(request(&address, "GET /callback?error=access_denied&state=s").await.starts_with("HTTP/1.1 200"));
        assert!(waiting.await.expect("no panic").expect("a callback").ends_with("?error=access_denied&state=s"));
        drop(silent);
    }

    #[tokio::test]
    async fn the_configured_address_is_kept_to_the_letter_unless_the_port_is_replaced() {
        let free = Loopback::bind("http://127.0.0.1", None).await.expect("a listener");
        let port = Url::parse(free.redirect_uri()).expect("an address").port().expect("a port");
        drop(free);
        let configured = format!("http://127.0.0.1:{port}");
        let loopback = Loopback::bind(&configured, None).await.expect("a listener");
        assert_eq!(loopback.redirect_uri(), configured);
        let taken = Loopback::bind(&configured, None).await.expect_err("taken");
        assert!(matches!(taken, LoopbackError::Listen { .. }), "{taken}");
    }

    #[tokio::test]
    async fn other_machines_and_other_schemes_are_refused() {
        for address in ["https://app.example/callback", "http://192.168.1.2:80/", "http://localhost.example/", "x"] {
            let error = Loopback::bind(address, None).await.expect_err(address);
            assert!(matches!(error, LoopbackError::NotLoopback(_)), "{error}");
        }
    }

    #[tokio::test]
    async fn waiting_ends_in_time() {
        let loopback = Loopback::bind("http://127.0.0.1/callback", None).await.expect("a listener");
        let error = loopback.callback("s", Duration::ZERO).await.expect_err("nobody came");
        assert_eq!(error.to_string(), "no answer from the browser within 0 s");
    }
}
