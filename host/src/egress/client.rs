//! One pooled client per user: a connection that carried requests of one user never carries
//! another's. HTTP/1.1 and HTTP/2, the system's certificates and those of CALENDAR_HOST_CA_FILE.
//! Proxies from the environment are not used.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use lru::LruCache;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::connector::{self, Connector};
use super::headers;
use crate::config::Config;
use crate::setup::SetupError;

/// A pooled client; clones share connections.
pub(super) type Client = hyper_util::client::legacy::Client<Connector, Full<Bytes>>;

/// An idle connection is closed after this; both vendors keep theirs longer.
const IDLE: Duration = Duration::from_secs(50);
/// How often an HTTP/2 connection is asked whether it is alive, and how long the answer may take:
/// one that died silently must not swallow call after call.
const PING: Duration = Duration::from_secs(10);
/// Users whose connections are kept. Whoever was away longest loses idle ones first; requests in
/// flight end in peace.
const USERS: NonZeroUsize = NonZeroUsize::new(1024).unwrap();
/// Bytes of one response read at once; HTTP/1.1 heads must fit.
const BUFFER: usize = 256 * 1024;

/// The clients of all users.
pub(super) struct Clients {
    connector: Connector,
    by_user: Mutex<LruCache<Arc<str>, Client>>,
}

impl Clients {
    pub(super) fn new(config: &Config, needs_tls: bool) -> Result<Self, SetupError> {
        let tls = tls(config, needs_tls)?;
        Ok(Self::of(Connector::new(tls, connector::system(), config.limits.connect)))
    }

    pub(super) fn of(connector: Connector) -> Self {
        Self { connector, by_user: Mutex::new(LruCache::new(USERS)) }
    }

    /// The client of a user.
    pub(super) fn of_user(&self, user: &Arc<str>) -> Client {
        let mut by_user = self.by_user.lock().unwrap_or_else(PoisonError::into_inner);
        by_user.get_or_insert(user.clone(), || self.connect()).clone()
    }

    fn connect(&self) -> Client {
        // A request is sent again by itself (hyper-util's default, `retry_canceled_requests`) only if
        // the pooled connection was closed before any byte of it was handed to the connection: hyper
        // gives the untouched request back. What a server may have seen is never repeated here.
        hyper_util::client::legacy::Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .http1_max_headers(headers::FIELDS)
            .http1_max_buf_size(BUFFER)
            .http2_max_header_list_size(u32::try_from(headers::RECEIVED).unwrap_or(u32::MAX))
            .http2_keep_alive_interval(PING)
            .http2_keep_alive_timeout(PING)
            .http2_keep_alive_while_idle(true)
            .build(self.connector.clone())
    }
}

/// The system's verifier; where every allowed address is plain http (on loopback), no
/// certificate is trusted at all and a machine without certificates is fine.
pub(crate) fn tls(config: &Config, needs_tls: bool) -> Result<rustls::ClientConfig, SetupError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_file_must_hold_certificates() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::new(folder.path());
        config.ca_file = Some(folder.path().join("missing.pem"));
        assert!(Clients::new(&config, false).err().unwrap().to_string().starts_with("cannot read "));
        std::fs::write(folder.path().join("missing.pem"), "no certificate").unwrap();
        let error = Clients::new(&config, false).err().unwrap();
        assert!(error.to_string().contains("holds no certificate"), "{error}");
        assert!(error.remedy().contains("CALENDAR_HOST_CA_FILE"));
    }
}
