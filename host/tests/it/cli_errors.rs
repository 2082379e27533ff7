//! What goes wrong before any provider is asked: wrong words, wrong settings, nobody connected.

use crate::cli_support::{run, run_in};

const CLIENT: (&str, &str) = ("GOOGLE_CLIENT_ID", "client.example");

#[test]
fn a_wrong_option_is_a_json_error_for_programs_and_text_for_people() {
    let wrong = run(&["slots", "--duration", "0", "--json"]);
    assert_eq!(wrong.exit, 2);
    assert_eq!(wrong.error("code"), "invalid-argument");
    assert!(wrong.error("message").contains("'--duration <MIN>'"), "{}", wrong.stdout);
    assert!(wrong.stderr.starts_with("error: "), "{}", wrong.stderr);

    let wrong = run(&["slots", "--duration", "0"]);
    assert_eq!((wrong.exit, wrong.stdout.as_str()), (2, ""));
    assert!(wrong.stderr.starts_with("error: invalid value '0' for '--duration <MIN>'"), "{}", wrong.stderr);
}

#[test]
fn an_empty_option_is_refused_and_does_not_remove_a_setting() {
    for option in ["--policy", "--database-url", "--data-dir", "--component", "--account"] {
        let wrong = run(&["calendars", option, "", "--json"]);
        assert_eq!((wrong.exit, wrong.error("code").as_str()), (2, "invalid-argument"), "{option}");
        assert!(wrong.error("message").contains(option), "{}", wrong.stdout);
    }
}

#[test]
fn an_error_for_programs_has_all_its_keys() {
    let wrong = run(&["slots", "--tz", "Mars/Base", "--json"]);
    insta::assert_snapshot!(wrong.stdout, @r#"
    {
      "error": {
        "code": "invalid-argument",
        "message": "--tz: unknown time zone \"Mars/Base\"",
        "remedy": "write an IANA name such as Europe/Berlin, America/New_York or UTC",
        "retry_after_seconds": null,
        "provider": null,
        "provider_request_id": null,
        "alternatives": []
      }
    }
    "#);
}

#[test]
fn a_civil_time_that_the_clock_skips_or_shows_twice_is_refused() {
    let gap = ["busy", "--tz", "America/New_York", "--from", "2026-03-08 02:30", "--json"];
    let refused = run(&gap);
    assert_eq!(refused.exit, 2);
    assert!(refused.error("message").starts_with("--from: 2026-03-08T02:30:00 does not exist"), "{}", refused.stdout);
    assert!(refused.error("remedy").contains("2026-03-08T03:00:00-04:00"), "{}", refused.stdout);

    let overlap = ["book", "--title", "x", "--tz", "Europe/Berlin", "--start", "2026-10-25T02:30", "--json"];
    let refused = run(&overlap);
    assert_eq!(refused.exit, 2);
    assert!(refused.error("message").starts_with("--start: 2026-10-25T02:30:00 occurs twice"), "{}", refused.stdout);
    let remedy = refused.error("remedy");
    assert!(remedy.contains("02:30:00+02:00") && remedy.contains("02:30:00+01:00"), "{remedy}");
}

#[test]
fn an_empty_range_names_the_options() {
    for (line, message) in [
        (&["slots", "--from", "2026-03-10", "--to", "2026-03-09"][..], "--to is before --from: the range is empty"),
        (&["agenda", "--from", "+2d", "--to", "+1d"], "--to is before --from: the range is empty"),
        (
            &["book", "--title", "x", "--start", "2026-03-10T09:00", "--end", "2026-03-10T09:00"],
            "--end is the same instant as --start: the range is empty",
        ),
    ] {
        let refused = run(&[line, &["--json"]].concat());
        assert_eq!((refused.exit, refused.error("message").as_str()), (2, message), "{line:?}");
    }
}

#[test]
fn nobody_connected_means_exit_code_three_and_the_command_that_connects() {
    let folder = tempfile::tempdir().expect("a folder");
    let asked = run_in(folder.path(), &["busy", "--json"], &[CLIENT]);
    assert_eq!((asked.exit, asked.error("code").as_str()), (3, "not-authenticated"));
    assert!(asked.stderr.contains("hint: calendar-host auth login google"), "{}", asked.stderr);

    let status = run_in(folder.path(), &["auth", "status", "--json"], &[CLIENT]);
    assert_eq!((status.exit, status.json()), (0, serde_json::json!({ "accounts": [] })));
}

#[test]
fn a_provider_without_client_says_which_variable_to_set() {
    let login = run(&["auth", "login", "outlook", "--json"]);
    assert_eq!((login.exit, login.error("code").as_str()), (7, "unsupported"));
    assert_eq!(login.error("message"), "outlook is not configured: OUTLOOK_CLIENT_ID is not set");
}

#[test]
fn the_first_of_two_steps_needs_no_network() {
    let folder = tempfile::tempdir().expect("a folder");
    let started = run_in(folder.path(), &["auth", "start", "google", "--json"], &[CLIENT]);
    assert_eq!(started.exit, 0, "{}", started.stderr);
    let json = started.json();
    let (url, state) = (json["url"].as_str().expect("url"), json["state"].as_str().expect("state"));
    assert!(url.starts_with("https://accounts.google.com/") && url.contains(state), "{url}");
    assert!(json["expires_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{json}");
}

#[test]
fn somebody_elses_callback_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = "http://127.0.0.1:8765/callback?code=x&state=unknown";
    let line = ["auth", "complete", "--callback-url", address, "--json"];
    let refused = run_in(folder.path(), &line, &[CLIENT]);
    assert_eq!((refused.exit, refused.error("code").as_str()), (2, "invalid-argument"));
}

#[test]
fn the_settings_file_of_the_folder_is_read_and_never_overrides_the_environment() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(".env"), "CALENDAR_HOST_TZ=Mars/Base\n").expect("a file");
    let wrong = run_in(folder.path(), &["busy", "--json"], &[]);
    assert_eq!(wrong.exit, 7);
    assert_eq!(wrong.error("message"), "CALENDAR_HOST_TZ: unknown time zone \"Mars/Base\"");
    let right = run_in(folder.path(), &["busy", "--json"], &[("CALENDAR_HOST_TZ", "Europe/Berlin"), CLIENT]);
    assert_eq!(right.error("code"), "not-authenticated");
}

#[test]
fn a_broken_settings_file_is_named_without_its_content() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(".env"), "GOOGLE_CLIENT_SECRET='canary\n").expect("a file");
    let wrong = run_in(folder.path(), &["busy", "--json"], &[]);
    assert_eq!(wrong.exit, 7);
    assert!(wrong.error("message").starts_with(".env: "), "{}", wrong.stdout);
    assert!(!wrong.stdout.contains("canary") && !wrong.stderr.contains("canary"));
}

#[test]
fn a_wrong_variable_or_folder_ends_with_the_exit_code_of_the_host() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = run_in(folder.path(), &["auth", "status", "--json"], &[("GOOGLE_API_URL", "http://example.com")]);
    assert_eq!(plain.exit, 7);
    assert!(plain.error("message").starts_with("GOOGLE_API_URL "), "{}", plain.stdout);

    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("a file");
    let inside = file.join("data");
    let line = ["auth", "status", "--json", "--data-dir", inside.to_str().expect("Unicode")];
    let refused = run_in(folder.path(), &line, &[]);
    assert_eq!((refused.exit, refused.error("code").as_str()), (7, "storage"));

    let refused = run_in(folder.path(), &["auth", "status", "--json", "--component", "absent.wasm"], &[]);
    assert_eq!(refused.exit, 7);
    assert!(refused.error("message").contains("absent.wasm"), "{}", refused.stdout);
}

#[test]
fn a_component_that_is_none_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("text.wasm"), "not a component").expect("a file");
    let refused = run_in(folder.path(), &["auth", "status", "--json", "--component", "text.wasm"], &[]);
    assert_eq!((refused.exit, refused.error("code").as_str()), (7, "unsupported"));
}

#[test]
fn nothing_to_change_is_said_before_anything_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = run_in(folder.path(), &["update", "EVENT", "--json"], &[]);
    assert_eq!((refused.exit, refused.error("message").as_str()), (2, "nothing to change"));
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn a_redirect_address_elsewhere_leads_to_the_two_step_form() {
    let folder = tempfile::tempdir().expect("a folder");
    let variables = [CLIENT, ("GOOGLE_REDIRECT_URI", "https://app.example/callback")];
    let login = run_in(folder.path(), &["auth", "login", "google", "--no-browser", "--json"], &variables);
    assert_eq!(login.exit, 7);
    assert!(login.error("remedy").contains("auth start"), "{}", login.stdout);
}
