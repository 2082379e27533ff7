//! Reading the event a caller sends, for creating and for changing: members and enumeration values in any case, read-only members
//! passed over, unknown members refused.

use super::event::{Address, Attendee, Reply};
use crate::microsoft::error::GraphError;
use crate::microsoft::odata::{body, shape};
use crate::microsoft::time::moment::Moment;
use serde_json::{Map, Value, json};

/// What was sent. `None` = not sent; an inner `None` = sent as null.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// Start.
    pub start: Option<Moment>,
    /// End, exclusive.
    pub end: Option<Moment>,
    /// Whether it takes whole days.
    pub is_all_day: Option<bool>,
    /// The recurrence, not yet read: it depends on the start.
    pub recurrence: Option<Option<Value>>,
    /// The guests.
    pub attendees: Option<Vec<Attendee>>,
    /// Whether an online meeting is wanted.
    pub is_online: Option<bool>,
    /// Which provider it shall have.
    pub provider: Option<String>,
    /// The id chosen by the caller.
    pub transaction: Option<String>,
    /// Extended properties to set.
    pub properties: Vec<(String, String)>,
    /// Everything that is only stored.
    pub facts: Map<String, Value>,
}

const MOST_ATTENDEES: usize = 500;
const IMPORTANCE: &[&str] = &["low", "normal", "high"];
const SENSITIVITY: &[&str] = &["normal", "personal", "private", "confidential"];
const SHOW_AS: &[&str] = &["free", "tentative", "busy", "oof", "workingElsewhere", "unknown"];
const PROVIDERS: &[&str] = &["unknown", "skypeForBusiness", "skypeForConsumer", "teamsForBusiness"];
const KINDS: &[&str] = &["required", "optional", "resource"];
#[rustfmt::skip]
const LOCATION: &[&str] = &[
    "address", "coordinates", "displayName", "locationEmailAddress", "locationType", "locationUri", "uniqueId", "uniqueIdType",
];
const UNSUPPORTED: &[&str] =
    &["attachments", "extensions", "multivalueextendedproperties", "instances", "exceptionoccurrences", "calendar"];

impl Draft {
    /// Reads the object sent.
    ///
    /// # Errors
    /// 400 for unknown members, wrong types, unknown values, and more than 500 guests.
    pub fn read(sent: &Value) -> Result<Self, GraphError> {
        let mut draft = Self::default();
        for (name, value) in sent.as_object().into_iter().flatten().filter(|(name, _)| !name.contains('@')) {
            draft.member(name, value)?;
        }
        Ok(draft)
    }

    fn member(&mut self, name: &str, value: &Value) -> Result<(), GraphError> {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "start" => self.start = Some(Moment::read(value, "start")?),
            "end" => self.end = Some(Moment::read(value, "end")?),
            "isallday" => self.is_all_day = Some(flag(name, value)?),
            "recurrence" => self.recurrence = Some(Some(value.clone()).filter(|value| !value.is_null())),
            "attendees" => self.attendees = Some(attendees(value)?),
            "isonlinemeeting" => self.is_online = Some(flag(name, value)?),
            "onlinemeetingprovider" => self.provider = Some(word(name, value, PROVIDERS)?),
            "transactionid" => self.transaction = value.as_str().filter(|id| !id.is_empty()).map(str::to_owned),
            "singlevalueextendedproperties" => self.properties = properties(value)?,
            "subject" => self.fact("subject", json!(text(name, value)?)),
            "body" => self.fact("body", item_body(value)?),
            "importance" => self.fact("importance", json!(word(name, value, IMPORTANCE)?)),
            "sensitivity" => self.fact("sensitivity", json!(word(name, value, SENSITIVITY)?)),
            "showas" => self.fact("showAs", json!(word(name, value, SHOW_AS)?)),
            "categories" => self.fact("categories", json!(texts(name, value)?)),
            "location" => {
                let place = location(value)?;
                let places = if body::text(&place, "displayName").unwrap_or_default().is_empty() {
                    json!([])
                } else {
                    json!([place])
                };
                self.fact("location", place);
                self.fact("locations", places);
            }
            "locations" => {
                let places = list(name, value)?.iter().map(location).collect::<Result<Vec<_>, _>>()?;
                self.fact("location", places.first().cloned().unwrap_or_else(no_location));
                self.fact("locations", json!(places));
            }
            "reminderminutesbeforestart" => {
                let minutes = body::as_integer(value).filter(|minutes| (0..=i64::from(i32::MAX)).contains(minutes));
                self.fact("reminderMinutesBeforeStart", json!(minutes.ok_or_else(|| wrong_type(name))?));
            }
            "isreminderon" => self.fact("isReminderOn", json!(flag(name, value)?)),
            "responserequested" => self.fact("responseRequested", json!(flag(name, value)?)),
            "allownewtimeproposals" => self.fact("allowNewTimeProposals", json!(flag(name, value)?)),
            "hideattendees" => self.fact("hideAttendees", json!(flag(name, value)?)),
            _ if UNSUPPORTED.contains(&lower.as_str()) => {
                if value.as_array().is_none_or(|list| !list.is_empty()) {
                    return Err(GraphError::bad("ErrorInvalidRequest", format!("The sandbox does not keep '{name}'.")));
                }
            }
            _ if shape::EVENT.iter().any(|known| known.eq_ignore_ascii_case(name)) => {}
            _ => {
                let message = format!(
                    "The property '{name}' does not exist on type 'microsoft.graph.event'. Make sure to only use property names that are defined by the type."
                );
                return Err(GraphError::body(message));
            }
        }
        Ok(())
    }

    fn fact(&mut self, name: &str, value: Value) {
        self.facts.insert(name.to_owned(), value);
    }
}

/// The stored members of a new event.
pub fn defaults() -> Map<String, Value> {
    let all = json!({
        "subject": "", "body": {"contentType": "html", "content": ""}, "importance": "normal", "sensitivity": "normal", "showAs": "busy",
        "categories": [], "location": no_location(), "locations": [], "reminderMinutesBeforeStart": 15, "isReminderOn": true,
        "responseRequested": true, "allowNewTimeProposals": true, "hideAttendees": false,
    });
    all.as_object().cloned().unwrap_or_default()
}

fn no_location() -> Value {
    json!({"displayName": "", "locationType": "default", "uniqueIdType": "unknown", "address": {}, "coordinates": {}})
}

fn location(value: &Value) -> Result<Value, GraphError> {
    let mut place = no_location();
    for (name, value) in
        value.as_object().into_iter().flatten().filter(|(name, value)| !name.contains('@') && !value.is_null())
    {
        let known = LOCATION.iter().find(|known| known.eq_ignore_ascii_case(name));
        let known = known.ok_or_else(|| {
            GraphError::body(format!("The property '{name}' does not exist on type 'microsoft.graph.location'."))
        })?;
        place[*known] = value.clone();
    }
    Ok(place)
}

fn item_body(value: &Value) -> Result<Value, GraphError> {
    if value.is_null() {
        return Ok(json!({"contentType": "html", "content": ""}));
    }
    let kind =
        body::member(value, "contentType").map(|kind| word("contentType", kind, &["text", "html"])).transpose()?;
    Ok(
        json!({"contentType": kind.unwrap_or_else(|| "text".to_owned()), "content": body::text(value, "content").unwrap_or_default()}),
    )
}

fn attendees(value: &Value) -> Result<Vec<Attendee>, GraphError> {
    let sent = if value.is_null() { Vec::new() } else { list("attendees", value)? };
    if sent.len() > MOST_ATTENDEES {
        return Err(GraphError::bad("ErrorInvalidRecipients", "An event can have 500 attendees at most."));
    }
    let mut found: Vec<Attendee> = Vec::new();
    for one in &sent {
        let email = body::member(one, "emailAddress")
            .ok_or_else(|| GraphError::property("An attendee needs an emailAddress."))?;
        let address = body::text(email, "address").unwrap_or_default().trim();
        let valid = address.split_once('@').is_some_and(|(local, host)| {
            !local.is_empty() && !host.is_empty() && !address.contains(char::is_whitespace)
        });
        if !valid {
            return Err(GraphError::bad("ErrorInvalidRecipients", "At least one recipient is not valid."));
        }
        let name = body::text(email, "name").filter(|name| !name.is_empty()).unwrap_or(address);
        let kind = body::member(one, "type")
            .map(|kind| word("type", kind, KINDS))
            .transpose()?
            .unwrap_or_else(|| "required".to_owned());
        if !found.iter().any(|other| other.who.address.eq_ignore_ascii_case(address)) {
            let who = Address { name: name.to_owned(), address: address.to_owned() };
            found.push(Attendee { who, kind, reply: Reply::of("none") });
        }
    }
    Ok(found)
}

fn properties(value: &Value) -> Result<Vec<(String, String)>, GraphError> {
    let mut found = Vec::new();
    for one in list("singleValueExtendedProperties", value)? {
        let id = body::text(&one, "id").filter(|id| shape::is_property_id(id));
        let id = id.ok_or_else(|| {
            GraphError::bad("ErrorInvalidProperty", "PropertyId values may only be in one of the documented formats.")
        })?;
        found.push((id.to_owned(), body::text(&one, "value").unwrap_or_default().to_owned()));
    }
    Ok(found)
}

fn flag(name: &str, value: &Value) -> Result<bool, GraphError> {
    if value.is_null() {
        return Ok(false);
    }
    body::as_boolean(value).ok_or_else(|| wrong_type(name))
}

fn text<'a>(name: &str, value: &'a Value) -> Result<&'a str, GraphError> {
    if value.is_null() {
        return Ok("");
    }
    value.as_str().ok_or_else(|| wrong_type(name))
}

fn texts(name: &str, value: &Value) -> Result<Vec<String>, GraphError> {
    list(name, value)?.iter().map(|one| text(name, one).map(str::to_owned)).collect()
}

fn list(name: &str, value: &Value) -> Result<Vec<Value>, GraphError> {
    value.as_array().cloned().ok_or_else(|| wrong_type(name))
}

fn word(name: &str, value: &Value, words: &[&str]) -> Result<String, GraphError> {
    let text = text(name, value)?;
    let found = words.iter().find(|word| word.eq_ignore_ascii_case(text));
    let refuse = || GraphError::body(format!("Requested value '{text}' was not found for the property '{name}'."));
    found.map(|word| (*word).to_owned()).ok_or_else(refuse)
}

fn wrong_type(name: &str) -> GraphError {
    GraphError::body(format!("Cannot convert the literal given for '{name}' to the expected type."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_values_are_read_in_any_case() {
        let draft = Draft::read(&json!({
            "@odata.type": "#microsoft.graph.event", "Subject": "a", "showAs": "Busy", "IsAllDay": "false",
            "Start": {"DateTime": "2026-06-10T10:00:00", "TimeZone": "UTC"},
            "Attendees": [{"EmailAddress": {"Address": "lee@contoso.example"}, "Type": "Optional"}],
        }));
        let draft = draft.unwrap();
        assert_eq!(draft.facts.get("showAs"), Some(&json!("busy")));
        assert_eq!(draft.is_all_day, Some(false));
        assert_eq!(draft.attendees.unwrap().first().map(|one| one.kind.clone()), Some("optional".to_owned()));
    }

    #[test]
    fn unknown_members_are_refused_and_read_only_ones_passed_over() {
        assert_eq!(Draft::read(&json!({"frobnicate": 1})).unwrap_err().code, "RequestBodyRead");
        assert_eq!(Draft::read(&json!({"iCalUId": "x", "responseStatus": {}})).unwrap(), Draft::default());
    }

    #[test]
    fn wrong_values_are_refused() {
        for sent in [
            json!({"showAs": "sleeping"}),
            json!({"subject": 5}),
            json!({"attendees": [{"emailAddress": {"address": "nobody"}}]}),
            json!({"attendees": {}}),
            json!({"singleValueExtendedProperties": [{"id": "BookingKey", "value": "x"}]}),
        ] {
            assert_eq!(Draft::read(&sent).unwrap_err().status, 400, "{sent}");
        }
    }

    #[test]
    fn location_and_locations_follow_each_other() {
        let draft = Draft::read(&json!({"location": {"DisplayName": "Room 1"}})).unwrap();
        assert_eq!(draft.facts["locations"][0]["displayName"], "Room 1");
        let draft = Draft::read(&json!({"locations": [{"displayName": "A"}, {"displayName": "B"}]})).unwrap();
        assert_eq!(draft.facts["location"]["displayName"], "A");
    }
}
