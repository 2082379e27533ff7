//! What a client sends as an event, checked: the body of insert and update, or a patch already merged into the event.

use super::attendee::Attendee;
use super::error::{Failure, Outcome};
use super::event::{Event, Status};
use super::when::When;
use crate::recurrence::{Length, Series};
use crate::zone::Zone;
use serde_json::{Map, Value, json};

/// A checked event body.
#[derive(Debug, Clone)]
pub struct Draft {
    /// `confirmed` unless said.
    pub status: Status,
    /// First moment.
    pub start: When,
    /// End, exclusive.
    pub end: When,
    /// RRULE, EXDATE and RDATE lines.
    pub recurrence: Vec<String>,
    /// Guests.
    pub attendees: Vec<Attendee>,
    /// The other members, kept as sent.
    pub members: Map<String, Value>,
}

enum Kind {
    Text,
    Bool,
    Object,
    List,
    One(&'static [&'static str]),
}

/// Members a client may write besides those `Draft` names. Anything else is ignored, as at the real service.
const MEMBERS: [(&str, Kind); 21] = [
    ("summary", Kind::Text),
    ("description", Kind::Text),
    ("location", Kind::Text),
    ("colorId", Kind::Text),
    ("eventLabelId", Kind::Text),
    ("transparency", Kind::One(&["opaque", "transparent"])),
    ("visibility", Kind::One(&["default", "public", "private", "confidential"])),
    ("eventType", Kind::One(&["default", "outOfOffice", "focusTime", "workingLocation", "fromGmail", "birthday"])),
    ("guestsCanModify", Kind::Bool),
    ("guestsCanInviteOthers", Kind::Bool),
    ("guestsCanSeeOtherGuests", Kind::Bool),
    ("anyoneCanAddSelf", Kind::Bool),
    ("privateCopy", Kind::Bool),
    ("extendedProperties", Kind::Object),
    ("reminders", Kind::Object),
    ("source", Kind::Object),
    ("outOfOfficeProperties", Kind::Object),
    ("focusTimeProperties", Kind::Object),
    ("workingLocationProperties", Kind::Object),
    ("birthdayProperties", Kind::Object),
    ("attachments", Kind::List),
];

impl Draft {
    /// Checks a whole event body.
    ///
    /// # Errors
    /// 400 with the documented reason.
    pub fn parse(body: &Value, calendar_zone: &Zone) -> Outcome<Self> {
        let Some(object) = body.as_object() else {
            return Err(Failure::new(400, "parseError", "Parse Error"));
        };
        let empty = json!(null);
        let start = When::parse(object.get("start").unwrap_or(&empty), "start")?;
        let end = When::parse(object.get("end").unwrap_or(&empty), "end")?;
        if start.is_date() != end.is_date() {
            return Err(Failure::invalid("Start and end times must either both be date or both be dateTime."));
        }
        let (first, last) = (start.instant(calendar_zone), end.instant(calendar_zone));
        if last < first || (start.is_date() && last == first) {
            return Err(Failure { location: None, ..Failure::empty_range() });
        }
        let recurrence = recurrence(object.get("recurrence"))?;
        if !recurrence.is_empty() {
            if matches!(start, When::Time { zone: None, .. }) {
                return Err(Failure::required("Missing time zone definition for start time."));
            }
            check_rules(&start, &recurrence)?;
        }
        let status = match object.get("status").and_then(Value::as_str) {
            None | Some("confirmed") => Status::Confirmed,
            Some("tentative") => Status::Tentative,
            Some("cancelled") => Status::Cancelled,
            Some(_) => return Err(Failure::invalid("Invalid value for: status")),
        };
        let attendees = match object.get("attendees").filter(|value| !value.is_null()) {
            Some(value) => Attendee::parse_all(value)?,
            None => Vec::new(),
        };
        let members = members(object)?;
        Ok(Self { status, start, end, recurrence, attendees, members })
    }
}

fn members(object: &Map<String, Value>) -> Outcome<Map<String, Value>> {
    let mut members = Map::new();
    for (name, kind) in &MEMBERS {
        let Some(value) = object.get(*name).filter(|value| !value.is_null()) else { continue };
        let good = match kind {
            Kind::Text => value.is_string(),
            Kind::Bool => value.is_boolean(),
            Kind::Object => value.is_object(),
            Kind::List => value.is_array(),
            Kind::One(words) => value.as_str().is_some_and(|text| words.contains(&text)),
        };
        if !good {
            return Err(Failure::invalid(format!("Invalid value for: {name}")));
        }
        members.insert((*name).to_owned(), value.clone());
    }
    if let Some(properties) = members.get("extendedProperties") {
        check_properties(properties)?;
    }
    if let Some(reminders) = members.get("reminders") {
        check_reminders(reminders)?;
    }
    for default in [("transparency", "opaque"), ("visibility", "default"), ("eventType", "default")] {
        if members.get(default.0).and_then(Value::as_str) == Some(default.1) {
            members.remove(default.0);
        }
    }
    Ok(members)
}

/// Extended properties are text, with keys up to 44 and values up to 1024 characters.
fn check_properties(properties: &Value) -> Outcome<()> {
    for part in ["private", "shared"] {
        let Some(entries) = properties.get(part).filter(|value| !value.is_null()) else { continue };
        let entries = entries
            .as_object()
            .ok_or_else(|| Failure::invalid(format!("Invalid value for: extendedProperties.{part}")))?;
        for (key, value) in entries {
            let fits = value.as_str().is_some_and(|text| text.chars().count() <= 1024) || value.is_null();
            if key.chars().count() > 44 || !fits {
                return Err(Failure::invalid(format!("Invalid extended property: {key}")));
            }
        }
    }
    Ok(())
}

fn check_reminders(reminders: &Value) -> Outcome<()> {
    let overrides = reminders.get("overrides").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let minutes =
        |one: &Value| one.get("minutes").and_then(Value::as_i64).is_some_and(|count| (0..=40_320).contains(&count));
    let method = |one: &Value| matches!(one.get("method").and_then(Value::as_str), Some("email" | "popup"));
    if overrides.len() > 5 || !overrides.iter().all(|one| minutes(one) && method(one)) {
        return Err(Failure::invalid("Invalid value for: reminders.overrides"));
    }
    if !overrides.is_empty() && reminders.get("useDefault") == Some(&json!(true)) {
        return Err(Failure::new(
            400,
            "cannotUseDefaultRemindersAndSpecifyOverride",
            "Cannot specify both default reminders and overrides at the same time.",
        ));
    }
    Ok(())
}

fn recurrence(value: Option<&Value>) -> Outcome<Vec<String>> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(Vec::new()) };
    let lines = value.as_array().ok_or_else(|| Failure::invalid("Invalid value for: recurrence"))?;
    lines
        .iter()
        .map(|line| line.as_str().map(str::to_owned).ok_or_else(|| Failure::invalid("Invalid value for: recurrence")))
        .collect()
}

/// Only RRULE, EXDATE and RDATE lines that can be read pass; DTSTART and DTEND belong to start and end.
fn check_rules(start: &When, lines: &[String]) -> Outcome<()> {
    let wall = match start {
        When::Date(date) => date.and_hms_opt(0, 0, 0).unwrap_or_default(),
        When::Time { at, .. } => at.naive_utc(),
    };
    let length = if start.is_date() { Length::Days(1) } else { Length::Elapsed(chrono::TimeDelta::zero()) };
    let series = Series { start: wall, zone: Zone::utc(), length, lines };
    if !lines.iter().any(|line| line.starts_with("RRULE") || line.starts_with("RDATE")) || series.at(wall).is_err() {
        return Err(Failure::invalid("Invalid recurrence rule."));
    }
    Ok(())
}

/// An event as a client would send it: what a patch is merged into.
pub fn resource(event: &Event) -> Value {
    let mut body = Value::Object(event.members.clone());
    body["status"] = json!(event.status.name());
    body["start"] = event.start.resource();
    body["end"] = event.end.resource();
    if event.is_series() {
        body["recurrence"] = json!(event.recurrence);
    }
    if !event.attendees.is_empty() {
        body["attendees"] = json!(event.attendees);
    }
    body
}

/// Merges a patch: objects member by member, `null` removes, everything else (arrays too) replaces.
pub fn merge(target: &mut Value, patch: &Value) {
    let Some(members) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (name, value) in members {
        if value.is_null() {
            if let Some(object) = target.as_object_mut() {
                object.remove(name);
            }
        } else if value.is_object() && target.get(name).is_some_and(Value::is_object) {
            merge(&mut target[name], value);
        } else {
            target[name] = value.clone();
        }
    }
}

/// The attendees of `before`, of whom the one of `calendar` answers as `body` says; what it says of others is not read.
/// `attendeesOmitted`: <https://developers.google.com/workspace/calendar/api/v3/reference/events>
pub fn own_answer(before: &Event, calendar: &str, body: &Value) -> Value {
    let is_own = |one: &Value| one["email"].as_str().is_some_and(|email| email.eq_ignore_ascii_case(calendar));
    let answer = body["attendees"].as_array().and_then(|all| all.iter().find(|one| is_own(one)));
    let mut attendees = resource(before)["attendees"].take();
    if let (Some(answer), Some(own)) =
        (answer, attendees.as_array_mut().and_then(|all| all.iter_mut().find(|one| is_own(one))))
    {
        merge(own, answer);
    }
    attendees
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: Value) -> String {
        Draft::parse(&body, &Zone::utc()).unwrap_err().reason
    }

    fn hour() -> Value {
        json!({"start": {"dateTime": "2026-06-10T10:00:00Z"}, "end": {"dateTime": "2026-06-10T11:00:00Z"}})
    }

    fn with(name: &str, value: Value) -> Value {
        let mut body = hour();
        body[name] = value;
        body
    }

    #[test]
    fn bad_bodies_are_refused_with_the_documented_reason() {
        assert_eq!(refused(json!({})), "required");
        assert_eq!(refused(with("end", json!({"date": "2026-06-11"}))), "invalid");
        assert_eq!(refused(with("end", json!({"dateTime": "2026-06-10T09:00:00Z"}))), "timeRangeEmpty");
        assert_eq!(refused(with("attendees", json!([{"email": "nobody"}]))), "invalid");
        assert_eq!(refused(with("attendees", json!([{}]))), "required");
        assert_eq!(refused(with("transparency", json!("solid"))), "invalid");
        assert_eq!(refused(with("recurrence", json!(["RRULE:FREQ=DAILY"]))), "required");
        assert_eq!(refused(with("extendedProperties", json!({"private": {"k": "x".repeat(1025)}}))), "invalid");
        let zoned = json!({"dateTime": "2026-06-10T10:00:00Z", "timeZone": "UTC"});
        let series = |lines: Value| json!({"start": zoned, "end": {"dateTime": "2026-06-10T11:00:00Z", "timeZone": "UTC"}, "recurrence": lines});
        assert_eq!(refused(series(json!(["DTSTART:20260610T100000Z"]))), "invalid");
        assert_eq!(refused(series(json!(["RRULE:FREQ=NEVER"]))), "invalid");
        assert!(Draft::parse(&series(json!(["RRULE:FREQ=DAILY"])), &Zone::utc()).is_ok());
    }

    #[test]
    fn unknown_members_are_ignored() {
        let draft = Draft::parse(&with("hangoutLink", json!("https://elsewhere.example")), &Zone::utc()).unwrap();
        assert!(draft.members.is_empty());
    }

    #[test]
    fn a_patch_merges_objects_and_replaces_arrays() {
        let mut target = json!({"a": {"x": 1, "y": 2}, "list": [1, 2], "gone": true});
        merge(&mut target, &json!({"a": {"y": 3}, "list": [9], "gone": null}));
        assert_eq!(target, json!({"a": {"x": 1, "y": 3}, "list": [9]}));
    }
}
