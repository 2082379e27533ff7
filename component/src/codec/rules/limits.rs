//! Limits on how much is booked in a local period.

use calendar_core::error::Error;
use calendar_core::schedule::limits::{FirstDay, Limit, Period};
use calendar_core::schedule::rules::MOST_LIMITS;

use super::super::at_most;
use crate::bindings::exports::calendar::scheduling::availability as wit;

/// Limits, each saying something.
pub fn limits(field: &str, given: Vec<wit::BookingLimit>) -> Result<Vec<Limit>, Error> {
    at_most(field, given.len(), MOST_LIMITS)?;
    given.into_iter().map(|one| limit(field, one)).collect()
}

fn limit(field: &str, given: wit::BookingLimit) -> Result<Limit, Error> {
    let (meetings, minutes) = (given.meetings, given.minutes);
    if meetings.is_none() && minutes.is_none() {
        return Err(Error::invalid(field, "a limit needs meetings, minutes or both"));
    }
    let period = match (given.period, given.first_weekday) {
        (wit::Period::Week, first) => Period::Week { starts: first_day(field, first)? },
        (_, Some(_)) => return Err(Error::invalid(field, "first-weekday belongs to the period week only")),
        (wit::Period::Day, None) => Period::Day,
        (wit::Period::Month, None) => Period::Month,
    };
    Ok(Limit { period, meetings, minutes })
}

fn first_day(field: &str, first: Option<wit::Weekday>) -> Result<FirstDay, Error> {
    match first {
        None | Some(wit::Weekday::Monday) => Ok(FirstDay::Monday),
        Some(wit::Weekday::Saturday) => Ok(FirstDay::Saturday),
        Some(wit::Weekday::Sunday) => Ok(FirstDay::Sunday),
        Some(_) => Err(Error::invalid(field, "first-weekday must be monday, saturday or sunday")),
    }
}
