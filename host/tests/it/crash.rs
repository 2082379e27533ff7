//! The program is killed with SIGKILL at each step of a booking, seen at the sandbox's door, and run
//! again with the same words: one event, one invitation, one row.
#![cfg(unix)]

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use calendar_host::types::{HoldRequest, Provider, TimeRange};
use calendar_host::{CalendarHost, Config};
use calendar_sandbox::mail::MailKind;
use calendar_tests::people::{GOOGLE, OUTLOOK};
use calendar_tests::relay::{Fate, Passing, Relay};
use calendar_tests::stage::{Stage, follow};
use serde_json::Value;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

const USER: &str = "ana";
const TITLE: &str = "Once";

/// A request of a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The list of calendars: nothing is reserved yet.
    List,
    /// The live check: reserved, not created.
    Check,
    /// The creation.
    Create,
    /// The calendars once more: created, not recorded.
    ReadBack,
}

/// Where the program dies: at a request, before the provider sees it or after it answered.
#[derive(Debug, Clone, Copy)]
struct Death {
    step: Step,
    is_answered: bool,
}

const DEATHS: [Death; 7] = [
    Death { step: Step::List, is_answered: true },
    Death { step: Step::Check, is_answered: false },
    Death { step: Step::Check, is_answered: true },
    Death { step: Step::Create, is_answered: false },
    Death { step: Step::Create, is_answered: true },
    Death { step: Step::ReadBack, is_answered: false },
    Death { step: Step::ReadBack, is_answered: true },
];

/// Which step a request is; `created`: the event was asked for before.
fn step(passing: &Passing, created: bool) -> Option<Step> {
    let path = passing.path.split('?').next().unwrap_or_default();
    let reads = path.ends_with("/freeBusy") || path.ends_with("/calendarView") || path.ends_with("/events");
    match passing.method.as_str() {
        "GET" if path.ends_with("/calendarList") || path.ends_with("/me/calendars") => Some(Step::List),
        "POST" if path.ends_with("/events") => Some(Step::Create),
        "GET" | "POST" if reads && created => Some(Step::ReadBack),
        "GET" | "POST" if reads => Some(Step::Check),
        _ => None,
    }
}

/// Settings with the relay's addresses, in the folder of the stage.
fn settings(stage: &Stage, relay: &Relay) -> Vec<(String, String)> {
    let through = |(name, value): (&'static str, String)| match name.contains("AUTHORIZE") {
        // The person's browser goes to the sandbox itself.
        true => (name.to_owned(), value),
        false => (name.to_owned(), value.replace(stage.sandbox.base_url(), &relay.base_url())),
    };
    let mut all: Vec<_> = stage.sandbox.environment().into_iter().map(through).collect();
    all.push(("CALENDAR_HOST_DATA_DIR".into(), stage.folder.path().display().to_string()));
    let cache = std::env::temp_dir().join("calendar-tests-code");
    all.push(("CALENDAR_HOST_CACHE_DIR".into(), cache.display().to_string()));
    all
}

/// A host with those settings, in this process.
async fn host(stage: &Stage, relay: &Relay, provider: Provider, email: &str) -> CalendarHost {
    let config = Config::from_vars(settings(stage, relay)).expect("the settings are good");
    let host = CalendarHost::open(config).await.expect("the host opens");
    let request = host.start_oauth_flow(USER, provider, None, Some(email)).await.expect("the flow starts");
    host.complete_oauth_flow(USER, &follow(&request.url).await).await.expect("the account is connected");
    host
}

/// The program with those settings.
fn program(stage: &Stage, relay: &Relay, line: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_calendar-host"));
    command
        .args(line)
        .args(["--json", "--user", USER])
        .current_dir(stage.folder.path())
        .env_clear()
        .envs(settings(stage, relay))
        .env("HOME", stage.folder.path())
        .env("TZ", "UTC")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// Runs the program and kills it at `death`; whether it came so far.
fn killed(stage: &Stage, relay: &Relay, line: &[&str], death: Death) -> bool {
    // Started only when the relay knows whom to kill.
    let child: Arc<Mutex<Option<Child>>> = Arc::default();
    let creations = AtomicUsize::new(0);
    let victim = child.clone();
    relay.watch(move |passing| {
        let is_here = step(passing, creations.load(Ordering::SeqCst) > 0) == Some(death.step);
        if step(passing, true) == Some(Step::Create) && passing.is_answered {
            creations.fetch_add(1, Ordering::SeqCst);
        }
        if !is_here || passing.is_answered != death.is_answered {
            return Fate::Pass;
        }
        // `kill` is SIGKILL, and is in force when it returns.
        if let Some(child) = victim.lock().expect("no panic while locked").as_mut() {
            child.kill().expect("the program runs");
            child.wait().expect("the program ends");
        }
        Fate::Drop
    });
    let mut running = child.lock().expect("no panic while locked");
    let mut spawned = program(stage, relay, line).spawn().expect("the program starts");
    let mut output = spawned.stdout.take().expect("stdout");
    *running = Some(spawned);
    drop(running);
    let mut text = String::new();
    std::io::Read::read_to_string(&mut output, &mut text).expect("text");
    let status = child.lock().expect("no panic while locked").as_mut().map(|child| child.wait().expect("it ends"));
    relay.open();
    let signal = status.and_then(|status| std::os::unix::process::ExitStatusExt::signal(&status));
    assert!(signal.is_none() || text.is_empty(), "it told of success before it died: {text}");
    signal == Some(9)
}

fn told(stage: &Stage, relay: &Relay, line: &[&str]) -> Value {
    let output = program(stage, relay, line).output().expect("the program starts");
    let text = String::from_utf8(output.stdout).expect("Unicode");
    assert_eq!(output.status.code(), Some(0), "{line:?}: {text}");
    serde_json::from_str(&text).expect("JSON")
}

/// Rows of the ledger by state.
async fn ledger(stage: &Stage) -> Vec<(String, i64)> {
    let options = SqliteConnectOptions::new().filename(stage.folder.path().join("calendar.db")).read_only(true);
    let mut database = SqliteConnection::connect_with(&options).await.expect("the host's database");
    let states = "SELECT state, COUNT(*) FROM bookings GROUP BY state ORDER BY state";
    sqlx::query_as(states).fetch_all(&mut database).await.expect("states")
}

fn events(stage: &Stage, provider: Provider, email: &str) -> usize {
    let control = stage.sandbox.control();
    let (events, title) = match provider {
        Provider::Google => (control.google().events(email, email), "summary"),
        Provider::Outlook => (control.microsoft().events(email, None), "subject"),
    };
    events
        .iter()
        .filter(|event| event[title] == TITLE && event["status"] != "cancelled" && event["@sandbox.deleted"] != true)
        .count()
}

fn invitations(stage: &Stage) -> usize {
    stage.sandbox.control().mails().iter().filter(|mail| mail.kind == MailKind::Invitation).count()
}

/// A free hour in three weeks.
fn free(stage: &Stage) -> TimeRange {
    let start = stage.day(20) + 3 * 3600;
    TimeRange { start, end: start + 1800 }
}

async fn every_death(provider: Provider, email: &str, with_hold: bool) {
    for death in DEATHS {
        let stage = Stage::open().await;
        let relay = Relay::before(stage.sandbox.base_url());
        let host = host(&stage, &relay, provider, email).await;
        let time = free(&stage);
        let start = chrono::DateTime::from_timestamp(time.start, 0).expect("an instant").to_rfc3339();
        let mut line = vec!["book", "--title", TITLE, "--start", &start, "--with", "guest@elsewhere.example"];
        let hold;
        if with_hold {
            hold = host.hold_slot(USER, &HoldRequest::new(time)).await.expect("the time is free").id;
            line.extend(["--hold", &hold]);
        }
        let name = format!("{provider}, {death:?}, hold: {with_hold}");
        assert!(killed(&stage, &relay, &line, death), "{name}: it was not killed");
        let first = told(&stage, &relay, &line);
        let second = told(&stage, &relay, &line);
        assert_eq!(first["event_id"], second["event_id"], "{name}");
        assert_eq!((events(&stage, provider, email), invitations(&stage)), (1, 1), "{name}");
        assert_eq!(ledger(&stage).await, [("committed".to_owned(), 1)], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_step_and_repeated_a_booking_at_google_is_one_event_and_one_row() {
    every_death(Provider::Google, GOOGLE, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_step_and_repeated_a_booking_at_outlook_is_one_event_and_one_row() {
    every_death(Provider::Outlook, OUTLOOK, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_step_and_repeated_a_booking_of_a_held_time_is_one_event_and_one_row() {
    every_death(Provider::Google, GOOGLE, true).await;
}
