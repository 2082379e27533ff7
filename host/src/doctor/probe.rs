//! One look at an address: name, connection, TLS, one request without credentials. Says which step failed.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{Request, header};
use http_body_util::Empty;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::{Host, Url};

/// How long each of name, connection, TLS and answer may take.
const STEP: Duration = Duration::from_secs(5);

/// An answer, whatever it says.
#[derive(Debug)]
pub(super) struct Answer {
    /// The HTTP status.
    pub(super) status: u16,
    /// How far the server's clock is ahead of ours, in seconds; `None` = it did not say.
    pub(super) ahead_seconds: Option<i64>,
}

/// The step that failed. The text says why.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    Name(String),
    Connection(String),
    Tls(String),
    Answer(String),
}

/// Looks at `url`.
pub(super) async fn probe(url: &Url, tls: Arc<ClientConfig>) -> Result<Answer, Failure> {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(443);
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let addresses: Vec<_> = within(lookup_host((bare, port))).await.map_err(Failure::Name)?.collect();
    if addresses.is_empty() {
        return Err(Failure::Name("the name has no address".to_owned()));
    }
    let stream = within(TcpStream::connect(addresses.as_slice())).await.map_err(Failure::Connection)?;
    if url.scheme() != "https" {
        return ask(stream, url).await;
    }
    let name = match url.host() {
        Some(Host::Ipv4(address)) => ServerName::from(std::net::IpAddr::from(address)),
        Some(Host::Ipv6(address)) => ServerName::from(std::net::IpAddr::from(address)),
        _ => ServerName::try_from(host.to_owned()).map_err(|error| Failure::Tls(error.to_string()))?,
    };
    ask(within(TlsConnector::from(tls).connect(name, stream)).await.map_err(Failure::Tls)?, url).await
}

async fn ask<S>(stream: S, url: &Url) -> Result<Answer, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) =
        within(hyper::client::conn::http1::handshake(TokioIo::new(stream))).await.map_err(Failure::Answer)?;
    let running = tokio::spawn(connection);
    let authority = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let request = Request::get(&url[url::Position::BeforePath..url::Position::AfterPath])
        .header(header::HOST, authority)
        .header(header::USER_AGENT, "calendar-host-doctor")
        .body(Empty::<Bytes>::new())
        .map_err(|error| Failure::Answer(error.to_string()))?;
    let sent = Utc::now();
    let response = within(sender.send_request(request)).await.map_err(Failure::Answer)?;
    let middle = sent + (Utc::now() - sent) / 2;
    running.abort();
    let date = response.headers().get(header::DATE).and_then(|value| value.to_str().ok());
    let theirs = date.and_then(|text| DateTime::parse_from_rfc2822(text).ok());
    let ahead_seconds = theirs.map(|theirs| theirs.timestamp() - middle.timestamp());
    Ok(Answer { status: response.status().as_u16(), ahead_seconds })
}

/// A step, or why it failed.
async fn within<T, E: std::error::Error>(step: impl Future<Output = Result<T, E>>) -> Result<T, String> {
    match timeout(STEP, step).await {
        Err(_) => Err(format!("nothing happened for {} s", STEP.as_secs())),
        Ok(Err(error)) => Err(error.to_string()),
        Ok(Ok(value)) => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    fn no_tls() -> Arc<ClientConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        Arc::new(builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth())
    }

    /// A server that answers every connection with the same bytes and closes it.
    async fn server(answer: &'static [u8]) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 1024];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(answer).await;
            }
        });
        port
    }

    async fn look(address: &str) -> Result<Answer, Failure> {
        probe(&Url::parse(address).unwrap(), no_tls()).await
    }

    #[tokio::test]
    async fn every_step_that_fails_is_named() {
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let refused = look(&format!("http://127.0.0.1:{closed}/")).await.unwrap_err();
        assert!(matches!(refused, Failure::Connection(_)), "{refused:?}");
        let plain = server(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
        let no_tls = look(&format!("https://127.0.0.1:{plain}/")).await.unwrap_err();
        assert!(matches!(no_tls, Failure::Tls(_)), "{no_tls:?}");
        let noise = server(b"SSH-2.0-x\r\n").await;
        let no_http = look(&format!("http://127.0.0.1:{noise}/")).await.unwrap_err();
        assert!(matches!(no_http, Failure::Answer(_)), "{no_http:?}");
        let nowhere = look("http://nowhere.invalid/").await.unwrap_err();
        assert!(matches!(nowhere, Failure::Name(_)), "{nowhere:?}");
    }

    #[tokio::test]
    async fn any_status_is_an_answer_and_the_date_tells_the_clock() {
        let port = server(b"HTTP/1.1 404 Not Found\r\ndate: Thu, 01 Jan 1970 00:00:10 GMT\r\n\r\n").await;
        let answer = look(&format!("http://127.0.0.1:{port}/x")).await.unwrap();
        assert_eq!(answer.status, 404);
        assert!(answer.ahead_seconds.unwrap() < -1_000_000_000);
        let silent = server(b"HTTP/1.1 200 OK\r\n\r\n").await;
        assert_eq!(look(&format!("http://127.0.0.1:{silent}/x")).await.unwrap().ahead_seconds, None);
    }
}
