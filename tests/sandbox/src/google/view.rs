//! How an event is shown to one account: times with the offset asked for, flags about the viewer, details left out where the
//! role does not admit them. Empty lists and `false` are left out.

use super::calendar::{Calendar, Role};
use super::event::Event;
use crate::zone::Zone;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

/// Who looks, and how.
#[derive(Debug, Clone)]
pub struct Viewer<'a> {
    /// The calendar looked into.
    pub calendar: &'a Calendar,
    /// The account.
    pub email: &'a str,
    /// Its role on the calendar.
    pub role: Role,
    /// Zone whose offset times carry.
    pub zone: Zone,
    /// `maxAttendees`.
    pub most_attendees: Option<usize>,
    /// The sandbox's present instant.
    pub now: DateTime<Utc>,
}

impl Viewer<'_> {
    /// The event as JSON.
    pub fn show(&self, event: &Event) -> Value {
        let mut body = self.skeleton(event);
        let hidden = self.role == Role::FreeBusyReader
            || (event.is_private() && matches!(self.role, Role::Reader | Role::WriterWithoutPrivateAccess));
        if hidden {
            if event.is_private() {
                body["visibility"] = json!("private");
            }
            if let Some(text) = event.text("transparency") {
                body["transparency"] = json!(text);
            }
            return body;
        }
        if let Some(object) = body.as_object_mut() {
            object.extend(self.details(event));
        }
        body
    }

    /// What everybody with any role sees.
    fn skeleton(&self, event: &Event) -> Value {
        let name = &self.calendar.zone_name;
        let eid = URL_SAFE_NO_PAD.encode(format!("{} {}", event.id, self.calendar.id));
        let mut body = json!({
            "kind": "calendar#event", "etag": event.etag(), "id": event.id, "status": event.status.name(),
            "htmlLink": format!("https://www.google.com/calendar/event?eid={eid}"),
            "created": stamp(event.created), "updated": stamp(event.updated),
            "start": event.start.json(&self.zone, name), "end": event.end.json(&self.zone, name),
            "iCalUID": event.ical_uid, "sequence": event.sequence, "eventType": event.event_type(),
        });
        if let Some((series, original)) = &event.instance_of {
            body["recurringEventId"] = json!(series);
            body["originalStartTime"] = original.json(&self.zone, name);
        }
        if event.is_series() {
            body["recurrence"] = json!(event.recurrence);
        }
        body
    }

    fn details(&self, event: &Event) -> Map<String, Value> {
        let mut body: Map<String, Value> = Map::new();
        for (name, value) in &event.members {
            let is_default = match name.as_str() {
                "guestsCanInviteOthers" | "guestsCanSeeOtherGuests" => value == &json!(true),
                _ => value == &json!(false) || value.as_array().is_some_and(Vec::is_empty),
            };
            if !is_default {
                body.insert(name.clone(), value.clone());
            }
        }
        if !event.members.contains_key("reminders") {
            body.insert("reminders".into(), json!({"useDefault": true}));
        }
        body.insert(
            "organizer".into(),
            self.person(&event.organizer, event.organizer.eq_ignore_ascii_case(&self.calendar.id)),
        );
        body.insert("creator".into(), self.person(&event.creator, event.creator.eq_ignore_ascii_case(self.email)));
        if !event.attendees.is_empty() {
            let (attendees, omitted) = self.attendees(event);
            if !attendees.is_empty() {
                body.insert("attendees".into(), json!(attendees));
            }
            if omitted {
                body.insert("attendeesOmitted".into(), json!(true));
            }
        }
        if let Some(conference) = &event.conference {
            body.insert("conferenceData".into(), conference.json(self.now));
            if let Some(link) = conference.link(self.now) {
                body.insert("hangoutLink".into(), json!(link));
            }
        }
        body
    }

    fn person(&self, email: &str, own: bool) -> Value {
        let mut body = json!({"email": email});
        if email.ends_with("@group.calendar.google.com") && email == self.calendar.id {
            body["displayName"] = json!(self.calendar.summary);
        }
        if own {
            body["self"] = json!(true);
        }
        body
    }

    /// The guests to show, and whether some are left out.
    fn attendees(&self, event: &Event) -> (Vec<Value>, bool) {
        let own = |email: &str| email.eq_ignore_ascii_case(&self.calendar.id);
        let organizes = event.organizer.eq_ignore_ascii_case(&self.calendar.id);
        let blind = !organizes && event.members.get("guestsCanSeeOtherGuests") == Some(&json!(false));
        let too_many = self.most_attendees.is_some_and(|most| event.attendees.len() > most);
        let shown = event.attendees.iter().filter(|one| !(blind || too_many) || own(&one.email));
        let list: Vec<Value> = shown
            .map(|one| {
                let mut entry = json!(one);
                if own(&one.email) {
                    entry["self"] = json!(true);
                }
                if one.is(&event.organizer) {
                    entry["organizer"] = json!(true);
                }
                entry
            })
            .collect();
        let omitted = list.len() < event.attendees.len();
        (list, omitted)
    }
}

/// A timestamp as Google writes them, with milliseconds.
pub fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
