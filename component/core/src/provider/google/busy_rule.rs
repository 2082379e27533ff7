//! Which events take the account's time: Google's table, row by row. Not here: policy about
//! tentative time (`schedule::policy`).

use super::event::WireEvent;

/// What an event does to the free time of the calendar it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocking {
    /// Nothing.
    Free,
    /// It takes the time if the person comes after all.
    Tentative,
    /// It takes the time.
    Busy,
}

/// Judges one event. An unknown status, type or answer counts as busy: unknown is not free.
#[must_use]
pub fn judge(event: &WireEvent) -> Blocking {
    let status = event.status.as_deref();
    if status == Some("cancelled") || event.transparency.as_deref() == Some("transparent") {
        return Blocking::Free;
    }
    if matches!(event.event_type.as_deref(), Some("workingLocation" | "birthday")) {
        return Blocking::Free;
    }
    match (event.own_response(), status) {
        (Some("declined"), _) => Blocking::Free,
        (Some("needsAction" | "tentative"), _) | (_, Some("tentative")) => Blocking::Tentative,
        _ => Blocking::Busy,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_row_of_the_table_holds() {
        let answer =
            |word: &str| json!({"attendees": [{"responseStatus": "accepted"}, {"self": true, "responseStatus": word}]});
        for (members, expected) in [
            (json!({}), Blocking::Busy),
            (json!({"status": "confirmed", "transparency": "opaque", "eventType": "default"}), Blocking::Busy),
            (json!({"status": "cancelled"}), Blocking::Free),
            (json!({"transparency": "transparent"}), Blocking::Free),
            (json!({"transparency": "transparent", "eventType": "outOfOffice"}), Blocking::Free),
            (answer("declined"), Blocking::Free),
            (answer("needsAction"), Blocking::Tentative),
            (answer("tentative"), Blocking::Tentative),
            (answer("accepted"), Blocking::Busy),
            (answer("a new word"), Blocking::Busy),
            (json!({"status": "tentative"}), Blocking::Tentative),
            (json!({"status": "a new word"}), Blocking::Busy),
            (json!({"attendees": [{"responseStatus": "declined"}]}), Blocking::Busy),
            (json!({"eventType": "outOfOffice"}), Blocking::Busy),
            (json!({"eventType": "focusTime"}), Blocking::Busy),
            (json!({"eventType": "fromGmail"}), Blocking::Busy),
            (json!({"eventType": "workingLocation"}), Blocking::Free),
            (json!({"eventType": "birthday"}), Blocking::Free),
            (json!({"eventType": "a new word"}), Blocking::Busy),
            (json!({"visibility": "private"}), Blocking::Busy),
        ] {
            let event: WireEvent = serde_json::from_value(members.clone()).unwrap();
            assert_eq!(judge(&event), expected, "{members}");
        }
    }
}
