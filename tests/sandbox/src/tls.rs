//! The listener's TLS, for clients that refuse plain http. It reads a certificate and its key from files; it makes none, and
//! asks no client for one.

use crate::error::Error;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// What the listener shows to its clients. The certificate must be good for `localhost`, the name in absolute links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate in PEM, followed by those between it and the root, if any.
    pub certificate: PathBuf,
    /// Its private key in PEM.
    pub key: PathBuf,
}

/// Reads the files. Only HTTP/1.1 is offered, as without TLS.
///
/// # Errors
/// `Tls` when a file cannot be read, or certificate and key do not belong together.
pub(crate) fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, Error> {
    let unread = |path: &Path, source: rustls::pki_types::pem::Error| unusable(path, source.to_string());
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect)
        .map_err(|source| unread(&files.certificate, source))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|source| unread(&files.key, source))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map(|builder| builder.with_no_client_auth())
        .and_then(|builder| builder.with_single_cert(chain, key))
        .map_err(|source| unusable(&files.certificate, source.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn unusable(path: &Path, reason: String) -> Error {
    Error::Tls { path: path.display().to_string(), reason }
}
