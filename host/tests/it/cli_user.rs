//! `user export` and `user purge`, with the real program and its real database.

use std::path::Path;

use crate::cli_support::run_in;
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
