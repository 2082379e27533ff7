//! The event id we choose, so that the same booking can be sent twice and exists once.
//! <https://developers.google.com/workspace/calendar/api/v3/reference/events/insert> (`id`)

use sha2::{Digest, Sha256};

use crate::account::{AccountId, CalendarId, EventId};

/// RFC 4648 section 7 (base32hex), lower case: exactly the characters Google allows.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
/// Longest value of an extended property, in bytes to be safe.
const MAX_VALUE: usize = 1024;

/// The id of the event booked with `key`: 52 characters, the same for the same arguments.
#[must_use]
pub fn event_id(account: &AccountId, calendar: &CalendarId, key: &str, generation: u32) -> EventId {
    let digest = Sha256::digest(format!("v1|{account}|{calendar}|{key}|{generation}"));
    EventId::new(base32hex(&digest))
}

/// The key as kept in the event's property `bk`: as it is, or its SHA-256 when it is too long.
#[must_use]
pub fn kept_key(key: &str) -> String {
    if key.len() <= MAX_VALUE {
        return key.to_owned();
    }
    Sha256::digest(key).iter().fold(String::from("sha256:"), |text, byte| format!("{text}{byte:02x}"))
}

/// RFC 4648 base32hex without padding, lower case.
fn base32hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut buffer, mut bits) = (0u32, 0u32);
    let mut push = |five: u32| {
        text.extend(ALPHABET.get((five & 31) as usize).map(|byte| char::from(*byte)));
    };
    for byte in bytes {
        buffer = (buffer << 8 | u32::from(*byte)) & 0xfff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            push(buffer >> bits);
        }
    }
    if bits > 0 {
        push(buffer << (5 - bits));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32hex_agrees_with_rfc_4648_section_10() {
        for (bytes, text) in [
            ("", ""),
            ("f", "co"),
            ("fo", "cpng"),
            ("foo", "cpnmu"),
            ("foob", "cpnmuog"),
            ("fooba", "cpnmuoj1"),
            ("foobar", "cpnmuoj1e8"),
        ] {
            assert_eq!(base32hex(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn ids_depend_on_every_part_and_keep_to_the_alphabet() {
        let id = |account: &str, calendar: &str, key: &str, generation| {
            event_id(&AccountId::new(account), &CalendarId::new(calendar), key, generation)
        };
        let first = id("google:1", "ana@example.com", "booking-42", 0);
        assert_eq!(first, id("google:1", "ana@example.com", "booking-42", 0));
        assert_eq!(first.as_str().len(), 52);
        assert!(first.as_str().bytes().all(|byte| ALPHABET.contains(&byte)));
        for other in [
            id("google:2", "ana@example.com", "booking-42", 0),
            id("google:1", "team@example.com", "booking-42", 0),
            id("google:1", "ana@example.com", "booking-43", 0),
            id("google:1", "ana@example.com", "booking-42", 1),
        ] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn long_keys_are_kept_as_their_hash() {
        assert_eq!(kept_key("booking-42"), "booking-42");
        let long = "k".repeat(MAX_VALUE + 1);
        assert_eq!(kept_key(&long).len(), "sha256:".len() + 64);
        assert_ne!(kept_key(&long), kept_key(&"l".repeat(MAX_VALUE + 1)));
    }
}
