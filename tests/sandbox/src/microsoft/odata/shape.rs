//! `$select`, `$expand`, `$orderby` and `$filter` of event collections, and applying them to items already in JSON.

use super::filter::{self, holds, property_id};
use super::filter_syntax::{self, Condition};
use super::query::Query;
use crate::microsoft::error::GraphError;
use serde_json::{Map, Value, json};
use std::cmp::Ordering;

/// The members an event has.
#[rustfmt::skip]
pub const EVENT: &[&str] = &[
    "id", "createdDateTime", "lastModifiedDateTime", "changeKey", "categories", "transactionId", "originalStartTimeZone",
    "originalEndTimeZone", "originalStart", "iCalUId", "reminderMinutesBeforeStart", "isReminderOn", "hasAttachments", "subject",
    "bodyPreview", "importance", "sensitivity", "isAllDay", "isCancelled", "isOrganizer", "responseRequested", "seriesMasterId",
    "showAs", "type", "webLink", "onlineMeetingUrl", "isOnlineMeeting", "onlineMeetingProvider", "allowNewTimeProposals",
    "occurrenceId", "isDraft", "hideAttendees", "recurrence", "onlineMeeting", "responseStatus", "body", "start", "end",
    "location", "locations", "attendees", "organizer", "cancelledOccurrences", "singleValueExtendedProperties",
    "multiValueExtendedProperties", "attachments", "calendar", "extensions", "instances", "exceptionOccurrences",
];

/// Members that come only when selected by name.
const ON_DEMAND: &[&str] = &["cancelledOccurrences"];

/// What the caller wants of every item.
#[derive(Debug, Clone, Default)]
pub struct Shape {
    select: Option<Vec<&'static str>>,
    properties: Option<Option<Condition>>,
    filter: Option<Condition>,
    order: Vec<(Vec<String>, bool)>,
    /// Whether `@odata.count` is wanted.
    pub count: bool,
}

impl Shape {
    /// Reads the options for events.
    ///
    /// # Errors
    /// 400 for syntax errors and unknown properties.
    pub fn of_events(query: &Query) -> Result<Self, GraphError> {
        let select =
            query.get("$select").map(|text| text.split(',').map(known).collect::<Result<Vec<_>, _>>()).transpose()?;
        let filter = query.get("$filter").map(filter_syntax::parse).transpose()?;
        for root in filter.iter().flat_map(filter::roots) {
            known(&root)?;
        }
        let mut order = Vec::new();
        for part in query.get("$orderby").unwrap_or_default().split(',').map(str::trim).filter(|part| !part.is_empty())
        {
            let (path, direction) = part.split_once(' ').unwrap_or((part, "asc"));
            let path: Vec<String> = path.split('/').map(str::to_owned).collect();
            known(path.first().map_or("", String::as_str))?;
            order.push((path, direction.trim().eq_ignore_ascii_case("desc")));
        }
        let count = query.get("$count").is_some_and(|text| text.eq_ignore_ascii_case("true"));
        Ok(Self { select, properties: expand(query)?, filter, order, count })
    }

    /// Whether a projection was asked for.
    pub fn selects(&self) -> bool {
        self.select.is_some()
    }

    /// Whether an item passes the filter. `properties` are its extended properties.
    pub fn admits(&self, item: &Value, properties: &Value) -> bool {
        self.filter.as_ref().is_none_or(|filter| {
            let mut whole = item.clone();
            whole["singleValueExtendedProperties"] = properties.clone();
            holds(filter, &whole)
        })
    }

    /// How two items are ordered; equal when no order was asked for.
    pub fn compare(&self, left: &Value, right: &Value) -> Ordering {
        for (path, descending) in &self.order {
            let get = |item: &Value| {
                path.iter().try_fold(item.clone(), |value, name| super::body::member(&value, name).cloned())
            };
            let order = filter::order(&get(left).unwrap_or_default(), &get(right).unwrap_or_default())
                .unwrap_or(Ordering::Equal);
            if order != Ordering::Equal {
                return if *descending { order.reverse() } else { order };
            }
        }
        Ordering::Equal
    }

    /// The item with only the wanted members, and the expanded properties. Id and etag always stay.
    pub fn project(&self, item: Value, properties: &Value) -> Value {
        let Value::Object(members) = item else { return item };
        let wanted = |name: &str| match &self.select {
            Some(select) => {
                name == "id" || name.starts_with('@') || select.iter().any(|one| one.eq_ignore_ascii_case(name))
            }
            None => !ON_DEMAND.contains(&name),
        };
        let mut kept: Map<String, Value> = members.into_iter().filter(|(name, _)| wanted(name)).collect();
        if let Some(condition) = &self.properties {
            let all = properties.as_array().cloned().unwrap_or_default();
            let found: Vec<Value> = all
                .into_iter()
                .filter(|one| condition.as_ref().is_none_or(|condition| holds(condition, one)))
                .collect();
            if !found.is_empty() {
                kept.insert("singleValueExtendedProperties".to_owned(), json!(found));
            }
        }
        Value::Object(kept)
    }
}

fn known(name: &str) -> Result<&'static str, GraphError> {
    let found = EVENT.iter().find(|one| one.eq_ignore_ascii_case(name.trim())).copied();
    found.ok_or_else(|| unknown(name.trim(), "microsoft.graph.event"))
}

fn unknown(name: &str, kind: &str) -> GraphError {
    GraphError::bad("RequestBroker--ParseUri", format!("Could not find a property named '{name}' on type '{kind}'."))
}

/// Reads `$expand`: only extended properties with a filter on their id, and the navigations that are empty here.
fn expand(query: &Query) -> Result<Option<Option<Condition>>, GraphError> {
    let Some(text) = query.get("$expand").map(str::trim) else { return Ok(None) };
    let (name, options) = text.split_once('(').map_or((text, ""), |(name, rest)| (name, rest));
    if !name.trim().eq_ignore_ascii_case("singleValueExtendedProperties") {
        known(name)?;
        return Err(GraphError::bad(
            "ErrorInvalidUrlQueryExpand",
            format!("Expanding '{}' is not supported here.", name.trim()),
        ));
    }
    let options = options.trim();
    let options = options.strip_suffix(')').unwrap_or(options);
    let lower = options.to_ascii_lowercase();
    if options.is_empty() {
        let message = "The $expand expression of extended properties needs a $filter on their id.";
        return Err(GraphError::bad("ErrorInvalidUrlQueryExpand", message));
    }
    let Some(filter) = lower.strip_prefix("$filter=").and_then(|rest| options.get(options.len() - rest.len()..)) else {
        return Err(GraphError::bad("ErrorInvalidUrlQueryExpand", "Only $filter is supported inside $expand."));
    };
    Ok(Some(Some(filter_syntax::parse(filter)?)))
}

/// Reduces any object to the members named by `$select`; unknown names are passed over.
pub fn select_plain(item: Value, query: &Query) -> Value {
    let (Value::Object(members), Some(select)) = (&item, query.get("$select")) else { return item };
    let names: Vec<&str> = select.split(',').map(str::trim).collect();
    let wanted = |name: &str| {
        name.eq_ignore_ascii_case("id")
            || name.starts_with('@')
            || names.iter().any(|one| one.eq_ignore_ascii_case(name))
    };
    Value::Object(
        members.iter().filter(|(name, _)| wanted(name)).map(|(name, value)| (name.clone(), value.clone())).collect(),
    )
}

/// Whether a text is an extended property's id.
pub fn is_property_id(text: &str) -> bool {
    property_id(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "String {6d1b7b0e-5e0d-4b6e-9a39-2f1f1c2d3e4f} Name BookingKey";

    fn shape(query: &str) -> Result<Shape, GraphError> {
        Shape::of_events(&Query::parse(query).unwrap())
    }

    #[test]
    fn a_projection_keeps_id_and_etag() {
        let item =
            json!({"@odata.etag": "W/\"a\"", "id": "1", "subject": "s", "showAs": "busy", "cancelledOccurrences": []});
        let kept = shape("$select=ShowAs").unwrap().project(item.clone(), &json!([]));
        assert_eq!(kept, json!({"@odata.etag": "W/\"a\"", "id": "1", "showAs": "busy"}));
        assert_eq!(shape("").unwrap().project(item, &json!([])).get("cancelledOccurrences"), None);
    }

    #[test]
    fn unknown_properties_are_refused() {
        assert!(shape("$select=frobnicate").is_err());
        assert!(shape("$orderby=frobnicate").is_err());
        assert!(shape("$filter=frobnicate eq 1").is_err());
        assert!(shape("$expand=frobnicate").is_err());
    }

    #[test]
    fn extended_properties_come_only_when_expanded_by_id() {
        let properties = json!([{"id": ID, "value": "v"}, {"id": ID.replace("BookingKey", "Other"), "value": "w"}]);
        let wanted = shape(&format!("$expand=singleValueExtendedProperties($filter=id eq '{ID}')")).unwrap();
        assert_eq!(
            wanted.project(json!({"id": "1"}), &properties)["singleValueExtendedProperties"],
            json!([{"id": ID, "value": "v"}])
        );
        assert_eq!(shape("").unwrap().project(json!({"id": "1"}), &properties), json!({"id": "1"}));
        assert!(shape("$expand=singleValueExtendedProperties").is_err());
    }

    #[test]
    fn items_are_ordered_by_several_keys() {
        let by = shape("$orderby=start/dateTime desc, subject").unwrap();
        let item = |start: &str, subject: &str| json!({"start": {"dateTime": start}, "subject": subject});
        assert_eq!(by.compare(&item("2026-06-10T10:00", "b"), &item("2026-06-11T10:00", "a")), Ordering::Greater);
        assert_eq!(by.compare(&item("2026-06-10T10:00", "a"), &item("2026-06-10T10:00", "b")), Ordering::Less);
    }
}
