//! The key that seals tokens at rest, as bytes. How it is used: `store/seal.rs`.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::ConfigError;

const HEX: &[u8; 16] = b"0123456789abcdef";

/// 32 secret bytes. `Debug` prints `****`; wiped from memory at the end.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// Takes the bytes; they should come from a secure random source.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads 32 bytes written as 64 hexadecimal digits or as base64.
    ///
    /// # Errors
    /// [`ConfigError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        Self::read(text).ok_or_else(|| {
            ConfigError::new(
                "CALENDAR_HOST_KEY",
                "is not a key of 32 bytes",
                "make one with `openssl rand -base64 32`; the old key is needed to read what it sealed",
            )
        })
    }

    /// Reads several keys, with commas or blanks between them.
    pub(crate) fn parse_old(text: &str) -> Result<Vec<Self>, ConfigError> {
        Self::read_all(text).ok_or_else(|| {
            ConfigError::new(
                "CALENDAR_HOST_OLD_KEYS",
                "is not a list of keys of 32 bytes",
                "write each as it was in CALENDAR_HOST_KEY or in the key file, with commas between them",
            )
        })
    }

    /// All keys of a text, with commas, blanks or ends of lines between them; none if any of them is no key.
    pub(crate) fn read_all(text: &str) -> Option<Vec<Self>> {
        text.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty()).map(Self::read).collect()
    }

    fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let bytes =
            Zeroizing::new(if text.len() == 64 { from_hex(text) } else { from_base64(text) }.unwrap_or_default());
        <[u8; 32]>::try_from(bytes.as_slice()).ok().map(Self::new)
    }

    /// A new key of the system's random source.
    pub(crate) fn random() -> std::io::Result<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut_slice()).map_err(std::io::Error::other)?;
        Ok(Self(bytes))
    }

    /// The keys as [`Key::read_all`] reads them: one a line, in hexadecimal digits.
    pub(crate) fn lines(keys: &[Self]) -> Zeroizing<String> {
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

    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD].iter().find_map(|alphabet| alphabet.decode(text).ok())
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    digits.chunks(2).map(|pair| u8::try_from(pair.iter().fold(0, |sum, digit| sum * 16 + digit)).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_hexadecimal_and_every_base64_alphabet() {
        let bytes: [u8; 32] = std::array::from_fn(|index| 255 - u8::try_from(index).unwrap());
        let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        for text in
            [hex, STANDARD.encode(bytes), URL_SAFE_NO_PAD.encode(bytes), format!(" {}\n", URL_SAFE.encode(bytes))]
        {
            assert_eq!(Key::parse(&text).unwrap().expose(), &bytes);
        }
    }

    #[test]
    fn several_keys_are_read_as_they_are_written() {
        let keys = [Key::new([0x0f; 32]), Key::new([0xa0; 32])];
        assert_eq!(*Key::lines(&keys), format!("{}\n{}\n", "0f".repeat(32), "a0".repeat(32)));
        assert_eq!(Key::read_all(&Key::lines(&keys)).as_deref(), Some(&keys[..]));
        let mixed = format!(" {}, {}\t{}", "0f".repeat(32), STANDARD.encode([0xa0; 32]), "0F".repeat(32));
        let keys = [keys[0].clone(), keys[1].clone(), keys[0].clone()];
        assert_eq!(Key::parse_old(&mixed).as_deref(), Ok(&keys[..]));
        assert_eq!(Key::read_all(" ,\n"), Some(vec![]));
    }

    #[test]
    fn one_bad_key_spoils_the_list_and_is_not_repeated() {
        let error = Key::parse_old(&format!("{},canary", "0f".repeat(32))).unwrap_err();
        assert_eq!(error.to_string(), "CALENDAR_HOST_OLD_KEYS is not a list of keys of 32 bytes");
        assert!(!error.remedy().contains("canary"));
    }

    #[test]
    fn no_two_random_keys_are_the_same() {
        assert_ne!(Key::random().unwrap(), Key::random().unwrap());
    }

    #[test]
    fn refuses_other_lengths_without_repeating_the_value() {
        for text in ["", "short", "c2hvcnQ=", &"g".repeat(64), &"é".repeat(32), &"a".repeat(4096)] {
            let error = Key::parse(text).unwrap_err();
            assert_eq!(error.to_string(), "CALENDAR_HOST_KEY is not a key of 32 bytes");
            assert!(text.is_empty() || !error.remedy().contains(text));
        }
    }
}
