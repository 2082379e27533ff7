//! The marks kept in our events as extended properties: the booking key and the fingerprint of
//! what was asked for. Not here: when they are looked for (`create`).
//!
//! <https://learn.microsoft.com/graph/api/resources/singlevaluelegacyextendedproperty>

use serde::Deserialize;
use serde_json::{Value, json};

/// Holds the idempotency key as it was given. The service compares values without regard to case
/// and we compare what it finds exactly, so no key is ever taken for another one.
const KEY: &str = "String {6d1b7b0e-5e0d-4b6e-9a39-2f1f1c2d3e4f} Name BookingKey";
/// Holds the SHA-256 of what was asked for.
const FINGERPRINT: &str = "String {6d1b7b0e-5e0d-4b6e-9a39-2f1f1c2d3e4f} Name BookingFingerprint";

/// One property as the service returns it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Property {
    id: String,
    value: Option<String>,
}

/// The member `singleValueExtendedProperties` of a new event.
#[must_use]
pub fn both(key: &str, fingerprint: &str) -> Value {
    json!([{ "id": KEY, "value": key }, { "id": FINGERPRINT, "value": fingerprint }])
}

/// The `$expand` that makes the service return both with an event.
#[must_use]
pub fn expand() -> String {
    format!("singleValueExtendedProperties($filter=id eq '{KEY}' or id eq '{FINGERPRINT}')")
}

/// The `$filter` that finds the events with this key.
#[must_use]
pub fn filter(key: &str) -> String {
    let value = key.replace('\'', "''");
    format!("singleValueExtendedProperties/Any(ep: ep/id eq '{KEY}' and ep/value eq '{value}')")
}

/// The key among an event's properties.
#[must_use]
pub fn key(properties: &[Property]) -> Option<&str> {
    value(properties, KEY)
}

/// The fingerprint among an event's properties.
#[must_use]
pub fn fingerprint(properties: &[Property]) -> Option<&str> {
    value(properties, FINGERPRINT)
}

/// Ids are compared without regard to case: the service may rewrite the identifier's letters.
fn value<'a>(properties: &'a [Property], id: &str) -> Option<&'a str> {
    properties.iter().find(|one| one.id.eq_ignore_ascii_case(id))?.value.as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_in_a_key_cannot_end_the_filter() {
        assert!(filter("a' or 1 eq 1 or 'b").ends_with("ep/value eq 'a'' or 1 eq 1 or ''b')"));
    }

    #[test]
    fn finds_its_own_properties_whatever_the_case_of_the_identifier() {
        let own: Vec<Property> = serde_json::from_value(both("Key-1", "9f2c")).unwrap();
        assert_eq!((key(&own), fingerprint(&own)), (Some("Key-1"), Some("9f2c")));
        let shouted = vec![Property { id: KEY.to_uppercase(), value: Some("k".into()) }];
        assert_eq!((key(&shouted), fingerprint(&shouted)), (Some("k"), None));
    }
}
