//! The `Prefer` header: several headers or one list; what is honoured is repeated in `Preference-Applied`.

use crate::microsoft::error::GraphError;
use crate::microsoft::time::zones;
use crate::zone::Zone;
use http::HeaderMap;

/// What the caller prefers.
#[derive(Debug, Clone)]
pub struct Prefer {
    /// Zone of `start` and `end` in the answer.
    pub zone: Zone,
    /// Name to print for it, as it was asked for.
    pub zone_name: String,
    /// Whether ids survive a move.
    pub immutable_ids: bool,
    /// Whether bodies come as text instead of HTML.
    pub text_bodies: bool,
    /// Page size asked for.
    pub page_size: Option<usize>,
    /// The value of `Preference-Applied`; empty when nothing was preferred.
    pub applied: String,
}

impl Default for Prefer {
    fn default() -> Self {
        let zone_name = "UTC".to_owned();
        Self {
            zone: Zone::utc(),
            zone_name,
            immutable_ids: false,
            text_bodies: false,
            page_size: None,
            applied: String::new(),
        }
    }
}

impl Prefer {
    /// Reads all `Prefer` headers. Preferences nobody knows are passed over, as RFC 7240 demands.
    ///
    /// # Errors
    /// 400 for a zone that is not supported.
    pub fn read(headers: &HeaderMap) -> Result<Self, GraphError> {
        let mut prefer = Self::default();
        let mut applied = Vec::new();
        for header in headers.get_all("prefer") {
            for one in split(header.to_str().unwrap_or_default()) {
                let (name, value) = one.split_once('=').unwrap_or((one.as_str(), ""));
                let value = value.trim().trim_matches('"');
                match name.trim().to_ascii_lowercase().as_str() {
                    "outlook.timezone" => {
                        prefer.zone = zones::require(value)?;
                        prefer.zone_name = value.to_owned();
                        applied.push(format!("outlook.timezone=\"{value}\""));
                    }
                    "idtype" if value.eq_ignore_ascii_case("ImmutableId") => {
                        prefer.immutable_ids = true;
                        applied.push("IdType=\"ImmutableId\"".to_owned());
                    }
                    "outlook.body-content-type" => {
                        prefer.text_bodies = value.eq_ignore_ascii_case("text");
                        applied.push(format!(
                            "outlook.body-content-type=\"{}\"",
                            if prefer.text_bodies { "text" } else { "html" }
                        ));
                    }
                    "odata.maxpagesize" => {
                        if let Some(size) = value.parse::<usize>().ok().filter(|size| *size > 0) {
                            prefer.page_size = Some(size);
                            applied.push(format!("odata.maxpagesize={size}"));
                        }
                    }
                    _ => {}
                }
            }
        }
        prefer.applied = applied.join(", ");
        Ok(prefer)
    }
}

/// Splits a list at commas outside quotes.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for letter in text.chars() {
        match letter {
            ',' | ';' if !quoted => parts.push(String::new()),
            _ => {
                quoted ^= letter == '"';
                if let Some(last) = parts.last_mut() {
                    last.push(letter);
                }
            }
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Result<Prefer, GraphError> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("prefer", value.parse().unwrap());
        }
        Prefer::read(&headers)
    }

    #[test]
    fn one_list_and_several_headers_mean_the_same() {
        let list =
            read(&["outlook.timezone=\"Tokyo Standard Time\", IdType=\"ImmutableId\", odata.maxpagesize=7"]).unwrap();
        let many =
            read(&["outlook.timezone=\"Tokyo Standard Time\"", "idtype=ImmutableId", "odata.maxpagesize=7"]).unwrap();
        assert_eq!(list.applied, many.applied);
        assert_eq!(
            (list.zone_name.as_str(), list.immutable_ids, list.page_size),
            ("Tokyo Standard Time", true, Some(7))
        );
    }

    #[test]
    fn an_unknown_zone_is_refused_and_an_unknown_preference_is_not() {
        assert_eq!(read(&["outlook.timezone=\"Mars\""]).unwrap_err().code, "TimeZoneNotSupportedException");
        assert_eq!(read(&["return=minimal"]).unwrap().applied, "");
    }
}
