//! The instances of one event: RRULE, RDATE and EXDATE. Rules are expanded on the wall clock and keep its time; then the
//! clock turns each wall time into an instant. A wall time that is skipped is moved by the length of the gap (RFC 5545
//! section 3.3.5) and not counted (section 3.3.10), of one shown twice the first is meant. Rules within days (HOURLY, MINUTELY, SECONDLY) follow the wall
//! clock as well: of a time shown twice they take both, so that no part of the hour that is repeated looks free.

use std::cmp::Ordering;

use calendar_host::types::TimeRange;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::clock::Clock;
use super::expand;
use super::gaps::Gaps;
use super::mark::Mark;
use super::period::{Period, instant};
use super::rule::Rule;
use super::stamp::{Length, Stamp};
use super::work::Work;

/// An event and its repetitions.
#[derive(Debug)]
pub(super) struct Series {
    /// Wall time of the first instance.
    pub(super) start: NaiveDateTime,
    /// Given as a date.
    pub(super) is_all_day: bool,
    /// The wall clock.
    pub(super) clock: Clock,
    /// Of every instance.
    pub(super) length: Length,
    /// Why the time of its instances is not exactly known.
    pub(super) doubt: Option<String>,
    /// How far it may be off.
    pub(super) slack: TimeDelta,
    /// RRULE.
    pub(super) rules: Vec<Rule>,
    /// RDATE.
    pub(super) more: Vec<Extra>,
    /// What EXDATE and exceptions take out.
    pub(super) except: Vec<Mark>,
    /// Where exceptions for this and all that follow begin: no instance from there on.
    pub(super) cuts: Vec<Mark>,
}

/// A value of RDATE with its clock.
#[derive(Debug)]
pub(super) enum Extra {
    /// Another instance, as long as the others.
    Start(Stamp, Clock),
    /// An instance with a length of its own.
    Period(Period, Clock),
}

/// One occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Instance {
    /// On the clock of the series.
    pub(super) wall: NaiveDateTime,
    pub(super) start: DateTime<Utc>,
    pub(super) end: DateTime<Utc>,
}

/// Comparisons that are one step of work.
const COMPARED: u64 = 64;

/// The time of instances, with why it is not exactly known.
pub(super) type Taken = (TimeRange, Option<String>);

impl Series {
    /// The time of all instances that may share some with `span`.
    pub(super) fn taken(&self, span: TimeRange, work: &Work) -> Result<Vec<Taken>, String> {
        let reach = TimeDelta::days(self.length.days.abs() + 3) + self.length.rest.abs() + self.slack;
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap_or_default().naive_utc();
        let bounds = (at(span.start) - reach, at(span.end) + reach);
        let mut taken = Vec::new();
        let instances = self.instances(bounds, work)?;
        // Each is compared with all that is taken out.
        let marks = self.except.len() + self.cuts.len();
        work.count((instances.len() + self.more.len()).saturating_mul(marks) as u64 / COMPARED)?;
        for instance in instances {
            taken.extend(self.time(instance, self.doubt.clone(), self.slack));
        }
        for extra in &self.more {
            taken.extend(self.extra(extra)?);
        }
        taken.retain(|(time, _)| time.start < span.end && time.end > span.start);
        taken.sort_unstable_by_key(|(time, _)| (time.start, time.end));
        Ok(taken)
    }

    /// The instance that starts at `wall`.
    pub(super) fn instance(&self, wall: NaiveDateTime) -> Instance {
        let start = self.at(wall);
        let end = match self.length.days {
            0 => start,
            days => self.at(wall + TimeDelta::days(days)),
        };
        Instance { wall, start, end: end + self.length.rest }
    }

    fn at(&self, wall: NaiveDateTime) -> DateTime<Utc> {
        match &self.clock {
            Clock::Zone(zone) if self.is_all_day => zone.earlier(wall),
            clock => clock.first(wall),
        }
    }

    /// First instance and rules, within wall times.
    fn instances(&self, bounds: (NaiveDateTime, NaiveDateTime), work: &Work) -> Result<Vec<Instance>, String> {
        let mut found = vec![self.instance(self.start)];
        let gaps = if self.is_all_day { Gaps::none() } else { Gaps::of(&self.clock) };
        for rule in &self.rules {
            let (until, last) = self.until(rule);
            for wall in expand::walls(rule, self.start, until, bounds, &gaps, work)? {
                let first = self.instance(wall);
                let second = self.clock.second(wall).filter(|_| rule.is_within_days());
                let again = second.map(|start| Instance { start, end: start + (first.end - first.start), wall });
                let is_wanted = |one: &Instance| last.is_none_or(|last| one.start <= last);
                found.extend([Some(first), again].into_iter().flatten().filter(is_wanted));
            }
        }
        found.sort_unstable_by_key(|one| (one.start, one.wall));
        found.dedup();
        Ok(found)
    }

    /// The time of `instance`; none when it is taken out or takes none.
    fn time(&self, instance: Instance, doubt: Option<String>, slack: TimeDelta) -> Option<Taken> {
        let order = |mark: &Mark| mark.order(&instance, self);
        let is_out = self.except.iter().any(|mark| order(mark) == Some(Ordering::Equal))
            || self.cuts.iter().any(|mark| order(mark).is_some_and(Ordering::is_ge));
        if is_out || instance.start == instance.end {
            return None;
        }
        let (low, high) = (instance.start.min(instance.end) - slack, instance.start.max(instance.end) + slack);
        Some((TimeRange { start: low.timestamp(), end: high.timestamp() }, doubt))
    }

    fn extra(&self, extra: &Extra) -> Result<Option<Taken>, String> {
        let (instance, clock, is_on_the_wall) = match extra {
            Extra::Start(stamp, _) if self.is_all_day => {
                let date = match *stamp {
                    Stamp::Utc(at) if at.time() != chrono::NaiveTime::MIN => self.clock.civil(at.and_utc()).date(),
                    other => other.civil().date(),
                };
                (self.instance(date.into()), &self.clock, true)
            }
            Extra::Start(stamp, clock) if *clock == self.clock && matches!(stamp, Stamp::Wall(_)) => {
                (self.instance(stamp.civil()), clock, true)
            }
            Extra::Start(stamp, clock) => {
                let start = instant(*stamp, clock);
                (self.instance(self.clock.civil(start)).moved_to(start), clock, matches!(stamp, Stamp::Wall(_)))
            }
            Extra::Period(period, clock) => {
                let range = period.range(clock)?;
                let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap_or_default();
                let (start, end) = (at(range.start), at(range.end));
                (Instance { wall: self.clock.civil(start), start, end }, clock, period.is_on_the_wall())
            }
        };
        let doubt = clock.unknown().filter(|_| is_on_the_wall).or_else(|| self.doubt.clone());
        let slack = if is_on_the_wall { clock.slack().max(self.slack) } else { self.slack };
        Ok(self.time(instance, doubt, slack))
    }

    /// The last wall time of a rule and, when UNTIL is an instant, that instant: around a change of the clock later wall
    /// times may be earlier instants.
    fn until(&self, rule: &Rule) -> (Option<NaiveDateTime>, Option<DateTime<Utc>>) {
        let end_of_day = |date: chrono::NaiveDate| date.and_hms_opt(23, 59, 59).unwrap_or_default();
        match rule.until {
            None => (None, None),
            Some(Stamp::Date(date)) => (Some(end_of_day(date)), None),
            Some(Stamp::Wall(wall)) => (Some(wall), None),
            // Written in UTC as the day itself, or as its beginning on some clock: the later one of the two.
            Some(Stamp::Utc(at)) if self.is_all_day => (Some(at.max(self.clock.civil(at.and_utc()))), None),
            Some(Stamp::Utc(at)) => {
                let wall = self.clock.civil(at.and_utc()) + TimeDelta::days(2) + self.slack;
                (Some(wall), Some(at.and_utc() + self.slack))
            }
        }
    }
}

impl Instance {
    /// As long, but from `start` on.
    fn moved_to(self, start: DateTime<Utc>) -> Self {
        Self { start, end: start + (self.end - self.start), ..self }
    }
}
