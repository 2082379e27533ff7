//! `book-meeting`: reserve -> re-read the live calendars -> create with an idempotency key ->
//! record. A crash at any point, then the same call again, gives exactly one event.

use chrono::TimeDelta;

use super::fingerprint;
use super::recheck::{self, Live};
use super::sources::{self, Selection, Sources};
use super::target::{self, ledger_error};
use crate::account::{Email, UserId};
use crate::booking::{Booking, BookingState, EventRecord, Reservation, ReserveOutcome};
use crate::calendar::Calendar;
use crate::error::{Error, Kind};
use crate::meeting::{Conferencing, Meeting, NewEvent};
use crate::ports::{BookingStoreError, World};
use crate::provider;
use crate::schedule::interval::Interval;
use crate::schedule::rules::Rules;
use crate::session::{CallError, Session};

/// No attempt lasts longer: operations end before, by their deadline.
const LONGEST_ATTEMPT: TimeDelta = TimeDelta::minutes(2);

/// A meeting to be booked at a fixed time.
#[derive(Debug, Clone, PartialEq)]
pub struct BookingRequest {
    /// Title.
    pub title: String,
    /// When.
    pub time: Interval,
    /// IANA zone that guests see.
    pub time_zone: String,
    /// Invited people.
    pub attendees: Vec<Email>,
    /// Text.
    pub description: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// Ask for a Meet or Teams link.
    pub video: bool,
    /// The calendar to write to.
    pub target: Selection,
    /// Idempotency key; none = derived from the request.
    pub key: Option<String>,
    /// Free time demanded before.
    pub buffer_before: TimeDelta,
    /// Free time demanded after.
    pub buffer_after: TimeDelta,
    /// Rules of the alternatives offered when the time is taken.
    pub alternatives: Rules,
}

impl BookingRequest {
    fn blocked(&self) -> Interval {
        self.time.grown(self.buffer_before, self.buffer_after)
    }
}

/// Books once.
///
/// # Errors
/// `Conflict` (taken, with alternatives; or the key belongs to another meeting), `Unavailable`
/// (a calendar could not be checked), `Timeout` and `Storage` (outcome unknown: repeat the call),
/// and whatever the provider refused.
pub async fn book_meeting(world: World<'_>, user: &UserId, request: &BookingRequest) -> Result<Meeting, Error> {
    let fingerprint = fingerprint::of_booking(request);
    let key = request.key.clone().unwrap_or_else(|| fingerprint::derived_key(&fingerprint));
    book_with_key(world, user, request, key, fingerprint).await
}

/// [`book_meeting`] with the key and the fingerprint chosen by the caller.
pub(super) async fn book_with_key(
    world: World<'_>,
    user: &UserId,
    request: &BookingRequest,
    key: String,
    fingerprint: String,
) -> Result<Meeting, Error> {
    let earlier = world.bookings.get(user, &key).map_err(ledger_error)?;
    let earlier = earlier.filter(|booking| booking.fingerprint == fingerprint);
    if let Some(booking) = &earlier
        && let Some(meeting) = replay(world, user, booking).await?
    {
        return Ok(meeting);
    }
    let is_unfinished = earlier.as_ref().is_some_and(|booking| booking.state == BookingState::Reserved);
    if request.time.start <= world.clock.now() && !is_unfinished {
        return Err(in_the_past());
    }
    let sources = sources::open(world, user, &Selection::default()).await?.require_any()?;
    let (session, calendar) = match &earlier {
        // Where an unfinished attempt may have left the event, even if the default changed since.
        Some(booking) if booking.state == BookingState::Reserved => target::calendar(&sources, &place_of(booking))?,
        _ => target::calendar(&sources, &request.target)?,
    };
    let attempt = Attempt { world, user, request, session, calendar };
    let reservation = Reservation {
        user: user.clone(),
        key,
        fingerprint,
        account: session.account().clone(),
        provider: session.provider(),
        calendar: calendar.id.clone(),
        time: request.time,
        blocked: request.blocked(),
        replaces: None,
    };
    attempt.run(&sources, &reservation).await
}

fn conflict(message: &str) -> Error {
    Error::new(Kind::Conflict { alternatives: Vec::new() }, message)
}

fn in_the_past() -> Error {
    Error::invalid("time", "a meeting cannot be booked in the past")
}

/// The calendar of a booking, as a target.
fn place_of(booking: &Booking) -> Selection {
    Selection {
        provider: Some(booking.provider),
        account: Some(booking.account.as_str().to_owned()),
        calendars: vec![booking.calendar.clone()],
    }
}

/// The meeting of a booking that was committed before, as it is now.
async fn replay(world: World<'_>, user: &UserId, booking: &Booking) -> Result<Option<Meeting>, Error> {
    let (BookingState::Committed, Some(event)) = (booking.state, &booking.event) else { return Ok(None) };
    let session = Session::open(world, user, &booking.account)?;
    let gone = |message: String| {
        Error::new(Kind::Conflict { alternatives: Vec::new() }, message)
            .at(booking.provider)
            .with_remedy("To book it again use a new idempotency key, or cancel the old booking first.")
    };
    match provider::get(&session, &booking.calendar, &event.event_id).await {
        Ok(meeting) if meeting.status == crate::meeting::Status::Cancelled => {
            Err(gone("idempotency_key: the meeting booked with this key was cancelled at the provider".into()))
        }
        Ok(meeting) => Ok(Some(meeting)),
        Err(error) if error.kind == Kind::NotFound => {
            Err(gone("idempotency_key: the meeting booked with this key was deleted at the provider".into()))
        }
        Err(error) => Err(error),
    }
}

/// One attempt at one target.
struct Attempt<'s, 'a> {
    world: World<'a>,
    user: &'s UserId,
    request: &'s BookingRequest,
    session: &'s Session<'a>,
    calendar: &'s Calendar,
}

impl<'a> Attempt<'_, 'a> {
    async fn run(&self, sources: &Sources<'a>, reservation: &Reservation) -> Result<Meeting, Error> {
        let live = Live {
            world: self.world,
            user: self.user,
            calendar: &self.calendar.id,
            rules: &self.request.alternatives,
            time: self.request.time,
            blocked: reservation.blocked,
            own_key: Some(reservation.key.clone()),
            own_event: None,
        };
        match recheck::reserve(self.world, self.user, reservation).await? {
            ReserveOutcome::Reserved(booking) => {
                let Err(refusal) = live.check(sources).await else {
                    return self.create(reservation, &booking, false).await;
                };
                // What is in the way may be the event itself: the same call, made twice at once,
                // was resumed in another process and came first.
                let event = self.new_event(reservation, &booking, true);
                let is_conflict = matches!(refusal.kind, Kind::Conflict { .. });
                if is_conflict && let Some(meeting) = provider::find(self.session, self.calendar, &event).await? {
                    return self.record(reservation, meeting);
                }
                Err(self.give_up(&reservation.key, refusal))
            }
            ReserveOutcome::Resumed(booking) => self.resume(sources, reservation, &booking, live).await,
            ReserveOutcome::Committed(booking) => match replay(self.world, self.user, &booking).await? {
                Some(meeting) => Ok(meeting),
                None => Err(Error::new(Kind::Internal, "the ledger holds a committed booking without event")),
            },
            ReserveOutcome::KeyConflict(_) => Err(conflict("idempotency_key: the key was used for another meeting")
                .with_remedy("Use a new key for a new meeting, or change the booked one.")),
            ReserveOutcome::Overlap(taken) => Err(live.conflict(sources, &taken).await),
        }
    }

    /// Goes on where an earlier attempt with the same key ended, or is still under way in another
    /// process: its reservation is given up only when that attempt has certainly ended.
    async fn resume(
        &self,
        sources: &Sources<'a>,
        reservation: &Reservation,
        booking: &Booking,
        live: Live<'_, 'a>,
    ) -> Result<Meeting, Error> {
        let event = self.new_event(reservation, booking, true);
        if let Some(meeting) = provider::find(self.session, self.calendar, &event).await? {
            return self.record(reservation, meeting);
        }
        let now = self.world.clock.now();
        let has_ended = now - booking.created_at > LONGEST_ATTEMPT;
        let refusal = if booking.time != reservation.time {
            Some(conflict("an earlier attempt with this key holds another time"))
        } else if reservation.time.start <= now {
            Some(in_the_past())
        } else {
            live.check(sources).await.err()
        };
        let Some(refusal) = refusal else {
            return self.create(reservation, booking, true).await;
        };
        // What is in the way may be the event itself, made by the other attempt meanwhile.
        if let Some(meeting) = provider::find(self.session, self.calendar, &event).await? {
            return self.record(reservation, meeting);
        }
        Err(if has_ended { self.give_up(&reservation.key, refusal) } else { refusal })
    }

    fn new_event(&self, reservation: &Reservation, booking: &Booking, is_resumed: bool) -> NewEvent {
        NewEvent {
            key: reservation.key.clone(),
            generation: booking.generation,
            fingerprint: reservation.fingerprint.clone(),
            title: self.request.title.clone(),
            time: self.request.time,
            time_zone: self.request.time_zone.clone(),
            attendees: self.request.attendees.clone(),
            description: self.request.description.clone(),
            location: self.request.location.clone(),
            video: self.request.video,
            is_resumed,
        }
    }

    async fn create(&self, reservation: &Reservation, booking: &Booking, is_resumed: bool) -> Result<Meeting, Error> {
        let event = self.new_event(reservation, booking, is_resumed);
        match provider::create(self.session, self.calendar, &event).await {
            Ok(meeting) => self.record(reservation, meeting),
            Err(CallError::Failed(error)) => Err(self.give_up(&reservation.key, error)),
            // The reservation stays: the same call again finds out what became of the event.
            Err(CallError::Unknown(error)) => Err(error.with_remedy(
                "The outcome is unknown. Repeat the same call: it finds the meeting or books it, never twice.",
            )),
        }
    }

    fn record(&self, reservation: &Reservation, meeting: Meeting) -> Result<Meeting, Error> {
        let event = event_record(&meeting);
        let commit = || self.world.bookings.commit(self.user, &reservation.key, &event, reservation.blocked);
        let recorded = commit().or_else(|error| match error {
            // Another attempt with the same key gave the reservation up meanwhile: take it again.
            BookingStoreError::NotFound => self.world.bookings.reserve(reservation).and_then(|_| commit()),
            other => Err(other),
        });
        recorded.map_err(|error| {
            ledger_error(error)
                .context("the meeting is booked, but could not be recorded")
                .with_remedy("Repeat the same call: it records the meeting and books nothing new.")
        })?;
        Ok(meeting)
    }

    /// Frees the reservation after a certain failure. If that fails, too, it expires by itself.
    fn give_up(&self, key: &str, error: Error) -> Error {
        let _ = self.world.bookings.abort(self.user, key);
        error
    }
}

/// What the ledger keeps of a meeting.
pub(super) fn event_record(meeting: &Meeting) -> EventRecord {
    let conferencing_link = match &meeting.conferencing {
        Conferencing::Ready(link) => Some(link.clone()),
        _ => None,
    };
    EventRecord {
        event_id: meeting.event_id.clone(),
        title: meeting.title.clone(),
        time: meeting.time,
        attendees: meeting.attendees.iter().map(|one| one.email.clone()).collect(),
        location: meeting.location.clone(),
        description: meeting.description.clone(),
        conferencing_link,
        status: meeting.status.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests;
