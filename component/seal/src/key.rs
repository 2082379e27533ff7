//! The key that seals: 32 bytes, and how people write them.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

/// 32 secret bytes. `Debug` prints `****`; wiped from memory at the end.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// Takes the bytes; they should come from a secure random source.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads 32 bytes written as 64 hexadecimal digits or as base64; none for anything else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let bytes = Zeroizing::new(if text.len() == 64 { from_hex(text) } else { from_base64(text) }?);
        <[u8; 32]>::try_from(bytes.as_slice()).ok().map(Self::new)
    }

    /// A new key of the system's random source.
    ///
    /// # Errors
    /// No random bytes.
    pub fn random() -> std::io::Result<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut_slice()).map_err(|error| std::io::Error::other(error.to_string()))?;
        Ok(Self(bytes))
    }

    /// The bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
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
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn reads_hexadecimal_and_every_base64_alphabet_and_nothing_else() {
        let bytes: [u8; 32] = std::array::from_fn(|index| 255 - u8::try_from(index).unwrap());
        let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        for text in
            [hex, STANDARD.encode(bytes), URL_SAFE_NO_PAD.encode(bytes), format!(" {}\n", URL_SAFE.encode(bytes))]
        {
            assert_eq!(Key::read(&text).unwrap().expose(), &bytes);
        }
        for text in ["", "short", "c2hvcnQ=", &"g".repeat(64), &"a".repeat(4096)] {
            assert!(Key::read(text).is_none(), "{text}");
        }
        assert_eq!(format!("{:?}", Key::new(bytes)), "****");
    }

    #[test]
    fn no_two_random_keys_are_the_same() {
        assert_ne!(Key::random().unwrap(), Key::random().unwrap());
    }
}
