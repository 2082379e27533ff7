//! Addresses and forms built from percent-encoded parts (RFC 3986; `application/x-www-form-urlencoded`
//! by the WHATWG URL standard). Not here: parsing of whole addresses beyond what callbacks need.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but RFC 3986 unreserved characters.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes all but unreserved characters; a space becomes `%20`.
#[must_use]
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// Percent-decodes; none = not UTF-8.
#[must_use]
pub fn decode(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// `key=value&…`, both sides encoded.
#[must_use]
pub fn form(pairs: &[(&str, &str)]) -> String {
    pairs.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect::<Vec<_>>().join("&")
}

/// The pairs of a query or form, decoded; `+` is a space. None = malformed encoding.
#[must_use]
pub fn parse_form(text: &str) -> Option<Vec<(String, String)>> {
    text.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            Some((decode(&key.replace('+', " "))?, decode(&value.replace('+', " "))?))
        })
        .collect()
}

/// An address under construction: base, then path segments, then query pairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    path: String,
    query: Vec<String>,
}

impl Url {
    /// Starts from a base with any path prefix; slashes at its end are dropped.
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self { path: base.trim_end_matches('/').to_owned(), query: Vec::new() }
    }

    /// Appends one path segment, encoded: `/`, `@`, `#` and `=` inside it cannot change the path.
    #[must_use]
    pub fn segment(mut self, segment: &str) -> Self {
        self.path.push('/');
        self.path.push_str(&encode(segment));
        self
    }

    /// Appends one query pair, encoded.
    #[must_use]
    pub fn query(mut self, key: &str, value: &str) -> Self {
        self.query.push(format!("{}={}", encode_key(key), encode(value)));
        self
    }

    /// The whole address.
    #[must_use]
    pub fn build(self) -> String {
        if self.query.is_empty() {
            self.path
        } else {
            let join = if self.path.contains('?') { '&' } else { '?' };
            format!("{}{join}{}", self.path, self.query.join("&"))
        }
    }
}

/// OData names begin with `$`, which is allowed unencoded in a query (RFC 3986 section 3.4).
fn encode_key(key: &str) -> String {
    match key.strip_prefix('$') {
        Some(rest) => format!("${}", encode(rest)),
        None => encode(key),
    }
}

/// Scheme, host and port of an address, lower-case, for "same origin" decisions; none = not an
/// absolute http(s) address, or one with user info.
#[must_use]
pub fn origin(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "https" => "443",
        "http" => "80",
        _ => return None,
    };
    let authority = rest.split(['/', '?', '#']).next()?;
    if authority.is_empty() || authority.contains(['@', '\\']) {
        return None;
    }
    let authority = authority.to_ascii_lowercase();
    let has_port = authority.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && !port.contains(']'));
    Some(if has_port { format!("{scheme}://{authority}") } else { format!("{scheme}://{authority}:{default_port}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_cannot_leave_its_place() {
        let url = Url::new("https://h/calendar/v3/")
            .segment("calendars")
            .segment("../a/b@c#d?e=f")
            .query("$top", "5")
            .query("q", "a b+c&d")
            .build();
        assert_eq!(url, "https://h/calendar/v3/calendars/..%2Fa%2Fb%40c%23d%3Fe%3Df?$top=5&q=a%20b%2Bc%26d");
    }

    #[test]
    fn forms_survive_a_round_trip() {
        let pairs = [("code", "4/0Ab~+ =&"), ("ä", "ö")];
        let parsed = parse_form(&form(&pairs)).unwrap();
        let expected: Vec<_> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        assert_eq!(parsed, expected);
    }

    #[test]
    fn origins_compare_by_scheme_host_and_port() {
        assert_eq!(origin("https://Graph.microsoft.com/v1.0"), origin("https://graph.microsoft.com:443/x"));
        assert_ne!(origin("https://graph.microsoft.com"), origin("http://graph.microsoft.com"));
        assert_ne!(origin("https://graph.microsoft.com"), origin("https://graph.microsoft.com.evil.example"));
        assert_eq!(origin("https://graph.microsoft.com@evil.example/"), None);
        assert_eq!(origin("ftp://a"), None);
        assert_eq!(origin("/relative"), None);
    }
}
