//! `get-event`: one event as it is now.

use super::target::{self, EventLocator};
use crate::account::UserId;
use crate::error::{Error, Kind};
use crate::meeting::Meeting;
use crate::ports::World;

/// One event.
///
/// # Errors
/// `NotFound`; the failure of an account that might hold it.
pub async fn get_event(world: World<'_>, user: &UserId, locator: &EventLocator) -> Result<Meeting, Error> {
    let located = target::event(world, user, locator).await?;
    located.meeting.ok_or_else(|| {
        let place = target::place(located.session.account(), &located.calendar);
        Error::new(Kind::NotFound, format!("event_id: `{}` is no longer in {place}", locator.event_id))
            .with_remedy("It was deleted or cancelled at the provider.")
    })
}
