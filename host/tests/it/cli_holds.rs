//! `hold`, `holds`, `release` and `book --hold`, as programs and people see them.
#![cfg(unix)]

use crate::cli_support::{Run, run_in};
use calendar_host::types::Provider;
use calendar_tests::people::GOOGLE;
use calendar_tests::stage::Stage;

fn ask(stage: &Stage, line: &[&str]) -> Run {
    let folder = stage.folder.path();
    let mut variables = stage.sandbox.environment();
    variables.push(("CALENDAR_HOST_DATA_DIR", folder.display().to_string()));
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    run_in(folder, line, &variables)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_is_held_listed_booked_and_released_from_the_command_line() {
    let stage = Stage::open().await;
    stage.connect("default", Provider::Google, GOOGLE).await;
    let start = stage.day(20) + 3 * 3600;
    let start = chrono::DateTime::from_timestamp(start, 0).expect("an instant").to_rfc3339();
    let line = ["hold", "--start", &start, "--duration", "45", "--ttl", "600", "--key", "order-17", "--json"];
    let held = ask(&stage, &line);
    assert_eq!(held.exit, 0, "{}", held.stderr);
    let held = held.json();
    assert_eq!(held["id"], "hold-order-17");
    assert!(["start", "end", "blocked", "expires_at"].iter().all(|key| held.get(key).is_some()), "{held}");

    let listed = ask(&stage, &["holds", "--json"]).json();
    assert_eq!(listed["holds"], serde_json::json!([held]));
    assert!(ask(&stage, &["holds"]).stdout.contains("hold-order-17"));
    let book = ["book", "--title", "Call", "--start", &start, "--duration", "45", "--json"];
    let taken = ask(&stage, &book);
    assert_eq!((taken.exit, taken.error("code").as_str()), (5, "conflict"));
    let booked = ask(&stage, &[&book[..], &["--hold", "hold-order-17"]].concat());
    assert_eq!(booked.exit, 0, "{}", booked.stdout);
    assert_eq!(booked.json()["start"], held["start"]);
    assert_eq!(ask(&stage, &["holds"]).stdout, "Nothing is held.\n");

    let gone = ask(&stage, &["release", "hold-order-17", "--json"]);
    assert_eq!((gone.exit, gone.json()["was_held"].as_bool()), (0, Some(false)));
    let wrong = ask(&stage, &["hold", "--start", &start, "--ttl", "3601"]);
    assert_eq!(wrong.exit, 2, "{}", wrong.stderr);
}
