//! How a client says who it is at the token endpoint: HTTP Basic or form members, never both (RFC 6749 section 2.3).

use super::form::Form;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};

/// A client's own words about itself. Not checked against anything yet.
pub struct Credentials {
    /// The client id, when there is one.
    pub id: Option<String>,
    /// Readings of the secret: percent-decoded as the RFC asks, and as it stands, as some clients send it.
    pub secrets: Vec<String>,
}

/// The client used two methods at once, or an unreadable header.
#[derive(Debug, PartialEq, Eq)]
pub struct Unclear(pub &'static str);

impl Credentials {
    /// Reads header and form.
    ///
    /// # Errors
    /// When both carry a secret, name different clients, or the header cannot be read.
    pub fn read(headers: &HeaderMap, form: &Form) -> Result<Self, Unclear> {
        let Some(value) = headers.get(header::AUTHORIZATION) else {
            let secrets = form.get("client_secret").map(str::to_owned).into_iter().collect();
            return Ok(Self { id: form.get("client_id").map(str::to_owned), secrets });
        };
        if form.get("client_secret").is_some() || form.get("client_assertion").is_some() {
            return Err(Unclear("the request uses more than one method of client authentication"));
        }
        let text = value.to_str().ok().and_then(|text| text.split_once(' '));
        let Some((_, encoded)) = text.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic")) else {
            return Err(Unclear("the Authorization header is not HTTP Basic"));
        };
        let decoded = STANDARD.decode(encoded.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let Some((id, secret)) = decoded.as_deref().and_then(|text| text.split_once(':')) else {
            return Err(Unclear("the Authorization header cannot be decoded"));
        };
        let id = unescape(id);
        if form.get("client_id").is_some_and(|other| other != id) {
            return Err(Unclear("header and body name different clients"));
        }
        let secrets = if secret.is_empty() { vec![] } else { vec![unescape(secret), secret.to_owned()] };
        Ok(Self { id: Some(id), secrets })
    }
}

fn unescape(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(text: &str) -> HeaderMap {
        let value = format!("Basic {}", STANDARD.encode(text));
        HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())])
    }

    #[test]
    fn a_header_is_read_escaped_and_plain() {
        let read = Credentials::read(&basic("c:a%2Bb"), &Form::parse(b"")).ok().unwrap();
        assert_eq!((read.id.as_deref(), read.secrets.contains(&"a+b".to_owned())), (Some("c"), true));
        let read = Credentials::read(&basic("c:a+b"), &Form::parse(b"")).ok().unwrap();
        assert!(read.secrets.contains(&"a+b".to_owned()));
    }

    #[test]
    fn two_methods_at_once_are_refused() {
        assert!(Credentials::read(&basic("c:s"), &Form::parse(b"client_secret=s")).is_err());
        assert!(Credentials::read(&basic("c:s"), &Form::parse(b"client_id=other")).is_err());
        assert!(Credentials::read(&basic("c:s"), &Form::parse(b"client_id=c")).is_ok());
    }
}
