//! One VEVENT: since when, how long, how often, and which instance of a series it replaces. What of it cannot be
//! understood is an error, which makes its time unknown.

use calendar_host::types::TimeRange;
use chrono::TimeDelta;

use super::clock::{Clock, Clocks};
use super::component::Component;
use super::line::Line;
use super::mark::Mark;
use super::period::{Period, instant};
use super::rule::Rule;
use super::series::{Extra, Series};
use super::stamp::{Length, Stamp};

/// A VEVENT with the clocks of its calendar.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event<'a> {
    pub(super) component: &'a Component,
    clocks: &'a Clocks,
}

/// What an exception replaces.
#[derive(Debug)]
pub(super) struct Exception {
    pub(super) mark: Mark,
    /// All that follow, too.
    pub(super) is_onwards: bool,
}

impl<'a> Event<'a> {
    pub(super) fn new(component: &'a Component, clocks: &'a Clocks) -> Self {
        Self { component, clocks }
    }

    pub(super) fn is_exception(&self) -> bool {
        self.component.one("RECURRENCE-ID").is_some()
    }

    /// The instance that this event stands for; none = it is no exception.
    pub(super) fn exception(&self) -> Result<Option<Exception>, String> {
        let Some(line) = self.sole("RECURRENCE-ID")? else { return Ok(None) };
        self.check(line)?;
        let is_onwards = match line.parameter("RANGE") {
            None => false,
            Some(range) if range.eq_ignore_ascii_case("THISANDFUTURE") => true,
            Some(range) => return Err(format!("RECURRENCE-ID with RANGE={range} is not supported")),
        };
        let mark = Mark { stamp: Stamp::parse(&line.value)?, clock: self.clock(line, &line.value) };
        Ok(Some(Exception { mark, is_onwards }))
    }

    /// The first instant that may be taken, when it is certain that nothing of the event lies before it.
    pub(super) fn earliest(&self) -> Option<i64> {
        let (line, stamp) = self.start().ok().filter(|(line, _)| self.check(line).is_ok())?;
        let at = |line: &Line, stamp: Stamp| {
            let clock = if stamp.is_date() { self.clocks.floating() } else { self.clock(line, &line.value) };
            (instant(stamp, &clock) - clock.slack()).timestamp()
        };
        let end = self.component.one("DTEND").and_then(|line| Some((line, Stamp::parse(&line.value).ok()?)));
        let start = at(line, stamp);
        let first = end.map_or(start, |(line, stamp)| at(line, stamp).min(start));
        self.component.one("RDATE").is_none().then_some(first)
    }

    /// The event with its repetitions.
    pub(super) fn series(&self) -> Result<Series, String> {
        self.component.lines.iter().try_for_each(|line| self.check(line))?;
        let (line, stamp) = self.start()?;
        let is_all_day = stamp.is_date();
        let clock = if is_all_day { self.clocks.floating() } else { self.clock(line, &line.value) };
        let mut series = Series {
            start: stamp.civil(),
            is_all_day,
            length: Length::ZERO,
            doubt: clock.unknown(),
            slack: clock.slack(),
            clock,
            rules: Vec::new(),
            more: Vec::new(),
            except: Vec::new(),
            cuts: Vec::new(),
        };
        self.set_length(&mut series, stamp)?;
        if self.is_exception() {
            return Ok(series);
        }
        for line in &self.component.lines {
            let values = || line.value.split(',').filter(|value| !value.is_empty());
            match line.name.as_str() {
                "RRULE" => series.rules.push(Rule::parse(&line.value)?),
                "EXRULE" => return Err("EXRULE is not supported".to_owned()),
                "RDATE" => {
                    let found: Result<Vec<_>, _> = values().map(|value| self.extra(line, value, is_all_day)).collect();
                    series.more.extend(found?);
                }
                "EXDATE" => {
                    let mark = |value| Ok(Mark { stamp: Stamp::parse(value)?, clock: self.clock(line, value) });
                    series.except.extend(values().map(mark).collect::<Result<Vec<_>, String>>()?);
                }
                _ => {}
            }
        }
        if is_all_day && series.rules.iter().any(Rule::is_within_days) {
            return Err("a whole day cannot repeat within days".to_owned());
        }
        if is_all_day {
            // RFC 5545 section 3.3.10: ignored beside a date.
            for rule in &mut series.rules {
                for times in [&mut rule.hours, &mut rule.minutes, &mut rule.seconds] {
                    times.clear();
                }
            }
        }
        Ok(series)
    }

    fn start(&self) -> Result<(&'a Line, Stamp), String> {
        let line = self.sole("DTSTART")?.ok_or("no DTSTART")?;
        Ok((line, Stamp::parse(&line.value)?))
    }

    /// From DTEND or DURATION. The elapsed time between DTSTART and DTEND holds for all instances (RFC 5545 section
    /// 3.8.5.3); of whole days their number.
    fn set_length(&self, series: &mut Series, start: Stamp) -> Result<(), String> {
        match (self.sole("DTEND")?, self.sole("DURATION")?) {
            (Some(_), Some(_)) => return Err("both DTEND and DURATION".to_owned()),
            (None, None) => series.length.days = i64::from(series.is_all_day),
            (None, Some(line)) => series.length = Length::parse(&line.value)?,
            (Some(line), None) => {
                let end = Stamp::parse(&line.value)?;
                if end.is_date() != series.is_all_day {
                    return Err("of DTSTART and DTEND one is a date, the other a time".to_owned());
                }
                if series.is_all_day {
                    let days = (end.civil() - start.civil()).num_days();
                    // The same day twice is how some exporters write one day.
                    series.length.days = if days == 0 { 1 } else { days };
                } else {
                    let clock = self.clock(line, &line.value);
                    if clock != series.clock {
                        series.doubt = series.doubt.take().or_else(|| clock.unknown());
                        series.slack = series.slack.max(clock.slack());
                    }
                    series.length.rest = instant(end, &clock) - instant(start, &series.clock);
                }
                let is_backwards = series.length.days < 0 || series.length.rest < TimeDelta::zero();
                if is_backwards && series.doubt.is_none() {
                    series.doubt = Some("it ends before it starts".to_owned());
                }
            }
        }
        Ok(())
    }

    fn extra(&self, line: &Line, value: &str, is_all_day: bool) -> Result<Extra, String> {
        let clock = self.clock(line, value);
        if value.contains('/') {
            return Period::parse(value).map(|period| Extra::Period(period, clock));
        }
        let stamp = Stamp::parse(value)?;
        if stamp.is_date() && !is_all_day {
            return Err("RDATE is a date, DTSTART a time".to_owned());
        }
        Ok(Extra::Start(stamp, clock))
    }

    /// The clock of a value of `line`.
    fn clock(&self, line: &Line, value: &str) -> Clock {
        let is_utc = matches!(Stamp::parse(value), Ok(Stamp::Utc(_)));
        match line.parameter("TZID") {
            Some(name) if !is_utc => self.clocks.named(name),
            _ if is_utc => Clock::Zone(calendar_core::schedule::zone::Zone::utc()),
            _ => self.clocks.floating(),
        }
    }

    /// Whether what a line says of a time goes together.
    fn check(&self, line: &Line) -> Result<(), String> {
        if !matches!(line.name.as_str(), "DTSTART" | "DTEND" | "RDATE" | "EXDATE" | "RECURRENCE-ID") {
            return Ok(());
        }
        check_parameters(line)?;
        check_value(line)?;
        self.check_zone(line)
    }

    /// RFC 5545 section 3.2.19: no zone beside a time in UTC. Unless it is UTC there, one of the two is wrong.
    fn check_zone(&self, line: &Line) -> Result<(), String> {
        let Some(name) = line.parameter("TZID") else { return Ok(()) };
        let clock = self.clocks.named(name);
        let is_other = |value: &str| match Stamp::parse(value.split('/').next().unwrap_or(value)) {
            Ok(Stamp::Utc(at)) => clock.unknown().is_some() || clock.civil(at.and_utc()) != at,
            _ => false,
        };
        match line.value.split(',').any(is_other) {
            true => Err(format!("{} is in UTC and has a TZID", line.name)),
            false => Ok(()),
        }
    }

    /// The line called `name`, of which there must not be two.
    fn sole(&self, name: &str) -> Result<Option<&'a Line>, String> {
        let mut lines = self.component.lines.iter().filter(|line| line.name == name);
        let line = lines.next();
        if lines.next().is_some() { Err(format!("{name} occurs twice")) } else { Ok(line) }
    }
}

/// A parameter of a time that is not known may say what its clock is.
fn check_parameters(line: &Line) -> Result<(), String> {
    let is_known = |name: &str| matches!(name, "TZID" | "VALUE" | "RANGE") || name.starts_with("X-");
    match line.parameters.iter().find(|(name, _)| !is_known(name)) {
        Some((name, _)) => Err(format!("{} has {name}, which is not supported", line.name)),
        None => Ok(()),
    }
}

/// What VALUE says of the values must be what they are. Which of the two is meant nobody knows: a whole day read as its
/// midnight would take no time.
fn check_value(line: &Line) -> Result<(), String> {
    let Some(kind) = line.parameter("VALUE").map(str::to_ascii_uppercase) else { return Ok(()) };
    let is_kind = |value: &str| match kind.as_str() {
        "PERIOD" => value.contains('/') && line.name == "RDATE",
        "DATE" => matches!(Stamp::parse(value), Ok(Stamp::Date(_))),
        "DATE-TIME" => matches!(Stamp::parse(value), Ok(Stamp::Wall(_) | Stamp::Utc(_))),
        _ => false,
    };
    match line.value.split(',').find(|value| !value.is_empty() && !is_kind(value)) {
        Some(value) => {
            let value: String = value.chars().take(40).collect();
            Err(format!("{} has VALUE={kind}, which {value:?} is not", line.name))
        }
        None => Ok(()),
    }
}

/// The part of `span` from `from` on.
pub(super) fn rest(span: TimeRange, from: Option<i64>) -> TimeRange {
    TimeRange { start: from.map_or(span.start, |from| from.max(span.start)), ..span }
}
