//! The callback address (RFC 6749 section 4.1.2). Only its parts are read here; what they must be
//! is checked in this order: `state`, then `iss` (RFC 9207), then `error`, then `code`.

use crate::error::Error;
use crate::http::url::parse_form;
use crate::secret::Secret;

/// Longest callback address that is read.
const MAX_LENGTH: usize = 16 * 1024;

/// The parts of a callback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// Which authorization this ends.
    pub state: Secret,
    /// Who answers, if said.
    pub iss: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
}

/// How the consent ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A code to redeem.
    Code(Secret),
    /// The server's error word, as received.
    Error(String),
}

/// Reads a callback address.
///
/// # Errors
/// `InvalidArgument` without quoting the address: no query, a parameter given twice, no `state`,
/// neither `error` nor `code`.
pub fn parse(url: &str) -> Result<Callback, Error> {
    let refuse = |reason: &str| {
        Error::invalid("callback-url", reason)
            .with_remedy("Pass the whole address the browser was sent to, or start again.")
    };
    if url.len() > MAX_LENGTH {
        return Err(refuse("is too long"));
    }
    let without_fragment = url.split('#').next().unwrap_or_default();
    let (_, query) = without_fragment.split_once('?').ok_or_else(|| refuse("has no query"))?;
    let mut pairs = parse_form(query).ok_or_else(|| refuse("is not well encoded"))?;
    pairs.sort_unstable();
    if pairs.windows(2).any(|two| matches!(two, [(one, _), (next, _)] if one == next)) {
        return Err(refuse("has a parameter twice"));
    }
    let take = |name: &str| {
        let value = pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        value.filter(|value| !value.is_empty())
    };
    let state = take("state").ok_or_else(|| refuse("has no `state`"))?;
    let outcome = match (take("error"), take("code")) {
        (Some(error), _) => Outcome::Error(error),
        (None, Some(code)) => Outcome::Code(Secret::new(code)),
        (None, None) => return Err(refuse("has neither `code` nor `error`")),
    };
    Ok(Callback { state: Secret::new(state), iss: take("iss"), outcome })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    #[test]
    fn reads_both_vendors_callbacks_in_any_order_of_parameters() {
        let google = parse(
            "https://app.example.com/cb?state=s1&iss=https://accounts.google.com&code=4/0Ab%2Bc&scope=openid+email",
        )
        .unwrap();
        assert_eq!(google.state.expose(), "s1");
        assert_eq!(google.iss.as_deref(), Some("https://accounts.google.com"));
        assert_eq!(google.outcome, Outcome::Code(Secret::new("4/0Ab+c")));
        let entra = parse("http://localhost:1/cb?code=0.AX&session_state=x&state=s2#_=_").unwrap();
        assert_eq!((entra.state.expose(), entra.iss), ("s2", None));
    }

    #[test]
    fn an_error_wins_over_a_code() {
        let callback = parse("https://h/?error=access_denied&code=c&state=s").unwrap();
        assert_eq!(callback.outcome, Outcome::Error("access_denied".to_owned()));
    }

    #[test]
    fn refuses_doubtful_addresses_without_quoting_them() {
        for bad in [
            "",
            "https://h/cb",
            "https://h/cb?",
            "https://h/cb?code=canary",
            "https://h/cb?state=canary",
            "https://h/cb?state=&code=canary",
            "https://h/cb?state=canary&code=",
            "https://h/cb?state=canary&state=canary&code=c",
            "https://h/cb?state=s&code=canary&code=d",
            "https://h/cb?state=s&code=canary&extra=1&extra=1",
            "https://h/cb?state=s&st%61te=canary&code=c",
            "https://h/cb?state=s&code=%ffcanary",
            "https://h/cb#state=s&code=canary",
            &format!("https://h/cb?state=s&code={}", "canary".repeat(4000)),
        ] {
            let error = parse(bad).unwrap_err();
            assert_eq!(error.kind, Kind::InvalidArgument, "{bad}");
            assert!(!format!("{error:?}").contains("canary"), "{error:?}");
        }
    }

    #[test]
    fn debug_shows_neither_code_nor_state() {
        let callback = parse("https://h/?code=canary&state=canary").unwrap();
        assert!(!format!("{callback:?}").contains("canary"));
    }

    proptest::proptest! {
        #[test]
        fn never_traps_and_never_quotes_the_address(text in ".{0,200}", pairs in "([a-z%=&+#?]|state=|code=|error=){0,40}") {
            for url in [text, format!("https://h/canary?{pairs}")] {
                if let Err(error) = parse(&url) {
                    assert!(!error.message.contains("canary"));
                }
            }
        }
    }
}
