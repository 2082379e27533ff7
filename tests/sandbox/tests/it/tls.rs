//! The https listener: for clients that refuse plain http.

use calendar_sandbox::Sandbox;
use calendar_sandbox::config::Config;
use calendar_sandbox::error::Error;
use calendar_sandbox::tls::TlsFiles;
use calendar_sandbox::vendor::Vendor;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// A certificate for localhost, its files, and the folder they are in.
fn certificate() -> (CertificateDer<'static>, TlsFiles, TempDir) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let files = TlsFiles { certificate: folder.path().join("leaf.pem"), key: folder.path().join("leaf.key") };
    std::fs::write(&files.certificate, made.cert.pem()).unwrap();
    std::fs::write(&files.key, made.signing_key.serialize_pem()).unwrap();
    (made.cert.der().clone(), files, folder)
}

fn connector(trusted: CertificateDer<'static>) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(trusted).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    TlsConnector::from(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
}

#[tokio::test]
async fn the_listener_answers_over_tls_and_links_to_itself_by_https() {
    let (trusted, files, _folder) = certificate();
    let sandbox = Sandbox::start(Config { tls: Some(files), ..Config::default() }).await.unwrap();
    let host = sandbox.base_url().strip_prefix("https://").unwrap().to_owned();
    let port = host.strip_prefix("localhost:").unwrap();
    let token = sandbox.control().access_token(Vendor::Microsoft, "ana@contoso.example", &["Calendars.Read"]);

    let stream = TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = connector(trusted).connect(name, stream).await.unwrap();
    let request = format!(
        "GET /v1.0/me/events?$top=1 HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains(&format!("\"@odata.nextLink\":\"https://{host}/v1.0/me/events?")), "{answer}");
    sandbox.shutdown().await;
}

#[tokio::test]
async fn a_client_that_does_not_trust_the_certificate_is_not_served_and_others_are() {
    let (trusted, files, _folder) = certificate();
    let (stranger, _, _other_folder) = certificate();
    let sandbox = Sandbox::start(Config { tls: Some(files), ..Config::empty() }).await.unwrap();
    let address = sandbox.base_url().replace("https://localhost", "127.0.0.1");
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TcpStream::connect(&address).await.unwrap();
    assert!(connector(stranger).connect(name.clone(), stream).await.is_err());
    let stream = TcpStream::connect(&address).await.unwrap();
    assert!(connector(trusted).connect(name, stream).await.is_ok());
    sandbox.shutdown().await;
}

#[tokio::test]
async fn files_that_cannot_be_used_are_named() {
    let (_, files, folder) = certificate();
    let missing = TlsFiles { key: folder.path().join("missing.key"), ..files.clone() };
    let Err(Error::Tls { path, .. }) = Sandbox::start(Config { tls: Some(missing), ..Config::empty() }).await else {
        panic!("a missing key must be an error");
    };
    assert!(path.ends_with("missing.key"), "{path}");

    let (_, other, _other_folder) = certificate();
    let mixed = TlsFiles { key: other.key, ..files };
    let error = Sandbox::start(Config { tls: Some(mixed), ..Config::empty() }).await.unwrap_err();
    assert!(matches!(error, Error::Tls { ref path, .. } if path.ends_with("leaf.pem")), "{error}");
}
