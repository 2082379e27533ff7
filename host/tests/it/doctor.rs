//! What operators ask: the audit log, the numbers, the doctor, and the log for machines.

use std::path::Path;

use crate::cli_support::{Run, run_in};
use serde_json::Value;

const CLIENT: [(&str, &str); 5] = [
    ("GOOGLE_CLIENT_ID", "1-a.apps.googleusercontent.com"),
    ("GOOGLE_CLIENT_SECRET", "GOCSPX-canary"),
    // Nobody listens there.
    ("GOOGLE_TOKEN_URL", "http://127.0.0.1:1/token"),
    ("GOOGLE_REVOKE_URL", "http://127.0.0.1:1/revoke"),
    ("GOOGLE_API_URL", "http://127.0.0.1:1/calendar/v3"),
];

fn ask(folder: &Path, line: &str) -> Run {
    ask_with(folder, line, &[])
}

fn ask_with(folder: &Path, line: &str, more: &[(&str, &str)]) -> Run {
    let variables: Vec<_> = CLIENT.iter().chain(more).copied().collect();
    run_in(folder, &line.split(' ').collect::<Vec<_>>(), &variables)
}

fn told(folder: &Path, line: &str) -> Value {
    let run = ask(folder, line);
    assert_eq!(run.exit, 0, "{line}: {}", run.stderr);
    run.json()
}

/// The operations on record, by what is asked.
fn operations(folder: &Path, line: &str) -> Vec<(String, String, String)> {
    let records = told(folder, line)["records"].clone();
    let text = |record: &Value, field: &str| record[field].as_str().expect(field).to_owned();
    let triple = |record: &Value| (text(record, "user"), text(record, "operation"), text(record, "decision"));
    records.as_array().expect("records").iter().map(triple).collect()
}

fn triple(user: &str, operation: &str, decision: &str) -> (String, String, String) {
    (user.to_owned(), operation.to_owned(), decision.to_owned())
}

#[test]
fn the_audit_log_and_the_numbers_know_what_other_processes_did() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    assert_eq!(operations(folder, "audit --json"), []);
    told(folder, "auth status --user ana --json");
    assert_eq!(ask(folder, "busy --user ben --json").exit, 3);
    let (status, busy) = (triple("ana", "list-accounts", "ok"), triple("ben", "get-busy-times", "not-authenticated"));
    assert_eq!(operations(folder, "audit --json"), [status.clone(), busy.clone()]);
    assert_eq!(operations(folder, "audit --user ana --json"), std::slice::from_ref(&status));
    assert_eq!(operations(folder, "audit --operation get-busy-times --json"), std::slice::from_ref(&busy));
    assert_eq!(operations(folder, "audit --limit 1 --json"), std::slice::from_ref(&busy));
    assert_eq!(operations(folder, "audit --since -1h --json"), [status, busy]);
    assert_eq!(operations(folder, "audit --since +1h --json"), []);
    let text = ask(folder, "audit").stdout;
    assert!(text.starts_with("TIME ") && text.contains(" ben ") && text.contains("not-authenticated"), "{text}");

    let stats = told(folder, "stats --json");
    assert_eq!(stats["calls"][0]["operation"], "get-busy-times");
    assert_eq!((&stats["calls"][1]["outcome"], &stats["calls"][1]["count"]), (&"ok".into(), &1.into()));
    assert_eq!(stats["providers"]["google"]["requests"], 0);
    assert_eq!(stats["audit_failures"], 0);
    assert_eq!(told(folder, "stats --user ana --json")["calls"].as_array().map(Vec::len), Some(1));
    let prometheus = ask(folder, "stats --prometheus");
    let line = "calendar_host_call_duration_seconds_count{operation=\"list-accounts\",outcome=\"ok\"} 1";
    assert!(prometheus.stdout.contains(line), "{}", prometheus.stdout);
    assert!(prometheus.stdout.ends_with("# EOF\n"), "{}", prometheus.stdout);
    assert!(ask(folder, "stats").stdout.contains("list-accounts"));
}

#[test]
fn a_wrong_length_of_time_names_the_option() {
    let folder = tempfile::tempdir().expect("a folder");
    for line in ["audit --since -x --json", "stats --since -7x --json"] {
        let refused = ask(folder.path(), line);
        assert_eq!((refused.exit, refused.error("code").as_str()), (2, "invalid-argument"));
        assert!(refused.error("message").starts_with("--since: "), "{}", refused.stdout);
    }
}

#[test]
fn a_required_audit_log_that_cannot_be_written_refuses_changes_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let (folder, required) = (folder.path(), [("CALENDAR_HOST_AUDIT", "required")]);
    assert_eq!(ask_with(folder, "auth start google --json", &required).exit, 0);
    let file = folder.join(".local/share/calendar-host/audit.jsonl");
    std::fs::remove_file(&file).expect("there is a file");
    std::fs::create_dir(&file).expect("a folder in its place");
    let refused = ask_with(folder, "auth start google --json", &required);
    assert_eq!((refused.exit, refused.error("code").as_str()), (7, "storage"));
    assert!(refused.error("message").contains("CALENDAR_HOST_AUDIT=required"), "{}", refused.stdout);
    assert_eq!(ask_with(folder, "auth status --json", &required).exit, 0);
    assert_eq!(ask(folder, "auth start google --json").exit, 0, "it is not required by default");
    let wrong = ask_with(folder, "auth status --json", &[("CALENDAR_HOST_AUDIT", "maybe")]);
    assert!(wrong.error("message").starts_with("CALENDAR_HOST_AUDIT "), "{}", wrong.stdout);
}

/// Check, subject and level of every finding.
fn findings(run: &Run) -> Vec<(String, String, String)> {
    let json = run.json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let one = |finding: &Value| (text(&finding["check"]), text(&finding["subject"]), text(&finding["level"]));
    json["findings"].as_array().expect("findings").iter().map(one).collect()
}

#[test]
fn the_doctor_tells_problems_by_its_exit_code_and_every_problem_has_a_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let guid = "11112222-bbbb-3333-cccc-4444dddd5555";
    let outlook = [
        ("OUTLOOK_CLIENT_ID", "00001111-aaaa-2222-bbbb-3333cccc4444"),
        ("OUTLOOK_CLIENT_SECRET", guid),
        ("OUTLOOK_TOKEN_URL", "http://127.0.0.1:1/token"),
        ("OUTLOOK_DEVICE_CODE_URL", "http://127.0.0.1:1/devicecode"),
        ("OUTLOOK_API_URL", "http://127.0.0.1:1/v1.0"),
    ];
    let run = ask_with(folder.path(), "doctor --json", &outlook);
    assert_eq!((run.exit, run.stderr.as_str()), (7, ""));
    let found = findings(&run);
    assert!(found.contains(&triple("outlook-secret", "", "problem")), "{found:?}");
    assert!(found.contains(&triple("google-secret", "", "ok")), "{found:?}");
    assert!(found.contains(&triple("endpoint", "GOOGLE_API_URL", "problem")), "{found:?}");
    let json = run.json();
    for finding in json["findings"].as_array().expect("findings") {
        assert_eq!(finding["level"] == "ok", finding["remedy"].is_null(), "{finding}");
    }
    assert_eq!(json["problems"], 7);
    assert!(!run.stdout.contains(guid) && !run.stdout.contains("canary"), "{}", run.stdout);
    assert_eq!(std::fs::read_dir(folder.path().join(".local")).map(Iterator::count).unwrap_or(0), 0, "nothing is made");

    let text = ask_with(folder.path(), "doctor", &outlook).stdout;
    assert!(
        text.contains("PROBLEM  outlook-secret: ") && text.contains("\n         -> create a client secret"),
        "{text}"
    );
}

#[test]
fn the_doctor_names_a_setting_that_cannot_be_used() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = ask_with(folder.path(), "doctor --json", &[("OUTLOOK_API_URL", "http://example.com")]);
    assert_eq!(run.exit, 7);
    assert!(run.json()["findings"][0]["message"].as_str().is_some_and(|text| text.starts_with("OUTLOOK_API_URL ")));
    let nothing = run_in(folder.path(), &["doctor", "--json"], &[]);
    assert_eq!(nothing.exit, 7);
    assert!(findings(&nothing).contains(&triple("settings", "", "problem")));
}

#[test]
fn the_log_for_machines_has_the_names_of_opentelemetry_and_no_user() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = ask(folder.path(), "auth status --user ana.canary --json -v --log-format json");
    assert_eq!(run.exit, 0);
    let lines: Vec<Value> = run.stderr.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let ended = lines.iter().find(|line| line["message"] == "call ended").expect("the end of the call");
    assert_eq!(ended["span"]["calendar.operation"], "list-accounts");
    assert_eq!(ended["span"]["user.hash"].as_str().map(str::len), Some(16));
    assert!(ended["calendar.call.duration"].is_f64(), "{ended}");
    assert!(!run.stderr.contains("canary"), "{}", run.stderr);
}
