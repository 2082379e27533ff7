//! What a running call leaves behind: the accounts it read, the requests it sent. Counts; never keeps a body, an
//! address or a header other than the provider's id of a request.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, StatusCode, Uri, header, request, response};

use super::record::{self, ProviderRequest, Traffic};
use crate::config::Config;
use crate::types::Provider;

/// Ids of requests that one record keeps.
const IDS: usize = 64;
/// Accounts that one record names.
const ACCOUNTS: usize = 64;
/// The providers' words for a usage limit behind a 403.
const LIMITS: [&str; 3] = ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"];

tokio::task_local! {
    /// The trail of the call that this task runs.
    pub(super) static CURRENT: Arc<Trail>;
}

/// Which addresses belong to which provider.
#[derive(Debug, Default)]
pub(crate) struct Destinations(Vec<(String, Provider)>);

impl Destinations {
    pub(crate) fn new(config: &Config) -> Self {
        let mut all = Vec::new();
        if let Some(client) = &config.google {
            let addresses = [&client.endpoints.token, &client.endpoints.revoke, &client.endpoints.api];
            all.extend(addresses.into_iter().flatten().map(|address| (address.clone(), Provider::Google)));
            all.extend(client.google_origins().iter().map(|(_, origin)| (origin.to_string(), Provider::Google)));
        }
        if let Some(client) = &config.outlook {
            let addresses = [&client.endpoints.token, &client.endpoints.device_code, &client.endpoints.api];
            all.extend(addresses.into_iter().flatten().map(|address| (address.clone(), Provider::Outlook)));
            all.extend(client.outlook_origins().iter().map(|(_, origin)| (origin.to_string(), Provider::Outlook)));
        }
        // The most exact address decides: on loopback both providers may share an origin.
        all.sort_by_key(|(address, _)| std::cmp::Reverse(address.len()));
        Self(all)
    }

    fn provider(&self, uri: &Uri) -> Option<Provider> {
        let (scheme, authority) = (uri.scheme_str()?, uri.authority()?.as_str().to_ascii_lowercase());
        let whole = format!("{scheme}://{authority}{}", uri.path());
        let port = match (uri.port_u16(), scheme) {
            (Some(_), _) => None,
            (None, "https") => Some(443),
            (None, _) => Some(80),
        };
        let with_port = port.map(|port| format!("{scheme}://{authority}:{port}{}", uri.path()));
        let begins = |address: &str| {
            whole.starts_with(address) || with_port.as_deref().is_some_and(|whole| whole.starts_with(address))
        };
        self.0.iter().find(|(address, _)| begins(address)).map(|(_, provider)| *provider)
    }
}

/// What one call left so far. Clones of the `Arc` go where requests are sent.
#[derive(Default)]
pub(crate) struct Trail {
    destinations: Arc<Destinations>,
    noted: Mutex<Noted>,
}

/// Everything a record needs besides time and decision.
#[derive(Default)]
pub(super) struct Noted {
    pub(super) accounts: BTreeSet<String>,
    pub(super) provider_requests: Vec<ProviderRequest>,
    pub(super) google: Traffic,
    pub(super) outlook: Traffic,
    pub(super) cache_hits: u64,
    pub(super) cache_misses: u64,
    /// Requests that failed in a way that is worth another try.
    failed: HashSet<u64>,
}

impl Trail {
    pub(super) fn new(destinations: Arc<Destinations>) -> Self {
        Self { destinations, noted: Mutex::default() }
    }

    /// The trail of the call that this task runs; outside of one, a trail nobody reads.
    pub(crate) fn current() -> Arc<Self> {
        CURRENT.try_with(Arc::clone).unwrap_or_default()
    }

    /// The grant of an account was read.
    pub(crate) fn add_account(&self, id: &str) {
        let mut noted = self.noted();
        if noted.accounts.len() < ACCOUNTS {
            noted.accounts.insert(record::account(id));
        }
    }

    /// The cache was asked for busy times.
    pub(crate) fn add_cache_lookup(&self, is_hit: bool) {
        let mut noted = self.noted();
        match is_hit {
            true => noted.cache_hits += 1,
            false => noted.cache_misses += 1,
        }
    }

    /// A request that is about to be sent.
    pub(crate) fn begin(self: &Arc<Self>, parts: &request::Parts, body: &[u8]) -> Leg {
        let mut hasher = DefaultHasher::new();
        (&parts.method, parts.uri.to_string(), body).hash(&mut hasher);
        let grant = grant_type(&parts.headers, body);
        let provider = self.destinations.provider(&parts.uri);
        Leg { trail: self.clone(), provider, grant, fingerprint: hasher.finish(), is_sent: false, is_good: false }
    }

    pub(super) fn take(&self) -> Noted {
        std::mem::take(&mut self.noted())
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Noted {
    fn traffic(&mut self, provider: Option<Provider>) -> Option<&mut Traffic> {
        match provider? {
            Provider::Google => Some(&mut self.google),
            Provider::Outlook => Some(&mut self.outlook),
        }
    }
}

/// One request on its way. Dropped without an answer, it has failed.
pub(crate) struct Leg {
    trail: Arc<Trail>,
    provider: Option<Provider>,
    grant: Option<Grant>,
    fingerprint: u64,
    is_sent: bool,
    is_good: bool,
}

/// What a token request asks by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Grant {
    Refresh,
    /// A person may still be thinking: refusals are no failures.
    Device,
    Code,
}

impl Leg {
    /// It was allowed and goes out now.
    pub(crate) fn sent(mut self) -> Self {
        self.is_sent = true;
        let mut noted = self.trail.noted();
        let is_retry = noted.failed.contains(&self.fingerprint);
        if let Some(traffic) = noted.traffic(self.provider) {
            traffic.requests += 1;
            traffic.retries += u64::from(is_retry);
            traffic.refreshes += u64::from(self.grant == Some(Grant::Refresh));
        }
        drop(noted);
        self
    }

    /// The whole answer is there.
    pub(crate) fn answered(mut self, parts: &response::Parts, body: &[u8]) {
        let status = parts.status;
        let is_throttled = is_throttled(parts, body);
        let is_refused = status == StatusCode::UNAUTHORIZED
            || (status == StatusCode::BAD_REQUEST && matches!(self.grant, Some(Grant::Refresh | Grant::Code)));
        self.is_good = !is_throttled
            && !is_refused
            && !status.is_server_error()
            && !matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY);
        let mut noted = self.trail.noted();
        if let Some(traffic) = noted.traffic(self.provider) {
            traffic.throttled += u64::from(is_throttled);
            traffic.auth_failures += u64::from(is_refused);
        }
        let id = ["request-id", "x-ms-request-id"].iter().find_map(|name| parts.headers.get(*name)?.to_str().ok());
        if let (Some(provider), Some(id)) = (self.provider, id.and_then(record::request_id))
            && noted.provider_requests.len() < IDS
        {
            noted.provider_requests.push(ProviderRequest { provider: provider.as_str().to_owned(), id });
        }
    }
}

impl Drop for Leg {
    fn drop(&mut self) {
        let mut noted = self.trail.noted();
        match self.is_good {
            true => drop(noted.failed.remove(&self.fingerprint)),
            false if self.is_sent => drop(noted.failed.insert(self.fingerprint)),
            false => {}
        }
    }
}

fn is_throttled(parts: &response::Parts, body: &[u8]) -> bool {
    let says = |word: &str| body.windows(word.len()).any(|window| window == word.as_bytes());
    match parts.status {
        StatusCode::TOO_MANY_REQUESTS => true,
        StatusCode::SERVICE_UNAVAILABLE => parts.headers.contains_key(header::RETRY_AFTER),
        StatusCode::FORBIDDEN => LIMITS.into_iter().any(says),
        _ => false,
    }
}

/// The grant type of a form; `None` = this is no token request.
fn grant_type(headers: &HeaderMap, body: &[u8]) -> Option<Grant> {
    let is_form = |value: &header::HeaderValue| value.as_bytes().starts_with(b"application/x-www-form-urlencoded");
    if !headers.get(header::CONTENT_TYPE).is_some_and(is_form) {
        return None;
    }
    let grant = body.split(|byte| *byte == b'&').find_map(|pair| pair.strip_prefix(b"grant_type="))?;
    Some(match grant {
        b"refresh_token" => Grant::Refresh,
        grant if grant.ends_with(b"device_code") => Grant::Device,
        _ => Grant::Code,
    })
}

#[cfg(test)]
mod tests;
