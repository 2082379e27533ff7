//! An event as the resource Graph shows: times in the zone asked for, ids of the kind asked for, bodies in the form asked for.

use super::event::{Address, Event, Kind, Reply};
use super::ids;
use super::occurrence::Item;
use super::owner::Mailbox;
use crate::microsoft::odata::prefer::Prefer;
use crate::microsoft::switches::Switches;
use crate::microsoft::time::moment::{instant_object, object};
use crate::zone::Zone;
use chrono::{DateTime, NaiveDateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

/// How to show events.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The mailbox they lie in.
    pub mailbox: &'a Mailbox,
    /// The caller's preferences.
    pub prefer: &'a Prefer,
    /// The service's choices.
    pub switches: &'a Switches,
    /// The present instant.
    pub now: DateTime<Utc>,
}

/// The id of an item. Instances and exceptions are named after their series.
pub fn event_id(mailbox: &Mailbox, item: &Item<'_>, immutable: bool) -> String {
    let serial = match item.event.kind {
        Kind::Exception { master, .. } => master,
        _ => item.event.serial,
    };
    named(mailbox, item.event, serial, item.series_time(), immutable)
}

fn named(mailbox: &Mailbox, event: &Event, serial: u64, original: Option<NaiveDateTime>, immutable: bool) -> String {
    ids::write(mailbox.tag(), ids::Named { serial, original, folder: (!immutable).then_some(event.calendar) })
}

/// The etag of an item.
pub fn etag(mailbox: &Mailbox, item: &Item<'_>) -> String {
    format!("W/\"{}\"", ids::change_key(mailbox.tag(), item.event.serial, item.event.version))
}

/// The extended properties of an item.
pub fn properties(item: &Item<'_>) -> Value {
    item.event.properties.iter().map(|(id, value)| json!({"id": id, "value": value})).collect()
}

impl View<'_> {
    /// The whole resource.
    pub fn json(&self, item: &Item<'_>) -> Value {
        let event = item.event;
        let (mailbox, immutable) = (self.mailbox, self.prefer.immutable_ids);
        let id = event_id(mailbox, item, immutable);
        let series = match event.kind {
            Kind::Exception { master, .. } => Some(master),
            _ => item.original.map(|_| event.serial),
        };
        let master_id = series.map(|serial| named(mailbox, event, serial, None, immutable));
        let host = if mailbox.personal { "outlook.live.com" } else { "outlook.office365.com" };
        let escaped: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
        let body = self.body(event);
        let mut shown = json!({
            "@odata.etag": etag(mailbox, item),
            "id": id,
            "createdDateTime": stamp(event.created),
            "lastModifiedDateTime": stamp(event.modified),
            "changeKey": ids::change_key(mailbox.tag(), event.serial, event.version),
            "originalStartTimeZone": event.start.zone_name,
            "originalEndTimeZone": event.end.zone_name,
            "iCalUId": ids::ical_uid(event.uid, item.series_time()),
            "hasAttachments": false,
            "bodyPreview": plain(&body).trim().chars().take(255).collect::<String>(),
            "isAllDay": event.is_all_day,
            "isCancelled": event.is_cancelled,
            "isOrganizer": event.is_organizer,
            "isDraft": false,
            "seriesMasterId": master_id,
            "type": item.kind(),
            "webLink": format!("https://{host}/owa/?itemid={escaped}&exvsurl=1&path=/calendar/item"),
            "onlineMeetingUrl": null,
            "isOnlineMeeting": event.online.is_some(),
            "onlineMeetingProvider": event.online.as_ref().map_or("unknown", |online| online.provider.as_str()),
            "onlineMeeting": self.online_meeting(event),
            "recurrence": recurrence(item),
            "responseStatus": reply(&event.response),
            "attendees": event.attendees.iter().map(|one| json!({"type": one.kind, "status": reply(&one.reply), "emailAddress": address(&one.who)})).collect::<Value>(),
            "organizer": {"emailAddress": address(&event.organizer)},
        });
        for (name, value) in &event.facts {
            shown[name] = value.clone();
        }
        shown["body"] = body;
        if let Some(transaction) = event.transaction.as_ref().filter(|_| item.original.is_none()) {
            shown["transactionId"] = json!(transaction);
        }
        let (start, end) = self.times(item);
        shown["start"] = start;
        shown["end"] = end;
        if let (Some(master_id), Some(wall)) = (&master_id, item.series_time()) {
            shown["originalStart"] = json!(stamp(self.series_zone(series, event).instant(wall)));
            shown["occurrenceId"] = json!(format!("OID.{master_id}.{}", wall.format("%Y-%m-%d")));
        }
        if let (Kind::Master { removed, .. }, None) = (&event.kind, item.original) {
            shown["cancelledOccurrences"] =
                removed.iter().map(|wall| json!(format!("OID.{id}.{}", wall.format("%Y-%m-%d")))).collect();
        }
        if self.hides(event) {
            for name in ["subject", "bodyPreview"] {
                shown[name] = json!("");
            }
            shown["body"]["content"] = json!("");
            shown["location"] = json!({"displayName": ""});
            shown["locations"] = json!([]);
            shown["attendees"] = json!([]);
        }
        shown
    }

    /// Whether the details are for the calendar's owner alone (`canViewPrivateItems`). The documentation does not say what
    /// stands in their place: nothing does.
    fn hides(&self, event: &Event) -> bool {
        let is_private = matches!(event.fact("sensitivity"), "private" | "confidential");
        is_private && self.mailbox.calendar(event.calendar).is_some_and(|calendar| !calendar.can_edit)
    }

    /// The zone in which a series counts its wall times; an exception may have another.
    fn series_zone(&self, series: Option<u64>, event: &Event) -> Zone {
        let master = series.and_then(|serial| self.mailbox.events.get(&serial)).unwrap_or(event);
        if master.is_all_day { self.mailbox.zone() } else { master.start.zone() }
    }

    /// All-day events are dates at midnight, whatever zone was asked for.
    fn times(&self, item: &Item<'_>) -> (Value, Value) {
        let event = item.event;
        if event.is_all_day {
            let label = if self.switches.all_day_label_follows_prefer { self.prefer.zone_name.as_str() } else { "UTC" };
            let start = item.original.unwrap_or(event.start.wall);
            let end = start + (event.end.wall.date() - event.start.wall.date());
            return (object(start, label), object(end, label));
        }
        let show = |at| instant_object(at, &self.prefer.zone, &self.prefer.zone_name);
        (show(item.start), show(item.end))
    }

    fn online_meeting(&self, event: &Event) -> Value {
        match self.join_url(event) {
            Some(join_url) => {
                json!({"joinUrl": join_url, "conferenceId": (event.uid % 1_000_000_000).to_string(), "tollNumber": "+1 425 555 0100"})
            }
            None => Value::Null,
        }
    }

    fn join_url<'a>(&self, event: &'a Event) -> Option<&'a str> {
        let delay = TimeDelta::seconds(self.switches.join_url_delay_seconds.into());
        event.online.as_ref().filter(|online| self.now >= online.since + delay).map(|online| online.join_url.as_str())
    }

    /// The body in the form asked for, with the block that joins an online meeting.
    fn body(&self, event: &Event) -> Value {
        let stored = event.facts.get("body").cloned().unwrap_or_default();
        let content = stored["content"].as_str().unwrap_or_default();
        let is_html = stored["contentType"] == "html";
        let link = self.join_url(event).filter(|link| !content.contains(link));
        if self.prefer.text_bodies {
            let text = if is_html { plain(&stored) } else { content.to_owned() };
            let block = link.map(|link| format!("\r\n________________\r\nMicrosoft Teams meeting\r\nJoin: {link}\r\n"));
            return json!({"contentType": "text", "content": format!("{text}{}", block.unwrap_or_default())});
        }
        let block = link.map(|link| format!("<div>________________</div><div>Microsoft Teams meeting</div><a href=\"{link}\">Join the meeting now</a>"));
        let block = block.unwrap_or_default();
        let html = if is_html || content.is_empty() {
            format!("{content}{block}")
        } else {
            let escaped =
                content.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', "<br>\n");
            format!(
                "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head><body><div class=\"PlainText\">{escaped}</div>{block}</body></html>"
            )
        };
        json!({"contentType": "html", "content": html})
    }
}

/// The text of a body without its tags.
fn plain(body: &Value) -> String {
    let content = body["content"].as_str().unwrap_or_default();
    if body["contentType"] != "html" {
        return content.to_owned();
    }
    let mut text = String::new();
    let mut in_tag = false;
    for letter in content.chars() {
        match letter {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            _ if in_tag => {}
            other => text.push(other),
        }
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&amp;", "&")
}

fn recurrence(item: &Item<'_>) -> Value {
    match (&item.event.kind, item.original) {
        (Kind::Master { recurrence, .. }, None) => recurrence.shown.clone(),
        _ => Value::Null,
    }
}

fn reply(reply: &Reply) -> Value {
    json!({"response": reply.response, "time": reply.at.map_or_else(|| "0001-01-01T00:00:00Z".to_owned(), stamp)})
}

fn address(address: &Address) -> Value {
    json!({"name": address.name, "address": address.address})
}

fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}
