//! Parsing of the command line, so that programs read even a wrong option as a JSON error.

use std::ffi::OsString;

use calendar_core::schedule::zone::Zone;
use clap::Parser;
use clap::error::ErrorKind;

use super::failure::Failure;
use super::{Cli, Exit, Printer};

/// The parsed command line; or, after help, version or an error was printed, how to end.
pub fn parse(line: impl IntoIterator<Item = OsString>) -> Result<Cli, Exit> {
    let line: Vec<OsString> = line.into_iter().collect();
    let is_json = line.iter().take_while(|word| *word != "--").any(|word| word == "--json");
    Cli::try_parse_from(line).map_err(|error| answer(&error, Printer::new(is_json)))
}

fn answer(error: &clap::Error, printer: Printer) -> Exit {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // A closed pipe behind `--help | head` is no error.
        let _ = error.print();
        return Exit::Success;
    }
    match printer {
        Printer::Text => {
            let _ = error.print();
            Exit::Usage
        }
        Printer::Json => {
            let failure = failure(error);
            printer.failure(&failure, &Zone::utc());
            failure.exit()
        }
    }
}

/// A line that cannot be parsed, as a failure.
pub fn failure(error: &clap::Error) -> Failure {
    if matches!(error.kind(), ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand) {
        return Failure::usage("a command is missing", HINT);
    }
    let text = error.render().to_string();
    let mut parts = text.strip_prefix("error: ").unwrap_or(&text).split("\n\n");
    let lines = parts.next().unwrap_or_default().lines().map(str::trim).collect::<Vec<_>>();
    let tips = parts.filter_map(|part| part.trim().strip_prefix("tip: ")).collect::<Vec<_>>();
    Failure::usage(lines.join(" "), if tips.is_empty() { HINT.to_owned() } else { tips.join("; ") })
}

const HINT: &str = "see `calendar-host --help` or the command's own --help";

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn refused(line: &[&str]) -> Failure {
        let error = Cli::try_parse_from([&["calendar-host"], line].concat()).expect_err("an error");
        failure(&error)
    }

    #[test]
    fn the_definition_of_the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_wrong_value_is_told_in_one_line_with_its_option() {
        let failure = refused(&["slots", "--duration", "0"]);
        let expected = "invalid value '0' for '--duration <MIN>': 0 minutes is outside 1 to 1440";
        assert_eq!(failure.error().message, expected);
        assert_eq!(failure.exit(), Exit::Usage);
    }

    #[test]
    fn a_misspelt_option_comes_with_the_suggestion() {
        let failure = refused(&["slots", "--durration", "30"]);
        assert!(failure.error().message.starts_with("unexpected argument '--durration'"), "{failure:?}");
        assert!(failure.error().remedy.contains("--duration"), "{failure:?}");
    }

    #[test]
    fn a_missing_option_is_named() {
        let failure = refused(&["book", "--title", "Planning"]);
        assert!(failure.error().message.contains("--start <TIME>"), "{failure:?}");
    }

    #[test]
    fn a_missing_command_is_an_error_for_programs() {
        assert_eq!(refused(&["--json"]).error().message, "a command is missing");
    }
}
