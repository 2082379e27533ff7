//! What `--help` and `--version` say.

use crate::cli_support::run;

#[test]
fn every_command_explains_itself_with_examples() {
    let commands: &[&[&str]] = &[
        &[],
        &["demo"],
        &["sandbox"],
        &["auth"],
        &["auth", "login"],
        &["auth", "start"],
        &["auth", "complete"],
        &["auth", "status"],
        &["auth", "logout"],
        &["calendars"],
        &["busy"],
        &["schedule"],
        &["slots"],
        &["next"],
        &["propose"],
        &["book"],
        &["quick-book"],
        &["hold"],
        &["release"],
        &["holds"],
        &["agenda"],
        &["show"],
        &["update"],
        &["cancel"],
        &["mcp"],
        &["audit"],
        &["stats"],
        &["doctor"],
        &["keys"],
        &["keys", "list"],
        &["keys", "rotate"],
        &["user"],
        &["user", "export"],
        &["user", "purge"],
    ];
    let settings = insta::Settings::clone_current();
    for command in commands.iter().copied() {
        let help = run(&[command, &["--help"]].concat());
        assert_eq!(help.exit, 0, "{command:?}");
        assert!(help.stdout.contains("Examples:\n  calendar-host"), "{command:?}");
        assert!(help.stdout.lines().all(|line| line.chars().count() <= 100), "{command:?}");
        let name = ["calendar-host"].iter().chain(command).copied().collect::<Vec<_>>().join("-");
        settings.bind(|| insta::assert_snapshot!(name, help.stdout));
    }
}

#[test]
fn the_version_names_program_component_and_zone_database() {
    let version = run(&["--version"]);
    assert_eq!(version.exit, 0);
    let expected = format!("calendar-host {0} (component {0}, time zones 20", env!("CARGO_PKG_VERSION"));
    assert!(version.stdout.starts_with(&expected), "{}", version.stdout);
    assert_eq!(version.stderr, "");
}

#[test]
fn without_a_command_the_help_is_printed_and_the_exit_code_is_that_of_wrong_usage() {
    let nothing = run(&[]);
    assert_eq!((nothing.exit, nothing.stdout.as_str()), (2, ""));
    assert!(nothing.stderr.contains("Usage: calendar-host"), "{}", nothing.stderr);
}
