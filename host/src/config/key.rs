//! The keys of the configuration: how they are written, one or several, and what is said of those that are none.

use calendar_seal::Key;
use zeroize::Zeroizing;

use super::ConfigError;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Reads `CALENDAR_HOST_KEY`: 64 hexadecimal digits or base64.
pub(super) fn parse(text: &str) -> Result<Key, ConfigError> {
    Key::read(text).ok_or_else(|| {
        ConfigError::new(
            "CALENDAR_HOST_KEY",
            "is not a key of 32 bytes",
            "make one with `openssl rand -base64 32`; the old key is needed to read what it sealed",
        )
    })
}

/// Reads several keys, with commas or blanks between them.
pub(super) fn parse_old(text: &str) -> Result<Vec<Key>, ConfigError> {
    read_all(text).ok_or_else(|| {
        ConfigError::new(
            "CALENDAR_HOST_OLD_KEYS",
            "is not a list of keys of 32 bytes",
            "write each as it was in CALENDAR_HOST_KEY or in the key file, with commas between them",
        )
    })
}

/// All keys of a text, with commas, blanks or ends of lines between them; none if any of them is no key.
pub(crate) fn read_all(text: &str) -> Option<Vec<Key>> {
    text.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty()).map(Key::read).collect()
}

/// The keys as [`read_all`] reads them: one a line, in hexadecimal digits.
pub(crate) fn lines(keys: &[Key]) -> Zeroizing<String> {
    // Whole from the beginning: a string that grows leaves copies behind.
    let mut lines = Zeroizing::new(String::with_capacity(keys.len() * 65));
    for key in keys {
        for byte in key.expose() {
            lines.extend([byte >> 4, byte & 15].map(|digit| char::from(HEX[usize::from(digit)])));
        }
        lines.push('\n');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_keys_are_read_as_they_are_written() {
        let keys = [Key::new([0x0f; 32]), Key::new([0xa0; 32])];
        assert_eq!(*lines(&keys), format!("{}\n{}\n", "0f".repeat(32), "a0".repeat(32)));
        assert_eq!(read_all(&lines(&keys)).as_deref(), Some(&keys[..]));
        let mixed = format!(" {}, {}A=\t{}", "0f".repeat(32), "oKCg".repeat(10) + "oK", "0F".repeat(32));
        let keys = [keys[0].clone(), keys[1].clone(), keys[0].clone()];
        assert_eq!(parse_old(&mixed).as_deref(), Ok(&keys[..]));
        assert_eq!(read_all(" ,\n"), Some(vec![]));
    }

    #[test]
    fn one_bad_key_spoils_the_list_and_is_not_repeated() {
        let error = parse_old(&format!("{},canary", "0f".repeat(32))).unwrap_err();
        assert_eq!(error.to_string(), "CALENDAR_HOST_OLD_KEYS is not a list of keys of 32 bytes");
        assert!(!error.remedy().contains("canary"));
    }

    #[test]
    fn refuses_other_lengths_without_repeating_the_value() {
        for text in ["", "short", "c2hvcnQ=", &"g".repeat(64), &"é".repeat(32), &"a".repeat(4096)] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.to_string(), "CALENDAR_HOST_KEY is not a key of 32 bytes");
            assert!(text.is_empty() || !error.remedy().contains(text));
        }
    }
}
