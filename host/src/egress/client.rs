//! One pooled client for all calls: HTTP/1.1 and HTTP/2, the system's certificates and those of
//! CALENDAR_HOST_CA_FILE. Proxies from the environment are not used.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio::net::TcpStream;
use tower_service::Service;

use super::failure::ConnectTimeout;
use crate::config::Config;
use crate::setup::SetupError;

/// The pooled client; clones share connections.
pub(super) type Client = hyper_util::client::legacy::Client<TimedConnector, Full<Bytes>>;

/// An idle connection is closed after this; both vendors keep theirs longer.
const IDLE: Duration = Duration::from_secs(50);

/// How often an HTTP/2 connection is asked whether it is alive, and how long the answer may take:
/// one that died silently must not swallow call after call.
const PING: Duration = Duration::from_secs(10);

pub(super) fn connect(config: &Config, needs_tls: bool) -> Result<Client, SetupError> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    let https = HttpsConnectorBuilder::new()
        .with_tls_config(tls(config, needs_tls)?)
        .https_or_http()
        .enable_all_versions()
        .wrap_connector(tcp);
    // A request is sent again by itself (hyper-util's default, `retry_canceled_requests`) only if
    // the pooled connection was closed before any byte of it was handed to the connection: hyper
    // gives the untouched request back. What a server may have seen is never repeated here.
    Ok(hyper_util::client::legacy::Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .http2_keep_alive_interval(PING)
        .http2_keep_alive_timeout(PING)
        .http2_keep_alive_while_idle(true)
        .build(TimedConnector { inner: https, limit: config.limits.connect }))
}

/// The system's verifier; where every allowed address is plain http (on loopback), no
/// certificate is trusted at all and a machine without certificates is fine.
fn tls(config: &Config, needs_tls: bool) -> Result<rustls::ClientConfig, SetupError> {
    let failed = |error: rustls::Error| SetupError::Tls(error.to_string());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(failed)?;
    let extra = extra_certificates(config)?;
    if !needs_tls {
        return Ok(builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth());
    }
    let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(extra, provider).map_err(failed)?;
    Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
}

fn extra_certificates(config: &Config) -> Result<Vec<CertificateDer<'static>>, SetupError> {
    let Some(path) = &config.ca_file else { return Ok(Vec::new()) };
    let pem =
        std::fs::read(path).map_err(|source| SetupError::File { what: "cannot read", path: path.clone(), source })?;
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&pem)
        .collect::<Result<_, _>>()
        .map_err(|error| SetupError::Tls(format!("{} is not PEM: {error}", path.display())))?;
    if certificates.is_empty() {
        return Err(SetupError::Tls(format!("{} holds no certificate", path.display())));
    }
    Ok(certificates)
}

/// Limits name resolution, TCP and TLS handshake together.
#[derive(Clone)]
pub(super) struct TimedConnector {
    inner: HttpsConnector<HttpConnector>,
    limit: Duration,
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl Service<Uri> for TimedConnector {
    type Response = MaybeHttpsStream<TokioIo<TcpStream>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let (connecting, limit) = (self.inner.call(uri), self.limit);
        Box::pin(async move { tokio::time::timeout(limit, connecting).await.map_err(|_| ConnectTimeout)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_file_must_hold_certificates() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::new(folder.path());
        config.ca_file = Some(folder.path().join("missing.pem"));
        assert!(connect(&config, false).err().unwrap().to_string().starts_with("cannot read "));
        std::fs::write(folder.path().join("missing.pem"), "no certificate").unwrap();
        let error = connect(&config, false).err().unwrap();
        assert!(error.to_string().contains("holds no certificate"), "{error}");
        assert!(error.remedy().contains("CALENDAR_HOST_CA_FILE"));
    }
}
