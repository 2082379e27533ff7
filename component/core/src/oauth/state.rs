//! The `state` of an authorization (RFC 6749 section 10.12) and the record behind it. The value
//! itself is random and never stored: the record lies under its SHA-256, works once, and for ten
//! minutes. Not here: storing and consuming it (`op::authorization`).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::account::{Provider, UserId};
use crate::http::url::encode;
use crate::oauth::pkce::CodeVerifier;
use crate::secret::Secret;

/// Random bytes behind a `state` or `nonce`.
pub const RANDOM_BYTES: usize = 32;
/// How long a started authorization can be finished.
pub const LIFE: TimeDelta = TimeDelta::minutes(10);

/// Random bytes as base64url without padding: a `state` or a `nonce`.
#[must_use]
pub fn token(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is remembered of an authorization until its callback.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Who started it.
    pub user: UserId,
    /// Where.
    pub provider: Provider,
    /// `client_id` it was started for.
    pub client_id: String,
    /// Where its tokens may go: [`Endpoints::origins`](crate::oauth::endpoint::Endpoints::origins) at the start.
    pub origins: Vec<String>,
    /// As sent; the code is redeemed with the same.
    pub redirect_uri: String,
    /// Proof that we asked.
    #[serde(serialize_with = "expose")]
    pub verifier: Secret,
    /// The id token must repeat it.
    pub nonce: String,
    /// Ends then, in seconds since 1970.
    pub expires_at: i64,
}

impl Pending {
    /// The code verifier.
    #[must_use]
    pub fn code_verifier(&self) -> CodeVerifier {
        CodeVerifier::stored(self.verifier.clone())
    }
}

/// `pending/<user>/<SHA-256 of state, hexadecimal>`. To find a record by guessing its key is to
/// invert the hash, so that the look-up tells nothing by its timing.
#[must_use]
pub fn key(user: &UserId, state: &str) -> String {
    let hash: String = Sha256::digest(state.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("pending/{}/{hash}", encode(user.as_str()))
}

fn expose<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_holds_the_hash_and_never_the_state() {
        // SHA-256 of "abc": FIPS 180-4 example.
        assert_eq!(
            key(&UserId::new("a/b"), "abc"),
            "pending/a%2Fb/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_token_of_32_bytes_has_43_url_safe_characters() {
        let text = token(&[251; RANDOM_BYTES]);
        assert_eq!(text.len(), 43);
        assert_eq!(encode(&text), text);
    }

    #[test]
    fn the_record_survives_storage_and_does_not_show_its_verifier() {
        let pending = Pending {
            user: UserId::new("ana"),
            provider: Provider::Google,
            client_id: "google-client".to_owned(),
            origins: vec!["https://h:443".to_owned()],
            redirect_uri: "https://app.example.com/cb".to_owned(),
            verifier: Secret::new("canary"),
            nonce: "n".to_owned(),
            expires_at: 600,
        };
        let stored = serde_json::to_string(&pending).unwrap();
        assert_eq!(serde_json::from_str::<Pending>(&stored).unwrap(), pending);
        assert!(!format!("{pending:?}").contains("canary"));
    }
}
