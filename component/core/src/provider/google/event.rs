//! An event as Google writes it, and the meeting it is.
//! <https://developers.google.com/workspace/calendar/api/v3/reference/events#resource>
//! Members we do not read are ignored; only the time is indispensable. Not here: which events
//! block time (`busy_rule`), and requests.

mod wire;

use super::api;
use super::time::Span;
use crate::account::{CalendarId, EventId, Provider};
use crate::error::{Error, Kind};
use crate::meeting::{Attendee, Conferencing, Meeting, Participation, Status};
use crate::schedule::interval::Interval;
use crate::schedule::zone::Zone;
use crate::session::Session;
use wire::WireAttendee;
pub use wire::WireEvent;

impl WireEvent {
    /// The answer of the calendar's own person, if they are a guest.
    #[must_use]
    pub fn own_response(&self) -> Option<&str> {
        let mut attendees = self.attendees.iter().flatten();
        attendees.find(|one| one.is_self == Some(true))?.response_status.as_deref()
    }

    /// It was deleted or called off.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.status.as_deref() == Some("cancelled")
    }

    /// The fingerprint that was kept when we created it.
    #[must_use]
    pub fn fingerprint(&self) -> Option<&str> {
        self.extended_properties.as_ref()?.private.as_ref()?.fp.as_deref()
    }

    /// When it is.
    ///
    /// # Errors
    /// `Protocol` when the time is missing or malformed.
    pub fn span(&self, what: &str) -> Result<Span, Error> {
        let both = self.start.as_ref().zip(self.end.as_ref());
        both.and_then(|(start, end)| Span::read(start, end))
            .ok_or_else(|| api::malformed(what, "an event has no proper start and end"))
    }

    /// The time it takes, none when it has no length. `zone` is the calendar's.
    ///
    /// # Errors
    /// `Protocol` as [`WireEvent::span`], and for an all-day event when there is no zone.
    pub fn interval(&self, what: &str, zone: Option<&Zone>) -> Result<Option<Interval>, Error> {
        let span = self.span(what)?;
        match zone {
            Some(zone) => Ok(span.interval(zone)),
            None if span.is_all_day() => {
                Err(api::malformed(what, "the zone of its all-day events is missing or unknown"))
            }
            None => Ok(span.interval(&Zone::utc())),
        }
    }

    /// The state of the video call.
    #[must_use]
    pub fn conferencing(&self) -> Conferencing {
        let data = self.conference_data.as_ref();
        let video = data.and_then(|data| {
            let mut entries = data.entry_points.iter().flatten();
            entries.find(|entry| entry.entry_point_type.as_deref() == Some("video"))?.uri.as_deref()
        });
        if let Some(link) = video.or(self.hangout_link.as_deref()).filter(|link| is_web(link)) {
            return Conferencing::Ready(link.to_owned());
        }
        let status = data.and_then(|data| data.create_request.as_ref()?.status.as_ref());
        match status.and_then(|status| status.status_code.as_deref()) {
            Some("failure") => Conferencing::Failed,
            // A success whose link has not come through yet is pending, too.
            Some("pending" | "success") => Conferencing::Pending,
            _ => Conferencing::None,
        }
    }

    /// The meeting; none when the event has no length. `zone` is the calendar's, needed for
    /// all-day events only.
    ///
    /// # Errors
    /// `Protocol` when the id or the time is missing or malformed.
    pub fn meeting(
        self,
        session: &Session<'_>,
        calendar: &CalendarId,
        zone: Option<&Zone>,
    ) -> Result<Option<Meeting>, Error> {
        let what = format!("calendar `{calendar}`");
        let Some(id) = self.id.clone().filter(|id| !id.is_empty()) else {
            return Err(api::malformed(&what, "an event has no id"));
        };
        let what = format!("event `{id}`");
        let Some(time) = self.interval(&what, zone)? else { return Ok(None) };
        let is_all_day = self.span(&what)?.is_all_day();
        let entered_in = self.start.as_ref().and_then(|start| start.time_zone.clone());
        let is_own = |one: &WireAttendee, email: &str| {
            one.is_self == Some(true) || session.email().is_some_and(|own| own.eq_ignore_ascii_case(email))
        };
        let attendees = self.attendees.iter().flatten().filter_map(|one| {
            let email = one.email.as_deref().filter(|email| !is_own(one, email))?;
            Some(Attendee {
                email: email.to_owned(),
                name: one.display_name.clone(),
                participation: participation(one.response_status.as_deref()),
                is_optional: one.optional.unwrap_or_default(),
            })
        });
        Ok(Some(Meeting {
            event_id: EventId::new(id),
            account: session.account().clone(),
            provider: Provider::Google,
            calendar: calendar.clone(),
            time,
            is_all_day,
            time_zone: entered_in.or_else(|| zone.filter(|_| is_all_day).map(|zone| zone.name().to_owned())),
            attendees: attendees.collect(),
            is_organizer: self.organizer.as_ref().is_some_and(|who| who.is_self == Some(true)),
            conferencing: self.conferencing(),
            status: match self.status.as_deref() {
                Some("cancelled") => Status::Cancelled,
                Some("tentative") => Status::Tentative,
                _ => Status::Confirmed,
            },
            is_declined: self.own_response() == Some("declined"),
            title: self.summary.unwrap_or_default(),
            organizer: self.organizer.and_then(|who| who.email),
            location: self.location,
            description: self.description,
            web_link: self.html_link.filter(|link| is_web(link)),
            series_id: self.recurring_event_id.map(EventId::new),
            is_series: self.recurrence.is_some_and(|rules| !rules.is_empty()),
            idempotency_key: self
                .extended_properties
                .and_then(|properties| properties.private)
                .and_then(|private| private.bk),
            etag: self.etag,
        }))
    }
}

/// The error for an event that is a mark in time: it can be neither free nor busy.
#[must_use]
pub fn without_length(what: &str) -> Error {
    Error::new(Kind::Unsupported, format!("{what} has no length and is not a meeting"))
        .with_remedy("Use an event that takes time.")
        .at(Provider::Google)
}

fn participation(word: Option<&str>) -> Participation {
    match word {
        Some("accepted") => Participation::Accepted,
        Some("declined") => Participation::Declined,
        Some("tentative") => Participation::Tentative,
        _ => Participation::NeedsAction,
    }
}

/// Links are shown to people: nothing but web addresses gets through.
fn is_web(link: &str) -> bool {
    link.starts_with("https://") || link.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::sample::{calendar, range, wire};
    use super::*;
    use crate::scripted::{Stage, account};

    fn read(changes: Value) -> Meeting {
        let stage = Stage::new();
        let event: WireEvent = serde_json::from_value(wire(changes)).unwrap();
        let session = stage.session(Provider::Google);
        event.meeting(&session, &calendar().id, None).unwrap().unwrap()
    }

    #[test]
    fn reads_every_member_of_an_event() {
        let meeting = read(json!({
            "id": "abc12_20260610T100000Z",
            "recurringEventId": "abc12",
            "status": "tentative",
            "description": "<b>What</b> we do",
            "location": "Room 1",
            "attendees": [
                {"email": "ana@example.com", "self": true, "organizer": true, "responseStatus": "accepted"},
                {"email": "ANA@example.com", "responseStatus": "accepted"},
                {"email": "lee@customer.example", "displayName": "Lee", "responseStatus": "declined"},
                {"email": "kim@customer.example", "optional": true, "responseStatus": "tentative"},
                {"email": "bo@customer.example", "responseStatus": "accepted"},
                {"email": "di@customer.example", "responseStatus": "a new word"},
                {"displayName": "nobody"},
            ],
            "extendedProperties": {"private": {"bk": "booking-42", "fp": "9f2c", "other": "x"}},
            "hangoutLink": "https://meet.google.com/abc-defg-hij",
        }));
        let guest = |email: &str, name: Option<&str>, participation, is_optional| Attendee {
            email: email.to_owned(),
            name: name.map(str::to_owned),
            participation,
            is_optional,
        };
        let expected = Meeting {
            event_id: EventId::new("abc12_20260610T100000Z"),
            account: account(Provider::Google),
            provider: Provider::Google,
            calendar: calendar().id,
            title: "Demo".into(),
            time: range("2026-06-10T10:00:00Z", "2026-06-10T10:30:00Z"),
            is_all_day: false,
            time_zone: Some("Europe/Berlin".into()),
            attendees: vec![
                guest("lee@customer.example", Some("Lee"), Participation::Declined, false),
                guest("kim@customer.example", None, Participation::Tentative, true),
                guest("bo@customer.example", None, Participation::Accepted, false),
                guest("di@customer.example", None, Participation::NeedsAction, false),
            ],
            organizer: Some("ana@example.com".into()),
            is_organizer: true,
            location: Some("Room 1".into()),
            description: Some("<b>What</b> we do".into()),
            conferencing: Conferencing::Ready("https://meet.google.com/abc-defg-hij".into()),
            status: Status::Tentative,
            is_declined: false,
            web_link: Some("https://www.google.com/calendar/event?eid=1".into()),
            series_id: Some(EventId::new("abc12")),
            is_series: false,
            idempotency_key: Some("booking-42".into()),
            etag: Some("\"34\"".into()),
        };
        assert_eq!(meeting, expected);
    }

    #[test]
    fn a_private_event_without_details_is_a_meeting_without_title() {
        let meeting = read(json!({"summary": null, "organizer": null, "visibility": "private", "htmlLink": null}));
        assert_eq!((meeting.title.as_str(), meeting.organizer, meeting.is_organizer), ("", None, false));
    }

    #[test]
    fn every_state_of_the_video_link_is_told() {
        let ready = |link: &str| Conferencing::Ready(link.to_owned());
        let made = |code: &str| json!({"conferenceData": {"createRequest": {"status": {"statusCode": code}}}});
        let entries = |kind: &str, uri: &str| json!({"conferenceData": {"entryPoints": [{"entryPointType": "phone", "uri": "tel:1"}, {"entryPointType": kind, "uri": uri}]}});
        for (members, expected) in [
            (json!({}), Conferencing::None),
            (json!({"conferenceData": {}}), Conferencing::None),
            (made("pending"), Conferencing::Pending),
            (made("success"), Conferencing::Pending),
            (made("failure"), Conferencing::Failed),
            (entries("video", "https://meet.google.com/x"), ready("https://meet.google.com/x")),
            (entries("sip", "sip:x"), Conferencing::None),
            (entries("video", "javascript:alert(1)"), Conferencing::None),
            (json!({"hangoutLink": "https://meet.google.com/y"}), ready("https://meet.google.com/y")),
        ] {
            assert_eq!(read(members.clone()).conferencing, expected, "{members}");
        }
    }

    #[test]
    fn links_that_are_no_web_addresses_are_dropped() {
        assert_eq!(read(json!({"htmlLink": "javascript:alert(1)"})).web_link, None);
    }
}
