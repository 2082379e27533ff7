//! How many requests go to one mailbox at the same time, over all calls of a user. Graph refuses
//! more than four of an application per mailbox; others have a limit of the configuration.

use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::{HeaderMap, Uri};
use sha2::{Digest, Sha256};
use tokio::time::{Instant, timeout_at};
use wasmtime_wasi_http::Error;

use super::Egress;
use super::origin::origin;
use crate::config::Origin;
use crate::turns::Turn;

/// Requests that Graph serves at the same time per application and mailbox
/// (<https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits>).
pub(super) const GRAPH: u32 = 4;

/// Whose requests wait for each other: user, server and access token. Two accounts of a user at
/// the same provider have different tokens; the token itself is not kept.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Lane {
    user: Arc<str>,
    origin: Origin,
    token: [u8; 32],
}

impl Lane {
    fn new(user: Arc<str>, origin: Origin, headers: &HeaderMap) -> Self {
        let mut token = Sha256::new();
        headers.get_all(AUTHORIZATION).iter().for_each(|value| token.update(value.as_bytes()));
        Self { user, origin, token: token.finalize().into() }
    }
}

impl Egress {
    /// Waits until the request may be sent, at most until the end of the call. A request that
    /// waited in vain was not sent.
    pub(super) async fn take_turn(&self, uri: &Uri, headers: &HeaderMap, until: Instant) -> Result<Turn<Lane>, Error> {
        let origin = origin(uri).ok_or(Error::HttpRequestDenied)?;
        let most = match self.gateway.policy.is_graph(uri) {
            true => self.limits.in_flight.min(GRAPH),
            false => self.limits.in_flight,
        };
        let lane = Lane::new(self.user.clone(), origin, headers);
        timeout_at(until, self.gateway.lanes.take(lane, most)).await.map_err(|_| {
            let operation = self.operation;
            tracing::warn!(operation, most, "a request waited in vain: too many requests of this user in flight");
            Error::ConnectionLimitReached
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lane(user: &str, origin: &str, token: &str) -> Lane {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, token.parse().unwrap());
        Lane::new(user.into(), Origin::of(origin).unwrap(), &headers)
    }

    #[test]
    fn users_servers_and_tokens_have_lanes_of_their_own() {
        let one = lane("ana", "https://graph.microsoft.com", "Bearer a");
        assert!(one == lane("ana", "https://graph.microsoft.com:443/v1.0", "Bearer a"));
        assert!(one != lane("ben", "https://graph.microsoft.com", "Bearer a"));
        assert!(one != lane("ana", "https://graph.microsoft.us", "Bearer a"));
        assert!(one != lane("ana", "https://graph.microsoft.com", "Bearer b"));
    }
}
