//! What the tools answer, as JSON Schemas. Every answer is one object; when a call fails it has `error` alone.

use serde_json::{Map, Value, json};

/// An answer of these fields; `?` after a name: it may be missing.
fn answer(fields: &[(&str, Value)]) -> Value {
    let mut schema = object(fields);
    let required = schema["required"].take();
    schema["properties"]["error"] = error();
    schema["anyOf"] = json!([{"required": required}, {"required": ["error"]}]);
    if let Value::Object(fields) = &mut schema {
        fields.remove("required");
    }
    schema
}

fn object(fields: &[(&str, Value)]) -> Value {
    let bare = |name: &str| name.trim_end_matches('?').to_owned();
    let properties: Map<_, _> = fields.iter().map(|(name, schema)| (bare(name), schema.clone())).collect();
    let required: Vec<_> = fields.iter().map(|(name, _)| *name).filter(|name| !name.ends_with('?')).collect();
    json!({"type": "object", "properties": properties, "required": required})
}

fn list(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn flag() -> Value {
    json!({"type": "boolean"})
}

fn whole() -> Value {
    json!({"type": "integer", "minimum": 0})
}

fn moment() -> Value {
    json!({"type": "string", "format": "date-time"})
}

/// Two branches, not a list of types: some programs know only one type for each schema.
fn or_null(schema: Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

fn provider() -> Value {
    json!({"type": "string", "enum": ["google", "outlook"]})
}

/// Half-open: the end is outside.
fn span() -> Value {
    object(&[("start", moment()), ("end", moment())])
}

/// In short: its other fields are optional reading.
fn error() -> Value {
    object(&[("code", text()), ("message", text()), ("remedy", text())])
}

fn unknown() -> Value {
    list(object(&[("account", text()), ("calendar", or_null(text())), ("code", text()), ("reason", text())]))
}

fn account_fields() -> Vec<(&'static str, Value)> {
    vec![
        ("user_id", text()),
        ("provider", provider()),
        ("account", text()),
        ("email", or_null(text())),
        (
            "state",
            json!({"type": "string", "enum": ["active", "needs-reauth", "needs-scope", "needs-admin", "disabled"]}),
        ),
        ("scopes", list(text())),
        ("missing_scopes", list(text())),
        ("remedy", or_null(text())),
    ]
}

pub(super) fn account() -> Value {
    answer(&account_fields())
}

pub(super) fn accounts() -> Value {
    answer(&[("accounts", list(object(&account_fields())))])
}

pub(super) fn disconnected() -> Value {
    let ended = [("revoked", flag()), ("notice", or_null(text()))];
    answer(&[("disconnected", list(object(&account_fields().into_iter().chain(ended).collect::<Vec<_>>())))])
}

pub(super) fn oauth_flow() -> Value {
    answer(&[("url", text()), ("state", text()), ("expires_at", moment())])
}

pub(super) fn device_flow() -> Value {
    answer(&[
        ("state", text()),
        ("user_code", text()),
        ("verification_uri", text()),
        ("message", text()),
        ("expires_at", moment()),
        ("interval_seconds", whole()),
    ])
}

pub(super) fn device_status() -> Value {
    answer(&[("account", or_null(object(&account_fields()))), ("wait_seconds", whole())])
}

pub(super) fn calendars() -> Value {
    let calendar = object(&[
        ("account", text()),
        ("provider", provider()),
        ("id", text()),
        ("name", text()),
        ("time_zone", or_null(text())),
        ("access", json!({"type": "string", "enum": ["free-busy", "read", "write", "owner"]})),
        ("is_primary", flag()),
        ("is_selected", flag()),
        ("supports_video", flag()),
    ]);
    answer(&[("calendars", list(calendar)), ("unknown", unknown())])
}

pub(super) fn busy() -> Value {
    answer(&[("busy", list(span())), ("unknown", unknown()), ("range", span()), ("time_zone", text())])
}

pub(super) fn people() -> Value {
    let item = object(&[("start", moment()), ("end", moment()), ("status", text())]);
    let window = object(&[("weekday", text()), ("start_minute", whole()), ("end_minute", whole())]);
    let person = object(&[
        ("email", text()),
        ("account", text()),
        ("busy", list(item)),
        ("working_hours", or_null(object(&[("time_zone", text()), ("windows", list(window))]))),
        ("unknown", or_null(object(&[("code", text()), ("reason", text())]))),
    ]);
    answer(&[("people", list(person)), ("range", span()), ("time_zone", text())])
}

fn slot_fields() -> Vec<(&'static str, Value)> {
    let guest = object(&[("participant", text()), ("presence", text())]);
    let offer = || object(&[("start", moment()), ("end", moment()), ("optional?", list(guest.clone()))]);
    vec![
        ("slots", list(offer())),
        ("unknown", unknown()),
        ("reasons", list(object(&[("reason", text()), ("count", whole())]))),
        ("nearest", list(offer())),
        ("truncated_at", or_null(moment())),
        ("time_zone", text()),
    ]
}

pub(super) fn slots() -> Value {
    let gap = object(&[("participant", text()), ("time", span()), ("calendar", or_null(text())), ("cause", text())]);
    let reason = object(&[
        ("code", text()),
        ("rule", text()),
        ("participant", or_null(text())),
        ("calendar", or_null(text())),
        ("time", or_null(span())),
        ("bound", or_null(moment())),
        ("local", or_null(text())),
        ("cause", or_null(text())),
    ]);
    let refused = object(&[("start", moment()), ("reasons", list(reason))]);
    let more = [("not_understood?", list(gap)), ("refused?", list(refused))];
    answer(&slot_fields().into_iter().chain(more).collect::<Vec<_>>())
}

pub(super) fn proposals() -> Value {
    let rank = object(&[("penalty", whole()), ("flaws", list(text()))]);
    let more = [
        ("with", list(text())),
        ("with_time_zone?", text()),
        ("slots_in_with_time_zone?", list(span())),
        ("ranks?", list(rank)),
    ];
    answer(&slot_fields().into_iter().chain(more).collect::<Vec<_>>())
}

fn hold_fields() -> Vec<(&'static str, Value)> {
    vec![("id", text()), ("start", moment()), ("end", moment()), ("blocked", span()), ("expires_at", moment())]
}

pub(super) fn hold() -> Value {
    answer(&hold_fields())
}

pub(super) fn holds() -> Value {
    answer(&[("holds", list(object(&hold_fields()))), ("time_zone", text())])
}

pub(super) fn released() -> Value {
    answer(&[("id", text()), ("was_held", flag())])
}

fn meeting_fields() -> Vec<(&'static str, Value)> {
    let attendee =
        object(&[("email", text()), ("name", or_null(text())), ("participation", text()), ("is_optional", flag())]);
    vec![
        ("event_id", text()),
        ("account", text()),
        ("provider", provider()),
        ("calendar", text()),
        ("title", text()),
        ("start", moment()),
        ("end", moment()),
        ("is_all_day", flag()),
        ("time_zone", or_null(text())),
        ("attendees", list(attendee)),
        ("organizer", or_null(text())),
        ("is_organizer", flag()),
        ("location", or_null(text())),
        ("description", or_null(text())),
        ("conferencing_link", or_null(text())),
        ("conferencing", text()),
        ("status", text()),
        ("web_link", or_null(text())),
        ("series_id", or_null(text())),
        ("idempotency_key", or_null(text())),
        ("etag", or_null(text())),
    ]
}

pub(super) fn meeting() -> Value {
    answer(&meeting_fields())
}

pub(super) fn agenda() -> Value {
    answer(&[("meetings", list(object(&meeting_fields()))), ("unknown", unknown()), ("time_zone", text())])
}
