//! Fingerprints of requests: what makes two calls "the same request", and the idempotency keys
//! derived from them.

use sha2::{Digest, Sha256};

use super::book_meeting::BookingRequest;
use super::sources::Selection;

/// SHA-256, hexadecimal, of length-prefixed parts: no two different lists of parts collide by
/// concatenation.
#[must_use]
pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Time, title, attendees in any order and case, target. Description, location and video may
/// differ between two tries of one booking.
#[must_use]
pub fn of_booking(request: &BookingRequest) -> String {
    let mut parts = vec![
        "book".to_owned(),
        request.time.start().timestamp().to_string(),
        request.time.end().timestamp().to_string(),
        request.title.clone(),
    ];
    parts.extend(guests(&request.attendees));
    parts.extend(of_selection(&request.target));
    of_parts(parts.iter().map(String::as_str))
}

/// The addresses in lower case, sorted, without doubles.
#[must_use]
pub fn guests(attendees: &[crate::account::Email]) -> Vec<String> {
    let mut guests: Vec<_> = attendees.iter().map(|one| one.as_str().to_ascii_lowercase()).collect();
    guests.sort();
    guests.dedup();
    guests
}

/// The parts of a selection.
#[must_use]
pub fn of_selection(selection: &Selection) -> Vec<String> {
    let mut parts = vec![
        selection.provider.map_or("-", |one| one.as_str()).to_owned(),
        selection.account.clone().unwrap_or_default(),
    ];
    parts.extend(selection.calendars.iter().map(|one| one.as_str().to_owned()));
    parts
}

/// The idempotency key of a request that brought none: 32 hexadecimal digits of its fingerprint.
#[must_use]
pub fn derived_key(fingerprint: &str) -> String {
    format!("auto-{}", fingerprint.get(..32).unwrap_or(fingerprint))
}

/// The key of the short-lived reservation that guards a move.
#[must_use]
pub fn move_key(fingerprint: &str) -> String {
    format!("move-{}", fingerprint.get(..32).unwrap_or(fingerprint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_collide_by_concatenation() {
        assert_ne!(of_parts(["ab", "c"]), of_parts(["a", "bc"]));
        assert_ne!(of_parts(["a"]), of_parts(["a", ""]));
    }

    #[test]
    fn guests_count_in_any_order_and_case() {
        let email = |text: &str| crate::account::Email::new(text);
        assert_eq!(
            guests(&[email("B@x.example"), email("a@x.example"), email("b@X.example")]),
            ["a@x.example", "b@x.example"]
        );
    }
}
