//! One attempt to create an event: the request, and what its answers are compared with.
//! Not here: the order of attempts (`create`).

use serde_json::{Value, json};

use super::super::event::Event;
use super::super::events::{fetch, meeting, zone_for};
use super::super::find::{Mark, find};
use super::super::request::{Body, events_url, pause, request};
use super::super::time::DateTimeTimeZone;
use super::super::{fault, property};
use super::{cancelled_meanwhile, key_used, nothing_found};
use crate::calendar::Calendar;
use crate::error::{Error, Kind};
use crate::http::request::Method;
use crate::http::response::Response;
use crate::http::retry::Replay;
use crate::meeting::{Meeting, NewEvent, Status};
use crate::session::{CallError, Session};

/// What is being created, and where.
pub struct Attempt<'a, 'w> {
    /// The account.
    pub session: &'a Session<'w>,
    /// The calendar.
    pub calendar: &'a Calendar,
    /// The event.
    pub event: &'a NewEvent,
    /// Its retry key.
    pub transaction: &'a str,
}

impl Attempt<'_, '_> {
    /// Posts it; repeated by itself only where the service certainly did nothing.
    pub async fn post(&self) -> Result<Response, CallError> {
        let url = events_url(self.session, self.calendar.id.as_str()).build();
        let request = request(self.session, Method::Post, url, Body::Text).json(&self.json());
        self.session.call(request, Replay::OnlyIfRefused).await
    }

    /// The event of a successful answer.
    pub fn created(&self, response: &Response) -> Result<Event, Error> {
        fault::body("new event", response)
    }

    /// The meeting of an event that was made just now, if it is what was asked for.
    pub fn verified(&self, event: Event) -> Result<Meeting, CallError> {
        let meeting = meeting(self.session, &self.calendar.id, event, None);
        let meeting = meeting.map_err(CallError::Unknown)?;
        if meeting.status == Status::Cancelled {
            return Err(CallError::Failed(cancelled_meanwhile()));
        }
        if meeting.time != self.event.time || meeting.is_all_day {
            let error = fault::protocol("new event", "has other times than were asked for");
            let remedy = "Look at the event in the calendar: it was made, but at another time.";
            return Err(CallError::Unknown(error.with_remedy(remedy)));
        }
        Ok(self.keyed(meeting))
    }

    /// The meeting of an earlier attempt, if it is the same one.
    pub async fn accept(&self, found: Event) -> Result<Meeting, CallError> {
        if found.is_cancelled == Some(true) {
            return Err(CallError::Failed(cancelled_meanwhile()));
        }
        if !self.is_same(&found) {
            return Err(CallError::Failed(key_used()));
        }
        self.found(found).await.map_err(CallError::Unknown)
    }

    /// The meeting of an earlier attempt as it is now; somebody may have moved it since.
    pub async fn found(&self, found: Event) -> Result<Meeting, Error> {
        let zone = zone_for(self.session, &found).await?;
        let meeting = meeting(self.session, &self.calendar.id, found, zone.as_ref())?;
        Ok(self.keyed(meeting))
    }

    /// The event that has the retry key already.
    pub async fn existing(&self, response: &Response, mark: &Mark<'_>) -> Result<Event, CallError> {
        if let Some(id) = fault::existing_event(response) {
            match fetch(self.session, &self.calendar.id, &id, Body::Text).await {
                Ok(event) => return Ok(event),
                Err(error) if error.kind == Kind::NotFound => {}
                Err(error) => return Err(CallError::Unknown(error)),
            }
        }
        match find(self.session, &self.calendar.id, mark).await {
            Ok(Some(event)) => Ok(event),
            Ok(None) => Err(CallError::Unknown(nothing_found())),
            Err(error) => Err(CallError::Unknown(error)),
        }
    }

    /// Waits what a busy server asked for, as far as the deadline allows.
    pub async fn wait_as_asked(&self, failure: &CallError) {
        if let (CallError::Unknown(_), Some(wait)) = (failure, failure.error().retry_after()) {
            pause(self.session, wait).await;
        }
    }

    /// By the fingerprint kept in the event; an event without one by title and time.
    fn is_same(&self, found: &Event) -> bool {
        let marks = found.single_value_extended_properties.as_deref().unwrap_or_default();
        match property::fingerprint(marks) {
            Some(fingerprint) => fingerprint.eq_ignore_ascii_case(&self.event.fingerprint),
            None => {
                found.subject.as_deref().unwrap_or_default() == self.event.title
                    && found.interval(None) == Ok(Some(self.event.time))
            }
        }
    }

    /// Adds what the answer does not tell: the key.
    fn keyed(&self, meeting: Meeting) -> Meeting {
        Meeting { idempotency_key: Some(self.event.key.clone()), ..meeting }
    }

    fn json(&self) -> Value {
        let event = self.event;
        let attendees: Vec<Value> = event
            .attendees
            .iter()
            .map(|email| json!({ "type": "required", "emailAddress": { "address": email.as_str() } }))
            .collect();
        let mut body = json!({
            "subject": event.title,
            "start": DateTimeTimeZone::utc(event.time.start()),
            "end": DateTimeTimeZone::utc(event.time.end()),
            "showAs": "busy",
            "attendees": attendees,
            "transactionId": self.transaction,
            "singleValueExtendedProperties": property::both(&event.key, &event.fingerprint),
        });
        if let Some(members) = body.as_object_mut() {
            if let Some(text) = &event.description {
                members.insert("body".into(), json!({ "contentType": "text", "content": text }));
            }
            if let Some(place) = &event.location {
                members.insert("location".into(), json!({ "displayName": place }));
            }
            if event.video && self.calendar.supports_video {
                members.insert("isOnlineMeeting".into(), json!(true));
                members.insert("onlineMeetingProvider".into(), json!("teamsForBusiness"));
            }
        }
        body
    }
}
