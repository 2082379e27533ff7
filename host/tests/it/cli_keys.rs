//! `keys list` and `keys rotate`: the real program, killed and run again, beside a host that goes on working.
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::cli_support::{Run, run_in};
use calendar_host::CalendarHost;
use calendar_host::types::{AccountState, Provider, Selection};
use calendar_tests::people::GOOGLE;
use calendar_tests::stage::Stage;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};

/// A query without end: a trigger that asks it stops whoever fires it, for good.
const ENDLESS: &str = "CREATE VIEW endless AS WITH RECURSIVE steps(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM steps) SELECT n FROM steps";

async fn database(folder: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder.join("calendar.db"));
    SqliteConnection::connect_with(&options).await.expect("the host's database")
}

async fn execute(folder: &Path, statements: &[&'static str]) {
    let mut database = database(folder).await;
    for statement in statements {
        sqlx::query(*statement).execute(&mut database).await.expect("a good statement");
    }
    database.close().await.expect("closed");
}

/// The program on the data of `folder`.
fn ask(folder: &Path, line: &str, variables: &[(&str, &str)]) -> Run {
    let data = [("CALENDAR_HOST_DATA_DIR", folder.to_str().expect("Unicode"))];
    let words: Vec<&str> = line.split(' ').collect();
    run_in(folder, &words, &[&data, variables].concat())
}

/// Role and number of rows of every key.
fn keys(folder: &Path) -> Vec<(String, u64)> {
    let run = ask(folder, "keys list --json", &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let json = run.json();
    let rows = |key: &Value| key["rows"].as_object().expect("rows").values().filter_map(Value::as_u64).sum();
    let one = |key: &Value| (key["role"].as_str().expect("a role").to_owned(), rows(key));
    json["keys"].as_array().expect("keys").iter().map(one).collect()
}

fn key_lines(folder: &Path) -> usize {
    std::fs::read_to_string(folder.join("key")).expect("the key file").lines().count()
}

/// A connected account, and `count` sign-ins under way.
async fn filled(count: usize) -> Stage {
    let stage = Stage::open().await;
    stage.connect("ana", Provider::Google, GOOGLE).await;
    begin(&stage.host, 0..count).await;
    stage
}

/// Begins sign-ins of other users: a sealed value each, without any request.
async fn begin(host: &CalendarHost, numbers: std::ops::Range<usize>) {
    for number in numbers {
        let user = format!("user-{number:04}");
        host.start_oauth_flow(&user, Provider::Google, None, None).await.expect("the flow starts");
    }
}

/// The account of `ana` works, for `host` and for the program.
async fn assert_connected(stage: &Stage, host: &CalendarHost) {
    assert_eq!(host.list_accounts("ana").await.expect("accounts")[0].state, AccountState::Active);
    let list = host.list_calendars("ana", &Selection::default()).await.expect("calendars");
    assert!(!list.calendars.is_empty() && list.unknown.is_empty(), "{:?}", list.unknown);
    let variables = stage.sandbox.environment();
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let status = ask(stage.folder.path(), "auth status --user ana --json", &variables);
    assert_eq!(status.json()["accounts"][0]["state"], "active", "{}", status.stdout);
}

/// Begins a rotation and kills it with SIGKILL after it said `line`. A trigger keeps it from going on.
fn killed_after(folder: &Path, line: &str) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_calendar-host"))
        .args(["keys", "rotate"])
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("CALENDAR_HOST_DATA_DIR", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let stderr = BufReader::new(child.stderr.take().expect("stderr"));
    let said = stderr.lines().map(|line| line.expect("text")).any(|text| text.ends_with(line));
    child.kill().expect("it runs");
    let status = child.wait().expect("it ends");
    assert!(said, "it never said {line:?}");
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(9));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_killed_before_anything_is_sealed_anew_is_finished_by_the_next_one() {
    let stage = filled(3).await;
    let folder = stage.folder.path();
    let rows = keys(folder)[0].1;
    let stop = "CREATE TRIGGER stop BEFORE INSERT ON retired_keys BEGIN SELECT count(*) FROM endless; END";
    execute(folder, &[ENDLESS, stop]).await;
    killed_after(folder, " seals from now on");
    execute(folder, &["DROP TRIGGER stop"]).await;
    assert_eq!(keys(folder), [("current".to_owned(), 0), ("old".to_owned(), rows)]);
    assert_connected(&stage, &stage.host).await;
    assert_connected(&stage, &stage.another_host().await).await;
    let run = ask(folder, "keys rotate --json", &[]);
    assert_eq!((run.exit, &run.json()["is_new"]), (0, &json!(false)), "{}", run.stdout);
    assert_eq!((keys(folder).len(), key_lines(folder)), (1, 1));
    assert_connected(&stage, &stage.host).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_killed_half_way_leaves_everything_readable_and_is_finished_by_the_next_one() {
    let stage = filled(250).await;
    let folder = stage.folder.path();
    let rows = keys(folder)[0].1;
    // In the second batch of sign-ins.
    let stop = "CREATE TRIGGER stop BEFORE UPDATE ON ephemeral_values WHEN OLD.user_id = 'user-0150' \
                BEGIN SELECT count(*) FROM endless; END";
    execute(folder, &[ENDLESS, stop]).await;
    killed_after(folder, &format!("101 of {rows} values sealed anew"));
    execute(folder, &["DROP TRIGGER stop"]).await;
    assert_eq!(keys(folder), [("current".to_owned(), 101), ("old".to_owned(), rows - 101)]);
    assert_eq!(key_lines(folder), 2, "both keys are kept");
    assert_connected(&stage, &stage.host).await;
    assert_connected(&stage, &stage.another_host().await).await;

    let before = keys(folder).iter().map(|key| key.1).sum::<u64>();
    let run = ask(folder, "keys rotate --json", &[]);
    assert_eq!(run.exit, 0, "{}", run.stdout);
    let report = run.json();
    assert_eq!((&report["is_new"], &report["unreadable"]), (&json!(false), &json!(0)));
    assert!(report["resealed"].as_u64().is_some_and(|count| count <= rows - 101), "{report}");
    assert_eq!(report["dropped"].as_array().map(Vec::len), Some(1));
    assert!(
        run.stderr.starts_with("going on: the key ") && run.stderr.contains(" values sealed anew\n"),
        "{}",
        run.stderr
    );
    assert_eq!(keys(folder), [("current".to_owned(), before)]);
    assert_eq!(key_lines(folder), 1, "the old key is gone");
    assert_connected(&stage, &stage.host).await;
    assert_connected(&stage, &stage.another_host().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_goes_on_writing_seals_by_the_new_key_as_soon_as_the_old_one_is_retired() {
    let stage = filled(120).await;
    let folder = stage.folder.path().to_owned();
    let (host, rotating) = (stage.host.clone(), std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true)));
    let is_rotating = rotating.clone();
    let writer = tokio::spawn(async move {
        let mut count = 120;
        while is_rotating.load(std::sync::atomic::Ordering::SeqCst) {
            begin(&host, count..count + 1).await;
            count += 1;
        }
        begin(&host, count..count + 3).await;
        count + 3
    });
    let run = tokio::task::spawn_blocking(move || {
        (0..3).map(|_| ask(&folder, "keys rotate --json", &[])).collect::<Vec<_>>()
    });
    let runs = run.await.expect("the program runs");
    rotating.store(false, std::sync::atomic::Ordering::SeqCst);
    let count = writer.await.expect("nothing fails") as u64;
    for run in runs {
        assert_eq!((run.exit, &run.json()["is_new"]), (0, &json!(true)), "{}{}", run.stdout, run.stderr);
    }
    let keys = keys(stage.folder.path());
    assert!(keys.len() == 1 && keys[0].1 > count, "{keys:?}, {count} sign-ins");
    assert_eq!(key_lines(stage.folder.path()), 1);
    assert_connected(&stage, &stage.host).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_the_environment_is_never_invented_and_a_missing_one_is_named() {
    let stage = filled(1).await;
    let folder = stage.folder.path();
    let old = std::fs::read_to_string(folder.join("key")).expect("the key file");
    let id = ask(folder, "keys list --json", &[]).json()["keys"][0]["id"].as_str().expect("an id").to_owned();
    let new = "ab".repeat(32);
    let settings = stage.sandbox.environment();
    let mut variables: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    variables.push(("CALENDAR_HOST_KEY", &new));

    let refused = ask(folder, "keys rotate --json", &variables);
    assert_eq!(refused.exit, 7);
    assert!(refused.error("message").contains("CALENDAR_HOST_KEY"), "{}", refused.stdout);
    assert!(refused.error("remedy").contains("CALENDAR_HOST_OLD_KEYS"), "{}", refused.stdout);

    let lost = ask(folder, "calendars --user ana --json", &variables);
    assert_eq!((lost.exit, lost.error("code").as_str()), (7, "storage"), "{}", lost.stdout);
    assert!(lost.error("message").contains(&id), "{}", lost.stdout);
    assert!(lost.error("remedy").contains("CALENDAR_HOST_OLD_KEYS"), "{}", lost.stdout);
    let doctor = ask(folder, "doctor --user ana --json", &variables);
    let findings = doctor.json()["findings"].clone();
    let finding = findings.as_array().expect("findings").iter().find(|finding| finding["check"] == "sealed-values");
    let finding = finding.expect("a finding about the key");
    assert_eq!((&finding["subject"], &finding["level"]), (&json!(id), &json!("problem")), "{findings}");
    assert!(finding["remedy"].as_str().is_some_and(|text| text.contains("CALENDAR_HOST_OLD_KEYS")), "{finding}");
    let list = ask(folder, "keys list", &variables).stdout;
    assert!(list.contains("current  CALENDAR_HOST_KEY") && list.contains(&format!("{id}  missing  -")), "{list}");

    variables.push(("CALENDAR_HOST_OLD_KEYS", old.trim()));
    let rotated = ask(folder, "keys rotate --json", &variables);
    assert_eq!(rotated.exit, 0, "{}", rotated.stdout);
    let notice = rotated.json()["notice"].clone();
    assert!(notice.as_str().is_some_and(|text| text.contains("CALENDAR_HOST_OLD_KEYS")), "{notice}");
    variables.pop();
    let status = ask(folder, "auth status --user ana --json", &variables);
    assert_eq!(status.json()["accounts"][0]["state"], "active", "{}", status.stdout);

    // The key file holds the key that was replaced.
    variables.pop();
    let late = ask(folder, "auth start google --user ben --json", &variables);
    assert_eq!((late.exit, late.error("code").as_str()), (7, "storage"), "{}", late.stdout);
    assert!(late.error("message").contains(&id) && late.error("remedy").contains("restart"), "{}", late.stdout);
    for run in [&refused, &lost, &doctor, &rotated, &status, &late] {
        assert!(!run.stdout.contains(&new) && !run.stderr.contains(&new) && !run.stdout.contains(old.trim()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn values_that_no_key_opens_are_left_alone_and_told_by_the_exit_code() {
    let stage = filled(1).await;
    let folder = stage.folder.path();
    execute(folder, &["UPDATE ephemeral_values SET key_id = '0000000000000000' WHERE kind = 'pending'"]).await;
    let run = ask(folder, "keys rotate --json", &[]);
    assert_eq!((run.exit, &run.json()["unreadable"]), (7, &json!(1)), "{}", run.stdout);
    assert!(run.json()["notice"].as_str().is_some_and(|text| text.contains("keys list")));
    assert_eq!(keys(folder).last(), Some(&("missing".to_owned(), 1)));
    assert_connected(&stage, &stage.host).await;
}
