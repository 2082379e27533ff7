//! Changes -> the members of a PATCH, from a fresh read of the event. Pure.
//! Not here: sending it (`update`).

use serde_json::{Map, Value, json};

use super::super::event::{Event, WireAttendee};
use super::super::fault;
use super::super::meeting_block;
use super::super::time::{DateTimeTimeZone, as_dates};
use crate::account::Email;
use crate::error::Error;
use crate::meeting::Changes;
use crate::schedule::interval::Interval;
use crate::schedule::zone::Zone;

/// Only what differs from the event as it is; empty = nothing to write.
///
/// # Errors
/// `Protocol` when the attendees must change and the event does not show them completely.
pub fn patch(changes: &Changes, fresh: &Event, mailbox: Option<&Zone>) -> Result<Map<String, Value>, Error> {
    let mut patch = Map::new();
    let mut set = |name: &str, value: Value| {
        patch.insert(name.to_owned(), value);
    };
    if let Some(title) = changes.title.as_ref().filter(|title| **title != subject(fresh)) {
        set("subject", json!(title));
    }
    if let Some(place) = changes.location.as_ref().filter(|place| **place != location(fresh)) {
        set("location", json!({ "displayName": place }));
    }
    if let Some(time) = changes.time.filter(|time| fresh.interval(mailbox) != Ok(Some(*time))) {
        let dates = mailbox.filter(|_| fresh.is_all_day()).and_then(|zone| as_dates(time, zone));
        let (start, end) = match dates {
            // All-day events are dates: sent as midnights, as they are read.
            Some((first, last)) => (first.and_utc(), last.and_utc()),
            None => (time.start(), time.end()),
        };
        set("start", DateTimeTimeZone::utc(start));
        set("end", DateTimeTimeZone::utc(end));
        if fresh.is_all_day() && dates.is_none() {
            set("isAllDay", json!(false));
        }
    }
    if let Some(text) = changes.description.as_ref().filter(|text| !has_text(fresh, text)) {
        let (content, is_html) = body(fresh);
        set("body", meeting_block::body(text, content, is_html, fresh.join_url()));
    }
    if let Some(attendees) = attendees(changes, fresh)? {
        set("attendees", attendees);
    }
    Ok(patch)
}

/// Whether the event is as `changes` want it, so that a lost answer was a success.
#[must_use]
pub fn is_applied(changes: &Changes, event: &Event, mailbox: Option<&Zone>) -> bool {
    let time: Option<Interval> = event.interval(mailbox).ok().flatten();
    let (content, is_html) = body(event);
    let says = |text: &String| meeting_block::says(content, is_html, event.join_url(), text);
    changes.title.as_ref().is_none_or(|title| *title == subject(event))
        && changes.location.as_ref().is_none_or(|place| *place == location(event))
        && changes.time.is_none_or(|wanted| time == Some(wanted))
        && changes.description.as_ref().is_none_or(says)
        && changes.add_attendees.iter().all(|email| is_invited(event, email))
        && !changes.remove_attendees.iter().any(|email| is_invited(event, email))
}

/// The whole new list, as PATCH replaces all of it; none = nobody comes or goes.
fn attendees(changes: &Changes, fresh: &Event) -> Result<Option<Value>, Error> {
    let comes = |email: &&Email| {
        !is_invited(fresh, email) && !changes.remove_attendees.iter().any(|gone| gone.same_as(email.as_str()))
    };
    let added: Vec<&Email> = changes.add_attendees.iter().filter(comes).collect();
    let goes = |address: &str| changes.remove_attendees.iter().any(|email| email.same_as(address));
    if added.is_empty() && !changes.remove_attendees.iter().any(|email| is_invited(fresh, email)) {
        return Ok(None);
    }
    let Some(present) = &fresh.attendees else {
        return Err(fault::protocol("event", "does not show the attendees"));
    };
    let mut list = Vec::new();
    for attendee in present {
        let Some(address) = address(attendee) else {
            return Err(fault::protocol("event", "has an attendee without address"));
        };
        if !goes(address) {
            list.push(kept(attendee, address));
        }
    }
    for email in added {
        list.push(json!({ "type": "required", "emailAddress": { "address": email.as_str() } }));
    }
    Ok(Some(Value::Array(list)))
}

/// An attendee who stays, with type and name; the answer is the service's own affair.
fn kept(attendee: &WireAttendee, address: &str) -> Value {
    let name = attendee.email_address.as_ref().and_then(|who| who.name.as_deref());
    let who = match name {
        Some(name) => json!({ "address": address, "name": name }),
        None => json!({ "address": address }),
    };
    json!({ "type": attendee.r#type.as_deref().unwrap_or("required"), "emailAddress": who })
}

fn address(attendee: &WireAttendee) -> Option<&str> {
    attendee.email_address.as_ref()?.address.as_deref().filter(|address| !address.is_empty())
}

fn is_invited(event: &Event, email: &Email) -> bool {
    event.attendees.iter().flatten().filter_map(address).any(|address| email.same_as(address))
}

fn subject(event: &Event) -> &str {
    event.subject.as_deref().unwrap_or_default()
}

fn location(event: &Event) -> &str {
    event.location.as_ref().and_then(|place| place.display_name.as_deref()).unwrap_or_default()
}

/// Exactly this text: only a plain one can be compared.
fn has_text(event: &Event, text: &str) -> bool {
    let (content, is_html) = body(event);
    !is_html && content == text
}

/// The body's content, and whether it is HTML.
fn body(event: &Event) -> (&str, bool) {
    let Some(body) = &event.body else { return ("", false) };
    let is_html = body.content_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("html"));
    (body.content.as_deref().unwrap_or_default(), is_html)
}
