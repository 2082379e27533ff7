//! What Entra wants a new sign-in to bring, in a claims challenge: JSON that goes back to it as it came. It stands in a header
//! of the API's refusal, base64, or in the body of the token endpoint's, plain.
//! <https://learn.microsoft.com/entra/identity-platform/claims-challenge>

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};

/// Most bytes of it: it has to fit into an address.
const MOST_BYTES: usize = 1024;
/// As written with padding and without.
const ANY: GeneralPurposeConfig = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, ANY);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, ANY);

/// The claims of a `WWW-Authenticate` header; none = it has none, or nothing that may be repeated.
#[must_use]
pub fn of_challenge(header: &str) -> Option<String> {
    let at = header.to_ascii_lowercase().find("claims=\"")?;
    let (encoded, _) = header.get(at..)?.split_once('"')?.1.split_once('"')?;
    let bytes = STANDARD.decode(encoded).or_else(|_| URL_SAFE.decode(encoded)).ok()?;
    checked(std::str::from_utf8(&bytes).ok()?)
}

/// Claims that may be repeated: a JSON object of moderate size.
#[must_use]
pub fn checked(claims: &str) -> Option<String> {
    let is_object = || serde_json::from_str::<Map<String, Value>>(claims).is_ok_and(|claims| !claims.is_empty());
    (claims.len() <= MOST_BYTES && is_object()).then(|| claims.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLAIMS: &str = r#"{"access_token":{"nbf":{"essential":true,"value":"1781078400"}}}"#;

    #[test]
    fn the_claims_of_a_challenge_are_decoded_in_either_alphabet() {
        for encoded in [STANDARD.encode(CLAIMS), URL_SAFE.encode(CLAIMS), STANDARD.encode(CLAIMS).replace('=', "")] {
            let header = format!(r#"Bearer realm="", Error="insufficient_claims", Claims="{encoded}", x="y""#);
            assert_eq!(of_challenge(&header).as_deref(), Some(CLAIMS), "{header}");
        }
    }

    #[test]
    fn nothing_but_a_small_object_is_repeated() {
        let long = format!(r#"{{"a":"{}"}}"#, "b".repeat(MOST_BYTES));
        for odd in ["", "{}", "[]", "7", "null", "{", r#""x""#, &long] {
            let header = format!(r#"Bearer claims="{}""#, STANDARD.encode(odd));
            assert_eq!((of_challenge(&header), checked(odd)), (None, None), "{odd}");
        }
        for header in ["", "Bearer", "Bearer claims=", "claims=\"", "Bearer claims=\"%%\"", "Bearer claims=\"/w==\""] {
            assert_eq!(of_challenge(header), None, "{header}");
        }
    }
}
