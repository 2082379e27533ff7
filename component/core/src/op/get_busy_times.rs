//! `get-busy-times`: the union of all selected calendars.

use super::busy_read;
use super::sources::{Selection, UnknownSource};
use crate::account::UserId;
use crate::calendar::Detail;
use crate::error::Error;
use crate::ports::World;
use crate::schedule::interval::{Interval, clip, merge};

/// Busy times inside `range`, sorted and merged; and what could not be read.
///
/// # Errors
/// `NotAuthenticated`, `NotFound`; an account's failure when none could be read.
pub async fn get_busy_times(
    world: World<'_>,
    user: &UserId,
    range: Interval,
    selection: &Selection,
) -> Result<(Vec<Interval>, Vec<UnknownSource>), Error> {
    let (_, read) = busy_read::read(world, user, selection, range, Detail::Merged).await?;
    let busy = merge(read.entries.into_iter().map(|entry| entry.event.interval).collect());
    Ok((clip(&busy, range), read.unknown))
}
