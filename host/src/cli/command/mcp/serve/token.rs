//! The bearer token of the HTTP server.

use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use calendar_host::types::ErrorCode;
use sha2::{Digest, Sha256};

use crate::cli::context::Context;
use crate::cli::failure::Failure;

/// The variable that holds it.
const VARIABLE: &str = "CALENDAR_HOST_MCP_TOKEN";
/// Fewer characters could be guessed.
const SHORTEST: usize = 16;

/// What a request must present. Kept as its digest: two of them are compared without telling how far they agree.
pub struct Token {
    digest: [u8; 32],
    fresh: Option<String>,
}

impl Token {
    /// The token of the file, else of the variable, else a new one.
    ///
    /// # Errors
    /// When the file cannot be read, or the token is too short or is no token.
    pub fn choose(file: Option<&Path>, context: &Context) -> Result<Self, Failure> {
        let (source, given) = match (file, context.variable(VARIABLE)) {
            (Some(path), _) => {
                let text = std::fs::read_to_string(path).map_err(|error| {
                    let message = format!("--token-file: {} cannot be read: {error}", path.display());
                    Failure::host(message, "write a token of at least 16 characters into it, readable for you alone")
                })?;
                ("--token-file", text)
            }
            (None, Some(text)) => (VARIABLE, text.to_owned()),
            (None, None) => return Self::fresh(),
        };
        let given = given.trim();
        if given.len() < SHORTEST || !given.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Failure::host(
                format!("{source}: the token is shorter than {SHORTEST} characters, or has blanks in it"),
                "choose a random one: openssl rand -hex 32",
            ));
        }
        Ok(Self { digest: digest(given), fresh: None })
    }

    fn fresh() -> Result<Self, Failure> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| {
            Failure::new(ErrorCode::Internal, format!("no random numbers: {error}"), "give a token with --token-file")
        })?;
        let text = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        Ok(Self { digest: digest(&text), fresh: Some(text) })
    }

    /// The token to tell the person, once, when it was made here.
    pub fn announce(&mut self) -> Option<String> {
        self.fresh.take()
    }

    /// Whether the value of a header `Authorization` presents it.
    pub fn is_presented_by(&self, header: Option<&str>) -> bool {
        let presented = header.and_then(|value| value.split_once(' ')).filter(|(scheme, _)| {
            // RFC 9110, section 11.1: the scheme is case-insensitive.
            scheme.eq_ignore_ascii_case("bearer")
        });
        presented.is_some_and(|(_, token)| digest(token.trim()) == self.digest)
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_itself_opens() {
        let token = Token { digest: digest("correct-horse-battery"), fresh: None };
        assert!(token.is_presented_by(Some("Bearer correct-horse-battery")));
        assert!(token.is_presented_by(Some("bearer  correct-horse-battery ")));
        for header in
            [None, Some("Bearer"), Some("Bearer "), Some("correct-horse-battery"), Some("Basic correct-horse-battery")]
        {
            assert!(!token.is_presented_by(header), "{header:?}");
        }
    }

    #[test]
    fn a_new_token_is_told_once_and_is_never_the_same() {
        let (mut one, mut other) = (Token::fresh().expect("a token"), Token::fresh().expect("a token"));
        let (first, second) = (one.announce().expect("new"), other.announce().expect("new"));
        assert!(first.len() == 43 && first != second);
        assert!(one.is_presented_by(Some(&format!("Bearer {first}"))) && one.announce().is_none());
    }
}
