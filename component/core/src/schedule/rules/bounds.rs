//! The bounds of single fields, each refused by its name. Not here: which field has which bounds (`super`).

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::InvalidRule;
use crate::schedule::hours::{DAY, Travel, Window};

/// Checks that an instant lies in the years the engine computes with, 1 to 9900.
///
/// # Errors
/// [`InvalidRule`] about `field` when it does not.
pub fn valid_instant(field: &str, instant: DateTime<Utc>) -> Result<(), InvalidRule> {
    if (1..9900).contains(&instant.year()) {
        return Ok(());
    }
    Err(InvalidRule::new(field, "must lie in the years 1 to 9899"))
}

pub(super) fn within(field: &str, value: TimeDelta, least: TimeDelta, most: TimeDelta) -> Result<(), InvalidRule> {
    if value < least || value > most {
        let (least, most) = (length_text(least), length_text(most));
        return Err(InvalidRule::new(field, format!("must be from {least} to {most}")));
    }
    if value.subsec_nanos() != 0 {
        return Err(InvalidRule::new(field, "must be a whole number of seconds"));
    }
    Ok(())
}

pub(super) fn length_text(length: TimeDelta) -> String {
    let seconds = length.num_seconds();
    let (count, unit) = if seconds != 0 && seconds % 60 == 0 { (seconds / 60, "minute") } else { (seconds, "second") };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

pub(super) fn whole_minutes(field: &str, value: TimeDelta) -> Result<(), InvalidRule> {
    if value.num_seconds() % 60 == 0 {
        return Ok(());
    }
    Err(InvalidRule::new(field, "must be a whole number of minutes"))
}

pub(super) fn valid_windows(field: &str, windows: &[Window]) -> Result<(), InvalidRule> {
    if windows.len() > usize::from(DAY) {
        return Err(InvalidRule::new(field, "has more than 1440 windows on one day"));
    }
    match windows.iter().find(|(from, to)| *from >= DAY || from >= to || *to > 2 * DAY) {
        None => Ok(()),
        Some((from, to)) => Err(InvalidRule::new(
            field,
            format!("window {from}-{to}: minutes must satisfy 0 <= from < 1440 and from < to <= 2880"),
        )),
    }
}

pub(super) fn valid_travel(travel: &[Travel]) -> Result<BTreeMap<NaiveDate, &Travel>, InvalidRule> {
    let mut by_date = BTreeMap::new();
    for stay in travel {
        if stay.from >= stay.until {
            return Err(InvalidRule::new("travel", format!("{} must be before {}", stay.from, stay.until)));
        }
        if by_date.insert(stay.from, stay).is_some() {
            return Err(InvalidRule::new("travel", format!("two stays begin on {}", stay.from)));
        }
    }
    let overlap = by_date.values().zip(by_date.values().skip(1)).find(|(one, next)| one.until > next.from);
    match overlap {
        None => Ok(by_date),
        Some((_, next)) => Err(InvalidRule::new("travel", format!("stays overlap on {}", next.from))),
    }
}
