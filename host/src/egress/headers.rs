//! Which header fields leave, and how many may come back.

use http::HeaderMap;
use http::header::{self, HeaderName};
use wasmtime_wasi_http::Error;

/// What calendar APIs and OAuth endpoints are told. Everything else is refused.
const ALLOWED: [HeaderName; 11] = [
    header::ACCEPT,
    header::ACCEPT_LANGUAGE,
    header::AUTHORIZATION,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::HOST,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    header::USER_AGENT,
    HeaderName::from_static("client-request-id"),
    HeaderName::from_static("prefer"),
];

/// Bytes of names and values of one request.
const SENT: usize = 32 * 1024;
/// Bytes of names and values of one response.
pub(super) const RECEIVED: usize = 32 * 1024;
/// Fields of one response.
pub(super) const FIELDS: usize = 100;

/// What must change before the request may leave.
pub(super) fn check_request(headers: &HeaderMap) -> Result<(), String> {
    if let Some(name) = headers.keys().find(|name| !ALLOWED.contains(name)) {
        return Err(format!("the header `{name}` is never sent: leave it out"));
    }
    if let Some(name) = headers.keys().find(|name| headers.get_all(*name).iter().nth(1).is_some()) {
        return Err(format!("the header `{name}` is never sent twice: join its values"));
    }
    match size(headers) {
        0..=SENT => Ok(()),
        bytes => Err(format!("{bytes} bytes of headers are never sent: at most {SENT} are")),
    }
}

/// Refuses responses with too many fields.
pub(super) fn check_response(headers: &HeaderMap) -> Result<(), Error> {
    match headers.len() <= FIELDS && size(headers) <= RECEIVED {
        true => Ok(()),
        false => Err(Error::HttpResponseHeaderSectionSize(u32::try_from(RECEIVED).ok())),
    }
}

fn size(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        let fields = fields.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        let mut map = HeaderMap::new();
        for (name, value) in fields {
            map.append(name, value);
        }
        map
    }

    #[test]
    fn only_known_headers_leave() {
        let usual = [("authorization", "Bearer x"), ("content-type", "application/json"), ("if-match", "\"1\"")];
        assert_eq!(check_request(&headers(&usual)), Ok(()));
        for name in
            ["cookie", "x-http-method-override", "x-forwarded-host", "forwarded", "proxy-authorization", "range", "te"]
        {
            assert!(check_request(&headers(&[(name, "x")])).unwrap_err().contains(name), "{name}");
        }
        assert!(check_request(&headers(&[("authorization", "a"), ("authorization", "b")])).is_err());
        assert!(check_request(&headers(&[("prefer", &"x".repeat(SENT))])).is_err());
    }

    #[test]
    fn responses_have_bounds() {
        let field = ("etag", "x");
        assert!(check_response(&headers(&[field; FIELDS])).is_ok());
        assert!(check_response(&headers(&[field; FIELDS + 1])).is_err());
        assert!(check_response(&headers(&[("etag", &"x".repeat(RECEIVED))])).is_err());
    }
}
