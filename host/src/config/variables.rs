//! Name and value pairs, from the environment or from a test.

use std::collections::HashMap;
use std::ffi::OsString;

use super::ConfigError;

/// Every variable the host reads, except those of the XDG specification.
const NAMES: [&str; 39] = [
    "GOOGLE_CLIENT_ID",
    "GOOGLE_CLIENT_SECRET",
    "GOOGLE_REDIRECT_URI",
    "GOOGLE_AUTHORIZE_URL",
    "GOOGLE_TOKEN_URL",
    "GOOGLE_REVOKE_URL",
    "GOOGLE_API_URL",
    "OUTLOOK_CLIENT_ID",
    "OUTLOOK_CLIENT_SECRET",
    "OUTLOOK_TENANT_ID",
    "OUTLOOK_CLOUD",
    "OUTLOOK_REDIRECT_URI",
    "OUTLOOK_AUTHORIZE_URL",
    "OUTLOOK_TOKEN_URL",
    "OUTLOOK_DEVICE_CODE_URL",
    "OUTLOOK_API_URL",
    "CALENDAR_HOST_DATA_DIR",
    "DATABASE_URL",
    "CALENDAR_HOST_CACHE_DIR",
    "CALENDAR_HOST_KEY",
    "CALENDAR_HOST_OLD_KEYS",
    "CALENDAR_HOST_KEY_SOURCE",
    "CALENDAR_HOST_CA_FILE",
    "CALENDAR_HOST_POLICY",
    "CALENDAR_HOST_RETENTION_DAYS",
    "CALENDAR_HOST_TIMEOUT_SECONDS",
    "CALENDAR_HOST_CPU_SECONDS",
    "CALENDAR_HOST_MEMORY_MIB",
    "CALENDAR_HOST_MAX_REQUESTS",
    "CALENDAR_HOST_MAX_CALLS",
    "CALENDAR_HOST_MAX_CALLS_PER_USER",
    "CALENDAR_HOST_MAX_IN_FLIGHT",
    "CALENDAR_HOST_CACHE_SECONDS",
    "CALENDAR_HOST_AUDIT",
    "CALENDAR_HOST_AUDIT_MIB",
    "CALENDAR_HOST_AUDIT_RETENTION_DAYS",
    "HOME",
    "XDG_DATA_HOME",
    "XDG_CACHE_HOME",
];

/// The variables that were given.
pub(crate) struct Variables(HashMap<String, String>);

impl Variables {
    pub(crate) fn new<K: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// Takes what the host reads from the process environment; other variables may be anything.
    pub(crate) fn from_os(pairs: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, ConfigError> {
        let mut known = HashMap::new();
        for (name, value) in pairs {
            let Some(name) = NAMES.into_iter().find(|known| name == *known) else { continue };
            let value = value
                .into_string()
                .map_err(|_| ConfigError::new(name, "is not valid UTF-8", "set it to plain text, or remove it"))?;
            known.insert(name.to_owned(), value);
        }
        Ok(Self(known))
    }

    /// The value without surrounding blanks; empty counts as absent.
    pub(crate) fn get(&self, name: &'static str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// A whole number from 1 to `most`.
    pub(crate) fn number(&self, name: &'static str, most: u64) -> Result<Option<u64>, ConfigError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        match text.parse() {
            Ok(number) if (1..=most).contains(&number) => Ok(Some(number)),
            _ => {
                Err(ConfigError::new(name, "is not a number in range", format!("set it to a number from 1 to {most}")))
            }
        }
    }

    /// How many days something is kept, from 1 to a hundred years: longer is forever.
    pub(crate) fn days(&self, name: &'static str) -> Result<Option<u32>, ConfigError> {
        Ok(self.number(name, 36_525)?.and_then(|days| u32::try_from(days).ok()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_count_as_absent_and_are_cut_off() {
        let variables = Variables::new([("HOME", "  "), ("GOOGLE_CLIENT_ID", " id\n")]);
        assert_eq!(variables.get("HOME"), None);
        assert_eq!(variables.get("GOOGLE_CLIENT_ID"), Some("id"));
    }

    #[cfg(unix)]
    #[test]
    fn only_our_own_variables_must_be_text() {
        use std::os::unix::ffi::OsStringExt;
        let broken = || OsString::from_vec(vec![0xff]);
        assert!(Variables::from_os([("OTHER".into(), broken())]).is_ok());
        let error = Variables::from_os([("GOOGLE_CLIENT_ID".into(), broken())]).err().unwrap();
        assert_eq!(error.variable(), "GOOGLE_CLIENT_ID");
    }

    #[test]
    fn numbers_have_bounds() {
        let number = |text| Variables::new([("CALENDAR_HOST_MEMORY_MIB", text)]).number("CALENDAR_HOST_MEMORY_MIB", 9);
        assert_eq!(number("9"), Ok(Some(9)));
        for text in ["0", "10", "-1", "1.5", "x", "99999999999999999999"] {
            assert!(number(text).is_err(), "{text}");
        }
    }
}
