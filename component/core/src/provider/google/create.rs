//! Creating an event once: events.insert with an id of our own, `POST /calendars/{calendar}/events`.
//! <https://developers.google.com/workspace/calendar/api/v3/reference/events/insert>
//!
//! The id follows from the booking's key, so whatever was lost on the way, asking for that id tells
//! whether the event exists. A deleted id stays taken: such an event is never revived.
//! Not here: the state of the booking, and waiting for the video link (`op::book_meeting`).

use chrono::TimeDelta;

use super::event::WireEvent;
use super::event_id::event_id;
use super::{api, events, fault, insertion};
use crate::account::{EventId, Provider};
use crate::calendar::{Access, Calendar};
use crate::error::{Error, Kind};
use crate::http::request::{Method, Request};
use crate::http::response::Response;
use crate::http::retry::Replay;
use crate::meeting::{Meeting, NewEvent};
use crate::oauth::scope::Feature;
use crate::session::{CallError, Session};

/// One insert request each, with the wait before it unless Google asks for another.
const BACKOFFS: [Option<TimeDelta>; 3] = [None, Some(TimeDelta::milliseconds(500)), Some(TimeDelta::seconds(1))];
/// Waits for an event whose id is taken to become readable.
const REPLICATION_WAITS: [TimeDelta; 3] = [TimeDelta::seconds(1), TimeDelta::seconds(2), TimeDelta::seconds(4)];

/// Creates the event, or finds the one created before with the same key and generation: that one
/// comes back as it is now, even when it was moved since.
///
/// # Errors
/// `Failed`: certainly no event was made by this call; `Conflict` when the key belongs to another
/// meeting or its event was deleted since, `PermissionDenied` for a calendar that cannot be
/// written. `Unknown`: there may be an event; the same call again finds out.
pub async fn create(session: &Session<'_>, calendar: &Calendar, event: &NewEvent) -> Result<Meeting, CallError> {
    session.require(Feature::WriteEvents)?;
    if calendar.access < Access::Write {
        let message = format!("calendar `{}` is read-only for the account", calendar.id);
        let remedy = "Book in another calendar, or ask its owner for write access.";
        let error = Error::new(Kind::PermissionDenied, message).with_remedy(remedy);
        return Err(error.at(Provider::Google).into());
    }
    Creation::new(session, calendar, event).run().await
}

/// The event an earlier `create` with the same key and generation made, whatever it was asked to
/// hold; none = there is none, or it was cancelled since.
///
/// # Errors
/// Whatever made it impossible to tell.
pub async fn find(session: &Session<'_>, calendar: &Calendar, event: &NewEvent) -> Result<Option<Meeting>, Error> {
    session.require(Feature::ReadEvents)?;
    let creation = Creation::new(session, calendar, event);
    match creation.look(false).await?.filter(|wire| !wire.is_cancelled()) {
        Some(wire) => creation.meeting(wire).await.map(Some),
        None => Ok(None),
    }
}

struct Creation<'a> {
    session: &'a Session<'a>,
    calendar: &'a Calendar,
    event: &'a NewEvent,
    id: EventId,
}

/// What an insert request led to.
enum Inserted {
    Created(Box<WireEvent>),
    /// The id is taken.
    Duplicate,
    /// No answer, or a server fault: the event may exist.
    Unclear(Error),
    Refused(Error),
}

impl<'a> Creation<'a> {
    fn new(session: &'a Session<'a>, calendar: &'a Calendar, event: &'a NewEvent) -> Self {
        let id = event_id(&calendar.account, &calendar.id, &event.key, event.generation);
        Self { session, calendar, event, id }
    }

    async fn run(&self) -> Result<Meeting, CallError> {
        if self.event.is_resumed
            && let Some(wire) = self.look(false).await.map_err(CallError::Unknown)?
        {
            return self.recognise(wire).await;
        }
        // Might an event exist that we cannot see yet?
        let mut may_exist = false;
        let mut last = self.indeterminate();
        for backoff in BACKOFFS {
            if let Some(backoff) = backoff {
                let (world, wait) = (self.session.world(), last.retry_after().unwrap_or(backoff));
                if world.clock.now() + wait >= world.deadline {
                    break;
                }
                world.clock.sleep(wait).await;
            }
            let is_taken = match self.insert().await {
                Inserted::Created(wire) => return self.verify(*wire).await,
                Inserted::Refused(error) if may_exist => return Err(CallError::Unknown(error)),
                Inserted::Refused(error) => return Err(CallError::Failed(error)),
                Inserted::Duplicate => true,
                Inserted::Unclear(error) => {
                    last = error;
                    false
                }
            };
            may_exist = true;
            match self.look(is_taken).await.map_err(CallError::Unknown)? {
                Some(wire) => return self.recognise(wire).await,
                None if is_taken => return Err(CallError::Unknown(self.indeterminate())),
                None => {}
            }
        }
        Err(CallError::Unknown(last))
    }

    async fn insert(&self) -> Inserted {
        let with_video = self.event.video && self.calendar.supports_video;
        let url = api::events(self.session, &self.calendar.id)
            .query("sendUpdates", "all")
            .query("conferenceDataVersion", if with_video { "1" } else { "0" })
            .build();
        let body = insertion::body(self.event, &self.id, with_video);
        let request = Request::new(Method::Post, url).json(&body);
        let response = match self.session.call(request, Replay::OnlyIfRefused).await {
            Ok(response) => response,
            Err(CallError::Failed(error)) => return Inserted::Refused(error),
            Err(CallError::Unknown(error)) => return Inserted::Unclear(error),
        };
        match response.status {
            200..=299 => match api::parse(&self.what(), &response) {
                Ok(wire) => Inserted::Created(Box::new(wire)),
                Err(error) => Inserted::Unclear(error),
            },
            409 if !fault::is_throttled(&response) => Inserted::Duplicate,
            500.. => Inserted::Unclear(self.fault(&response)),
            _ => Inserted::Refused(self.fault(&response)),
        }
    }

    /// The event with our id, if Google has it. A taken id that cannot be read yet is asked for
    /// again.
    async fn look(&self, is_taken: bool) -> Result<Option<WireEvent>, Error> {
        let mut waits = REPLICATION_WAITS.iter().filter(|_| is_taken);
        loop {
            let url = api::event(self.session, &self.calendar.id, &self.id).build();
            let response = self.session.call(Request::new(Method::Get, url), Replay::Safe).await?;
            match response.status {
                200..=299 => return api::parse(&self.what(), &response).map(Some),
                404 | 410 => {}
                _ => return Err(self.fault(&response)),
            }
            let world = self.session.world();
            match waits.next() {
                Some(wait) if world.clock.now() + *wait < world.deadline => world.clock.sleep(*wait).await,
                _ => return Ok(None),
            }
        }
    }

    /// Judges an event found under our id.
    async fn recognise(&self, wire: WireEvent) -> Result<Meeting, CallError> {
        let conflict = |message: &str, remedy: &str| {
            let kind = Kind::Conflict { alternatives: Vec::new() };
            let error = Error::new(kind, format!("{}: {message}", self.what())).with_remedy(remedy);
            CallError::Failed(error.at(Provider::Google))
        };
        if wire.is_cancelled() {
            return Err(conflict(
                "the event booked with this idempotency key was cancelled since",
                "Book again with a new idempotency key.",
            ));
        }
        if wire.fingerprint() != Some(self.event.fingerprint.as_str()) {
            return Err(conflict(
                "the idempotency key was used for another meeting",
                "Use a new idempotency key, or change the existing meeting.",
            ));
        }
        self.meeting(wire).await.map_err(CallError::Unknown)
    }

    /// Checks that Google made what was asked for.
    async fn verify(&self, wire: WireEvent) -> Result<Meeting, CallError> {
        let broken = |detail: &str| CallError::Unknown(api::malformed(&self.what(), detail));
        if wire.id.as_deref() != Some(self.id.as_str()) {
            return Err(broken("the event was created under another id"));
        }
        if wire.is_cancelled() {
            return Err(broken("the event was created as a cancelled one"));
        }
        let is_complete = wire.attendees_omitted != Some(true);
        let has_guests = wire.attendees.as_ref().is_some_and(|guests| !guests.is_empty());
        if is_complete && !has_guests && !self.event.attendees.is_empty() {
            return Err(broken("the event was created without its guests"));
        }
        let meeting = self.meeting(wire).await.map_err(CallError::Unknown)?;
        if meeting.time != self.event.time {
            return Err(broken("the event was created at another time"));
        }
        Ok(meeting)
    }

    async fn meeting(&self, wire: WireEvent) -> Result<Meeting, Error> {
        events::meeting(self.session, &self.calendar.id, wire).await
    }

    fn fault(&self, response: &Response) -> Error {
        let now = self.session.world().clock.now();
        fault::error(&self.what(), Feature::WriteEvents, response, now)
    }

    fn indeterminate(&self) -> Error {
        let message = format!("{}: it is unknown whether the event was created", self.what());
        Error::new(Kind::Unavailable { retry_after: None }, message)
            .with_remedy("Repeat the same call: it finds out.")
            .at(Provider::Google)
    }

    fn what(&self) -> String {
        format!("calendar `{}`", self.calendar.id)
    }
}

#[cfg(test)]
mod tests;
