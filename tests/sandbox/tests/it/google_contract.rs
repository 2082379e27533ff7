//! The seeded world's answers against Google's own description of the API, when the checker is at hand.

use crate::support::Google;
use calendar_sandbox::Sandbox;
use calendar_sandbox::config::Config;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The checker beside the repository, if it and its Python package are there.
fn checker() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
    let script = root.parent()?.join("shared/contracts/check.py");
    let python = Command::new("python3").args(["-c", "import jsonschema"]).stderr(Stdio::null()).status();
    (script.is_file() && python.is_ok_and(|status| status.success())).then_some(script)
}

fn check(script: &Path, mode: &[&str], file: &Path) {
    let input = std::fs::File::open(file).unwrap();
    let output = Command::new("python3").arg(script).arg("google").args(mode).stdin(input).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[tokio::test]
async fn every_answer_of_a_busy_session_fits_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox =
        Sandbox::start(Config { record_dir: Some(folder.path().to_owned()), ..Config::default() }).await.unwrap();
    let (ana, ben) = (Google::new(&sandbox, "ana@example.com"), Google::new(&sandbox, "ben@example.com"));
    let events = "/calendars/primary/events";
    for google in [&ana, &ben] {
        let list = google.get("/users/me/calendarList").await;
        for item in list["items"].as_array().unwrap() {
            let id = item["id"].as_str().unwrap().replace('@', "%40");
            google.get(&format!("/users/me/calendarList/{id}")).await;
            google.call("GET", &format!("/calendars/{id}"), None).await;
            google.get(&format!("/calendars/{id}/events?singleEvents=true&orderBy=startTime&maxResults=3")).await;
            google.get(&format!("/calendars/{id}/events?showDeleted=true")).await;
        }
    }
    assert!(ana.get(&format!("{events}?singleEvents=true")).await["items"].as_array().unwrap().len() > 20);
    ana.get(&format!("{events}/standup0000/instances?showDeleted=true")).await;
    let body = json!({
        "summary": "Talk", "start": {"dateTime": "2027-06-10T10:00:00Z"}, "end": {"dateTime": "2027-06-10T11:00:00Z"},
        "attendees": [{"email": "ben@example.com", "optional": true}], "id": "talk1",
        "extendedProperties": {"private": {"bk": "1"}}, "reminders": {"useDefault": false, "overrides": [{"method": "popup", "minutes": 5}]},
        "conferenceData": {"createRequest": {"requestId": "r", "conferenceSolutionKey": {"type": "hangoutsMeet"}}},
    });
    let event = ana.post(&format!("{events}?conferenceDataVersion=1&sendUpdates=all"), &body).await;
    ben.get(&format!("{events}/talk1?maxAttendees=1")).await;
    let path = format!("{events}/talk1");
    ana.call_with("PATCH", &path, &[("if-match", event["etag"].as_str().unwrap())], Some(&json!({"location": "Hall"})))
        .await;
    ana.call_with("PATCH", &path, &[("if-match", "\"1\"")], Some(&json!({"location": "Hall"}))).await;
    ana.call("POST", events, Some(&body)).await;
    let window = json!({"timeMin": "2027-06-01T00:00:00Z", "timeMax": "2027-06-20T00:00:00Z", "timeZone": "Europe/Berlin", "items": [{"id": "primary"}, {"id": "gone@example.com"}]});
    ana.post("/freeBusy", &window).await;
    ana.call("DELETE", &path, None).await;
    ana.get(&path).await;
    ana.call("DELETE", &path, None).await;
    ana.call("GET", &format!("{events}?syncToken=old"), None).await;
    Google::with_scopes(&sandbox, "ana@example.com", &["openid"]).call("GET", events, None).await;
    let recorded = std::fs::read_to_string(folder.path().join("responses-google.jsonl")).unwrap();
    assert!(recorded.lines().count() > 25);
    if let Some(script) = checker() {
        check(&script, &["request"], &folder.path().join("requests-google.jsonl"));
        check(&script, &["response", "--closed"], &folder.path().join("responses-google.jsonl"));
    }
}
