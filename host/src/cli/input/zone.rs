//! The zone in which times are read and shown.

use calendar_core::schedule::zone::Zone;

use crate::cli::environment::Environment;
use crate::cli::failure::Failure;

/// The zone and where it comes from.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The zone.
    pub zone: Zone,
    /// It was asked for with `--tz`, not found around.
    pub is_explicit: bool,
    /// What the user should know about the choice.
    pub note: Option<String>,
}

/// The zone of `--tz`, else of `CALENDAR_HOST_TZ`, else of the system, else UTC with a note.
pub fn choose(option: Option<&str>, environment: &Environment) -> Result<Chosen, Failure> {
    if let Some(name) = option {
        return Ok(Chosen { zone: parse("--tz", name)?, is_explicit: true, note: None });
    }
    if let Some(name) = environment.get("CALENDAR_HOST_TZ") {
        return Ok(Chosen {
            zone: parse("CALENDAR_HOST_TZ", name).map_err(Failure::of_host)?,
            is_explicit: false,
            note: None,
        });
    }
    let own = environment.get("TZ").map(|name| name.trim_start_matches(':').to_owned());
    let system = own.or_else(|| iana_time_zone::get_timezone().ok());
    Ok(match system.as_deref().map(Zone::parse) {
        Some(Ok(zone)) => Chosen { zone, is_explicit: false, note: None },
        _ => {
            let note = "note: the system names no time zone; times are UTC (choose with --tz)".to_owned();
            Chosen { zone: Zone::utc(), is_explicit: false, note: Some(note) }
        }
    })
}

/// The zone that the option or variable `name` was given.
pub fn parse(name: &str, text: &str) -> Result<Zone, Failure> {
    Zone::parse(text).map_err(|error| Failure::usage(format!("{name}: {error}"), hint(text)))
}

/// The zone of an option that the parser of the command line reads.
pub fn named(text: &str) -> Result<Zone, String> {
    Zone::parse(text).map_err(|error| format!("{error}; {}", hint(text)))
}

fn hint(text: &str) -> String {
    match similar(text) {
        Some(zone) => format!("did you mean {zone}?"),
        None => "write an IANA name such as Europe/Berlin, America/New_York or UTC".to_owned(),
    }
}

/// The zone whose last part is `text`, such as `Europe/Berlin` for `berlin`.
fn similar(text: &str) -> Option<&'static str> {
    let city = text.rsplit('/').next()?.replace(' ', "_");
    Zone::names().find(|name| name.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(&city)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_option_comes_before_the_variables() {
        let environment = Environment::of([("CALENDAR_HOST_TZ", "Asia/Tokyo"), ("TZ", "Europe/Paris")]);
        let chosen = choose(Some("America/New_York"), &environment).expect("a zone");
        assert_eq!((chosen.zone.name(), chosen.is_explicit), ("America/New_York", true));
        let chosen = choose(None, &environment).expect("a zone");
        assert_eq!((chosen.zone.name(), chosen.is_explicit), ("Asia/Tokyo", false));
        let chosen = choose(None, &Environment::of([("TZ", ":Europe/Paris")])).expect("a zone");
        assert_eq!(chosen.zone.name(), "Europe/Paris");
    }

    #[test]
    fn a_zone_of_the_system_that_is_no_iana_name_becomes_utc_with_a_note() {
        let chosen = choose(None, &Environment::of([("TZ", "CET-1CEST")])).expect("a zone");
        assert_eq!(chosen.zone.name(), "UTC");
        assert!(chosen.note.is_some_and(|note| note.contains("--tz")));
    }

    #[test]
    fn an_unknown_zone_is_refused_with_the_option_and_a_suggestion() {
        let failure = choose(Some("berlin"), &Environment::default()).expect_err("no zone");
        assert_eq!(failure.error().message, r#"--tz: unknown time zone "berlin""#);
        assert_eq!(failure.error().remedy, "did you mean Europe/Berlin?");
        let failure = choose(None, &Environment::of([("CALENDAR_HOST_TZ", "Mars/Base")])).expect_err("no zone");
        assert!(failure.error().message.starts_with("CALENDAR_HOST_TZ: "), "{failure:?}");
        assert!(failure.error().remedy.contains("IANA"), "{failure:?}");
    }
}
