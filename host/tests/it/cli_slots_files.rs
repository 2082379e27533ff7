//! `--busy`, `--optional`, `--need`, and the rules, with `slots`, `next` and `propose`: several people in files.

use crate::cli_support::{Run, run_in};

/// Monday 2026-06-08, in UTC.
const DAY: [&str; 6] = ["--from", "2026-06-08T09:00", "--to", "2026-06-08T12:00", "--duration", "60"];

fn json(from: &str, to: &str) -> String {
    format!(r#"[{{"start": "2026-06-08T{from}:00Z", "end": "2026-06-08T{to}:00Z"}}]"#)
}

/// Ann is busy from 9 to 10, Ben from 10 to 11, Cat from 9 to 12.
fn with(line: &[&str]) -> Run {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, from, to) in [("ann", "09:00", "10:00"), ("ben", "10:00", "11:00"), ("cat", "09:00", "12:00")] {
        std::fs::write(folder.path().join(format!("{name}.json")), json(from, to)).expect("a file");
    }
    run_in(folder.path(), &[line, &DAY].concat(), &[])
}

fn starts(run: &Run) -> Vec<String> {
    assert_eq!(run.exit, 0, "{}{}", run.stdout, run.stderr);
    let clock = |slot: &serde_json::Value| slot["start"].as_str().expect("a start")[11..16].to_owned();
    run.json()["slots"].as_array().expect("slots").iter().map(clock).collect()
}

#[test]
fn everybody_of_the_files_must_be_free() {
    assert_eq!(starts(&with(&["slots", "--json", "--busy", "ann.json"])), ["10:00", "10:30", "11:00", "11:30"]);
    let both = ["slots", "--json", "--busy", "ann.json", "--busy", "ben.json"];
    assert_eq!(starts(&with(&both)), ["11:00", "11:30"]);
}

#[test]
fn of_a_quorum_some_must_be_free() {
    let three = ["--json", "--busy", "ann.json", "--busy", "ben.json", "--busy", "cat.json"];
    let need = |count| [&["slots", "--need", count][..], &three].concat();
    assert_eq!(starts(&with(&need("1"))), ["09:00", "10:00", "10:30", "11:00", "11:30"]);
    assert_eq!(starts(&with(&need("2"))), ["11:00", "11:30"]);
    let all = with(&need("3"));
    assert!(starts(&all).is_empty(), "{}", all.stdout);
    let more = with(&need("4"));
    assert_eq!((more.exit, more.error("message").as_str()), (2, "--need: 4 of 3 cannot come"));
}

#[test]
fn who_is_welcome_does_not_prevent_a_slot_and_is_named_when_absent() {
    let run = with(&["slots", "--busy", "ann.json", "--optional", "ben.json", "--optional", "cat.json"]);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn an_explanation_names_everybody_and_joins_starts_of_the_same_reason() {
    let run = with(&["slots", "--explain", "--busy", "ann.json", "--busy", "ben.json", "--hours", "08:00-12:00"]);
    insta::assert_snapshot!(run.stdout);
}

#[test]
fn the_first_slot_and_proposals_are_found_in_files_as_well() {
    let next = with(&["next", "--busy", "ann.json", "--busy", "ben.json"]);
    insta::assert_snapshot!(next.stdout);
    let proposed = with(&[
        "propose",
        "--busy",
        "ann.json",
        "--optional",
        "ben.json",
        "--options",
        "2",
        "--prefer",
        "11:00-13:00",
        "--invitee-tz",
        "Asia/Tokyo",
    ]);
    insta::assert_snapshot!(proposed.stdout);
}

#[test]
fn what_is_not_understood_is_named_with_proposals_as_with_slots() {
    let folder = tempfile::tempdir().expect("a folder");
    let unknown = r#"{"busy": [], "unknown": [{"start": "2026-06-08T09:00:00Z", "end": "2026-06-08T10:00:00Z", "cause": "no access"}]}"#;
    std::fs::write(folder.path().join("ann.json"), unknown).expect("a file");
    for command in ["slots", "propose"] {
        let run = |more: &[&str]| run_in(folder.path(), &[&[command, "--busy", "ann.json"], more, &DAY].concat(), &[]);
        let text = run(&[]).stdout;
        assert!(text.trim_end().ends_with("(ann): no access"), "{command}: {text}");
        let json = run(&["--json"]).json();
        assert_eq!(json["not_understood"][0]["cause"], "no access", "{command}: {json}");
        assert_eq!(json["not_understood"][0]["time"]["start"], "2026-06-08T09:00:00Z", "{command}");
    }
}

#[test]
fn rules_of_dates_limits_and_grid_hold_for_files() {
    let ann = |more: &[&str]| starts(&with(&[&["slots", "--json", "--busy", "ann.json"], more].concat()));
    assert_eq!(ann(&["--override", "2026-06-08=10:00-11:30"]), ["10:00", "10:30"]);
    assert!(ann(&["--override", "2026-06-08=closed"]).is_empty());
    assert!(ann(&["--holiday", "2026-06-07..2026-06-09"]).is_empty());
    // 09:00 to 17:00 in Tokyo is over at 08:00 UTC.
    assert!(ann(&["--stay", "2026-06-01..2026-06-10=Asia/Tokyo"]).is_empty());
    assert_eq!(ann(&["--anchor", "packed", "--step", "45"]), ["10:00", "10:45", "11:30"]);
    assert_eq!(ann(&["--grid-tz", "Asia/Kathmandu", "--step", "60"]), ["10:15", "11:15"]);
    assert_eq!(ann(&["--buffer", "30", "--buffers-inside"]), ["10:30", "11:00", "11:30"]);
}

#[test]
fn statuses_and_limits_are_those_of_the_entries() {
    let folder = tempfile::tempdir().expect("a folder");
    let entry = |kind| json("09:00", "10:00").replace("\"}", &format!("\", \"kind\": \"{kind}\"}}"));
    let slots = |kind, more: &[&str]| {
        std::fs::write(folder.path().join("ann.json"), entry(kind)).expect("a file");
        let line = [&["slots", "--json", "--busy", "ann.json"], more, &DAY].concat();
        starts(&run_in(folder.path(), &line, &[])).len()
    };
    assert_eq!(slots("tentative", &[]), 4);
    assert_eq!(slots("tentative", &["--tentative", "allow"]), 6);
    assert_eq!(slots("all-day", &["--status", "all-day=allow"]), 6);
    assert_eq!(slots("all-day", &["--status", "private=allow"]), 4);
    assert_eq!(slots("booking", &["--limit", "1/day"]), 0);
    assert_eq!(slots("booking", &["--limit", "2/day"]), 4);
    assert_eq!(slots("booking", &["--limit", "119m/week"]), 0);
}

#[test]
fn wrong_files_and_options_are_refused_with_their_name() {
    for (line, message) in [
        (&["slots", "--busy", "dan.ics"][..], "--busy: dan.ics cannot be read"),
        (&["slots", "--busy", "ann.json", "--busy", "ann.json"], "ann.json is given twice"),
        (&["slots", "--busy", "-"], "--busy: -: neither iCalendar nor JSON"),
        (
            &["slots", "--override", "2026-02-30=closed"],
            "invalid value '2026-02-30=closed' for '--override <DATE=HOURS>'",
        ),
        (&["slots", "--holiday", "soon"], "invalid value 'soon' for '--holiday <DATES>'"),
        (&["slots", "--stay", "2026-06-08=berlin"], "invalid value '2026-06-08=berlin' for '--stay <DATES=ZONE>'"),
        (&["slots", "--limit", "2/year"], "invalid value '2/year' for '--limit <LIMIT>'"),
        (&["slots", "--anchor", "noon"], "invalid value 'noon' for '--anchor <ANCHOR>'"),
        (&["slots", "--grid-tz", "berlin"], "invalid value 'berlin' for '--grid-tz <ZONE>'"),
        (&["slots", "--status", "lazy=allow"], "invalid value 'lazy=allow' for '--status <STATUS=TREATMENT>'"),
        (&["propose", "--invitee-prefer", "09:00-12:00"], "the following required arguments were not provided"),
        (&["slots", "--need", "1"], "the following required arguments were not provided"),
    ] {
        let refused = with(&[line, &["--json"]].concat());
        assert_eq!(refused.exit, 2, "{line:?}: {}", refused.stderr);
        assert!(refused.error("message").starts_with(message), "{line:?}: {}", refused.stdout);
    }
}
