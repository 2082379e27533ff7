//! Where the sealing keys are kept. How they are read and changed: `store/keys/`.

use super::ConfigError;
use super::variables::Variables;

const VARIABLE: &str = "CALENDAR_HOST_KEY_SOURCE";

/// Where the sealing keys are kept, unless [`Config::key`](super::Config::key) is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeySource {
    /// The file `key` in the data folder, mode 0600.
    #[default]
    File,
    /// The operating system's keyring. Needs the feature `keyring`.
    Keyring,
}

impl KeySource {
    /// Reads the variable. A key that is given outright leaves nothing to choose.
    pub(super) fn read(variables: &Variables) -> Result<Self, ConfigError> {
        let refused = |message: &str, remedy: &str| Err(ConfigError::new(VARIABLE, message, remedy));
        match variables.get(VARIABLE) {
            None => Ok(Self::default()),
            Some(_) if variables.get("CALENDAR_HOST_KEY").is_some() => {
                refused("is set together with CALENDAR_HOST_KEY", "remove one of them: the key has one place")
            }
            Some("file") => Ok(Self::File),
            Some("keyring") => Ok(Self::Keyring),
            Some(_) => refused("is neither `file` nor `keyring`", "set it to one of them, or remove it"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_place() {
        let read = |pairs: &[(&str, &str)]| KeySource::read(&Variables::new(pairs.iter().copied()));
        assert_eq!(read(&[]), Ok(KeySource::File));
        assert_eq!(read(&[(VARIABLE, "file")]), Ok(KeySource::File));
        assert_eq!(read(&[(VARIABLE, "keyring")]), Ok(KeySource::Keyring));
        for pairs in [&[(VARIABLE, "vault")][..], &[(VARIABLE, "file"), ("CALENDAR_HOST_KEY", "k")]] {
            assert_eq!(read(pairs).unwrap_err().variable(), VARIABLE);
        }
    }
}
