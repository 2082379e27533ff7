//! `list-calendars`: every calendar of every account.

use super::sources::{self, Selection, UnknownSource};
use crate::account::UserId;
use crate::calendar::Calendar;
use crate::error::Error;
use crate::ports::World;

/// The calendars that could be read, by account; and the accounts that could not.
///
/// # Errors
/// `NotAuthenticated`, `NotFound`; an account's failure when none could be read.
pub async fn list_calendars(
    world: World<'_>,
    user: &UserId,
    selection: &Selection,
) -> Result<(Vec<Calendar>, Vec<UnknownSource>), Error> {
    let sources = sources::open(world, user, selection).await?.require_any()?;
    let mut calendars: Vec<_> = sources.readable.into_iter().flat_map(|source| source.calendars).collect();
    if !selection.calendars.is_empty() {
        calendars.retain(|one| selection.calendars.contains(&one.id));
    }
    Ok((calendars, sources.unknown))
}
