//! The rules of a question in one record, and their validation.
//!
//! Plain data with defaults; [`Rules::validate`] is the only way to the [`ValidRules`] the engine works with.
mod bounds;
mod invalid;

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::hours::{DateOverride, Holiday, Travel, WeeklyHours};
use super::interval::Interval;
use super::limits::{self, Limit};
use super::policy::Statuses;
use super::zone::Zone;
pub use bounds::valid_instant;
use bounds::{valid_travel, valid_windows, whole_minutes, within};
pub use invalid::InvalidRule;

/// Everything that decides which starts are acceptable, for one person or one meeting.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// The person's home zone: hours, local days of horizon and limits, and the grid unless `grid_zone` is set. Default UTC.
    pub zone: Zone,
    /// Length of the meeting, one second to 31 days. Default 30 minutes.
    pub duration: TimeDelta,
    /// Time kept free before the meeting, up to 31 days. Default none.
    pub buffer_before: TimeDelta,
    /// Time kept free after the meeting, up to 31 days. Default none.
    pub buffer_after: TimeDelta,
    /// Whether the buffers, too, must lie inside the working window. Default no.
    pub buffers_inside_window: bool,
    /// Elapsed time from now to the earliest start. Default none.
    pub minimum_notice: TimeDelta,
    /// How far ahead a start may be. Default without bound.
    pub horizon: Option<Days>,
    /// Distance of candidate starts, whole minutes, 1 to 1440. Default 30 minutes.
    pub step: TimeDelta,
    /// Where the grid begins after local midnight, whole minutes, less than `step`. Default none.
    pub offset: TimeDelta,
    /// What candidate starts are counted from.
    pub anchor: Anchor,
    /// The zone of the grid; default: the person's zone on each date.
    pub grid_zone: Option<Zone>,
    /// Working hours. Default Monday to Friday 09:00 to 17:00.
    pub hours: WeeklyHours,
    /// Dates with other hours; a date at most once.
    pub overrides: Vec<DateOverride>,
    /// Whole days off.
    pub holidays: Vec<Holiday>,
    /// Stays in other zones; not overlapping.
    pub travel: Vec<Travel>,
    /// Most meetings and minutes per day, week or month; at most 16.
    pub limits: Vec<Limit>,
    /// How tentative, out-of-office and other items are treated.
    pub statuses: Statuses,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            zone: Zone::utc(),
            duration: TimeDelta::minutes(30),
            buffer_before: TimeDelta::zero(),
            buffer_after: TimeDelta::zero(),
            buffers_inside_window: false,
            minimum_notice: TimeDelta::zero(),
            horizon: None,
            step: TimeDelta::minutes(30),
            offset: TimeDelta::zero(),
            anchor: Anchor::LocalMidnight,
            grid_zone: None,
            hours: WeeklyHours::default(),
            overrides: Vec::new(),
            holidays: Vec::new(),
            travel: Vec::new(),
            limits: Vec::new(),
            statuses: Statuses::default(),
        }
    }
}

/// How many whole local days after today: the last one ends at its midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days(pub u32);

/// What candidate starts are counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Anchor {
    /// Wall times `offset + k * step`, anew each local day.
    #[default]
    LocalMidnight,
    /// Elapsed steps from the beginning of each working window.
    WindowStart,
    /// Elapsed steps from the beginning of each free gap.
    Packed,
}

/// Longest duration and longest buffer.
pub const LONGEST: TimeDelta = TimeDelta::days(31);

/// How far before the range windows and gaps are traced back to where they begin, for anchors counted from there.
pub const LOOK_BACK: TimeDelta = TimeDelta::days(8);

/// Most limits of one person.
pub const MOST_LIMITS: usize = 16;

/// Rules that passed validation, with lookups by date.
#[derive(Debug, Clone)]
pub struct ValidRules<'a> {
    rules: &'a Rules,
    overrides: BTreeMap<NaiveDate, &'a DateOverride>,
    travel: BTreeMap<NaiveDate, &'a Travel>,
}

impl Rules {
    /// Checks every field.
    ///
    /// # Errors
    /// [`InvalidRule`] naming the first field that is out of bounds or contradicts another.
    pub fn validate(&self) -> Result<ValidRules<'_>, InvalidRule> {
        within("duration", self.duration, TimeDelta::seconds(1), LONGEST)?;
        within("buffer_before", self.buffer_before, TimeDelta::zero(), LONGEST)?;
        within("buffer_after", self.buffer_after, TimeDelta::zero(), LONGEST)?;
        within("minimum_notice", self.minimum_notice, TimeDelta::zero(), TimeDelta::days(3660))?;
        within("step", self.step, TimeDelta::minutes(1), TimeDelta::days(1))?;
        within("offset", self.offset, TimeDelta::zero(), self.step - TimeDelta::seconds(1))?;
        whole_minutes("step", self.step)?;
        whole_minutes("offset", self.offset)?;
        if self.horizon.is_some_and(|Days(days)| days > 3660) {
            return Err(InvalidRule::new("horizon", "must be at most 3660 days"));
        }
        if self.limits.len() > MOST_LIMITS {
            return Err(InvalidRule::new("limits", format!("must be at most {MOST_LIMITS}")));
        }
        for (_, windows) in self.hours.days() {
            valid_windows("hours", windows)?;
        }
        let mut overrides = BTreeMap::new();
        for one in &self.overrides {
            valid_windows("overrides", &one.windows)?;
            if overrides.insert(one.date, one).is_some() {
                return Err(InvalidRule::new("overrides", format!("{} is given twice", one.date)));
            }
        }
        if let Some(holiday) = self.holidays.iter().find(|holiday| holiday.from >= holiday.until) {
            return Err(InvalidRule::new("holidays", format!("{} must be before {}", holiday.from, holiday.until)));
        }
        Ok(ValidRules { rules: self, overrides, travel: valid_travel(&self.travel)? })
    }

    /// The span of time that decides about starts in `range`: what to ask the calendars for. Packed starts need
    /// to know where the gap they lie in begins.
    pub fn fetch_range(&self, range: Interval) -> Interval {
        let after = self.duration.checked_add(&self.buffer_after).unwrap_or(self.duration);
        let before = match self.anchor {
            Anchor::Packed => self.buffer_before.checked_add(&LOOK_BACK).unwrap_or(LOOK_BACK),
            Anchor::LocalMidnight | Anchor::WindowStart => self.buffer_before,
        };
        range.grown(before, after)
    }

    /// The span whose own bookings and holds the limits count for starts in `range`, besides [`Rules::fetch_range`].
    pub fn counted_range(&self, range: Interval) -> Interval {
        limits::counted_range(&self.limits, &self.zone, range)
    }
}

impl<'a> ValidRules<'a> {
    /// The rules.
    pub fn get(&self) -> &'a Rules {
        self.rules
    }

    /// The zone the person is in on `date`.
    pub fn zone_on(&self, date: NaiveDate) -> &'a Zone {
        let stay = self.travel.range(..=date).next_back().filter(|(_, stay)| date < stay.until);
        stay.map_or(&self.rules.zone, |(_, stay)| &stay.zone)
    }

    /// The stays in other zones, by first date.
    pub fn stays(&self) -> impl Iterator<Item = &'a Travel> {
        self.travel.values().copied()
    }

    /// The override of `date`.
    pub fn override_on(&self, date: NaiveDate) -> Option<&'a DateOverride> {
        self.overrides.get(&date).copied()
    }

    /// The earliest start the notice allows at `now`.
    pub fn earliest(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let instant = now.checked_add_signed(self.rules.minimum_notice).unwrap_or(DateTime::<Utc>::MAX_UTC);
        super::interval::next_whole_second(instant)
    }

    /// The first instant at which a start is beyond the horizon, if there is one.
    pub fn latest(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let Days(days) = self.rules.horizon?;
        let today = self.rules.zone.date(now);
        let end = today.checked_add_days(chrono::Days::new(u64::from(days).saturating_add(1)))?;
        Some(self.rules.zone.start_of_day(end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::limits::{FirstDay, Period};

    /// A change that makes rules invalid.
    type Change = fn(&mut Rules);

    fn date(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 6, day).unwrap()
    }

    #[test]
    fn default_rules_are_valid() {
        assert!(Rules::default().validate().is_ok());
    }

    #[test]
    fn every_rule_out_of_bounds_is_refused_by_name() {
        let table: [(&str, Change); 16] = [
            ("duration", |rules| rules.duration = TimeDelta::zero()),
            ("duration", |rules| rules.duration = TimeDelta::milliseconds(60_500)),
            ("duration", |rules| rules.duration = TimeDelta::MAX),
            ("buffer_before", |rules| rules.buffer_before = TimeDelta::minutes(-5)),
            ("buffer_after", |rules| rules.buffer_after = TimeDelta::days(32)),
            ("minimum_notice", |rules| rules.minimum_notice = TimeDelta::minutes(-1)),
            ("step", |rules| rules.step = TimeDelta::zero()),
            ("step", |rules| rules.step = TimeDelta::seconds(90)),
            ("offset", |rules| rules.offset = rules.step),
            ("horizon", |rules| rules.horizon = Some(Days(u32::MAX))),
            ("hours", |rules| rules.hours = WeeklyHours::every_day(600, 600)),
            ("hours", |rules| rules.hours = WeeklyHours::every_day(1440, 1500)),
            ("overrides", |rules| rules.overrides = vec![DateOverride { date: date(1), windows: vec![(0, 2881)] }]),
            ("holidays", |rules| rules.holidays = vec![Holiday { from: date(2), until: date(2) }]),
            ("limits", |rules| {
                rules.limits = vec![Limit { period: Period::Day, meetings: None, minutes: None }; 17];
            }),
            ("travel", |rules| {
                let stay = |from, until| Travel { from: date(from), until: date(until), zone: Zone::utc() };
                rules.travel = vec![stay(10, 20), stay(1, 11)];
            }),
        ];
        for (field, change) in table {
            let mut rules = Rules::default();
            change(&mut rules);
            assert_eq!(rules.validate().unwrap_err().field, field);
        }
    }

    #[test]
    fn an_error_reads_as_field_and_reason() {
        let rules = Rules { step: TimeDelta::zero(), ..Rules::default() };
        assert_eq!(rules.validate().unwrap_err().to_string(), "step: must be from 1 minute to 1440 minutes");
    }

    #[test]
    fn a_stay_gives_its_zone_to_its_dates_only() {
        let tokyo = Zone::parse("Asia/Tokyo").unwrap();
        let travel = vec![Travel { from: date(10), until: date(12), zone: tokyo.clone() }];
        let rules = Rules { travel, ..Rules::default() };
        let valid = rules.validate().unwrap();
        let zones: Vec<&str> = (9..13).map(|day| valid.zone_on(date(day)).name()).collect();
        assert_eq!(zones, ["UTC", "Asia/Tokyo", "Asia/Tokyo", "UTC"]);
    }

    #[test]
    fn limits_count_bookings_of_the_whole_period() {
        let at = |day: u32| date(day).and_time(chrono::NaiveTime::MIN).and_utc();
        let range = Interval::new(at(10), at(11)).unwrap();
        let limit = |period| Limit { period, meetings: Some(1), minutes: None };
        let rules = |limits| Rules { limits, ..Rules::default() };
        assert_eq!(rules(vec![]).counted_range(range), range);
        let week = rules(vec![limit(Period::Day), limit(Period::Week { starts: FirstDay::Monday })]);
        assert_eq!(week.counted_range(range), Interval::new(at(8), at(15)).unwrap());
        let month = rules(vec![limit(Period::Month)]).counted_range(range);
        assert_eq!((month.start(), month.length()), (at(1), TimeDelta::days(30)));
    }
}
