//! Proof Key for Code Exchange, RFC 7636, seen from the server.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::Digest;

/// What the client sent with its authorization request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    method: Method,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Plain,
    S256,
}

impl Challenge {
    /// Reads `code_challenge` and `code_challenge_method`; a missing method means `plain` (RFC 7636 section 4.3).
    ///
    /// # Errors
    /// The text says what is wrong with the parameters.
    pub fn parse(challenge: Option<&str>, method: Option<&str>) -> Result<Option<Self>, String> {
        let Some(text) = challenge.filter(|text| !text.is_empty()) else {
            return if method.is_some() { Err("code_challenge is missing".into()) } else { Ok(None) };
        };
        let method = match method.unwrap_or("plain") {
            "plain" => Method::Plain,
            "S256" => Method::S256,
            other => return Err(format!("code_challenge_method {other} is not supported")),
        };
        if !is_legal(text) {
            return Err("code_challenge must be 43 to 128 unreserved characters".into());
        }
        Ok(Some(Self { method, text: text.to_owned() }))
    }

    /// Whether `verifier` is the secret behind this challenge.
    pub fn admits(&self, verifier: &str) -> bool {
        is_legal(verifier)
            && match self.method {
                Method::Plain => verifier == self.text,
                Method::S256 => URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(verifier.as_bytes())) == self.text,
            }
    }
}

/// 43 to 128 characters of `A-Z a-z 0-9 - . _ ~`.
fn is_legal(text: &str) -> bool {
    (43..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    #[test]
    fn the_vector_of_rfc_7636_appendix_b_is_admitted() {
        let challenge =
            Challenge::parse(Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), Some("S256")).unwrap().unwrap();
        assert!(challenge.admits(VERIFIER));
        assert!(!challenge.admits(&VERIFIER.replace('d', "e")));
    }

    #[test]
    fn a_challenge_without_method_is_plain() {
        let challenge = Challenge::parse(Some(VERIFIER), None).unwrap().unwrap();
        assert!(challenge.admits(VERIFIER));
    }

    #[test]
    fn short_and_unknown_challenges_are_refused() {
        assert!(Challenge::parse(Some("short"), Some("S256")).is_err());
        assert!(Challenge::parse(Some(VERIFIER), Some("S512")).is_err());
        assert!(Challenge::parse(None, Some("S256")).is_err());
        assert_eq!(Challenge::parse(None, None), Ok(None));
    }
}
