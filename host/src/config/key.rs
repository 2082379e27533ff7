//! The key that seals tokens at rest, as bytes. How it is used: `store/seal.rs`.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::ConfigError;

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
        let text = text.trim();
        let bytes =
            Zeroizing::new(if text.len() == 64 { from_hex(text) } else { from_base64(text) }.unwrap_or_default());
        match <[u8; 32]>::try_from(bytes.as_slice()) {
            Ok(bytes) => Ok(Self::new(bytes)),
            Err(_) => Err(ConfigError::new(
                "CALENDAR_HOST_KEY",
                "is not a key of 32 bytes",
                "make one with `openssl rand -base64 32`; the old key is needed to read what it sealed",
            )),
        }
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
    fn refuses_other_lengths_without_repeating_the_value() {
        for text in ["", "short", "c2hvcnQ=", &"g".repeat(64), &"é".repeat(32), &"a".repeat(4096)] {
            let error = Key::parse(text).unwrap_err();
            assert_eq!(error.to_string(), "CALENDAR_HOST_KEY is not a key of 32 bytes");
            assert!(text.is_empty() || !error.remedy().contains(text));
        }
    }
}
