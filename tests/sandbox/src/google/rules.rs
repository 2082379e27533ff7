//! What a write must respect: ids, etags, special types, and what belongs to a guest alone.

use super::draft::Draft;
use super::error::{Failure, Outcome};
use super::event::Event;
use serde_json::Value;

/// A client's own id: `a-v` and `0-9`, 5 to 1024 characters.
pub(super) fn own_id(id: &str) -> Outcome<String> {
    let legal = id.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'v').contains(&byte));
    if legal && (5..=1024).contains(&id.len()) {
        Ok(id.to_owned())
    } else {
        Err(Failure::invalid("Invalid resource id value."))
    }
}

pub(super) fn check_etag(event: &Event, wanted: Option<&str>) -> Outcome<()> {
    match wanted {
        Some(text) if text != "*" && !text.split(',').any(|one| one.trim() == event.etag()) => Err(Failure {
            location: Some(("header", "If-Match".into())),
            ..Failure::new(412, "conditionNotMet", "Precondition Failed")
        }),
        _ => Ok(()),
    }
}

/// What the documentation demands of special event types.
pub(super) fn check_type(draft: &Draft, primary: bool) -> Outcome<()> {
    let kind = draft.members.get("eventType").and_then(Value::as_str).unwrap_or("default");
    let refused = |text: &str| Err(Failure::new(400, "eventTypeRestriction", text));
    match kind {
        "default" => Ok(()),
        "fromGmail" => refused("Events from Gmail cannot be created."),
        _ if !primary => refused("This type of event is only possible on primary calendars."),
        "outOfOffice" | "focusTime" if draft.start.is_date() => refused("This type of event cannot last whole days."),
        "workingLocation" if !draft.members.contains_key("workingLocationProperties") => {
            Err(Failure::required("Missing working location properties."))
        }
        _ => Ok(()),
    }
}

/// Whether two versions differ at most in members that belong to a guest alone.
pub(super) fn same_but_own(before: &Event, after: &Event) -> bool {
    before.start == after.start
        && before.end == after.end
        && before.recurrence == after.recurrence
        && before.shared_members() == after.shared_members()
}
