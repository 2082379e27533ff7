//! Sealing of tokens at rest: XChaCha20-Poly1305 with a random 24-byte nonce per value. The place
//! of a value (owner, kind, whole key) and the key's id are authenticated with it: a value that was
//! moved to another place does not open.

mod key;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

pub use key::Key;

/// The first part of the associated data: a change of the format changes it.
const FORMAT: &str = "calendar-host sealed value 1";
const NONCE: usize = 24;

/// Seals and opens with one key.
pub struct Sealer {
    key: Key,
    id: String,
}

/// Where a value lives; part of its seal.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The owner.
    pub user: &'a str,
    /// Table and provider, for example `oauth_tokens/google_calendar`.
    pub kind: &'a str,
    /// The whole key as the component wrote it.
    pub key: &'a str,
}

/// Ciphertext with what is needed to open it again.
pub struct Sealed {
    /// Which key.
    pub key_id: String,
    /// Nonce and ciphertext.
    pub bytes: Vec<u8>,
}

/// The value cannot be sealed or opened: other key, other place, damage.
#[derive(Debug, thiserror::Error)]
#[error("the value cannot be opened")]
pub struct SealError;

impl Sealer {
    /// With this key.
    #[must_use]
    pub fn new(key: Key) -> Self {
        let digest = Sha256::new().chain_update("calendar-host key id").chain_update(key.expose()).finalize();
        let id = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self { key, id }
    }

    /// What names the key without revealing it: 16 hexadecimal digits.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key itself.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Seals a value for a place.
    ///
    /// # Errors
    /// No random bytes.
    pub fn seal(&self, place: Place<'_>, value: &[u8]) -> Result<Sealed, SealError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| SealError)?;
        let aad = place.associated_data(&self.id);
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), Payload { msg: value, aad: &aad });
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed.map_err(|_| SealError)?);
        Ok(Sealed { key_id: self.id.clone(), bytes })
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// Another key or place, or damage.
    pub fn open(&self, place: Place<'_>, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (nonce, ciphertext) = sealed.bytes.split_first_chunk::<NONCE>().ok_or(SealError)?;
        let aad = place.associated_data(&sealed.key_id);
        let opened = self.cipher().decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: &aad });
        opened.map(Zeroizing::new).map_err(|_| SealError)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.key.expose().into())
    }
}

impl Place<'_> {
    /// Every part with its length before it: no two places have the same bytes.
    fn associated_data(self, key_id: &str) -> Vec<u8> {
        let mut data = Vec::new();
        for part in [FORMAT, key_id, self.user, self.kind, self.key] {
            data.extend((part.len() as u64).to_be_bytes());
            data.extend(part.as_bytes());
        }
        data
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    const PLACE: Place<'static> =
        Place { user: "ana", kind: "oauth_tokens/google_calendar", key: "accounts/ana/google/1" };

    fn sealer(byte: u8) -> Sealer {
        Sealer::new(Key::new([byte; 32]))
    }

    #[test]
    fn what_is_sealed_opens_again() {
        for value in [&b""[..], b"token", &[0xff; 65536]] {
            let sealed = sealer(1).seal(PLACE, value).unwrap();
            assert_eq!(*sealer(1).open(PLACE, &sealed).unwrap(), value);
            assert!(value.is_empty() || !sealed.bytes.windows(value.len()).any(|window| window == value));
        }
    }

    #[test]
    fn the_same_value_never_looks_the_same() {
        assert_ne!(sealer(1).seal(PLACE, b"x").unwrap().bytes, sealer(1).seal(PLACE, b"x").unwrap().bytes);
    }

    #[test]
    fn another_key_or_place_does_not_open_it() {
        let sealed = sealer(1).seal(PLACE, b"token").unwrap();
        assert!(sealer(2).open(PLACE, &sealed).is_err());
        for place in [
            Place { user: "ben", ..PLACE },
            Place { kind: "oauth_tokens/outlook_calendar", ..PLACE },
            Place { key: "accounts/ana/google/2", ..PLACE },
            Place { user: "an", kind: "aoauth_tokens/google_calendar", ..PLACE },
        ] {
            assert!(sealer(1).open(place, &sealed).is_err());
        }
    }

    #[test]
    fn any_damage_is_noticed() {
        let sealed = sealer(1).seal(PLACE, b"token").unwrap();
        for index in 0..sealed.bytes.len() {
            let mut bytes = sealed.bytes.clone();
            bytes[index] ^= 1;
            assert!(sealer(1).open(PLACE, &Sealed { key_id: sealed.key_id.clone(), bytes }).is_err());
        }
        for length in 0..sealed.bytes.len() {
            let bytes = sealed.bytes[..length].to_vec();
            assert!(sealer(1).open(PLACE, &Sealed { key_id: sealed.key_id.clone(), bytes }).is_err());
        }
        let renamed = Sealed { key_id: "0000000000000000".to_owned(), bytes: sealed.bytes.clone() };
        assert!(sealer(1).open(PLACE, &renamed).is_err());
    }

    #[test]
    fn the_key_id_does_not_reveal_the_key() {
        let sealer = sealer(7);
        assert_eq!(sealer.id.len(), 16);
        assert_ne!(sealer.id, "07".repeat(8));
    }
}
