//! What makes one slot better than another.

use calendar_core::error::Error;
use calendar_core::schedule::rank::{Preferences, Preferred};
use calendar_core::schedule::zone::Zone;

use super::super::{options, rules, zone};
use super::wit;
use crate::bindings::exports::calendar::scheduling::availability::WorkingHours;

/// The preferences, and how many times to offer; `home` is the meeting's zone.
pub(super) fn preferences(given: wit::Preferences, home: &Zone) -> Result<(Preferences, usize), Error> {
    let options = options("preferences.options", given.options)?;
    let invitee_zone = given.invitee_time_zone.map(|name| zone("preferences.invitee-time-zone", &name)).transpose()?;
    let preferred = |field: &str, hours: Option<Vec<WorkingHours>>, zone: &Zone| {
        let hours = hours.map(|hours| rules::hours::weekly(field, hours)).transpose()?;
        Ok::<_, Error>(hours.map(|hours| Preferred { zone: zone.clone(), hours }))
    };
    let there = invitee_zone.as_ref().unwrap_or(home);
    let preferences = Preferences {
        organiser: preferred("preferences.preferred-hours", given.preferred_hours, home)?,
        invitee: preferred("preferences.invitee-preferred-hours", given.invitee_preferred_hours, there)?,
        invitee_zone,
        ..Preferences::default()
    };
    Ok((preferences, options))
}
