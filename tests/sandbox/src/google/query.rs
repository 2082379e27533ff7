//! Query parameters, decoded once. Names are case-sensitive; unknown ones are ignored.

use super::error::{Failure, Outcome};
use super::guests::SendUpdates;
use super::when::parse_bound;
use crate::zone::Zone;
use chrono::{DateTime, Utc};

/// The decoded query of a request.
#[derive(Debug, Clone)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Decodes the text after `?`.
    pub fn parse(text: &str) -> Self {
        Self(url::form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values of a parameter that may be repeated.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// A yes or no; absent is no.
    ///
    /// # Errors
    /// 400 for anything but `true` and `false`.
    pub fn flag(&self, name: &str) -> Outcome<bool> {
        match self.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(invalid(name, other)),
        }
    }

    /// A positive number.
    ///
    /// # Errors
    /// 400 for anything else.
    pub fn number(&self, name: &str) -> Outcome<Option<usize>> {
        match self.get(name) {
            None => Ok(None),
            Some(text) => text.parse().ok().filter(|count| *count > 0).map(Some).ok_or_else(|| invalid(name, text)),
        }
    }

    /// An instant with offset.
    ///
    /// # Errors
    /// 400 without an offset or for anything else.
    pub fn instant(&self, name: &str) -> Outcome<Option<DateTime<Utc>>> {
        self.get(name).map(|text| parse_bound(text, name)).transpose()
    }

    /// `timeZone`.
    ///
    /// # Errors
    /// 400 for a zone that does not exist.
    pub fn zone(&self) -> Outcome<Option<(String, Zone)>> {
        match self.get("timeZone") {
            None => Ok(None),
            Some(name) => {
                Zone::get(name).map(|zone| Some((name.to_owned(), zone))).ok_or_else(|| invalid("timeZone", name))
            }
        }
    }

    /// `sendUpdates`, or else the old `sendNotifications`; nobody hears anything by default.
    ///
    /// # Errors
    /// 400 for another word.
    pub fn send_updates(&self) -> Outcome<SendUpdates> {
        match self.get("sendUpdates") {
            Some("all") => Ok(SendUpdates::All),
            Some("externalOnly") => Ok(SendUpdates::ExternalOnly),
            Some("none") => Ok(SendUpdates::None),
            Some(other) => Err(invalid("sendUpdates", other)),
            None if self.flag("sendNotifications")? => Ok(SendUpdates::All),
            None => Ok(SendUpdates::None),
        }
    }

    /// `conferenceDataVersion`, 0 or 1.
    ///
    /// # Errors
    /// 400 for another number.
    pub fn conference_version(&self) -> Outcome<u8> {
        match self.get("conferenceDataVersion") {
            None | Some("0") => Ok(0),
            Some("1") => Ok(1),
            Some(other) => Err(invalid("conferenceDataVersion", other)),
        }
    }
}

/// 400 for a parameter's value.
pub fn invalid(name: &str, value: &str) -> Failure {
    Failure::new(400, "invalidParameter", format!("Invalid value '{value}' for parameter {name}.")).at(name)
}
