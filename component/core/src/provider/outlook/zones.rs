//! Zone names as Graph writes them -> zones: Windows names, IANA names, `tzone://Microsoft/Utc`.
//! Windows names never leave this folder. Not here: custom zones given by rules (`custom_zone`).

use super::zones_table::WINDOWS;
use crate::schedule::zone::Zone;

/// The zone of a name Graph sent, without regard to case; none = not a name with known rules
/// (`tzone://Microsoft/Custom`, a display name, an invention). Never a silent UTC.
#[must_use]
pub fn parse(name: &str) -> Option<Zone> {
    let name = name.trim();
    if name.eq_ignore_ascii_case("tzone://Microsoft/Utc") {
        return Some(Zone::utc());
    }
    let iana = WINDOWS.iter().find(|(windows, _)| windows.eq_ignore_ascii_case(name)).map_or(name, |(_, iana)| iana);
    if iana.eq_ignore_ascii_case("Etc/UTC") || iana.eq_ignore_ascii_case("UTC") {
        return Some(Zone::utc());
    }
    Zone::parse(iana).ok()
}

/// The IANA name of a name Graph sent; none as in [`parse`].
#[must_use]
pub fn iana(name: &str) -> Option<String> {
    parse(name).map(|zone| zone.name().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_windows_zone_has_known_rules_and_a_proper_name() {
        assert!(WINDOWS.len() >= 140);
        for (windows, expected) in WINDOWS {
            let zone = parse(windows).unwrap_or_else(|| panic!("{windows}"));
            let expected = if *expected == "Etc/UTC" { "UTC" } else { expected };
            assert_eq!(zone.name(), expected, "{windows}");
        }
    }

    #[test]
    fn the_table_is_sorted_and_without_doubles() {
        let names: Vec<String> = WINDOWS.iter().map(|(name, _)| name.to_lowercase()).collect();
        assert!(names.is_sorted_by(|left, right| left < right));
    }

    #[test]
    fn accepts_every_spelling_graph_uses() {
        for (given, expected) in [
            ("W. Europe Standard Time", Some("Europe/Berlin")),
            ("w. europe standard time", Some("Europe/Berlin")),
            ("India Standard Time", Some("Asia/Kolkata")),
            ("British Columbia Standard Time", Some("America/Vancouver")),
            ("UTC-11", Some("Etc/GMT+11")),
            ("UTC", Some("UTC")),
            ("Etc/UTC", Some("UTC")),
            ("tzone://Microsoft/Utc", Some("UTC")),
            ("Europe/Berlin", Some("Europe/Berlin")),
            ("asia/calcutta", Some("Asia/Calcutta")),
            ("tzone://Microsoft/Custom", None),
            ("Customized Time Zone", None),
            ("(UTC+01:00) Amsterdam, Berlin", None),
            ("", None),
            ("../../etc/passwd", None),
        ] {
            assert_eq!(iana(given).as_deref(), expected, "{given}");
        }
    }
}
