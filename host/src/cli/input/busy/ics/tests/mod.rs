//! Files in, busy times out. What each test expects was worked out by hand: the clock of Lord Howe goes from 02:00 +10:30
//! to 02:30 +11:00 on 2026-10-04, which is 15:30 UTC the day before.

mod broken;
mod exception;
mod expand;
mod free_busy;
mod peer;
mod property;
mod repetition;
mod vtimezone;

use super::*;
use calendar_host::types::{BusyGroup, BusyKind};
use chrono::{DateTime, Utc};

fn seconds(text: &str) -> i64 {
    text.parse::<DateTime<Utc>>().expect("RFC 3339").timestamp()
}

/// From 2026-09-28 to 2026-10-12 in UTC.
fn span() -> TimeRange {
    TimeRange { start: seconds("2026-09-28T00:00:00Z"), end: seconds("2026-10-12T00:00:00Z") }
}

fn lord_howe() -> Zone {
    Zone::parse("Australia/Lord_Howe").expect("a zone")
}

/// What a calendar of these parts says about the span, on the clock of Lord Howe.
fn times(parts: &str) -> BusyTimes {
    let text = format!("BEGIN:VCALENDAR\r\n{}\r\nEND:VCALENDAR\r\n", parts.trim().replace('\n', "\r\n"));
    read(text.as_bytes(), &lord_howe(), span()).expect("readable")
}

/// `MM-DDTHH:MM/MM-DDTHH:MM` in UTC.
fn shown(range: &TimeRange) -> String {
    let at = |at: i64| DateTime::from_timestamp(at, 0).expect("an instant").format("%m-%dT%H:%M").to_string();
    format!("{}/{}", at(range.start), at(range.end))
}

/// Busy times, sorted; and the unknown ones with their causes.
fn expand(parts: &str) -> (Vec<String>, Vec<(String, String)>) {
    let times = times(parts);
    let mut busy: Vec<String> = times.busy.iter().flat_map(BusyGroup::ranges).map(|one| shown(&one)).collect();
    busy.sort();
    (busy, times.unknown.into_iter().map(|one| (shown(&one.time), one.cause)).collect())
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\nUID:one\n{}\nEND:VEVENT", lines.trim())
}

fn busy(lines: &str) -> Vec<String> {
    let (busy, unknown) = expand(&event(lines));
    assert_eq!(unknown, []);
    busy
}

/// The one unknown time of an event, and why.
fn unknown(lines: &str) -> (String, String) {
    let (busy, unknown) = expand(&event(lines));
    assert_eq!((busy, unknown.len()), (Vec::new(), 1), "{lines}: {unknown:?}");
    unknown.into_iter().next().expect("one")
}

#[test]
fn a_whole_day_is_that_of_the_readers_zone_and_shorter_on_the_day_of_the_change() {
    assert_eq!(busy("DTSTART;VALUE=DATE:20261004"), ["10-03T13:30/10-04T13:00"]);
    assert_eq!(busy("DTSTART;VALUE=DATE:20261004\nDTEND;VALUE=DATE:20261006"), ["10-03T13:30/10-05T13:00"]);
}

#[test]
fn floating_times_are_on_the_readers_clock() {
    assert_eq!(busy("DTSTART:20261004T090000\nDTEND:20261004T100000"), ["10-03T22:00/10-03T23:00"]);
}

#[test]
fn transparent_cancelled_and_free_entries_take_no_time() {
    let time = "DTSTART:20261001T090000Z\nDURATION:PT1H\n";
    for word in ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"] {
        assert_eq!(busy(&format!("{time}{word}")), [""; 0], "{word}");
    }
    assert_eq!(busy(&format!("{time}TRANSP:OPAQUE")).len(), 1);
}

#[test]
fn windows_names_are_mapped_and_an_unknown_zone_makes_the_time_unknown_as_far_as_it_may_be() {
    let windows = "DTSTART;TZID=\"W. Europe Standard Time\":20261005T100000\nDURATION:PT1H";
    assert_eq!(busy(windows), ["10-05T08:00/10-05T09:00"]);
    let (time, cause) = unknown("DTSTART;TZID=Office:20261005T100000\nDURATION:PT1H");
    // 26 hours on both sides: no clock is further from UTC.
    assert_eq!(time, "10-04T08:00/10-06T13:00");
    assert_eq!(cause, "event one: time zone \"Office\" is not known");
    // One end of known, one of unknown zone.
    let (time, _) = unknown("DTSTART:20261005T100000Z\nDTEND;TZID=Office:20261005T120000");
    assert_eq!(time, "10-04T08:00/10-06T14:00");
}

#[test]
fn what_cannot_be_understood_is_unknown_from_the_first_instant_it_may_take() {
    let all = "09-28T00:00/10-12T00:00";
    for (lines, from) in [
        ("DTSTART:tomorrow", all),
        ("SUMMARY:no start", all),
        ("DTSTART:20261005T100000Z\nRRULE:FREQ=SOMETIMES", "10-05T10:00/10-12T00:00"),
        ("DTSTART:20261005T100000Z\nRRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY", "10-05T10:00/10-12T00:00"),
        ("DTSTART:20261005T100000Z\nDTEND:20261005T110000Z\nDURATION:PT1H", "10-05T10:00/10-12T00:00"),
        ("DTSTART:20261005T100000Z\nDURATION:-PT1H", "10-05T10:00/10-12T00:00"),
        ("DTSTART:20261005T100000Z\nDURATION:PT1H\nRDATE:soon", all),
        ("DTSTART:20261005T100000Z\nDURATION:PT1H\nRDATE;VALUE=DATE:20261001", all),
        ("DTSTART:20261005T100000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\nEXDATE:x", "10-05T10:00/10-12T00:00"),
        ("DTSTART:20261005T100000Z\nDTSTART:20261006T100000Z\nDURATION:PT1H", all),
        ("DTSTART:20261005T100000Z\nDTEND;VALUE=DATE:20261006", "10-04T13:30/10-12T00:00"),
        ("DTSTART;VALUE=DATE:20261005\nRRULE:FREQ=HOURLY", "10-04T13:00/10-12T00:00"),
    ] {
        let (time, cause) = unknown(lines);
        if lines.contains("DTEND;VALUE=DATE") {
            assert_eq!(time, "10-05T10:00/10-12T00:00", "{lines}: {cause}");
        } else {
            assert_eq!(time, from, "{lines}: {cause}");
        }
    }
    // Over before the span: nothing of it matters.
    assert_eq!(busy("DTSTART:20270105T100000Z\nRRULE:FREQ=SOMETIMES"), [""; 0]);
}

#[test]
fn an_event_that_ends_before_it_starts_is_unknown_between_the_two() {
    let (time, cause) = unknown("DTSTART:20261005T100000Z\nDTEND:20261005T090000Z");
    assert_eq!((time.as_str(), cause.as_str()), ("10-05T09:00/10-05T10:00", "event one: it ends before it starts"));
    let (time, _) = unknown("DTSTART;VALUE=DATE:20261006\nDTEND;VALUE=DATE:20261005");
    assert_eq!(time, "10-04T13:00/10-05T13:00");
}

#[test]
fn an_event_without_length_takes_no_time_and_a_date_takes_its_day() {
    assert_eq!(busy("DTSTART:20261005T100000Z"), [""; 0]);
    assert_eq!(busy("DTSTART:20261005T100000Z\nDTEND:20261005T100000Z\nRRULE:FREQ=DAILY"), [""; 0]);
    assert_eq!(busy("DTSTART;VALUE=DATE:20261005\nDTEND;VALUE=DATE:20261005"), ["10-04T13:00/10-05T13:00"]);
}

#[test]
fn a_duration_counts_days_on_the_wall_clock_and_hours_as_they_pass() {
    // From noon before to noon after the change of the clock: 23 and a half hours.
    assert_eq!(busy("DTSTART:20261003T120000\nDURATION:P1D"), ["10-03T01:30/10-04T01:00"]);
    assert_eq!(busy("DTSTART:20261003T120000\nDURATION:PT24H"), ["10-03T01:30/10-04T01:30"]);
    // The end has a zone of its own.
    let flight = "DTSTART;TZID=Europe/Berlin:20261005T100000\nDTEND;TZID=America/New_York:20261005T130000";
    assert_eq!(busy(flight), ["10-05T08:00/10-05T17:00"]);
}

#[test]
fn a_time_that_the_clock_skips_is_read_with_the_offset_before() {
    // RFC 5545 section 3.3.5: 02:15 +10:30 is 02:45 +11:00.
    assert_eq!(busy("DTSTART:20261004T021500\nDURATION:PT15M"), ["10-03T15:45/10-03T16:00"]);
}

#[test]
fn kinds_and_the_name_of_the_calendar_are_kept_apart() {
    let parts = format!(
        "X-WR-CALNAME:Team\\, all\n{}\n{}",
        event("DTSTART:20261005T100000Z\nDURATION:PT1H\nSTATUS:TENTATIVE"),
        event("DTSTART;VALUE=DATE:20261006"),
    );
    let groups = times(&parts).busy;
    let kinds: Vec<_> = groups.iter().map(|group| (group.kind, group.calendar.as_deref())).collect();
    assert_eq!(kinds, [(BusyKind::Tentative, Some("Team, all")), (BusyKind::AllDay, Some("Team, all"))]);
}

#[test]
fn lines_may_be_folded_lower_case_quoted_and_end_in_line_feeds() {
    let text = "begin:vcalendar\nbegin:vevent\nuid:a\ndescription:one\\, two\\; three\n  four\ndtstart;\n tzid=\"Europe/\n\
        \x20Berlin\":20261005T1\n 00000\nduration:pt1h\nend:vevent\nend:vcalendar\n";
    let times = read(text.as_bytes(), &lord_howe(), span()).expect("readable");
    assert_eq!(times.busy[0].ranges().map(|one| shown(&one)).collect::<Vec<_>>(), ["10-05T08:00/10-05T09:00"]);
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let marked = crate::cli::input::busy::parse(&marked, &lord_howe(), span()).expect("readable");
    assert!(marked.busy[0].ranges().eq(times.busy[0].ranges()));
}

#[test]
fn several_calendars_of_a_file_add_up_and_tasks_take_no_time() {
    let one =
        |day: &str| format!("BEGIN:VCALENDAR\n{}\nEND:VCALENDAR", event(&format!("DTSTART:{day}\nDURATION:PT1H")));
    let todo = "BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:t\nDTSTART:20261006T100000Z\nDURATION:PT1H\nEND:VTODO\n\
        BEGIN:VJOURNAL\nDTSTART:20261006T100000Z\nEND:VJOURNAL\nEND:VCALENDAR";
    let text = [one("20261005T100000Z").as_str(), todo, &one("20261007T100000Z")].join("\n");
    let times = read(text.as_bytes(), &lord_howe(), span()).expect("readable");
    assert_eq!((times.busy[0].starts.len(), times.unknown.len()), (2, 0));
}

#[test]
fn a_component_that_may_say_something_about_time_is_not_passed_over() {
    let (_, unknown) = expand("BEGIN:VAVAILABILITY\nUID:v\nEND:VAVAILABILITY");
    assert_eq!(unknown, [("09-28T00:00/10-12T00:00".to_owned(), "VAVAILABILITY is not supported".to_owned())]);
    assert_eq!(expand("BEGIN:X-NOTE\nEND:X-NOTE"), (Vec::new(), Vec::new()));
}

#[test]
fn events_without_uid_do_not_belong_together() {
    let bare = |lines: &str| event(lines).replace("UID:one\n", "");
    let master = bare("DTSTART:20261005T100000Z\nDURATION:PT1H");
    let stray = bare("RECURRENCE-ID:20261005T100000Z\nDTSTART:20261006T100000Z\nDURATION:PT1H");
    assert_eq!(expand(&format!("{master}\n{stray}")).0.len(), 2);
}
