//! Whether a meeting can fit into working hours at all: who asks for more than any window holds is told so instead of
//! finding nothing.
//!
//! Judged on the wall clock, over days of 24 hours. Windows that touch, also over midnight, join. Days off are not
//! looked at. What fits nowhere by that may fit on a day when the clock goes back or on the way to another zone: the
//! windows themselves are asked, as far from the range as slots can be offered.

use std::collections::BTreeMap;

use calendar_core::schedule::hours::{self, Overrides, WeeklyHours, Window};
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::rules::Rules;
use calendar_core::schedule::slots::ALTERNATIVE_DAYS;
use chrono::{Datelike, Days, NaiveDate, TimeDelta};

/// How many days on both sides of a date can join with its windows and matter: the longest meeting with its buffers
/// takes three days.
const DAYS_AROUND: u64 = 4;

/// Whether a meeting of length `duration`, with its buffers if those must lie inside, fits some window of `rules`; the
/// slots wanted are those of `range`.
#[must_use]
pub fn fits(rules: &Rules, duration: TimeDelta, range: Interval) -> bool {
    let need = match rules.buffers_inside_window {
        true => duration + rules.buffer_before + rules.buffer_after,
        false => duration,
    };
    let fits = |longest: i64| need <= TimeDelta::minutes(longest);
    let overrides: BTreeMap<NaiveDate, &[Window]> =
        rules.overrides.iter().map(|one| (one.date, one.windows.as_slice())).collect();
    // Two weeks of any time: each weekday with its neighbours.
    let fits_the_wall_clock = fits(longest(NaiveDate::default(), 14, &rules.hours, &BTreeMap::new()))
        || overrides.keys().any(|date| {
            let first = date.checked_sub_days(Days::new(DAYS_AROUND)).unwrap_or(*date);
            fits(longest(first, 2 * DAYS_AROUND + 1, &rules.hours, &overrides))
        });
    fits_the_wall_clock || fits_near(rules, need, range)
}

/// Whether a window of `rules` is as long as `need`, on the dates of the range and of its alternatives.
fn fits_near(rules: &Rules, need: TimeDelta, range: Interval) -> bool {
    let reach = TimeDelta::days(ALTERNATIVE_DAYS);
    rules.validate().is_ok_and(|rules| {
        let windows = hours::windows(&rules, range.grown(reach, reach + need), Overrides::Applied);
        windows.iter().any(|window| window.length() >= need)
    })
}

/// Minutes of the longest window that `count` days from `first` make.
fn longest(first: NaiveDate, count: u64, hours: &WeeklyHours, overrides: &BTreeMap<NaiveDate, &[Window]>) -> i64 {
    let mut windows: Vec<(i64, i64)> = Vec::new();
    let mut midnight = 0;
    for date in first.iter_days().take(usize::try_from(count).unwrap_or(usize::MAX)) {
        let listed = overrides.get(&date).copied().unwrap_or_else(|| hours.on(date.weekday()));
        windows.extend(listed.iter().map(|(from, to)| (midnight + i64::from(*from), midnight + i64::from(*to))));
        midnight += 1440;
    }
    windows.sort_unstable();
    let (mut longest, mut open): (i64, Option<(i64, i64)>) = (0, None);
    for (from, to) in windows {
        let joined = match open {
            Some((start, end)) if from <= end => (start, end.max(to)),
            _ => (from, to),
        };
        longest = longest.max(joined.1 - joined.0);
        open = Some(joined);
    }
    longest
}
