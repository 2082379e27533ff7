//! `--busy FILE`: busy times of a file, JSON or iCalendar. Reads and expands; judges nothing. What cannot be
//! understood is unknown, never free.

mod ics;
mod json;

use std::io::Read;
use std::path::Path;

use calendar_core::schedule::zone::Zone;
use calendar_host::types::{BusyGroup, BusyKind, TimeRange, UnknownRange};

use crate::cli::failure::Failure;

/// What `--help` says about the files.
pub const HELP: &str = "\
Files of busy times (--busy, --optional; - is standard input):
  iCalendar   all that RFC 5545 says of time: repetitions, exceptions, free/busy, own time zones.
              Whole days and times without a zone are those of --tz. Tasks are ignored.
  JSON        [{\"start\": \"2026-10-04T09:00:00Z\", \"end\": \"2026-10-04T10:00:00Z\"}]
              or {\"busy\": [...], \"unknown\": [...]}; each with \"calendar\" if wanted, busy with \"kind\"
              (busy, tentative, not-answered, out-of-office, focus-time, all-day, private,
              working-elsewhere, time-off, held, booking), unknown with \"cause\".
  What cannot be understood is unknown, and unknown is not free. The range may have 366 days.";

/// What a file says about a span of time.
#[derive(Debug, Default)]
pub struct BusyTimes {
    /// What is taken, by kind and calendar.
    pub busy: Vec<BusyGroup>,
    /// What could not be understood.
    pub unknown: Vec<UnknownRange>,
    span: Option<TimeRange>,
}

impl BusyTimes {
    /// Nothing yet, of `span`.
    fn of(span: TimeRange) -> Self {
        Self { span: Some(span), ..Self::default() }
    }

    /// Adds a busy time. Ordinary ones that follow each other become one; bookings and reservations are counted.
    fn add(&mut self, kind: BusyKind, calendar: Option<&str>, range: TimeRange) {
        // The years that the interface knows.
        let range = TimeRange { start: range.start.max(0), end: range.end.min(LAST) };
        if range.start >= range.end {
            return;
        }
        let is_counted = matches!(kind, BusyKind::Held | BusyKind::Booking);
        let group = self.busy.iter_mut().find(|one| one.kind == kind && one.calendar.as_deref() == calendar);
        let Some(group) = group else {
            let calendar = calendar.map(str::to_owned);
            self.busy.push(BusyGroup { calendar, ..BusyGroup::new(kind, [range]) });
            return;
        };
        match (group.starts.last(), group.ends.last_mut()) {
            (Some(start), Some(end)) if !is_counted && *start <= range.start && range.start <= *end => {
                *end = range.end.max(*end);
            }
            _ => {
                group.starts.push(range.start);
                group.ends.push(range.end);
            }
        }
    }

    /// Adds a time of which nothing is known, as far as it is inside the span.
    fn unknown(&mut self, calendar: Option<&str>, range: TimeRange, cause: &str) {
        let span = self.span.unwrap_or(range);
        let time = TimeRange { start: range.start.max(span.start), end: range.end.min(span.end) };
        if time.start >= time.end {
            return;
        }
        let is_full = self.unknown.len() >= MOST_UNKNOWN;
        let last = self.unknown.last_mut().filter(|last| last.cause == cause && last.calendar.as_deref() == calendar);
        match last {
            Some(last) if last.time.start <= time.start && time.start <= last.time.end => {
                last.time.end = last.time.end.max(time.end);
            }
            // More than anybody reads: all of it is as unknown as a part.
            _ if is_full => {
                self.unknown.truncate(1);
                if let Some(first) = self.unknown.first_mut() {
                    first.time = span;
                }
            }
            _ => self.unknown.push(UnknownRange {
                time,
                calendar: calendar.map(str::to_owned),
                cause: cause.chars().take(240).collect(),
            }),
        }
    }
}

/// The end of the year 9999.
const LAST: i64 = 253_402_300_799;
const MOST_UNKNOWN: usize = 1000;

/// Reads the file that `option` names. Recurring events are expanded within `span`; floating times are on the wall
/// clock of `zone`.
///
/// # Errors
/// When the file cannot be read or is neither JSON nor iCalendar.
pub fn read(option: &str, path: &Path, zone: &Zone, span: TimeRange) -> Result<BusyTimes, Failure> {
    let name = path.display();
    let mut bytes = Vec::new();
    let done = match path.as_os_str() == "-" {
        true => std::io::stdin().lock().read_to_end(&mut bytes),
        false => std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    done.map_err(|error| {
        let hint = "give a file of busy times, JSON or iCalendar, or - for standard input";
        Failure::usage(format!("{option}: {name} cannot be read: {error}"), hint)
    })?;
    parse(&bytes, zone, span).map_err(|reason| {
        Failure::usage(
            format!("{option}: {name}: {reason}"),
            r#"give an iCalendar file, or JSON such as [{"start": "2026-10-04T09:00:00Z", "end": "2026-10-04T10:00:00Z"}]"#,
        )
    })
}

/// The busy times of a text.
fn parse(bytes: &[u8], zone: &Zone, span: TimeRange) -> Result<BusyTimes, String> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let is_calendar = text.get(..15).is_some_and(|start| start.eq_ignore_ascii_case(b"BEGIN:VCALENDAR"));
    if is_calendar { ics::read(text, zone, span) } else { json::read(text, span) }
}
