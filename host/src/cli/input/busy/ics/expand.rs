//! A rule becomes wall times (RFC 5545 section 3.3.10). Everything here is on the wall clock; a zone is asked only for
//! what it skips, which COUNT does not count. The work is bounded by [`Work`]: a rule without COUNT is entered where it is asked for, one with COUNT is followed from its
//! beginning, because its instances must be counted.

use chrono::{Datelike, Days as Step, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use super::days::{Dates, week_start};
use super::gaps::Gaps;
use super::rule::{Frequency, Rule};
use super::work::{INSTANCE, Work};

/// The wall times of `rule` from `start` on that lie within `[floor, ceiling]`, ascending. `until` is the last one
/// allowed.
pub(super) fn walls(
    rule: &Rule,
    start: NaiveDateTime,
    until: Option<NaiveDateTime>,
    (floor, ceiling): (NaiveDateTime, NaiveDateTime),
    gaps: &Gaps<'_>,
    work: &Work,
) -> Result<Vec<NaiveDateTime>, String> {
    let counted = plain_end(rule, start);
    // What the clock skips until then comes in addition.
    let counted = match counted.filter(|end| *end < ceiling) {
        Some(end) => {
            work.count(CHANGES)?;
            end.checked_add_signed(gaps.between(start, end))
        }
        None => counted,
    };
    let count = if counted.is_some() { None } else { rule.count };
    let ceiling = until.into_iter().chain(counted).fold(ceiling, NaiveDateTime::min);
    let mut found = Found { start, floor, ceiling, left: count, walls: Vec::new(), gaps, work };
    let entry = if count.is_some() { start } else { start.max(floor) };
    let expansion = Expansion { rule, start, dates: Dates::new(rule, start.date()) };
    if rule.is_within_days() {
        expansion.by_seconds(entry, &mut found)?
    } else {
        expansion.by_dates(entry, &mut found)?
    }
    Ok(found.walls)
}

/// Steps for looking at all changes of a clock.
const CHANGES: u64 = 500;

/// Where a rule within days ends that has COUNT and no further parts: nothing need be counted then.
fn plain_end(rule: &Rule, start: NaiveDateTime) -> Option<NaiveDateTime> {
    let bare = Rule::every(rule.frequency, rule.interval);
    let is_plain = rule.is_within_days() && Rule { count: None, week_start: bare.week_start, ..rule.clone() } == bare;
    let steps = rule.count.filter(|_| is_plain)? - 1;
    let seconds = i64::try_from(steps).ok()?.checked_mul(rule.interval)?.checked_mul(unit(rule.frequency))?;
    start.checked_add_signed(TimeDelta::try_seconds(seconds)?).or(Some(NaiveDateTime::MAX))
}

/// Seconds of an hour, a minute or a second.
fn unit(frequency: Frequency) -> i64 {
    match frequency {
        Frequency::Hourly => 3600,
        Frequency::Minutely => 60,
        _ => 1,
    }
}

/// Instances so far.
struct Found<'a> {
    start: NaiveDateTime,
    floor: NaiveDateTime,
    ceiling: NaiveDateTime,
    left: Option<u64>,
    walls: Vec<NaiveDateTime>,
    gaps: &'a Gaps<'a>,
    work: &'a Work,
}

impl Found<'_> {
    /// Takes the wall times of one period, ascending; false when there can be no more.
    fn take(&mut self, period: impl Iterator<Item = NaiveDateTime>) -> Result<bool, String> {
        for wall in period.filter(|wall| *wall >= self.start) {
            if wall > self.ceiling || self.left == Some(0) {
                return Ok(false);
            }
            self.left = self.left.map(|left| left - u64::from(!self.gaps.contain(wall)));
            self.work.count(1)?;
            if wall >= self.floor {
                self.work.count(INSTANCE)?;
                self.walls.push(wall);
            }
        }
        Ok(self.left != Some(0))
    }
}

struct Expansion<'a> {
    rule: &'a Rule,
    start: NaiveDateTime,
    dates: Dates<'a>,
}

impl Expansion<'_> {
    /// Days, weeks, months and years: dates first, then the times of each.
    fn by_dates(&self, entry: NaiveDateTime, found: &mut Found<'_>) -> Result<(), String> {
        let times = self.times(found.work)?;
        let first = self.period(self.start.date());
        let mut index = self.steps(first, self.period(entry.date())) / self.rule.interval;
        loop {
            let Some((from, to)) = self.bounds(first, index) else { return Ok(()) };
            if from.and_time(NaiveTime::MIN) > found.ceiling {
                return Ok(());
            }
            let dates = self.wanted(from, to, found.work)?;
            let walls = dates.iter().flat_map(|date| times.iter().map(|time| date.and_time(*time)));
            let goes_on = match self.rule.positions.is_empty() {
                true => found.take(walls)?,
                false => {
                    found.work.count((dates.len() * times.len()) as u64)?;
                    found.take(self.chosen(walls.collect()).into_iter())?
                }
            };
            if !goes_on {
                return Ok(());
            }
            index += 1;
        }
    }

    /// The dates wanted of `[from, to)`.
    fn wanted(&self, from: NaiveDate, to: NaiveDate, work: &Work) -> Result<Vec<NaiveDate>, String> {
        let (mut dates, mut date) = (Vec::new(), from);
        while date < to {
            work.count(1)?;
            let next = if self.dates.has_month(date) {
                if self.dates.has(date) {
                    dates.push(date);
                }
                date.checked_add_days(Step::new(1))
            } else {
                date.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)))
            };
            date = next.ok_or("it leaves the calendar")?;
        }
        Ok(dates)
    }

    /// The first date of the period that `date` is in.
    fn period(&self, date: NaiveDate) -> NaiveDate {
        match self.rule.frequency {
            Frequency::Yearly => date.with_ordinal(1).unwrap_or(date),
            Frequency::Monthly => date.with_day(1).unwrap_or(date),
            Frequency::Weekly => week_start(date, self.rule.week_start),
            _ => date,
        }
    }

    /// Periods from `first` to `last`.
    fn steps(&self, first: NaiveDate, last: NaiveDate) -> i64 {
        let months = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
        match self.rule.frequency {
            Frequency::Yearly => (months(last) - months(first)) / 12,
            Frequency::Monthly => months(last) - months(first),
            Frequency::Weekly => (last - first).num_days() / 7,
            _ => (last - first).num_days(),
        }
    }

    /// The `index`-th period that counts, as `[from, to)`; none beyond the calendar.
    fn bounds(&self, first: NaiveDate, index: i64) -> Option<(NaiveDate, NaiveDate)> {
        let steps = u32::try_from(index.checked_mul(self.rule.interval)?).ok()?;
        let days = |count: u32| move |date: NaiveDate| date.checked_add_days(Step::new(u64::from(count)));
        let months = |count: u32| move |date: NaiveDate| date.checked_add_months(Months::new(count));
        let (from, to) = match self.rule.frequency {
            Frequency::Yearly => {
                let from = months(steps.checked_mul(12)?)(first)?;
                (from, months(12)(from)?)
            }
            Frequency::Monthly => {
                let from = months(steps)(first)?;
                (from, months(1)(from)?)
            }
            Frequency::Weekly => {
                let from = days(steps.checked_mul(7)?)(first)?;
                (from, days(7)(from)?)
            }
            _ => {
                let from = days(steps)(first)?;
                (from, days(1)(from)?)
            }
        };
        (from.year() <= 9999).then_some((from, to))
    }

    /// The times of a day, ascending.
    fn times(&self, work: &Work) -> Result<Vec<NaiveTime>, String> {
        let or = |given: &[i64], own: u32| if given.is_empty() { vec![i64::from(own)] } else { given.to_vec() };
        let (rule, own) = (self.rule, self.start.time());
        let [hours, minutes, seconds] =
            [or(&rule.hours, own.hour()), or(&rule.minutes, own.minute()), or(&rule.seconds, own.second())];
        work.count((hours.len() * minutes.len() * seconds.len()) as u64)?;
        let mut times = Vec::new();
        for hour in &hours {
            for minute in &minutes {
                times.extend(seconds.iter().filter_map(|second| time(*hour, *minute, *second)));
            }
        }
        times.sort_unstable();
        times.dedup();
        Ok(times)
    }

    /// Hours, minutes and seconds: from one to the next, jumping over what the rule does not want.
    fn by_seconds(&self, entry: NaiveDateTime, found: &mut Found<'_>) -> Result<(), String> {
        let rule = self.rule;
        let unit = unit(rule.frequency);
        let origin = self.start.and_utc().timestamp().div_euclid(unit) * unit;
        let every = rule.interval * unit;
        let reach = |at: NaiveDateTime| (at.and_utc().timestamp() - origin).max(0);
        // One too early is harmless, one too late is not.
        let mut index = reach(entry) / every;
        let (mut day, mut wants_day) = (None, false);
        loop {
            found.work.count(1)?;
            let Some(at) = origin.checked_add(index.checked_mul(every).ok_or("it leaves the calendar")?) else {
                return Ok(());
            };
            let Some(wall) = chrono::DateTime::from_timestamp(at, 0).map(|at| at.naive_utc()) else { return Ok(()) };
            if wall > found.ceiling {
                return Ok(());
            }
            if day != Some(wall.date()) {
                (day, wants_day) = (Some(wall.date()), self.dates.has(wall.date()));
            }
            let is_in = |list: &[i64], number: u32| list.is_empty() || list.contains(&i64::from(number));
            let skipped = if !wants_day {
                Some(86_400)
            } else if !is_in(&rule.hours, wall.hour()) {
                Some(3600)
            } else if unit < 3600 && !is_in(&rule.minutes, wall.minute()) {
                Some(60)
            } else {
                None
            };
            if let Some(length) = skipped {
                let next = at.div_euclid(length) * length + length;
                index = (next - origin + every - 1).div_euclid(every).max(index + 1);
                continue;
            }
            if !self.period_within_day(wall, unit, found)? {
                return Ok(());
            }
            index += 1;
        }
    }

    /// The instances of the hour, minute or second that begins at `wall`; false when there can be no more.
    fn period_within_day(&self, wall: NaiveDateTime, unit: i64, found: &mut Found<'_>) -> Result<bool, String> {
        let rule = self.rule;
        if unit == 1 {
            let is_wanted = rule.seconds.is_empty() || rule.seconds.contains(&i64::from(wall.second()));
            let is_chosen = rule.positions.is_empty() || rule.positions.iter().any(|one| one.abs() == 1);
            return found.take((is_wanted && is_chosen).then_some(wall).into_iter());
        }
        let own = self.start.time();
        let minutes = match (unit, rule.minutes.is_empty()) {
            (3600, true) => vec![i64::from(own.minute())],
            (3600, false) => rule.minutes.clone(),
            _ => vec![0],
        };
        let seconds = if rule.seconds.is_empty() { vec![i64::from(own.second())] } else { rule.seconds.clone() };
        found.work.count((minutes.len() * seconds.len()) as u64)?;
        let mut walls = Vec::new();
        for minute in minutes {
            walls.extend(seconds.iter().map(|second| wall + TimeDelta::seconds(minute * 60 + second)));
        }
        walls.sort_unstable();
        walls.dedup();
        found.take(self.chosen(walls).into_iter())
    }

    /// BYSETPOS, of the wall times of one period.
    fn chosen(&self, walls: Vec<NaiveDateTime>) -> Vec<NaiveDateTime> {
        if self.rule.positions.is_empty() {
            return walls;
        }
        let length = walls.len() as i64;
        let is_chosen = |index: usize| {
            let position = index as i64 + 1;
            let has = |one: i64| self.rule.positions.binary_search(&one).is_ok();
            has(position) || has(position - length - 1)
        };
        walls.into_iter().enumerate().filter(|(index, _)| is_chosen(*index)).map(|(_, wall)| wall).collect()
    }
}

fn time(hour: i64, minute: i64, second: i64) -> Option<NaiveTime> {
    let part = |number: i64| u32::try_from(number).ok();
    NaiveTime::from_hms_opt(part(hour)?, part(minute)?, part(second)?)
}
