//! `slots --busy FILE`: without account, network or settings.

use crate::cli_support::{Run, run_in};

const CALENDAR: &str = "\
BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.com//test//EN\r\nX-WR-CALNAME:Team\r\n\
BEGIN:VEVENT\r\nUID:stand-up\r\nDTSTART;TZID=Australia/Lord_Howe:20260927T010000\r\nDURATION:PT30M\r\n\
RRULE:FREQ=WEEKLY\r\nEND:VEVENT\r\n\
BEGIN:VEVENT\r\nUID:odd\r\nDTSTART;TZID=Office:20261020T010000\r\nDURATION:PT30M\r\nEND:VEVENT\r\n\
END:VCALENDAR\r\n";

fn slots(name: &str, content: &str, more: &[&str]) -> Run {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(name), content).expect("a file");
    let line = ["slots", "--busy", name, "--tz", "Australia/Lord_Howe", "--hours", "all", "--days", "all"];
    let run = run_in(folder.path(), &[&line, more].concat(), &[]);
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("a folder").collect();
    assert_eq!(left.len(), 1, "{left:?}");
    run
}

/// The clock of Lord Howe goes from 02:00 +10:30 to 02:30 +11:00 on that Sunday.
const MORNING: [&str; 4] = ["--from", "2026-10-04T00:00", "--to", "2026-10-04T04:00"];

#[test]
fn the_day_of_the_half_hour_change_can_be_checked_by_hand() {
    let run = slots("team.ics", CALENDAR, &[&MORNING[..], &["--explain"]].concat());
    assert_eq!(run.exit, 0, "{}", run.stderr);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn programs_read_reasons_with_calendar_and_time() {
    let run = slots("team.ics", CALENDAR, &[&MORNING[..], &["--explain", "--json"]].concat());
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let json = run.json();
    let busy = &json["refused"][0];
    assert_eq!(busy["start"], "2026-10-04T01:00:00+10:30");
    assert_eq!(busy["reasons"][0]["code"], "busy");
    assert_eq!(busy["reasons"][0]["calendar"], "Team");
    assert_eq!(busy["reasons"][0]["time"]["end"], "2026-10-04T01:30:00+10:30");
}

#[test]
fn a_time_in_an_unknown_zone_is_never_offered() {
    let day = ["--from", "2026-10-20T00:00", "--to", "2026-10-20T03:00", "--explain", "--json"];
    let run = slots("team.ics", CALENDAR, &day);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let json = run.json();
    assert_eq!(json["slots"], serde_json::json!([]));
    assert_eq!(json["refused"][0]["reasons"][0]["code"], "unknown_availability");
    assert!(json["not_understood"][0]["cause"].as_str().is_some_and(|cause| cause.contains("Office")), "{json}");
}

#[test]
fn json_is_read_as_well_and_what_is_neither_is_refused() {
    let busy = r#"[{"start": "2026-10-04T00:00:00+10:30", "end": "2026-10-04T04:00:00+11:00", "kind": "held"}]"#;
    let run = slots("busy.json", busy, &[&MORNING[..], &["--explain", "--json"]].concat());
    assert_eq!(run.json()["slots"], serde_json::json!([]));
    assert_eq!(run.json()["refused"][0]["reasons"][0]["code"], "held");

    let refused = slots("busy.txt", "busy on Monday", &["--json"]);
    assert_eq!((refused.exit, refused.error("code").as_str()), (2, "invalid-argument"));
    assert!(refused.error("message").contains("busy.txt"), "{}", refused.stdout);
    let torn = CALENDAR.replace("UID:odd\r\n", "UID odd\r\n");
    assert_eq!(slots("team.ics", &torn, &["--json"]).exit, 2);
}
