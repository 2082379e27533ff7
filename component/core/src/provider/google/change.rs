//! The body of events.patch: the difference between an event as it is and as it shall be. Members
//! that do not change are not sent; a list is always sent whole. Not here: sending it (`update`).

use serde_json::{Map, Value, json};

use super::events::Fresh;
use super::time;
use crate::account::{Email, Provider};
use crate::error::{Error, Kind};
use crate::meeting::Changes;

/// The members to send; empty = the event is as wanted already.
///
/// # Errors
/// `Unsupported` when the guests shall change and Google does not show all of them: writing the
/// list back would remove the others.
pub fn body(fresh: &Fresh, changes: &Changes) -> Result<Map<String, Value>, Error> {
    let mut body = Map::new();
    let texts = [
        ("summary", &changes.title, &fresh.wire.summary),
        ("description", &changes.description, &fresh.wire.description),
        ("location", &changes.location, &fresh.wire.location),
    ];
    for (member, wanted, present) in texts {
        let Some(wanted) = wanted else { continue };
        if present.as_deref().unwrap_or_default() != wanted {
            let value = if wanted.is_empty() { Value::Null } else { json!(wanted) };
            body.insert(member.to_owned(), value);
        }
    }
    set_time(fresh, changes, &mut body);
    set_attendees(fresh, changes, &mut body)?;
    Ok(body)
}

fn set_time(fresh: &Fresh, changes: &Changes, body: &mut Map<String, Value>) {
    let meeting = &fresh.meeting;
    let zone_now = meeting.time_zone.as_ref();
    let zone = changes.time_zone.as_ref().or(zone_now);
    let wanted = changes.time.unwrap_or(meeting.time);
    let is_moved = wanted != meeting.time;
    let is_rezoned = changes.time_zone.is_some() && zone != zone_now;
    if !is_moved && (!is_rezoned || meeting.is_all_day) {
        return;
    }
    // An all-day event stays one as long as whole days are asked for.
    let days = fresh.zone.as_ref().filter(|_| meeting.is_all_day).and_then(|zone| zone.whole_days(wanted));
    if let Some((first, last)) = days {
        for (member, date) in [("start", first), ("end", last)] {
            body.insert(member.to_owned(), json!({"date": date.to_string()}));
        }
        return;
    }
    for (member, instant) in [("start", wanted.start()), ("end", wanted.end())] {
        let mut moment = Map::new();
        moment.insert("dateTime".to_owned(), json!(time::format(instant)));
        if let Some(zone) = zone {
            moment.insert("timeZone".to_owned(), json!(zone));
        }
        if meeting.is_all_day {
            // A patch merges objects: without this, both forms would stand there.
            moment.insert("date".to_owned(), Value::Null);
        }
        body.insert(member.to_owned(), Value::Object(moment));
    }
}

fn set_attendees(fresh: &Fresh, changes: &Changes, body: &mut Map<String, Value>) -> Result<(), Error> {
    if changes.add_attendees.is_empty() && changes.remove_attendees.is_empty() {
        return Ok(());
    }
    if fresh.wire.attendees_omitted == Some(true) {
        let message = format!("event `{}`: Google does not show all of its guests", fresh.meeting.event_id);
        return Err(Error::new(Kind::Unsupported, message)
            .with_remedy("Ask the organizer to change the guests.")
            .at(Provider::Google));
    }
    // The guests as Google wrote them, so that answers, comments and companions survive.
    let present = fresh.raw.get("attendees").and_then(Value::as_array).cloned().unwrap_or_default();
    let is = |guest: &Value, email: &Email| {
        guest.get("email").and_then(Value::as_str).is_some_and(|address| email.same_as(address))
    };
    let mut wanted = present.clone();
    wanted.retain(|guest| !changes.remove_attendees.iter().any(|email| is(guest, email)));
    for email in &changes.add_attendees {
        if !wanted.iter().any(|guest| is(guest, email)) {
            wanted.push(json!({"email": email.as_str()}));
        }
    }
    if wanted != present {
        body.insert("attendees".to_owned(), Value::Array(wanted));
    }
    Ok(())
}
