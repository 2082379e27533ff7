//! A hold that a booking takes, as far as a refusal has to speak of it.

use crate::account::UserId;
use crate::error::{Error, Kind};
use crate::op::holds;
use crate::op::target::ledger_error;
use crate::ports::World;

/// The hold that a request names.
pub(super) struct Held<'r> {
    id: Option<&'r str>,
    was_alive: bool,
}

impl<'r> Held<'r> {
    /// The hold before the booking begins.
    ///
    /// # Errors
    /// `Storage`.
    pub(super) fn of(world: World<'_>, user: &UserId, id: Option<&'r str>) -> Result<Held<'r>, Error> {
        let booking = match id {
            Some(id) => world.bookings.get(user, id).map_err(ledger_error)?,
            None => None,
        };
        let was_alive = booking.is_some_and(|one| holds::is_alive(&one, world.clock.now()));
        Ok(Held { id, was_alive })
    }

    /// Says what became of the hold when the time is taken all the same.
    pub(super) fn explain(&self, error: Error) -> Error {
        let Some(id) = self.id else { return error };
        let is_taken = matches!(error.kind, Kind::Conflict { .. }) && error.message.starts_with("the time ");
        match (is_taken, self.was_alive) {
            (false, _) => error,
            (true, true) => error.context(format!("hold: `{id}` could not be booked")),
            (true, false) => error.context(format!("hold: `{id}` is over (used, released or expired)")),
        }
    }
}
