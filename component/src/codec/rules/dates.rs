//! Rules of single dates: other hours, days off, stays in other zones.

use calendar_core::error::Error;
use calendar_core::schedule::hours::{DateOverride, Holiday, Travel, Window};
use calendar_core::schedule::zones::Zones;
use chrono::{Datelike, NaiveDate};

use super::super::{at_most, shown, zone_of};
use super::hours::{MOST_WINDOWS, weekday, window};
use crate::bindings::exports::calendar::scheduling::availability as wit;

/// Most overrides, most holidays and most stays.
const MOST_DATES: usize = 1000;

/// Other hours on single dates, by date.
pub fn overrides(field: &str, given: Vec<wit::DateOverride>) -> Result<Vec<DateOverride>, Error> {
    at_most(field, given.len(), MOST_DATES)?;
    let mut overrides = given.into_iter().map(|one| date_override(field, one)).collect::<Result<Vec<_>, _>>()?;
    overrides.sort_by_key(|one| one.date);
    for (one, next) in overrides.iter().zip(overrides.iter().skip(1)) {
        if one.date == next.date {
            return Err(Error::invalid(field, format!("{} is given twice", one.date)));
        }
        let reach = one.windows.last().map_or(0, |(_, end)| end.saturating_sub(1440));
        let opens = next.windows.first().map_or(u16::MAX, |(start, _)| *start);
        if one.date.succ_opt() == Some(next.date) && opens < reach {
            return Err(Error::invalid(field, format!("a window of {} reaches into one of {}", one.date, next.date)));
        }
    }
    Ok(overrides)
}

/// Days off.
pub fn holidays(field: &str, given: Vec<wit::Holiday>) -> Result<Vec<Holiday>, Error> {
    at_most(field, given.len(), MOST_DATES)?;
    let one = |one: wit::Holiday| span(field, &one.first, &one.last).map(|(from, until)| Holiday { from, until });
    given.into_iter().map(one).collect()
}

/// Stays in other zones.
pub fn stays(field: &str, given: Vec<wit::Stay>, zones: &mut Zones) -> Result<Vec<Travel>, Error> {
    at_most(field, given.len(), MOST_DATES)?;
    let one = |one: wit::Stay| {
        let (from, until) = span(field, &one.first, &one.last)?;
        Ok(Travel { from, until, zone: zone_of(zones, &format!("{field}.time-zone"), &one.time_zone)? })
    };
    given.into_iter().map(one).collect()
}

fn date_override(field: &str, given: wit::DateOverride) -> Result<DateOverride, Error> {
    let date = date(field, &given.date)?;
    if given.windows.len() > MOST_WINDOWS {
        return Err(Error::invalid(field, format!("{date} has more than {MOST_WINDOWS} windows")));
    }
    let mut windows: Vec<Window> = Vec::with_capacity(given.windows.len());
    for one in given.windows {
        let day = weekday(one.weekday);
        if day != date.weekday() {
            return Err(Error::invalid(field, format!("{date} is a {}, not a {day}", date.weekday())));
        }
        windows.push(window(field, one)?);
    }
    windows.sort_unstable();
    if windows.iter().zip(windows.iter().skip(1)).any(|(one, next)| next.0 < one.1) {
        return Err(Error::invalid(field, format!("windows of {date} overlap")));
    }
    Ok(DateOverride { date, windows })
}

/// From the first date to before the date after the last.
fn span(field: &str, first: &str, last: &str) -> Result<(NaiveDate, NaiveDate), Error> {
    let (from, last) = (date(field, first)?, date(field, last)?);
    let until = last.succ_opt().filter(|until| *until > from);
    let until = until.ok_or_else(|| Error::invalid(field, format!("{last} is before {from}")))?;
    Ok((from, until))
}

fn date(field: &str, text: &str) -> Result<NaiveDate, Error> {
    let is_plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let parsed = is_plain.then(|| text.parse::<NaiveDate>().ok()).flatten();
    parsed
        .filter(|date| (1970..=9899).contains(&date.year()))
        .ok_or_else(|| Error::invalid(field, format!("`{}` is not a date such as 2026-10-04", shown(text))))
}
