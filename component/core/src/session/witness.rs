//! Watches the attempts of one exchange, because its last outcome alone does not tell whether an
//! earlier attempt was lost after the server had acted on it.

use std::cell::Cell;

use chrono::TimeDelta;

use crate::http::request::Request;
use crate::http::response::{Response, TransportError};
use crate::ports::{Http, Pending};

/// An [`Http`] that remembers whether any attempt may have reached the server without an answer.
pub(super) struct Witness<'h> {
    inner: &'h dyn Http,
    may_have_acted: Cell<bool>,
}

impl<'h> Witness<'h> {
    pub(super) fn new(inner: &'h dyn Http) -> Self {
        Self { inner, may_have_acted: Cell::new(false) }
    }

    /// True after a timeout, a lost or cut answer, or a server fault.
    pub(super) fn may_have_acted(&self) -> bool {
        self.may_have_acted.get()
    }
}

impl Http for Witness<'_> {
    fn send(&self, request: Request, limit: TimeDelta) -> Pending<'_, Result<Response, TransportError>> {
        Box::pin(async move {
            let outcome = self.inner.send(request, limit).await;
            let unclear = match &outcome {
                Ok(response) => response.status >= 500,
                Err(cause) => !cause.is_unsent(),
            };
            self.may_have_acted.set(self.may_have_acted.get() || unclear);
            outcome
        })
    }
}
