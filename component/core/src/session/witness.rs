//! Watches the attempts of one exchange: its last outcome alone does not tell whether an earlier
//! attempt was lost after the server had acted on it, and what one attempt is told to wait holds for
//! the other requests of the account.

use std::cell::Cell;

use chrono::TimeDelta;

use crate::http::request::Request;
use crate::http::response::{Response, TransportError};
use crate::http::retry::Attempt;
use crate::ports::{Clock, Http, Pending, World};

use super::pause::Pause;

/// An [`Http`] that remembers whether any attempt may have reached the server without an answer, and sends
/// nothing while the account rests.
pub(super) struct Witness<'h> {
    inner: &'h dyn Http,
    clock: &'h dyn Clock,
    pause: &'h Pause<'h>,
    is_throttled: fn(&Response) -> bool,
    may_have_acted: Cell<bool>,
}

impl<'h> Witness<'h> {
    pub(super) fn new(world: &World<'h>, pause: &'h Pause<'h>, is_throttled: fn(&Response) -> bool) -> Self {
        Self { inner: world.http, clock: world.clock, pause, is_throttled, may_have_acted: Cell::new(false) }
    }

    /// True after a timeout, a lost or cut answer, or a server fault.
    pub(super) fn may_have_acted(&self) -> bool {
        self.may_have_acted.get()
    }
}

impl Http for Witness<'_> {
    fn send(&self, request: Request, limit: TimeDelta) -> Pending<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            if let Some(answer) = self.pause.answer(self.clock.now()) {
                return Ok(answer);
            }
            let outcome = self.inner.send(request, limit).await;
            let now = self.clock.now();
            self.pause.heed(Attempt::judge(&outcome, self.is_throttled, now), now);
            let unclear = match &outcome {
                Ok(response) => response.status >= 500,
                Err(cause) => !cause.is_unsent(),
            };
            self.may_have_acted.set(self.may_have_acted.get() || unclear);
            outcome
        })
    }
}
