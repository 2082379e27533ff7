//! One exchange: send, judge, wait, send again, until it is final or the deadline is near.

use super::request::Request;
use super::response::{Response, TransportError};
use super::retry::{Attempt, Replay, decide};
use crate::ports::World;

/// Sends `request`, repeating it as `retry::decide` says. `is_throttled` recognises answers that
/// mean "slow down" without being a 429.
///
/// # Errors
/// The last attempt's, when there was no complete answer; `Timeout` once the deadline has passed.
pub async fn exchange(
    world: &World<'_>,
    request: &Request,
    replay: Replay,
    is_throttled: fn(&Response) -> bool,
) -> Result<Response, TransportError> {
    let mut attempt = 1;
    loop {
        let left = world.deadline - world.clock.now();
        if left <= chrono::TimeDelta::zero() {
            let host = super::url::origin(&request.url).unwrap_or_default();
            return Err(TransportError::Timeout(host));
        }
        let outcome = world.http.send(request.clone(), left).await;
        let now = world.clock.now();
        let judged = Attempt::judge(&outcome, is_throttled, now);
        match decide(attempt, judged, replay, now, world.deadline, world.random_u16()) {
            None => return outcome,
            Some(wait) => world.clock.sleep(wait).await,
        }
        attempt += 1;
    }
}
