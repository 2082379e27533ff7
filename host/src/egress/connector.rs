//! How connections are made: names resolved once, the answer judged, TCP and TLS within one limit.
//! What was judged is what is connected to: a name that changes its mind in between gains nothing.

use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use super::address::{literal, permitted};
use super::failure::ConnectTimeout;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Pending<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// Finds the addresses of a name.
pub(super) type Lookup = Arc<dyn Fn(String) -> Pending<Vec<IpAddr>> + Send + Sync>;

/// The system's own way.
pub(super) fn system() -> Lookup {
    Arc::new(|name| {
        Box::pin(async move {
            let name: Name = name.parse()?;
            Ok(GaiResolver::new().call(name).await?.map(|address| address.ip()).collect())
        })
    })
}

/// Resolves names to permitted addresses.
#[derive(Clone)]
pub(super) struct Resolver(Lookup);

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = Pending<Self::Response>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let lookup = self.0.clone();
        Box::pin(async move {
            let found = lookup(name.to_string()).await?;
            let addresses = permitted(name.as_str(), found)?;
            Ok(addresses.into_iter().map(|address| SocketAddr::new(address, 0)).collect::<Vec<_>>().into_iter())
        })
    }
}

/// Limits name resolution, TCP and TLS handshake together.
#[derive(Clone)]
pub(super) struct Connector {
    inner: HttpsConnector<HttpConnector<Resolver>>,
    limit: Duration,
}

impl Connector {
    pub(super) fn new(tls: rustls::ClientConfig, lookup: Lookup, limit: Duration) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(Resolver(lookup));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        // HTTP/2 where the server offers it in the TLS handshake (ALPN), HTTP/1.1 everywhere else.
        let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_all_versions();
        Self { inner: https.wrap_connector(tcp), limit }
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<TokioIo<TcpStream>>;
    type Error = BoxError;
    type Future = Pending<Self::Response>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        // A literal is never resolved.
        let host = uri.host().unwrap_or_default();
        if let Some(Err(prohibited)) = literal(host).map(|address| permitted(host, [address])) {
            return Box::pin(async { Err(prohibited.into()) });
        }
        let (connecting, limit) = (self.inner.call(uri), self.limit);
        Box::pin(async move { tokio::time::timeout(limit, connecting).await.map_err(|_| ConnectTimeout)? })
    }
}
