//! Reading JSON bodies as Graph does: member names in any case, numbers and booleans also as strings.

use crate::microsoft::error::GraphError;
use serde_json::{Map, Value};

/// A member by name, case ignored; an explicit null counts as missing.
pub fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value
        .as_object()?
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
        .filter(|value| !value.is_null())
}

/// A text member.
pub fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    member(value, name)?.as_str()
}

/// A whole number, also as text.
pub fn integer(value: &Value, name: &str) -> Option<i64> {
    as_integer(member(value, name)?)
}

/// A number, also as text.
pub fn number(value: &Value, name: &str) -> Option<f64> {
    let found = member(value, name)?;
    found.as_f64().or_else(|| found.as_str()?.trim().parse().ok())
}

/// A truth value, also as text.
pub fn boolean(value: &Value, name: &str) -> Option<bool> {
    as_boolean(member(value, name)?)
}

/// A value as a whole number.
pub fn as_integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// A value as a truth value.
pub fn as_boolean(value: &Value) -> Option<bool> {
    let word = |text: &str| {
        if text.eq_ignore_ascii_case("true") { Some(true) } else { text.eq_ignore_ascii_case("false").then_some(false) }
    };
    value.as_bool().or_else(|| word(value.as_str()?))
}

/// Parses a request body that must be a JSON object.
///
/// # Errors
/// 400 when it is empty, not JSON or not an object.
pub fn object(bytes: &[u8]) -> Result<Value, GraphError> {
    match serde_json::from_slice::<Value>(bytes) {
        Ok(value) if value.is_object() => Ok(value),
        _ => Err(GraphError::bad(
            "BadRequest",
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.",
        )),
    }
}

/// Parses an optional request body: an empty one is an empty object.
///
/// # Errors
/// As `object`.
pub fn optional_object(bytes: &[u8]) -> Result<Value, GraphError> {
    if bytes.iter().all(u8::is_ascii_whitespace) { Ok(Value::Object(Map::new())) } else { object(bytes) }
}

/// A copy whose comparison ignores what Graph ignores: case of member names and OData annotations.
pub fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| !name.contains('@'));
            Value::Object(kept.map(|(name, value)| (name.to_ascii_lowercase(), canonical(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(canonical).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_found_in_any_case_and_numbers_may_be_text() {
        let value = json!({"AvailabilityViewInterval": "15", "IsOrganizerOptional": "false", "endTime": null});
        assert_eq!(integer(&value, "availabilityViewInterval"), Some(15));
        assert_eq!(boolean(&value, "isOrganizerOptional"), Some(false));
        assert_eq!(member(&value, "endTime"), None);
    }

    #[test]
    fn annotations_and_case_do_not_make_a_difference() {
        let one = json!({"@odata.type": "#microsoft.graph.event", "Subject": "a"});
        assert_eq!(canonical(&one), canonical(&json!({"subject": "a"})));
    }

    #[test]
    fn a_body_must_be_an_object() {
        assert!(object(b"[]").is_err() && object(b"").is_err() && object(b"{").is_err());
        assert!(optional_object(b" ").is_ok());
    }
}
