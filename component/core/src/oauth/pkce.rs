//! Proof key for code exchange, method S256 only (RFC 7636).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::secret::Secret;

/// Random bytes behind a verifier (section 4.1 recommends 32).
pub const RANDOM_BYTES: usize = 32;

/// The code verifier: known to us alone until the code is redeemed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeVerifier(Secret);

impl CodeVerifier {
    /// Makes a verifier of random bytes: base64url without padding, 43 characters of 32 bytes.
    #[must_use]
    pub fn from_random(bytes: &[u8]) -> Self {
        Self(Secret::new(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// A stored verifier.
    #[must_use]
    pub fn stored(text: Secret) -> Self {
        Self(text)
    }

    /// The verifier itself, for the token request and the sealed store.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// `code_challenge` of method S256 (section 4.2).
    #[must_use]
    pub fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.expose().as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636 appendix B.
    const OCTETS: [u8; 32] = [
        116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77, 105, 214, 191,
        240, 91, 88, 5, 88, 83, 132, 141, 121,
    ];

    #[test]
    fn matches_the_vector_of_rfc_7636_appendix_b() {
        let verifier = CodeVerifier::from_random(&OCTETS);
        assert_eq!(verifier.expose(), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(verifier.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_verifier_has_a_legal_length_and_alphabet_and_is_not_shown() {
        let verifier = CodeVerifier::from_random(&[255; RANDOM_BYTES]);
        let text = verifier.expose();
        assert!((43..=128).contains(&text.len()), "section 4.1");
        let legal = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        assert!(text.bytes().all(legal), "section 4.1");
        assert!(!format!("{verifier:?}").contains(text));
    }
}
