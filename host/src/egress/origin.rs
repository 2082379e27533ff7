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
