//! The sealing key in a real Secret Service: gnome-keyring, alone on a message bus of its own. Where these programs are
//! missing the tests say so and pass, unless `CALENDAR_REQUIRE_KEYRING` is set.
#![cfg(all(feature = "keyring", target_os = "linux"))]

use std::path::Path;
use std::process::{Command, Stdio};

use crate::cli_support::{Run, run_in};

/// Unlocks the keyring with a password, then becomes the program.
const SESSION: &str =
    "printf canary-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec \"$@\"";

const GOOGLE: (&str, &str) = ("GOOGLE_CLIENT_ID", "1-a.apps.googleusercontent.com");

/// Whether a keyring can be started here.
fn has_keyring() -> bool {
    let has =
        |program: &str| Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success());
    if has("dbus-run-session") && has("gnome-keyring-daemon") {
        return true;
    }
    assert!(std::env::var_os("CALENDAR_REQUIRE_KEYRING").is_none(), "install dbus-daemon and gnome-keyring");
    eprintln!("NOT TESTED: there is no dbus-run-session or no gnome-keyring-daemon");
    false
}

/// Runs the program in a session with a keyring, which lasts in `folder`.
fn ask(folder: &Path, line: &str, variables: &[(&str, &str)]) -> Run {
    let output = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", SESSION, "sh", env!("CARGO_BIN_EXE_calendar-host")])
        .args(line.split(' '))
        .current_dir(folder)
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .env("HOME", folder)
        .env("XDG_RUNTIME_DIR", folder)
        .env("CALENDAR_HOST_DATA_DIR", folder.join("data"))
        .env("CALENDAR_HOST_CACHE_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled"))
        .env("CALENDAR_HOST_KEY_SOURCE", "keyring")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("the session starts");
    let text = |bytes| String::from_utf8(bytes).expect("Unicode");
    Run { exit: output.status.code().expect("an exit code"), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn current(folder: &Path) -> String {
    let list = ask(folder, "keys list --json", &[]);
    assert_eq!(
        (list.exit, &list.json()["keys"][0]["origin"]),
        (0, &"keyring".into()),
        "{}{}",
        list.stdout,
        list.stderr
    );
    list.json()["keys"][0]["id"].as_str().expect("an id").to_owned()
}

#[test]
fn the_key_is_made_kept_and_replaced_in_the_keyring_and_never_in_a_file() {
    if !has_keyring() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let first = current(folder);
    assert_eq!(current(folder), first);
    assert_eq!(ask(folder, "auth start google --user ana --json", &[GOOGLE]).exit, 0);
    let rotated = ask(folder, "keys rotate --json", &[]);
    assert_eq!((rotated.exit, &rotated.json()["resealed"]), (0, &1.into()), "{}{}", rotated.stdout, rotated.stderr);
    assert_eq!(rotated.json()["dropped"], serde_json::json!([first]));
    assert_eq!(rotated.json()["current"], current(folder));
    assert!(!folder.join("data/key").exists());
    let doctor = ask(folder, "doctor --json", &[]).json();
    let findings = doctor["findings"].as_array().expect("findings");
    assert!(findings.iter().any(|finding| finding["check"] == "key" && finding["level"] == "ok"), "{doctor}");
}

#[test]
fn keys_move_from_the_key_file_to_the_keyring() {
    if !has_keyring() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    assert_eq!(
        ask(folder, "auth start google --user ana --json", &[GOOGLE, ("CALENDAR_HOST_KEY_SOURCE", "file")]).exit,
        0
    );
    let file = std::fs::read_to_string(folder.join("data/key")).expect("the key file");
    let rotated = ask(folder, "keys rotate --json", &[("CALENDAR_HOST_OLD_KEYS", &file)]);
    assert_eq!((rotated.exit, &rotated.json()["resealed"]), (0, &1.into()), "{}{}", rotated.stdout, rotated.stderr);
    assert_eq!(rotated.json()["current"], current(folder));
}

#[test]
fn a_keyring_out_of_reach_is_told_with_a_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let nobody = format!("unix:path={}", folder.path().join("absent").display());
    let variables = [("CALENDAR_HOST_KEY_SOURCE", "keyring"), ("DBUS_SESSION_BUS_ADDRESS", nobody.as_str())];
    let refused = run_in(folder.path(), &["auth", "status", "--json"], &variables);
    assert_eq!((refused.exit, refused.error("code").as_str()), (7, "storage"), "{}", refused.stdout);
    assert!(refused.error("message").starts_with("the keyring cannot be used: "), "{}", refused.stdout);
    assert!(refused.error("remedy").contains("gnome-keyring"), "{}", refused.stdout);
}
