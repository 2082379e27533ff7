//! The key that seals what is kept in a folder: 32 bytes, written as `calendar-host` reads them.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

/// 32 secret bytes. `Debug` prints `****`.
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// Takes the bytes.
    #[must_use]
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads 64 hexadecimal digits or base64; none for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bytes = Zeroizing::new(if text.len() == 64 { from_hex(text) } else { from_base64(text) }?);
        <[u8; 32]>::try_from(bytes.as_slice()).ok().map(Self::new)
    }

    /// A fresh one; none without random bytes.
    #[must_use]
    pub fn random() -> Option<Self> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).ok()?;
        Some(Self::new(bytes))
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
    fn reads_hexadecimal_and_base64_and_nothing_else() {
        let bytes = [0xA5; 32];
        let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
        for text in [hex, STANDARD.encode(bytes), format!(" {}\n", URL_SAFE_NO_PAD.encode(bytes))] {
            assert_eq!(Key::parse(&text).unwrap().expose(), &bytes);
        }
        for text in ["", "short", "c2hvcnQ=", &"g".repeat(64), &"a".repeat(4096)] {
            assert!(Key::parse(text).is_none(), "{text}");
        }
        assert_eq!(format!("{:?}", Key::new(bytes)), "****");
    }
}
