//! One request to a provider's token or revocation endpoint: within 20 seconds, no more than
//! 64 KiB of answer, redirects not followed. Not here: what the answer means (`oauth::token`).

use chrono::TimeDelta;

use crate::account::Provider;
use crate::error::{Error, Kind};
use crate::http::exchange::exchange;
use crate::http::request::Request;
use crate::http::response::{Response, TransportError};
use crate::http::retry::Replay;
use crate::ports::World;

const LIMIT: TimeDelta = TimeDelta::seconds(20);
const MAX_ANSWER: usize = 64 * 1024;

/// Sends `request` and returns the answer, whatever its status.
///
/// # Errors
/// `Timeout`, `Unavailable`, `DeniedByHost`, `Protocol` (an answer that is too large).
pub async fn ask(world: &World<'_>, provider: Provider, request: &Request, replay: Replay) -> Result<Response, Error> {
    let deadline = world.deadline.min(world.clock.now() + LIMIT);
    let world = World { deadline, ..*world };
    let at_place =
        |cause: TransportError| super::transport::error(&cause).context(format!("{provider} sign-in")).at(provider);
    let response = exchange(&world, request, replay, |_| false).await.map_err(at_place)?;
    if response.body.len() > MAX_ANSWER {
        let what = format!("{provider} sign-in: the answer is larger than 64 KiB");
        return Err(Error::new(Kind::Protocol, what).at(provider));
    }
    Ok(response)
}
