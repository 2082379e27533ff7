//! Weekly working windows. Knows no dates.

use calendar_core::error::Error;
use calendar_core::schedule::hours::{WeeklyHours, Window};
use chrono::Weekday;

use crate::bindings::exports::calendar::scheduling::availability as wit;

/// Most windows of a week, and most of a date.
pub const MOST_WINDOWS: usize = 64;
/// Minutes of a week of 24-hour days.
const WEEK: u32 = 7 * 1440;

/// Windows by weekday, 1 to [`MOST_WINDOWS`], none overlapping another, not even over midnight.
pub fn weekly(field: &str, given: Vec<wit::WorkingHours>) -> Result<WeeklyHours, Error> {
    if given.is_empty() || given.len() > MOST_WINDOWS {
        return Err(Error::invalid(field, format!("must be 1 to {MOST_WINDOWS} windows")));
    }
    let mut hours = WeeklyHours::closed();
    let mut week = Vec::with_capacity(2 * given.len());
    for one in given {
        let (day, (start, end)) = (weekday(one.weekday), window(field, one)?);
        let midnight = day.num_days_from_monday() * 1440;
        week.push((midnight + u32::from(start), midnight + u32::from(end), day));
        hours = hours.with(day, (start, end));
    }
    // A window of Sunday night reaches into the next Monday.
    week.extend_from_within(..);
    let half = week.len() / 2;
    week.iter_mut().skip(half).for_each(|(start, end, _)| (*start, *end) = (*start + WEEK, *end + WEEK));
    week.sort_unstable_by_key(|(start, end, _)| (*start, *end));
    match week.iter().zip(week.iter().skip(1)).find(|((_, end, _), (next, _, _))| next < end) {
        None => Ok(hours),
        Some(((_, _, one), (_, _, next))) if one == next => {
            Err(Error::invalid(field, format!("windows of one day overlap ({one})")))
        }
        Some(((_, _, one), (_, _, next))) => {
            Err(Error::invalid(field, format!("a window of {one} reaches into one of {next}")))
        }
    }
}

/// One window in minutes from midnight.
pub fn window(field: &str, given: wit::WorkingHours) -> Result<Window, Error> {
    let (start, end) = (given.start_minute, given.end_minute);
    if start > 1439 || end > 2880 {
        return Err(Error::invalid(field, "start-minute must be 0 to 1439, end-minute at most 2880"));
    }
    if end <= start {
        return Err(Error::invalid(field, format!("a window ends ({end}) before or when it starts ({start})")));
    }
    let small = |minute: u32| u16::try_from(minute).unwrap_or(u16::MAX);
    Ok((small(start), small(end)))
}

/// A weekday.
#[must_use]
pub fn weekday(day: wit::Weekday) -> Weekday {
    match day {
        wit::Weekday::Monday => Weekday::Mon,
        wit::Weekday::Tuesday => Weekday::Tue,
        wit::Weekday::Wednesday => Weekday::Wed,
        wit::Weekday::Thursday => Weekday::Thu,
        wit::Weekday::Friday => Weekday::Fri,
        wit::Weekday::Saturday => Weekday::Sat,
        wit::Weekday::Sunday => Weekday::Sun,
    }
}
