//! Every outbound request of the component passes here: the policy decides, the quota counts,
//! the pooled client sends. No redirects are followed; nothing is retried that a server may have
//! seen.

mod body;
mod client;
pub(crate) mod exchange;
#[cfg(test)]
mod exchanges;
mod failure;
mod policy;
mod send;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use http::header::{self, HeaderName};
use wasmtime_wasi_http::{
    DEFAULT_FORBIDDEN_HEADERS, Error, ForbiddenHeaderFilter, RequestOptions, WasiBody, WasiHttpHooks,
};

use self::client::Client;
use self::exchange::{Counters, Observer, Stats};
use self::policy::Policy;
use crate::config::{Config, Limits};
use crate::setup::SetupError;

/// What all calls share: policy, connections, counters.
#[derive(Clone)]
pub(crate) struct Gateway {
    policy: Arc<Policy>,
    client: Client,
    counters: Arc<Counters>,
    observer: Option<Observer>,
}

impl Gateway {
    pub(crate) fn new(config: &Config, observer: Option<Observer>) -> Result<Self, SetupError> {
        let policy = Policy::new(config);
        let client = client::connect(config, policy.needs_tls())?;
        Ok(Self { policy: Arc::new(policy), client, counters: Arc::default(), observer })
    }

    /// The hooks of one call.
    pub(crate) fn for_call(&self, operation: &'static str, limits: Limits) -> Egress {
        Egress {
            gateway: self.clone(),
            operation,
            used: Arc::default(),
            denial: Arc::default(),
            limits: Arc::new(limits),
        }
    }

    pub(crate) fn count_call(&self) {
        self.counters.add_call();
    }

    pub(crate) fn stats(&self) -> Stats {
        self.counters.read()
    }
}

/// The HTTP hooks of one call. A type of its own: hooks and view cannot be one.
#[derive(Clone)]
pub(crate) struct Egress {
    gateway: Gateway,
    operation: &'static str,
    limits: Arc<Limits>,
    used: Arc<AtomicU32>,
    /// How the first request that was denied could be allowed.
    denial: Arc<OnceLock<String>>,
}

impl Egress {
    /// What a person does to allow what was denied in this call; `None` = nothing was denied.
    pub(crate) fn remedy(&self) -> Option<String> {
        self.denial.get().map(|hint| format!("If the request is wanted: {hint}."))
    }

    /// Takes one request from the quota of the call.
    fn within_quota(&self) -> bool {
        self.used.fetch_add(1, Ordering::Relaxed) < self.limits.requests
    }
}

/// The future that ends when the exchange is over; ours is over before the head is handed out.
type Rest = Box<dyn Future<Output = Result<(), Error>> + Send>;

impl WasiHttpHooks for Egress {
    /// `authorization` is the guest's own; the rest could smuggle requests or reach a proxy.
    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        Arc::new(is_forbidden)
    }

    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _done: Rest,
    ) -> Box<dyn Future<Output = Result<(http::Response<WasiBody>, Rest), Error>> + Send> {
        let egress = self.clone();
        Box::new(async move {
            let response = egress.send(request, options.unwrap_or_default()).await?;
            Ok((response, Box::new(async { Ok(()) }) as Rest))
        })
    }
}

fn is_forbidden(name: &HeaderName) -> bool {
    const OURS: [HeaderName; 4] = [header::PROXY_AUTHORIZATION, header::EXPECT, header::FORWARDED, header::TRAILER];
    OURS.contains(name) || DEFAULT_FORBIDDEN_HEADERS.contains(name) || name.as_str().starts_with("x-forwarded-")
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
