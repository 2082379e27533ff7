//! `user export` and `user purge`, with the real program and its real database.

use std::path::Path;

use crate::cli_support::{Run, run_in};
use calendar_host::types::{BookingRequest, ErrorCode, Provider, TimeRange};
use calendar_tests::people::GOOGLE;
use calendar_tests::stage::Stage;
use sqlx::Connection;

/// A grant, put where the program keeps grants.
async fn put_grant(folder: &Path) {
    let file = folder.join(".local/share/calendar-host/calendar.db");
    let mut database = sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.expect("a file");
    let statement = "INSERT INTO oauth_tokens (user_id, provider, account, key_id, sealed, version, created_at, updated_at) \
                     VALUES ('ana', 'google_calendar', 'google:1', 'id', X'43414E415259', 1, 0, 60)";
    sqlx::query(statement).execute(&mut database).await.expect("a row");
    database.close().await.expect("closed");
}

#[tokio::test]
async fn what_is_stored_of_a_user_is_exported_without_tokens_and_purged_on_demand() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |line: &[&str]| run_in(folder.path(), line, &[]);
    let empty = run(&["user", "export", "--user", "ana"]);
    assert_eq!((empty.exit, empty.stderr.as_str()), (0, ""));
    assert_eq!(
        empty.json(),
        serde_json::json!({"user": "ana", "values": [], "bookings": [], "events": [], "audit": []})
    );

    put_grant(folder.path()).await;
    let export = run(&["user", "export", "--user", "ana", "--json"]);
    assert_eq!(export.exit, 0, "{}", export.stderr);
    let grant = &export.json()["values"][0];
    assert_eq!((grant["kind"].as_str(), grant["account"].as_str()), (Some("grant"), Some("google:1")));
    assert_eq!(grant["updated_at"], "1970-01-01T00:01:00Z");
    assert!(!export.stdout.contains("CANARY") && !export.stdout.contains("sealed"), "{}", export.stdout);

    let asked = run(&["user", "purge", "--user", "ana", "--json"]);
    assert_eq!((asked.exit, asked.error("code").as_str()), (2, "invalid-argument"));
    assert!(asked.error("remedy").contains("--yes"), "{}", asked.stdout);
    assert_eq!(run(&["user", "export", "--user", "ana"]).json()["values"].as_array().map(Vec::len), Some(1));

    let purged = run(&["user", "purge", "--user", "ana", "--yes", "--json"]);
    assert_eq!((purged.exit, &purged.json()["deleted"]["grants"]), (0, &serde_json::json!(1)), "{}", purged.stdout);
    assert!(purged.json()["notice"].as_str().is_some_and(|notice| notice.contains("not revoked")));
    let again = run(&["user", "purge", "--user", "ana", "--yes"]);
    assert_eq!(again.stdout, "Deleted of ana: 0 grants, 0 bookings, 0 events, 0 other values, 0 audit records\n");
}

/// The program in the place of `stage`, for its user `ana`.
fn ask(stage: &Stage, line: &str) -> Run {
    let folder = stage.folder.path().to_str().expect("Unicode");
    let variables = stage.sandbox.environment();
    let own = [("CALENDAR_HOST_DATA_DIR", folder), ("CALENDAR_HOST_USER", "ana")];
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).chain(own).collect();
    run_in(stage.folder.path(), &line.split(' ').collect::<Vec<_>>(), &variables)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_named_within_the_provider() {
    let stage = Stage::open().await;
    stage.connect_both("ana").await;
    for line in ["auth logout --provider outlook", "auth status --provider outlook --account"] {
        let other = ask(&stage, &format!("{line} {GOOGLE} --json"));
        assert_eq!((other.exit, other.error("code").as_str()), (4, "not-found"), "{line}");
    }
    assert_eq!(ask(&stage, &format!("auth logout --all --account {GOOGLE}")).exit, 2);
    assert_eq!(stage.host.list_accounts("ana").await.expect("accounts").len(), 2, "nothing was ended");
    let own = ask(&stage, &format!("auth logout --provider google {} --json", GOOGLE.to_uppercase()));
    assert_eq!(own.json()["disconnected"][0]["provider"], "google", "{}", own.stderr);
    assert_eq!(stage.host.list_accounts("ana").await.expect("accounts").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_interrupted_disconnect_left_goes_with_the_next_one() {
    let stage = Stage::open().await;
    let account = stage.connect("ana", Provider::Google, GOOGLE).await;
    let start = stage.day(20);
    let request = BookingRequest::new("Left", TimeRange { start, end: start + 1800 });
    stage.host.book_meeting("ana", &request).await.expect("booked");
    let file = format!("sqlite://{}", stage.folder.path().join("calendar.db").display());
    let mut database = sqlx::SqliteConnection::connect(&file).await.expect("a file");
    sqlx::query("DELETE FROM oauth_tokens").execute(&mut database).await.expect("done");
    let error = stage.host.disconnect("ana", &account.id).await.expect_err("it is gone");
    assert_eq!(error.code, ErrorCode::NotFound);
    let data = stage.host.user_data("ana").await.expect("data");
    assert!(data.bookings.is_empty() && data.events.is_empty(), "{data:?}");
}
