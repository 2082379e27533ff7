//! `slot-rules` of the interface: one decoder for the account-backed queries and for the pure search.
//!
//! Whether a meeting fits into the hours at all is asked apart, in [`fit`]: with several participants
//! it depends on whose hours count.

pub mod dates;
pub mod fit;
pub mod hours;
pub mod limits;
pub mod statuses;

use calendar_core::error::Error;
use calendar_core::schedule::hours::WeeklyHours;
use calendar_core::schedule::rules::{Anchor, Days, Rules};
use calendar_core::schedule::zones::Zones;

use super::{minutes, zone_of};
use crate::bindings::exports::calendar::scheduling::availability as wit;

/// Minutes of a day of 24 hours: the longest meeting, buffer and step.
pub const DAY: u32 = 1440;
/// Longest notice in minutes: 365 days.
const LONGEST_NOTICE: u32 = 525_600;
/// Farthest horizon in days.
const FARTHEST_HORIZON: u32 = 730;

/// The rules of a slot; errors name the field after `path`, which is empty or ends with a full stop. `zones` are those
/// of the query so far.
pub fn rules(path: &str, given: wit::SlotRules, zones: &mut Zones) -> Result<Rules, Error> {
    let field = |name: &str| format!("{path}{name}");
    let optional = |name, value: Option<u32>, most| minutes(&field(name), value.unwrap_or(0), 0, most);
    let step = minutes(&field("step-minutes"), given.step_minutes.unwrap_or(30), 1, DAY)?;
    let offset = optional("offset-minutes", given.offset_minutes, DAY)?;
    if offset >= step {
        return Err(Error::invalid(&field("offset-minutes"), "must be less than step-minutes"));
    }
    let overrides = dates::overrides(&field("overrides"), given.overrides)?;
    let parsed = Rules {
        zone: zone_of(zones, &field("time-zone"), &given.time_zone)?,
        duration: minutes(&field("duration-minutes"), given.duration_minutes, 1, DAY)?,
        buffer_before: optional("buffer-before-minutes", given.buffer_before_minutes, DAY)?,
        buffer_after: optional("buffer-after-minutes", given.buffer_after_minutes, DAY)?,
        buffers_inside_window: given.buffers_inside_hours.unwrap_or(false),
        minimum_notice: optional("minimum-notice-minutes", given.minimum_notice_minutes, LONGEST_NOTICE)?,
        horizon: horizon(&field("horizon-days"), given.horizon_days)?,
        step,
        offset,
        anchor: anchor(given.anchor),
        grid_zone: match given.grid_time_zone {
            Some(name) => Some(zone_of(zones, &field("grid-time-zone"), &name)?),
            None => None,
        },
        hours: match given.working_hours {
            None => WeeklyHours::always(),
            // Open on single dates only.
            Some(windows) if windows.is_empty() && !overrides.is_empty() => WeeklyHours::closed(),
            Some(windows) => hours::weekly(&field("working-hours"), windows)?,
        },
        overrides,
        holidays: dates::holidays(&field("holidays"), given.holidays)?,
        travel: dates::stays(&field("travel"), given.travel, zones)?,
        limits: limits::limits(&field("limits"), given.limits)?,
        statuses: statuses::statuses(given.statuses),
    };
    let checked = parsed.validate().map(drop);
    checked.map_err(|error| Error::invalid(&field(&error.field.replace('_', "-")), error.reason))?;
    Ok(parsed)
}

fn horizon(field: &str, days: Option<u32>) -> Result<Option<Days>, Error> {
    match days {
        Some(days) if days > FARTHEST_HORIZON => {
            Err(Error::invalid(field, format!("must be 0 to {FARTHEST_HORIZON}, not {days}")))
        }
        days => Ok(days.map(Days)),
    }
}

fn anchor(anchor: Option<wit::Anchor>) -> Anchor {
    match anchor {
        None | Some(wit::Anchor::LocalMidnight) => Anchor::LocalMidnight,
        Some(wit::Anchor::WindowStart) => Anchor::WindowStart,
        Some(wit::Anchor::Packed) => Anchor::Packed,
    }
}

#[cfg(test)]
pub(in crate::codec) mod tests;
