//! Sealing at rest, byte for byte as the store of `calendar-host` does it: XChaCha20-Poly1305, a random nonce of 24 bytes
//! before the ciphertext; key id, owner, kind and key are authenticated with it, so a value moved elsewhere does not open.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::key::Key;
use crate::place::Place;

const FORMAT: &str = "calendar-host sealed value 1";
const NONCE: usize = 24;

/// Seals and opens with one key.
pub struct Sealer {
    key: Key,
    id: String,
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

    /// Names the key without revealing it.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.id
    }

    /// Nonce and ciphertext.
    ///
    /// # Errors
    /// No random bytes.
    pub fn seal(&self, place: &Place, value: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(|_| SealError)?;
        let aad = associated_data(&self.id, place);
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), Payload { msg: value, aad: &aad });
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed.map_err(|_| SealError)?);
        Ok(bytes)
    }

    /// The value.
    ///
    /// # Errors
    /// Another key or place, or damage.
    pub fn open(&self, place: &Place, key_id: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE>().ok_or(SealError)?;
        let aad = associated_data(key_id, place);
        let opened = self.cipher().decrypt(&XNonce::from(*nonce), Payload { msg: ciphertext, aad: &aad });
        opened.map(Zeroizing::new).map_err(|_| SealError)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.key.expose().into())
    }
}

/// Every part with its length before it: no two places have the same bytes.
fn associated_data(key_id: &str, place: &Place) -> Vec<u8> {
    let mut data = Vec::new();
    for part in [FORMAT, key_id, &place.user, place.kind, &place.key] {
        data.extend((part.len() as u64).to_be_bytes());
        data.extend(part.as_bytes());
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(key: &str) -> Place {
        Place::parse(key).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_again_in_its_place_only() {
        let sealer = Sealer::new(Key::new([1; 32]));
        let here = place("accounts/ana/google/google%3A1");
        let sealed = sealer.seal(&here, b"token").unwrap();
        assert_eq!(*sealer.open(&here, sealer.key_id(), &sealed).unwrap(), b"token");
        assert!(!sealed.windows(5).any(|window| window == b"token"));
        for elsewhere in
            ["accounts/ben/google/google%3A1", "accounts/ana/google/google%3A2", "leases/ana/google/google%3A1"]
        {
            assert!(sealer.open(&place(elsewhere), sealer.key_id(), &sealed).is_err(), "{elsewhere}");
        }
        let other = Sealer::new(Key::new([2; 32]));
        assert!(other.open(&here, sealer.key_id(), &sealed).is_err());
    }

    #[test]
    fn any_damage_is_noticed() {
        let sealer = Sealer::new(Key::new([1; 32]));
        let here = place("pending/ana/0a1b");
        let sealed = sealer.seal(&here, b"token").unwrap();
        for index in 0..sealed.len() {
            let mut bytes = sealed.clone();
            bytes[index] ^= 1;
            assert!(sealer.open(&here, sealer.key_id(), &bytes).is_err());
            assert!(sealer.open(&here, sealer.key_id(), &sealed[..index]).is_err());
        }
    }
}
