//! TLS peers: HTTP/2 where the server offers it, HTTP/1.1 elsewhere, and certificates that count.

use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use hyper::service::service_fn;
use hyper::{Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpListener;
use tokio::sync::Barrier;
use tokio_rustls::TlsAcceptor;

use super::*;
use crate::egress::connector::{self, Connector};

/// A server of one's own certificate that offers `protocols` and says which version a request had.
struct Peer {
    port: u16,
    certificate: CertificateDer<'static>,
    connections: Arc<AtomicUsize>,
}

/// Answers wait until `together` requests are there.
async fn peer(protocols: &[&str], together: usize) -> Peer {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let certificate = own.cert.der().clone();
    let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut tls = tls.with_no_client_auth().with_single_cert(vec![certificate.clone()], key).unwrap();
    tls.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    let (acceptor, listener) = (TlsAcceptor::from(Arc::new(tls)), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let (port, connections) = (listener.local_addr().unwrap().port(), Arc::<AtomicUsize>::default());
    let (counter, barrier) = (connections.clone(), Arc::new(Barrier::new(together)));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, counter, barrier) = (acceptor.clone(), counter.clone(), barrier.clone());
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                counter.fetch_add(1, Ordering::SeqCst);
                let answer = service_fn(|request: Request<hyper::body::Incoming>| {
                    let barrier = barrier.clone();
                    async move {
                        barrier.wait().await;
                        let text = if request.version() == Version::HTTP_2 { "two" } else { "one" };
                        Ok::<_, std::convert::Infallible>(Response::new(Full::new(Bytes::from_static(text.as_bytes()))))
                    }
                });
                let _ = auto::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), answer).await;
            });
        }
    });
    Peer { port, certificate, connections }
}

/// An egress that trusts `trusted` and nothing else.
fn trusting(peer: &Peer, trusted: Option<&CertificateDer<'static>>) -> Egress {
    let mut roots = rustls::RootCertStore::empty();
    trusted.into_iter().for_each(|one| roots.add(one.clone()).unwrap());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let tls = tls.with_root_certificates(roots).with_no_client_auth();
    let config = config("https", peer.port, Limits::default());
    let mut gateway = gateway(&config);
    let connector = Connector::new(tls, connector::system(), Duration::from_secs(10));
    gateway.clients = Arc::new(Clients::of(connector));
    gateway.call("ana", &config.limits)
}

/// Three requests at the same time after one that opens the connection: which version, how many connections.
async fn speak(protocols: &[&str]) -> (Bytes, usize) {
    let peer = peer(protocols, 1).await;
    let egress = trusting(&peer, Some(&peer.certificate));
    let url = format!("https://127.0.0.1:{}/calendar/v3/x", peer.port);
    let (_, first) = send(&egress, "GET", &url, b"").await.unwrap();
    for _ in 0..3 {
        assert_eq!(send(&egress, "POST", &url, b"{}").await.unwrap(), (200, first.clone()));
    }
    (first, peer.connections.load(Ordering::SeqCst))
}

#[tokio::test]
async fn http_2_is_spoken_where_the_server_offers_it() {
    assert_eq!(speak(&["h2", "http/1.1"]).await, (Bytes::from_static(b"two"), 1));
    assert_eq!(speak(&["http/1.1"]).await, (Bytes::from_static(b"one"), 1));
    assert_eq!(speak(&[]).await, (Bytes::from_static(b"one"), 1));
}

#[tokio::test]
async fn requests_at_the_same_time_share_one_http_2_connection() {
    // The peer answers none before all four are there.
    let peer = peer(&["h2"], 4).await;
    let egress = trusting(&peer, Some(&peer.certificate));
    let url = format!("https://127.0.0.1:{}/calendar/v3/x", peer.port);
    let requests = futures_util::future::join_all((0..4).map(|_| send(&egress, "GET", &url, b"")));
    for answer in requests.await {
        assert_eq!(answer.unwrap(), (200, Bytes::from_static(b"two")));
    }
    let opened = peer.connections.load(Ordering::SeqCst);
    assert_eq!(send_four_more(&egress, &url).await, 4);
    assert_eq!(peer.connections.load(Ordering::SeqCst), opened, "no new connection for the next four");
}

async fn send_four_more(egress: &Egress, url: &str) -> usize {
    let answers = futures_util::future::join_all((0..4).map(|_| send(egress, "GET", url, b""))).await;
    answers.into_iter().filter(Result::is_ok).count()
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_is_refused() {
    let peer = peer(&["h2"], 1).await;
    let egress = trusting(&peer, None);
    let result = send(&egress, "GET", &format!("https://127.0.0.1:{}/calendar/v3/x", peer.port), b"secret").await;
    assert!(matches!(result, Err(Error::TlsCertificateError)), "{result:?}");
}
