//! Keys of the token store, taken apart: `accounts/<user>/<provider>/<account>`, `leases/…` and `calendars/…` alike,
//! `pending/<user>/<digest>`, each segment percent-encoded.

use percent_encoding::percent_decode_str;

/// Longest key. Every byte of a user id may take three.
const LONGEST: usize = 2048;

/// Where a value lives; part of its seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The owner, decoded.
    pub user: String,
    /// What is kept, in the words of the host's database.
    pub kind: &'static str,
    /// The whole key as written.
    pub key: String,
}

impl Place {
    /// The parts of a well-formed key.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        if key.len() > LONGEST {
            return None;
        }
        let segments: Vec<&str> = key.split('/').collect();
        let (kind, user, name) = match segments.as_slice() {
            ["accounts", user, "google", name] => ("oauth_tokens/google_calendar", user, name),
            ["accounts", user, "outlook", name] => ("oauth_tokens/outlook_calendar", user, name),
            ["leases", user, "google", name] => ("ephemeral_values/google_calendar", user, name),
            ["leases", user, "outlook", name] => ("ephemeral_values/outlook_calendar", user, name),
            ["calendars", user, "google", name] => ("calendar_lists/google_calendar", user, name),
            ["calendars", user, "outlook", name] => ("calendar_lists/outlook_calendar", user, name),
            ["pending", user, name] => ("ephemeral_values/pending", user, name),
            _ => return None,
        };
        let user = percent_decode_str(user).decode_utf8().ok()?.into_owned();
        (!user.is_empty() && !name.is_empty()).then(|| Self { user, kind, key: key.to_owned() })
    }
}

impl Place {
    /// As it is sealed.
    #[must_use]
    pub fn sealed(&self) -> calendar_seal::Place<'_> {
        calendar_seal::Place { user: &self.user, kind: self.kind, key: &self.key }
    }
}

/// Whether `key` lies below `prefix`, in whole segments.
#[must_use]
pub fn is_below(key: &str, prefix: &str) -> bool {
    let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
    key.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_taken_apart() {
        let place = Place::parse("accounts/ana%40example.com/google/google%3A1").unwrap();
        assert_eq!((place.user.as_str(), place.kind), ("ana@example.com", "oauth_tokens/google_calendar"));
        assert_eq!(Place::parse("pending/ana/0a").unwrap().kind, "ephemeral_values/pending");
    }

    #[test]
    fn other_spellings_are_no_keys() {
        let long = format!("pending/ana/{}", "a".repeat(LONGEST));
        for key in
            ["", "accounts", "accounts/ana", "accounts/ana/yahoo/1", "pending/ana/", "pending//a", "x/ana/a", &long]
        {
            assert_eq!(Place::parse(key), None, "{key:.40}");
        }
    }

    #[test]
    fn a_prefix_counts_in_whole_segments() {
        assert!(is_below("accounts/ana/google/1", "accounts/ana"));
        assert!(is_below("accounts/ana/google/1", "accounts/ana/"));
        assert!(!is_below("accounts/anabel/google/1", "accounts/ana"));
        assert!(!is_below("accounts/ana", "accounts/ana"));
    }
}
