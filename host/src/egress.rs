//! Every outbound request of the component passes here: the policy decides, the quota counts,
//! the pooled client sends. No redirects are followed; nothing is retried that a server may have
//! seen.

mod address;
mod body;
mod client;
mod connector;
pub(crate) mod exchange;
mod failure;
mod headers;
mod lane;
mod origin;
mod policy;
mod send;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use http::header::{self, HeaderName};
use tokio::time::Instant;
use tracing::Instrument;
use wasmtime_wasi_http::{
    DEFAULT_FORBIDDEN_HEADERS, Error, ForbiddenHeaderFilter, RequestOptions, WasiBody, WasiHttpHooks,
};

use self::client::Clients;
pub(crate) use self::client::tls;
use self::exchange::{Counters, Observer, Stats};
use self::lane::Lane;
use self::policy::Policy;
use crate::audit::trail::Trail;
use crate::config::{Config, Limits};
use crate::setup::SetupError;
use crate::turns::Turns;

/// What all calls share: policy, connections, counters.
#[derive(Clone)]
pub(crate) struct Gateway {
    policy: Arc<Policy>,
    clients: Arc<Clients>,
    lanes: Turns<Lane>,
    counters: Arc<Counters>,
    observer: Option<Observer>,
}

impl Gateway {
    pub(crate) fn new(config: &Config, observer: Option<Observer>) -> Result<Self, SetupError> {
        let policy = Policy::new(config)?;
        let clients = Arc::new(Clients::new(config, policy.needs_tls())?);
        Ok(Self { policy: Arc::new(policy), clients, lanes: Turns::default(), counters: Arc::default(), observer })
    }

    /// The hooks of one call of `user`, which ends at `deadline`.
    pub(crate) fn for_call(
        &self,
        user: Arc<str>,
        operation: &'static str,
        limits: Limits,
        deadline: Instant,
    ) -> Egress {
        Egress {
            gateway: self.clone(),
            user,
            operation,
            deadline,
            used: Arc::default(),
            denied: Arc::default(),
            denial: Arc::default(),
            trail: Trail::current(),
            span: tracing::Span::current(),
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
    user: Arc<str>,
    operation: &'static str,
    /// When the call ends.
    deadline: Instant,
    limits: Arc<Limits>,
    used: Arc<AtomicU32>,
    /// How many requests were denied.
    denied: Arc<AtomicU32>,
    /// How the first request that was denied could be allowed.
    denial: Arc<OnceLock<String>>,
    /// What the call leaves in the audit log, and its lines in the log.
    trail: Arc<Trail>,
    span: tracing::Span,
}

impl Egress {
    /// What a person does to allow what was denied in this call; `None` = nothing was denied.
    pub(crate) fn remedy(&self) -> Option<String> {
        self.denial.get().map(|hint| format!("If the request is wanted: {hint}."))
    }

    /// Counts a question to the cache, and whether it had the answer.
    pub(crate) fn count_cached(&self, hit: bool) {
        self.gateway.counters.add_cached(hit);
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
            let response = egress.send(request, options.unwrap_or_default()).instrument(egress.span.clone()).await?;
            Ok((response, Box::new(async { Ok(()) }) as Rest))
        })
    }
}

fn is_forbidden(name: &HeaderName) -> bool {
    const OURS: [HeaderName; 4] = [header::PROXY_AUTHORIZATION, header::EXPECT, header::FORWARDED, header::TRAILER];
    OURS.contains(name) || DEFAULT_FORBIDDEN_HEADERS.contains(name) || name.as_str().starts_with("x-forwarded-")
}
