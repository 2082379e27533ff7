//! From the names Graph accepts for zones to zones with rules. Names outside Graph's lists are refused, even where IANA knows them.

use super::zone_names::{FURTHER, SPELLINGS, WINDOWS};
use crate::microsoft::error::GraphError;
use crate::zone::Zone;

/// The zone behind a name Graph accepts; case is ignored. `None` when the name is not on Graph's lists.
pub fn find(name: &str) -> Option<Zone> {
    Zone::get(iana(name)?)
}

/// The IANA name behind a name Graph accepts.
pub fn iana(name: &str) -> Option<&'static str> {
    let same = |other: &str| other.eq_ignore_ascii_case(name);
    if same("tzone://Microsoft/Utc") {
        return Some("Etc/UTC");
    }
    let pair =
        |pairs: &'static [(&str, &'static str)]| pairs.iter().find(|(windows, _)| same(windows)).map(|(_, iana)| *iana);
    pair(WINDOWS).or_else(|| FURTHER.iter().find(|iana| same(iana)).copied()).or_else(|| pair(SPELLINGS))
}

/// As `find`.
///
/// # Errors
/// 400 `TimeZoneNotSupportedException`.
pub fn require(name: &str) -> Result<Zone, GraphError> {
    let message = || {
        format!("A valid TimeZone value must be specified. The following TimeZone value is not supported: '{name}'.")
    };
    find(name).ok_or_else(|| GraphError::bad("TimeZoneNotSupportedException", message()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_name_has_rules() {
        let names =
            WINDOWS.iter().map(|pair| pair.0).chain(FURTHER.iter().copied()).chain(SPELLINGS.iter().map(|pair| pair.0));
        let without: Vec<&str> = names.filter(|name| find(name).is_none()).collect();
        assert_eq!(without, Vec::<&str>::new());
    }

    #[test]
    fn windows_names_are_found_in_any_case() {
        assert_eq!(iana("w. europe standard time"), Some("Europe/Berlin"));
        assert_eq!(iana("UTC"), Some("Etc/UTC"));
    }

    #[test]
    fn second_spellings_name_the_same_zone() {
        assert_eq!(iana("Europe/Kiev"), Some("Europe/Kyiv"));
        assert_eq!(iana("Europe/Kyiv"), Some("Europe/Kyiv"));
    }

    #[test]
    fn an_iana_name_outside_the_list_is_refused() {
        let error = require("Europe/Rome").unwrap_err();
        assert_eq!((error.status, error.code.as_str()), (400, "TimeZoneNotSupportedException"));
    }
}
