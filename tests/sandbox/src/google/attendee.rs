//! A guest of an event.

use super::error::{Failure, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One entry of `attendees`. Flags about the viewer (`self`, `organizer`) are made when it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attendee {
    /// Address.
    pub email: String,
    /// Name, if given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// `needsAction`, `declined`, `tentative` or `accepted`.
    #[serde(default = "needs_action")]
    pub response_status: String,
    /// Whether the guest may stay away.
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
    /// Whether it is a room or thing.
    #[serde(default, skip_serializing_if = "is_false")]
    pub resource: bool,
    /// The guest's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// More people the guest brings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub additional_guests: Option<u32>,
}

fn needs_action() -> String {
    "needsAction".to_owned()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Attendee {
    /// Reads the member `attendees`. An address given twice counts once.
    ///
    /// # Errors
    /// 400 `invalid` for a broken address or answer, `required` when the address is missing.
    pub fn parse_all(value: &Value) -> Outcome<Vec<Self>> {
        let Some(list) = value.as_array() else {
            return Err(Failure::invalid("Invalid value for: attendees"));
        };
        let mut all: Vec<Self> = Vec::new();
        for item in list {
            if item.get("email").and_then(Value::as_str).is_none_or(str::is_empty) {
                return Err(Failure::required("Missing attendee email."));
            }
            let one: Self =
                serde_json::from_value(item.clone()).map_err(|_| Failure::invalid("Invalid value for: attendees"))?;
            let good = one
                .email
                .split_once('@')
                .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'));
            if !good || one.email.contains(char::is_whitespace) {
                return Err(Failure::invalid("Invalid attendee email."));
            }
            if !["needsAction", "declined", "tentative", "accepted"].contains(&one.response_status.as_str()) {
                return Err(Failure::invalid("Invalid value for: attendees.responseStatus"));
            }
            if !all.iter().any(|other| other.is(&one.email)) {
                all.push(one);
            }
        }
        Ok(all)
    }

    /// Whether this is the guest with that address.
    pub fn is(&self, email: &str) -> bool {
        self.email.eq_ignore_ascii_case(email)
    }
}
