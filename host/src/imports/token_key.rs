//! Keys of the token store. One key has one spelling; every other spelling is refused, so no two
//! keys name the same value.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::store::tokens::{Kind, TokenKey};
use crate::types::Provider;

/// RFC 3986 section 2.3: everything but unreserved characters is encoded.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// Longest key. Every byte of a user id may take three.
const KEY: usize = 2048;
/// Longest account id or digest, decoded.
const NAME: usize = 512;

/// The key, if it is well-formed and `user`'s own.
pub(super) fn parse(text: &str, user: &str) -> Option<TokenKey> {
    if text.len() > KEY {
        return None;
    }
    let segments: Vec<&str> = text.split('/').collect();
    let (owner, kind, name) = match segments.as_slice() {
        ["accounts", owner, provider, name] => (owner, Kind::Account(self::provider(provider)?), name),
        ["leases", owner, provider, name] => (owner, Kind::Lease(self::provider(provider)?), name),
        ["calendars", owner, provider, name] => (owner, Kind::Calendars(self::provider(provider)?), name),
        ["pending", owner, name] => (owner, Kind::Pending, name),
        _ => return None,
    };
    let name = decode(name)?;
    let is_proper = !name.is_empty() && name.len() <= NAME && !name.chars().any(char::is_control);
    (decode(owner)? == user && is_proper).then(|| TokenKey { user: user.to_owned(), kind, name, text: text.to_owned() })
}

/// The kinds below a prefix of whole segments, if it is `user`'s own: `accounts/<user>`,
/// `accounts/<user>/google`, each with or without a slash at its end.
pub(super) fn parse_prefix(text: &str, user: &str) -> Option<Vec<Kind>> {
    if text.len() > KEY {
        return None;
    }
    let segments: Vec<&str> = text.strip_suffix('/').unwrap_or(text).split('/').collect();
    let (owner, kinds) = match segments.as_slice() {
        ["accounts", owner] => (owner, vec![Kind::Account(Provider::Google), Kind::Account(Provider::Outlook)]),
        ["accounts", owner, provider] => (owner, vec![Kind::Account(self::provider(provider)?)]),
        ["leases", owner] => (owner, vec![Kind::Lease(Provider::Google), Kind::Lease(Provider::Outlook)]),
        ["leases", owner, provider] => (owner, vec![Kind::Lease(self::provider(provider)?)]),
        ["calendars", owner] => (owner, vec![Kind::Calendars(Provider::Google), Kind::Calendars(Provider::Outlook)]),
        ["calendars", owner, provider] => (owner, vec![Kind::Calendars(self::provider(provider)?)]),
        ["pending", owner] => (owner, vec![Kind::Pending]),
        _ => return None,
    };
    (decode(owner)? == user).then_some(kinds)
}

/// The key of a value that is stored.
pub(crate) fn of_stored(user: String, kind: Kind, name: String) -> TokenKey {
    TokenKey { text: write(&user, kind, &name), user, kind, name }
}

/// The spelling of a key.
pub(super) fn write(user: &str, kind: Kind, name: &str) -> String {
    let (user, name) = (utf8_percent_encode(user, RESERVED), utf8_percent_encode(name, RESERVED));
    match kind {
        Kind::Account(provider) => format!("accounts/{user}/{provider}/{name}"),
        Kind::Lease(provider) => format!("leases/{user}/{provider}/{name}"),
        Kind::Calendars(provider) => format!("calendars/{user}/{provider}/{name}"),
        Kind::Pending => format!("pending/{user}/{name}"),
    }
}

fn provider(segment: &str) -> Option<Provider> {
    [Provider::Google, Provider::Outlook].into_iter().find(|provider| provider.as_str() == segment)
}

/// Decodes a segment that is encoded in the one proper way.
fn decode(segment: &str) -> Option<String> {
    let decoded = percent_decode_str(segment).decode_utf8().ok()?;
    let is_canonical = utf8_percent_encode(&decoded, RESERVED).eq_str(segment);
    is_canonical.then(|| decoded.into_owned())
}

trait EqStr {
    fn eq_str(self, text: &str) -> bool;
}

impl<'a, I: Iterator<Item = &'a str>> EqStr for I {
    /// Whether the pieces together are `text`, without building them.
    fn eq_str(self, text: &str) -> bool {
        self.flat_map(str::bytes).eq(text.bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind_of_key() {
        let key = parse("accounts/ana/google/google%3A123", "ana").unwrap();
        assert_eq!((key.kind, key.name.as_str()), (Kind::Account(Provider::Google), "google:123"));
        let key = parse("leases/ana%40example.com/outlook/x", "ana@example.com").unwrap();
        assert_eq!(key.kind, Kind::Lease(Provider::Outlook));
        let key = parse("calendars/ana/outlook/outlook%3At.o", "ana").unwrap();
        assert_eq!((key.kind, key.name.as_str()), (Kind::Calendars(Provider::Outlook), "outlook:t.o"));
        let key = parse("pending/%C3%A4%2F%F0%9F%93%85/0a1b", "ä/📅").unwrap();
        assert_eq!((key.kind, key.user.as_str()), (Kind::Pending, "ä/📅"));
    }

    #[test]
    fn what_is_written_is_read_back() {
        for user in ["ana", "a/b", "../ana", "%2F", "ä 📅", "a\u{202e}b", "~.-_", &"%".repeat(128)] {
            let google = Provider::Google;
            for kind in [Kind::Account(google), Kind::Lease(Provider::Outlook), Kind::Pending, Kind::Calendars(google)]
            {
                let text = write(user, kind, "google:1/2 %");
                let key = parse(&text, user).unwrap();
                assert_eq!((key.user.as_str(), key.kind, key.name.as_str()), (user, kind, "google:1/2 %"), "{text}");
            }
        }
    }

    #[test]
    fn other_users_keys_are_refused() {
        for key in [
            "accounts/ben/google/1",
            "accounts/Ana/google/1",
            "accounts/ana%20/google/1",
            "pending/an/1",
            "calendars/ben/google/1",
            "leases/ana%00/google/1",
        ] {
            assert_eq!(parse(key, "ana"), None, "{key}");
        }
        assert_eq!(parse("accounts/a/b/google/1", "a/b"), None);
    }

    #[test]
    fn other_spellings_of_the_same_key_are_refused() {
        for key in [
            "accounts/%61na/google/1",
            "accounts/ana/google/google:1",
            "accounts/ana/google/google%3a1",
            "accounts/ana/google/a b",
            "accounts/ana/google/a+b%2",
            "accounts/ana/google/%FF",
            "accounts/ana/google/ä",
            "accounts/ana/Google/1",
            "accounts/ana/google_calendar/1",
        ] {
            assert_eq!(parse(key, "ana"), None, "{key}");
        }
    }

    #[test]
    fn malformed_keys_are_refused() {
        for key in [
            "",
            "/",
            "accounts",
            "accounts/ana",
            "accounts/ana/google",
            "accounts/ana/google/",
            "accounts/ana/google/1/2",
            "/accounts/ana/google/1",
            "accounts//google/1",
            "pending/ana/",
            "pending/ana/a/b",
            "bookings/ana/1",
            "accounts/ana/../1",
            "accounts/ana/google/%00",
            "accounts/ana/google/%0A",
        ] {
            assert_eq!(parse(key, "ana"), None, "{key:?}");
        }
        assert_eq!(parse(&format!("pending/ana/{}", "a".repeat(NAME + 1)), "ana"), None);
        assert_eq!(parse(&format!("pending/ana/{}", "%41".repeat(100_000)), "ana"), None);
    }

    #[test]
    fn prefixes_are_whole_segments_of_the_own_user() {
        assert_eq!(parse_prefix("accounts/ana/", "ana").unwrap().len(), 2);
        assert_eq!(parse_prefix("accounts/ana", "ana").unwrap().len(), 2);
        assert_eq!(parse_prefix("accounts/ana/outlook/", "ana").unwrap(), [Kind::Account(Provider::Outlook)]);
        assert_eq!(parse_prefix("pending/ana/", "ana").unwrap(), [Kind::Pending]);
        assert_eq!(parse_prefix("calendars/ana/google", "ana").unwrap(), [Kind::Calendars(Provider::Google)]);
        for prefix in [
            "",
            "/",
            "accounts",
            "accounts/",
            "accounts/an",
            "accounts/ben/",
            "accounts/ana/goo",
            "accounts/ana//",
            "x/ana",
        ] {
            assert_eq!(parse_prefix(prefix, "ana"), None, "{prefix:?}");
        }
    }
}
