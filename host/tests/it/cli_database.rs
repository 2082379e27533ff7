//! The program with a PostgreSQL database: settings that are wrong, the doctor, and a password that nobody gets to see.
#![cfg(unix)]

use crate::cli_support::{Run, run_in};
use calendar_tests::postgres::{self, PASSWORD};

/// Runs `line` with everything told, and looks for the password.
fn ask(line: &[&str], variables: &[(&str, &str)]) -> Run {
    let folder = tempfile::tempdir().expect("a folder");
    let run = run_in(folder.path(), &[line, &["-v", "-v", "--json"]].concat(), variables);
    for secret in [PASSWORD, "canary"] {
        assert!(
            !run.stdout.contains(secret) && !run.stderr.contains(secret),
            "{line:?}: {} {}",
            run.stdout,
            run.stderr
        );
    }
    run
}

#[test]
fn an_address_that_cannot_be_used_is_a_wrong_setting_and_is_not_shown() {
    for url in ["canary", "mysql://ana:canary@localhost/x", "postgres://ana:canary/x@localhost/x", "postgres://canary"]
    {
        for (line, variables) in [
            (vec!["auth", "status", "--database-url", url], vec![]),
            (vec!["auth", "status"], vec![("DATABASE_URL", url)]),
        ] {
            let run = ask(&line, &variables);
            assert_eq!(run.error("code"), "invalid-argument", "{url}");
            assert!(run.error("message").starts_with("DATABASE_URL "), "{}", run.error("message"));
            assert!(run.error("remedy").contains("postgres://USER:PASSWORD@HOST:5432/NAME"));
            assert_ne!(run.exit, 0);
        }
    }
}

#[tokio::test]
async fn commands_use_the_server_and_leave_no_database_in_the_folder() {
    let Some(database) = postgres::database().await else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let data = data.to_str().expect("Unicode");
    let status = ["auth", "status", "--data-dir", data, "--database-url", &database.url];
    let run = ask(&status, &[("DATABASE_URL", "postgres://127.0.0.1:1/not-this-one")]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    let records = ask(&["audit", "--data-dir", data], &[("DATABASE_URL", &database.url)]).json();
    assert_eq!(records["records"][0]["operation"], "list-accounts");
    let files = std::fs::read_dir(data).expect("the folder").map(|entry| entry.expect("a file").file_name());
    assert!(files.into_iter().all(|name| !name.to_string_lossy().contains(".db")));
}

#[tokio::test]
async fn the_doctor_looks_at_the_server_and_says_what_to_do() {
    let Some(database) = postgres::database().await else { return };
    let of_database = |run: Run| {
        let findings = run.json()["findings"].as_array().expect("findings").clone();
        let found = findings.into_iter().find(|one| one["check"] == "database").expect("it was looked at");
        let text = |field: &str| found[field].as_str().unwrap_or_default().to_owned();
        (text("level"), text("message"), text("remedy"))
    };
    let (level, message, _) = of_database(ask(&["doctor"], &[("DATABASE_URL", &database.url)]));
    assert_eq!(level, "ok", "{message}");
    assert!(message.contains("PostgreSQL") && message.contains(&database.name), "{message}");
    let absent = format!("{}_absent", database.url);
    for (url, expected) in [
        (database.url.replace(PASSWORD, "canary-typo"), "check user and password"),
        (absent, "createdb"),
        (format!("postgres://ana:{PASSWORD}@127.0.0.1:1/x"), "check host and port"),
    ] {
        let (level, message, remedy) = of_database(ask(&["doctor", "--database-url", &url], &[]));
        assert!(level == "problem" && remedy.contains(expected), "{message} -> {remedy}");
        let run = ask(&["auth", "status", "--database-url", &url], &[]);
        assert_eq!((run.exit, run.error("code").as_str()), (7, "storage"));
        assert!(run.error("remedy").contains(expected), "{}", run.error("remedy"));
    }
}
