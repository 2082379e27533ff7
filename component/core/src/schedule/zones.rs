//! Zones by name, each read once however often its name comes: the rules of one take about 8 KB.
use std::collections::BTreeMap;

use super::zone::{UnknownZone, Zone};

/// The zones of one question so far.
#[derive(Debug, Default)]
pub struct Zones(BTreeMap<&'static str, Zone>);

impl Zones {
    /// As [`Zone::parse`]; what has the same name shares its rules.
    ///
    /// # Errors
    /// [`UnknownZone`] when the database has no such name.
    pub fn parse(&mut self, name: &str) -> Result<Zone, UnknownZone> {
        let Some(known) = Zone::listed(name).and_then(|name| self.0.get(name)) else {
            let zone = Zone::parse(name)?;
            self.0.extend(Zone::listed(name).map(|name| (name, zone.clone())));
            return Ok(zone);
        };
        Ok(known.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_that_comes_again_is_not_read_again_however_it_is_spelt() {
        let mut zones = Zones::default();
        let names = ["Asia/Tokyo", "asia/tokyo", "ASIA/TOKYO", "Europe/Berlin", "Asia/Tokyo"];
        let parsed = names.map(|name| zones.parse(name).unwrap());
        let places = parsed.each_ref().map(|zone| zone.name().as_ptr());
        assert_eq!(parsed[1], Zone::parse("Asia/Tokyo").unwrap());
        assert!([1, 2, 4].iter().all(|again| places[*again] == places[0]) && places[3] != places[0]);
        assert_eq!(zones.0.len(), 2);
    }

    #[test]
    fn an_unknown_name_is_an_error_each_time() {
        let mut zones = Zones::default();
        assert!(["Factory", "Mars/Base", "Mars/Base"].into_iter().all(|name| zones.parse(name).is_err()));
        assert!(zones.0.is_empty());
    }
}
