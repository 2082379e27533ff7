//! VFREEBUSY (RFC 5545 section 3.6.4): busy times without events. DTSTART and DTEND are the window that the answer
//! covers: outside it nothing is known, not even that it is free. Answers of one person (ORGANIZER and ATTENDEE) add up.
//! Without a window the answer is taken to cover everything.

use std::collections::BTreeMap;

use calendar_host::types::{BusyKind, TimeRange};

use super::clock::{Clock, Clocks};
use super::component::Component;
use super::period::{Period, instant};
use super::stamp::Stamp;
use crate::cli::input::busy::BusyTimes;

/// Adds what the VFREEBUSY components of `calendar` say.
pub(super) fn read(calendar: &Component, name: Option<&str>, clocks: &Clocks, span: TimeRange, times: &mut BusyTimes) {
    let is_question = calendar.one("METHOD").is_some_and(|method| method.is("REQUEST"));
    let mut windows: BTreeMap<String, Vec<TimeRange>> = BTreeMap::new();
    for part in calendar.parts("VFREEBUSY") {
        if is_question {
            times.unknown(name, span, "VFREEBUSY: a question for busy times, not an answer");
            continue;
        }
        let status = part.all("REQUEST-STATUS").find(|status| !status.value.trim_start().starts_with("2."));
        if let Some(status) = status {
            times.unknown(name, span, &format!("VFREEBUSY: the answer is an error, {}", status.value));
            continue;
        }
        match window(part, clocks, span).and_then(|window| periods(part, name, clocks, span, times).map(|()| window)) {
            Ok(window) => windows.entry(owner(part)).or_default().push(window),
            Err(reason) => times.unknown(name, span, &format!("VFREEBUSY: {reason}")),
        }
    }
    for mut windows in windows.into_values() {
        windows.sort_unstable();
        let mut covered = span.start;
        for window in windows {
            let hole = TimeRange { start: covered, end: window.start.min(span.end) };
            times.unknown(name, hole, "VFREEBUSY: not covered by the answer");
            covered = covered.max(window.end);
        }
        let rest = TimeRange { start: covered, end: span.end };
        times.unknown(name, rest, "VFREEBUSY: not covered by the answer");
    }
}

fn owner(part: &Component) -> String {
    let of = |name| part.value(name).unwrap_or_default().to_ascii_lowercase();
    format!("{}\n{}", of("ORGANIZER"), of("ATTENDEE"))
}

/// What the answer covers; all of `span` when it says nothing of it, unknown when it says half of it.
fn window(part: &Component, clocks: &Clocks, span: TimeRange) -> Result<TimeRange, String> {
    let is_given = |name: &str| part.all(name).next().is_some();
    if is_given("DTSTART") != is_given("DTEND") {
        return Err("one end of what it covers is missing".to_owned());
    }
    let bound = |name: &str, open: i64| {
        let mut lines = part.lines.iter().filter(|line| line.name == name);
        let Some(line) = lines.next() else { return Ok(open) };
        if lines.next().is_some() {
            return Err(format!("{name} occurs twice"));
        }
        let clock = line.parameter("TZID").map_or_else(|| clocks.floating(), |zone| clocks.named(zone));
        clock.unknown().map_or(Ok(()), Err)?;
        Ok(instant(Stamp::parse(&line.value)?, &clock).timestamp())
    };
    Ok(TimeRange { start: bound("DTSTART", span.start)?, end: bound("DTEND", span.end)? })
}

fn periods(
    part: &Component,
    name: Option<&str>,
    clocks: &Clocks,
    span: TimeRange,
    times: &mut BusyTimes,
) -> Result<(), String> {
    for line in part.all("FREEBUSY") {
        let kind = match line.parameter("FBTYPE").map(str::to_ascii_uppercase).as_deref() {
            Some("FREE") => continue,
            Some("BUSY-TENTATIVE") => BusyKind::Tentative,
            // A word that is not known is to be read as BUSY.
            _ => BusyKind::Busy,
        };
        for value in line.value.split(',').filter(|value| !value.is_empty()) {
            let period = Period::parse(value)?;
            let clock = line.parameter("TZID").map_or_else(|| clocks.floating(), |zone| clocks.named(zone));
            if let Some(reason) = clock.unknown().filter(|_| period.is_on_the_wall()) {
                let range = period.range(&clock).map(|range| grown(range, &clock))?;
                times.unknown(name, range, &format!("VFREEBUSY: {reason}"));
                continue;
            }
            let range = period.range(&clock)?;
            if range.start < span.end && range.end > span.start {
                times.add(kind, name, range);
            }
        }
    }
    Ok(())
}

fn grown(range: TimeRange, clock: &Clock) -> TimeRange {
    let slack = clock.slack().num_seconds();
    TimeRange { start: range.start - slack, end: range.end + slack }
}
