//! Scheme, host and port of what the guest asks for, strictly read: whatever only looks like a
//! plain address is none.

use http::Uri;

use crate::config::Origin;

/// Scheme, host and port as written, lower case. `None` for user info, a dot at the end, an
/// empty or odd port, and for anything but letters, digits, `-`, `.` and bracketed IPv6.
pub(super) fn origin(uri: &Uri) -> Option<Origin> {
    let (scheme, authority) = (uri.scheme_str()?.to_ascii_lowercase(), uri.authority()?.as_str());
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let host = host.to_ascii_lowercase();
    if host.is_empty() || host.ends_with('.') || !is_plain(&host) {
        return None;
    }
    let port = match (port, scheme.as_str()) {
        (Some(port), _) if port.bytes().all(|byte| byte.is_ascii_digit()) => port.parse().ok()?,
        (None, "https") => 443,
        (None, "http") => 80,
        _ => return None,
    };
    Some(Origin { scheme, host, port })
}

fn is_plain(host: &str) -> bool {
    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.'),
    }
}

/// Host and port for the log: without user info, which could be a secret.
pub(super) fn destination(uri: &Uri) -> String {
    uri.authority().map_or_else(String::new, |authority| {
        authority.as_str().rsplit('@').next().unwrap_or_default().chars().take(300).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_address_is_read_without_its_spelling() {
        for (uri, scheme, host, port) in [
            ("https://www.googleapis.com/x", "https", "www.googleapis.com", 443),
            ("HTTPS://WWW.GoogleApis.COM:8443/x", "https", "www.googleapis.com", 8443),
            ("http://[::1]:99/", "http", "[::1]", 99),
            ("http://127.0.0.1/", "http", "127.0.0.1", 80),
        ] {
            let expected = Origin { scheme: scheme.to_owned(), host: host.to_owned(), port };
            assert_eq!(origin(&uri.parse().unwrap()), Some(expected), "{uri}");
        }
    }

    /// Each would also fail to be an endpoint; but another layer might read it as one.
    #[test]
    fn what_only_looks_like_a_plain_address_has_no_origin() {
        for uri in [
            "https://www.googleapis.com./",
            "https://www_googleapis.com/",
            "https://www~googleapis.com/",
            "https://[www.googleapis.com]/",
            "https://[::1/",
            "https://ana@www.googleapis.com/",
            "https://ana:x@www.googleapis.com/",
            "https://www.googleapis.com:/",
            "https://www.googleapis.com:99999/",
            "ftp://www.googleapis.com/",
            "/calendar/v3",
        ] {
            assert_eq!(uri.parse().ok().as_ref().and_then(origin), None, "{uri}");
        }
        for uri in ["https://www.googleapis.com./", "https://www_googleapis.com/", "https://[www.googleapis.com]/"] {
            assert!(uri.parse::<Uri>().is_ok(), "the parser lets {uri} pass: only this module refuses it");
        }
    }
}
