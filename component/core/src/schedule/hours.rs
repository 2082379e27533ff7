//! Working windows: weekly hours, date overrides, travel and holidays as instants.
//!
//! Times are minutes from local midnight; a window may run past midnight, up to the end of the following day.
//! A window keeps the zone of the date it starts on. Knows nothing of busy time.
use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta, Weekday};

use super::interval::{Interval, merge};
use super::rules::ValidRules;
use super::zone::{Zone, next_date};

/// Minutes of a civil day.
pub const DAY: u16 = 1440;

/// From and to in minutes from local midnight, `0 <= from < 1440`, `from < to <= 2880`.
pub type Window = (u16, u16);

/// The windows that start on each weekday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeeklyHours {
    days: [Vec<Window>; 7],
}

impl Default for WeeklyHours {
    /// Monday to Friday, 09:00 to 17:00.
    fn default() -> Self {
        WeeklyHours::weekdays(9 * 60, 17 * 60)
    }
}

impl WeeklyHours {
    /// No hours at all.
    pub fn closed() -> Self {
        WeeklyHours { days: Default::default() }
    }

    /// Every day around the clock.
    pub fn always() -> Self {
        WeeklyHours::every_day(0, DAY)
    }

    /// The same window every day.
    pub fn every_day(from: u16, to: u16) -> Self {
        WeeklyHours { days: std::array::from_fn(|_| vec![(from, to)]) }
    }

    /// The same window Monday to Friday.
    pub fn weekdays(from: u16, to: u16) -> Self {
        WeeklyHours { days: std::array::from_fn(|day| if day < 5 { vec![(from, to)] } else { Vec::new() }) }
    }

    /// The same with one window more on `weekday`.
    pub fn with(mut self, weekday: Weekday, window: Window) -> Self {
        if let Some(windows) = self.days.get_mut(index(weekday)) {
            windows.push(window);
        }
        self
    }

    /// The windows that start on `weekday`, in the order given.
    pub fn on(&self, weekday: Weekday) -> &[Window] {
        self.days.get(index(weekday)).map_or(&[], Vec::as_slice)
    }

    /// Weekdays with their windows, Monday first.
    pub fn days(&self) -> impl Iterator<Item = (Weekday, &[Window])> {
        let mut weekday = Weekday::Mon;
        self.days.iter().map(move |windows| {
            let current = weekday;
            weekday = weekday.succ();
            (current, windows.as_slice())
        })
    }
}

fn index(weekday: Weekday) -> usize {
    usize::try_from(weekday.num_days_from_monday()).unwrap_or(0)
}

/// Replaces the windows that start on one date; an empty list closes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateOverride {
    /// The local date.
    pub date: NaiveDate,
    /// The windows that start on it instead.
    pub windows: Vec<Window>,
}

/// Whole local days off, from `from` to before `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holiday {
    /// The first day off.
    pub from: NaiveDate,
    /// The first day after it.
    pub until: NaiveDate,
}

/// A stay in another zone, from the local date `from` to before `until`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Travel {
    /// The first date there.
    pub from: NaiveDate,
    /// The first date back.
    pub until: NaiveDate,
    /// The zone there.
    pub zone: Zone,
}

/// Whether date overrides apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overrides {
    /// They do.
    Applied,
    /// They do not: what the weekly hours alone would be.
    Ignored,
}

/// All windows that can touch `span`, merged; the first and last may reach beyond it and are complete except where
/// they merge with windows more than two days away.
pub fn windows(rules: &ValidRules<'_>, span: Interval, overrides: Overrides) -> Vec<Interval> {
    let mut windows = Vec::new();
    for date in dates(span) {
        let zone = rules.zone_on(date);
        let listed = match (overrides, rules.override_on(date)) {
            (Overrides::Applied, Some(one)) => one.windows.as_slice(),
            _ => rules.get().hours.on(chrono::Datelike::weekday(&date)),
        };
        windows.extend(listed.iter().filter_map(|window| window_on(zone, date, *window)));
    }
    merge(windows)
}

/// The window `window` of `date` as instants; `None` when the clock change leaves nothing of it.
pub fn window_on(zone: &Zone, date: NaiveDate, (from, to): Window) -> Option<Interval> {
    let start = zone.earlier(civil(date, from));
    let end = match to {
        0..DAY => zone.later(civil(date, to)),
        DAY => zone.start_of_day(next_date(date)),
        _ if to == 2 * DAY => zone.start_of_day(next_date(next_date(date))),
        _ => zone.later(civil(next_date(date), to.saturating_sub(DAY))),
    };
    Interval::new(start, end)
}

/// The holidays that can touch `span`, as instants: each date in the zone of that date.
pub fn time_off(rules: &ValidRules<'_>, span: Interval) -> Vec<Interval> {
    let mut off = Vec::new();
    let dates: Vec<NaiveDate> = dates(span).collect();
    let mut holidays: Vec<&Holiday> = rules.get().holidays.iter().collect();
    holidays.sort_unstable_by_key(|holiday| holiday.from);
    // Each date once, however many holidays it has.
    let mut next = NaiveDate::MIN;
    for holiday in holidays {
        let from = holiday.from.max(next);
        let before = dates.partition_point(|date| *date < from);
        for date in dates.iter().skip(before).copied().take_while(|date| *date < holiday.until) {
            let (start, end) = rules.zone_on(date).day(date);
            off.extend(Interval::new(start, end));
        }
        next = next.max(holiday.until);
    }
    merge(off)
}

/// Every date whose windows or day may touch `span` in any zone.
fn dates(span: Interval) -> impl Iterator<Item = NaiveDate> {
    let first = span.start().date_naive().checked_sub_days(Days::new(4)).unwrap_or(NaiveDate::MIN);
    let last = span.end().date_naive().checked_add_days(Days::new(2)).unwrap_or(NaiveDate::MAX);
    std::iter::successors(Some(first), move |date| date.succ_opt().filter(|next| *next <= last))
}

fn civil(date: NaiveDate, minutes: u16) -> NaiveDateTime {
    let midnight = NaiveDateTime::from(date);
    midnight.checked_add_signed(TimeDelta::minutes(i64::from(minutes))).unwrap_or(midnight)
}
