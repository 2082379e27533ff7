//! Two terminals: the sandbox in one, commands in the other. Every answer has the keys that programs rely on.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::cli_support::{Run, run_in};
use serde_json::Value;

/// The first terminal. Killed when a test fails before it is told to end.
struct Terminal(Child);

impl Terminal {
    /// Starts the sandbox in `folder`, where it leaves its settings for the second terminal.
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_calendar-host"))
            .args(["sandbox", "--auto-approve", "--env", ".env"])
            .current_dir(folder)
            .env("TMPDIR", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
        let last = lines.map(|line| line.expect("a line")).find(|line| line.starts_with("export OUTLOOK_TOKEN_URL="));
        assert!(last.is_some(), "the sandbox ended early");
        Self(child)
    }

    /// Asks it politely to end, and returns its exit code.
    fn end(mut self) -> Option<i32> {
        let told = Command::new("kill").arg(self.0.id().to_string()).status().expect("kill runs");
        assert!(told.success());
        self.0.wait().expect("the program ends").code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.0.kill();
    }
}

/// The address that a page on this machine redirects to.
fn redirect(address: &str) -> String {
    let (host, path) = address.strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("an address");
    let mut stream = TcpStream::connect(host).expect("a connection");
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let location = answer.lines().find(|line| line.to_ascii_lowercase().starts_with("location: "));
    location.unwrap_or_else(|| panic!("no redirect in {answer}"))["location: ".len()..].to_owned()
}

fn ask(folder: &Path, line: &str) -> Run {
    let words: Vec<&str> = line.split(' ').chain(["--json", "--tz", "Europe/Berlin"]).collect();
    run_in(folder, &words, &[])
}

fn told(folder: &Path, line: &str) -> Value {
    let run = ask(folder, line);
    assert_eq!(run.exit, 0, "{line}: {}", run.stderr);
    run.json()
}

fn keys(value: &Value, keys: &[&str]) {
    for key in keys {
        assert!(value.get(key).is_some(), "{key} is missing in {value}");
    }
}

#[test]
fn an_account_is_connected_used_and_ended_from_a_second_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    let (terminal, folder) = (Terminal::start(folder.path()), folder.path());

    for provider in ["google", "outlook"] {
        let started = told(folder, &format!("auth start {provider}"));
        let callback = redirect(started["url"].as_str().expect("url"));
        let connected = told(folder, &format!("auth complete --callback-url {callback}"));
        keys(&connected, &["user_id", "provider", "account", "scopes"]);
        assert_eq!(connected["provider"], provider);
        let again = ask(folder, &format!("auth complete --callback-url {callback}"));
        assert_eq!((again.exit, again.error("code").as_str()), (2, "invalid-argument"));
    }
    let accounts = told(folder, "auth status");
    assert_eq!(accounts["accounts"].as_array().map(Vec::len), Some(2));
    assert_eq!(accounts["accounts"][0]["state"], "active");
    keys(&told(folder, "calendars"), &["calendars", "unknown"]);

    let busy = told(folder, "busy --from +24h --to +360h");
    assert!(busy["busy"].as_array().is_some_and(|spans| !spans.is_empty()), "{busy}");
    assert_eq!(busy["unknown"], Value::Array(Vec::new()));
    keys(&busy["busy"][0], &["start", "end"]);

    // One instant for both: a quarter of an hour may begin between two commands.
    let from = (chrono::Utc::now() + chrono::TimeDelta::hours(24)).format("%FT%TZ");
    let rules = format!("--from {from} --to +360h --duration 45 --notice 60 --step 15 --buffer 5");
    let slots = told(folder, &format!("slots {rules}"));
    keys(&slots, &["slots", "unknown", "reasons"]);
    let next = told(folder, &format!("next {rules}"));
    assert_eq!(next["slots"][0], slots["slots"][0]);
    let proposals = told(folder, "propose --with ben@example.com --options 2 --from +24h");
    assert_eq!(proposals["slots"].as_array().map(Vec::len), Some(2), "{proposals}");

    let start = next["slots"][0]["start"].as_str().expect("start");
    let line = format!("book --title Planning --start {start} --duration 45 --with ben@example.com --video --key k1");
    let meeting = told(folder, &line);
    let expected =
        ["event_id", "provider", "calendar", "title", "start", "end", "attendees", "conferencing_link", "status"];
    keys(&meeting, &expected);
    assert_eq!((meeting["start"].as_str(), meeting["title"].as_str()), (Some(start), Some("Planning")));
    let event = meeting["event_id"].as_str().expect("event_id");
    assert_eq!(told(folder, &line)["event_id"], event, "the same key is the same meeting");

    let taken = ask(folder, &format!("book --title Other --start {start} --duration 45 --provider outlook"));
    assert_eq!((taken.exit, taken.error("code").as_str()), (5, "conflict"));
    keys(&taken.json()["error"]["alternatives"][0], &["start", "end"]);

    let agenda = told(folder, "agenda --days 20");
    let meetings = agenda["meetings"].as_array().expect("meetings");
    assert!(meetings.iter().any(|meeting| meeting["event_id"] == event), "{agenda}");
    assert_eq!(told(folder, &format!("update {event} --title Moved"))["title"], "Moved");
    let longer = told(folder, &format!("update {event} --duration 50"));
    assert_eq!(longer["start"], start);
    let stale = ask(folder, &format!("update {event} --title Late --if-match \"0\""));
    assert_eq!((stale.exit, stale.error("code").as_str()), (5, "precondition-failed"));
    assert_eq!(told(folder, &format!("show {event}"))["title"], "Moved");
    assert_eq!(told(folder, &format!("cancel {event}"))["status"], "cancelled");

    let quick =
        told(folder, "quick-book --title Quick --from +24h --duration 30 --provider outlook --hours 09:00-17:00");
    assert_eq!(quick["provider"], "outlook");
    let absent = ask(folder, "show absent --provider google");
    assert_eq!((absent.exit, absent.error("code").as_str()), (4, "not-found"));

    assert_eq!(ask(folder, "auth logout").exit, 2, "which of the two is not guessed");
    keys(&told(folder, "auth logout --all"), &["disconnected"]);
    assert_eq!(told(folder, "auth status")["accounts"], Value::Array(Vec::new()));

    assert_eq!(terminal.end(), Some(0));
    let left = || std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    assert_eq!(left().count(), 0, "{:?}", left().collect::<Vec<_>>());
}
