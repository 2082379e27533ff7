//! Which events take the account's time, and as what kind of thing: Google's table, row by row. Not
//! here: what a kind is worth (`schedule::policy`).

use super::event::WireEvent;
use crate::schedule::policy::BusyKind;

/// Judges one event; none = it takes no time, whatever the statuses. What several rows fit is the
/// first of them in the order of [`crate::calendar::BusyEvent::kind`]. An unknown status, type,
/// answer or visibility is a kind of its own, which blocks: unknown is not free.
#[must_use]
pub fn judge(event: &WireEvent) -> Option<BusyKind> {
    let (status, answer) = (event.status.as_deref(), event.own_response());
    let is_free = status == Some("cancelled")
        || event.transparency.as_deref() == Some("transparent")
        || answer == Some("declined");
    if is_free {
        return None;
    }
    let event_type = event.event_type.as_deref();
    // Where somebody works and whose birthday it is are no meetings: nobody answers them.
    match event_type {
        Some("workingLocation") => return Some(BusyKind::WorkingLocation),
        Some("birthday") => return Some(BusyKind::Birthday),
        _ => {}
    }
    Some(match (status, answer, event_type) {
        (Some("tentative"), _, _) | (_, Some("tentative"), _) => BusyKind::Tentative,
        (_, Some("needsAction"), _) => BusyKind::NotAnswered,
        (_, _, Some("outOfOffice")) => BusyKind::OutOfOffice,
        (_, _, Some("focusTime")) => BusyKind::FocusTime,
        _ if has_unknown_word(event) => BusyKind::Unrecognised,
        _ if event.start.as_ref().is_some_and(|start| start.date.is_some()) => BusyKind::AllDay,
        _ if matches!(event.visibility.as_deref(), Some("private" | "confidential")) => BusyKind::Private,
        _ => BusyKind::Busy,
    })
}

/// A word that the documentation does not have. Those left out are its defaults.
fn has_unknown_word(event: &WireEvent) -> bool {
    let is_unknown = |word: Option<&str>, known: &[&str]| word.is_some_and(|word| !known.contains(&word));
    is_unknown(event.status.as_deref(), &["confirmed"])
        || is_unknown(event.transparency.as_deref(), &["opaque"])
        || is_unknown(event.own_response(), &["accepted"])
        || is_unknown(event.event_type.as_deref(), &["default", "fromGmail"])
        || is_unknown(event.visibility.as_deref(), &["default", "public", "private", "confidential"])
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn kind(members: &Value) -> Option<BusyKind> {
        judge(&serde_json::from_value(members.clone()).unwrap())
    }

    #[test]
    fn every_row_of_the_table_holds() {
        use BusyKind::{
            AllDay, Birthday, Busy, FocusTime, NotAnswered, OutOfOffice, Private, Tentative, Unrecognised,
            WorkingLocation,
        };
        let answer =
            |word: &str| json!({"attendees": [{"responseStatus": "accepted"}, {"self": true, "responseStatus": word}]});
        for (members, expected) in [
            (json!({}), Some(Busy)),
            (json!({"status": "confirmed", "transparency": "opaque", "eventType": "default"}), Some(Busy)),
            (json!({"status": "cancelled"}), None),
            (json!({"transparency": "transparent"}), None),
            (json!({"transparency": "transparent", "eventType": "outOfOffice"}), None),
            (json!({"transparency": "transparent", "eventType": "birthday"}), None),
            (json!({"transparency": "a new word"}), Some(Unrecognised)),
            (answer("declined"), None),
            (answer("needsAction"), Some(NotAnswered)),
            (answer("tentative"), Some(Tentative)),
            (answer("accepted"), Some(Busy)),
            (answer("a new word"), Some(Unrecognised)),
            (json!({"status": "tentative"}), Some(Tentative)),
            (json!({"status": "a new word"}), Some(Unrecognised)),
            (json!({"attendees": [{"responseStatus": "declined"}]}), Some(Busy)),
            (json!({"eventType": "outOfOffice"}), Some(OutOfOffice)),
            (json!({"eventType": "focusTime"}), Some(FocusTime)),
            (json!({"eventType": "fromGmail"}), Some(Busy)),
            (json!({"eventType": "workingLocation"}), Some(WorkingLocation)),
            (json!({"eventType": "birthday"}), Some(Birthday)),
            (json!({"eventType": "a new word"}), Some(Unrecognised)),
            (json!({"start": {"date": "2026-06-10"}}), Some(AllDay)),
            (json!({"start": {"dateTime": "2026-06-10T10:00:00Z"}}), Some(Busy)),
            (json!({"visibility": "private"}), Some(Private)),
            (json!({"visibility": "confidential"}), Some(Private)),
            (json!({"visibility": "public"}), Some(Busy)),
            (json!({"visibility": "a new word"}), Some(Unrecognised)),
        ] {
            assert_eq!(kind(&members), expected, "{members}");
        }
    }

    #[test]
    fn what_fits_several_kinds_is_the_first_of_them() {
        let mut event = json!({
            "status": "tentative", "eventType": "outOfOffice", "start": {"date": "2026-06-10"},
            "visibility": "private", "attendees": [{"self": true, "responseStatus": "needsAction"}],
        });
        assert_eq!(kind(&event), Some(BusyKind::Tentative));
        event["status"] = json!("confirmed");
        assert_eq!(kind(&event), Some(BusyKind::NotAnswered));
        event["attendees"] = json!([{"self": true, "responseStatus": "accepted"}]);
        assert_eq!(kind(&event), Some(BusyKind::OutOfOffice), "also when it takes the whole day");
        event["eventType"] = json!("focusTime");
        assert_eq!(kind(&event), Some(BusyKind::FocusTime));
        event["eventType"] = json!("a new word");
        assert_eq!(kind(&event), Some(BusyKind::Unrecognised));
        event["eventType"] = json!("default");
        assert_eq!(kind(&event), Some(BusyKind::AllDay));
        event["start"] = json!({"dateTime": "2026-06-10T10:00:00Z"});
        assert_eq!(kind(&event), Some(BusyKind::Private));
        event["visibility"] = json!("default");
        assert_eq!(kind(&event), Some(BusyKind::Busy));
    }
}
