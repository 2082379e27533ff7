//! The retry key Graph deduplicates by. Not here: what is done with it (`create`).
//!
//! <https://learn.microsoft.com/graph/api/resources/event>, `transactionId`

use sha2::{Digest, Sha256};

use super::request::uuid;

/// A UUID (version 8, RFC 9562 section 5.8) from SHA-256 over version, generation, calendar and
/// key: the same for every attempt to make one event, on any machine, and another one when the
/// event is deliberately booked again. The length of the calendar's id keeps the parts apart.
#[must_use]
pub fn id(key: &str, calendar: &str, generation: u32) -> String {
    let text = format!("v1|{generation}|{}|{calendar}|{key}", calendar.len());
    uuid(&Sha256::digest(text.as_bytes()), 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_stable_and_tells_key_calendar_and_generation_apart() {
        let first = id("booking-42", "AAMk=", 0);
        // SHA-256 of "v1|0|5|AAMk=|booking-42", computed independently.
        assert_eq!(first, "948a51e2-e748-8dc1-ba6d-06126b763807");
        let all = [
            first,
            id("Booking-42", "AAMk=", 0),
            id("booking-42", "AAMk=", 1),
            id("booking-42", "AAMl=", 0),
            id("-42", "AAMk=|booking", 0),
        ];
        for (position, one) in all.iter().enumerate() {
            assert!(!all[..position].contains(one), "{one}");
        }
    }
}
