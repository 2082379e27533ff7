//! One attempt to book at one target: reserve, check, create, read back, record, or go on where an
//! earlier attempt ended. Not here: which target, and replays of what was committed (`super`).

use chrono::TimeDelta;

use super::{BookingRequest, event_record, in_the_past, replay};
use crate::account::UserId;
use crate::booking::{Booking, Reservation, ReserveOutcome};
use crate::calendar::Calendar;
use crate::error::{Error, Kind};
use crate::meeting::{Meeting, NewEvent};
use crate::op::recheck::{self, Live};
use crate::op::sources::Sources;
use crate::op::target::ledger_error;
use crate::ports::{BookingStoreError, World};
use crate::provider;
use crate::session::{CallError, Session};

/// No attempt lasts longer: operations end before, by their deadline.
const LONGEST_ATTEMPT: TimeDelta = TimeDelta::minutes(2);

/// One attempt at one target.
pub(super) struct Attempt<'s, 'a> {
    pub(super) world: World<'a>,
    pub(super) user: &'s UserId,
    pub(super) request: &'s BookingRequest,
    pub(super) session: &'s Session<'a>,
    pub(super) calendar: &'s Calendar,
    /// What an earlier attempt left in the ledger.
    pub(super) unfinished: Option<Booking>,
    /// As in the intent.
    pub(super) keeps_limits: bool,
}

impl<'a> Attempt<'_, 'a> {
    /// Reserves, checks, creates and records.
    pub(super) async fn run(&self, sources: &Sources<'a>, reservation: &Reservation) -> Result<Meeting, Error> {
        let live = Live {
            world: self.world,
            user: self.user,
            calendar: &self.calendar.id,
            rules: &self.request.alternatives,
            time: self.request.time,
            blocked: reservation.blocked,
            own_key: Some(reservation.key.clone()),
            own_event: None,
            keeps_limits: self.keeps_limits,
        };
        match recheck::reserve(self.world, self.user, reservation).await? {
            ReserveOutcome::Reserved(booking) => {
                let Err(refusal) = live.check(sources).await else {
                    return self.create(sources, reservation, &booking, false, &live).await;
                };
                // What is in the way may be the event itself: the same call, made twice at once,
                // was resumed in another process and came first.
                let event = self.new_event(reservation, &booking, true);
                let is_conflict = matches!(refusal.kind, Kind::Conflict { .. });
                if is_conflict && let Some(meeting) = provider::find(self.session, self.calendar, &event).await? {
                    return self.finish(sources, reservation, meeting, &live).await;
                }
                Err(self.give_up(&reservation.key, refusal))
            }
            ReserveOutcome::Resumed(booking) => self.resume(sources, reservation, &booking, live).await,
            ReserveOutcome::Committed(booking) => {
                match replay(self.world, self.user, &booking, self.request.video).await? {
                    Some(meeting) => Ok(meeting),
                    None => Err(Error::new(Kind::Internal, "the ledger holds a committed booking without event")),
                }
            }
            ReserveOutcome::KeyConflict(_) => Err(conflict("idempotency_key: the key was used for another meeting")
                .with_remedy("Use a new key for a new meeting, or change the booked one.")),
            ReserveOutcome::Overlap(taken) => {
                let refusal = live.conflict(sources, &taken).await;
                match &self.unfinished {
                    // Its hold lapsed, and another booking has the time now.
                    Some(booking) => self.settle(sources, reservation, booking, refusal, &live).await,
                    None => Err(refusal),
                }
            }
        }
    }

    /// Goes on where an earlier attempt with the same key ended, or is still under way in another
    /// process.
    async fn resume(
        &self,
        sources: &Sources<'a>,
        reservation: &Reservation,
        booking: &Booking,
        live: Live<'_, 'a>,
    ) -> Result<Meeting, Error> {
        let event = self.new_event(reservation, booking, true);
        if let Some(meeting) = provider::find(self.session, self.calendar, &event).await? {
            return self.finish(sources, reservation, meeting, &live).await;
        }
        let refusal = if booking.time != reservation.time {
            Some(conflict("an earlier attempt with this key holds another time"))
        } else if reservation.time.start() <= self.world.clock.now() {
            Some(in_the_past())
        } else {
            live.check(sources).await.err()
        };
        match refusal {
            // What is in the way may be the event itself, made by the other attempt meanwhile.
            Some(refusal) => self.settle(sources, reservation, booking, refusal, &live).await,
            None => self.create(sources, reservation, booking, true, &live).await,
        }
    }

    /// The end of an unfinished attempt that cannot go on: its event, if it made one, else the
    /// refusal. The reservation is given up when that attempt has certainly ended.
    async fn settle(
        &self,
        sources: &Sources<'a>,
        reservation: &Reservation,
        booking: &Booking,
        refusal: Error,
        live: &Live<'_, 'a>,
    ) -> Result<Meeting, Error> {
        let event = self.new_event(reservation, booking, true);
        if let Some(meeting) = provider::find(self.session, self.calendar, &event).await? {
            return self.finish(sources, reservation, meeting, live).await;
        }
        Err(if self.has_ended(booking) { self.give_up(&reservation.key, refusal) } else { refusal })
    }

    /// Whether the attempt that made the reservation has certainly ended.
    fn has_ended(&self, booking: &Booking) -> bool {
        self.world.clock.now() - booking.created_at > LONGEST_ATTEMPT
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

    async fn create(
        &self,
        sources: &Sources<'a>,
        reservation: &Reservation,
        booking: &Booking,
        is_resumed: bool,
        live: &Live<'_, 'a>,
    ) -> Result<Meeting, Error> {
        let event = self.new_event(reservation, booking, is_resumed);
        match provider::create(self.session, self.calendar, &event).await {
            Ok(meeting) => self.finish(sources, reservation, meeting, live).await,
            // Whoever goes on for another attempt leaves the reservation to it while it may be under way.
            Err(CallError::Failed(error)) if is_resumed && !self.has_ended(booking) => Err(error),
            Err(CallError::Failed(error)) => Err(self.give_up(&reservation.key, error)),
            // The provider knows the key and says what can be done.
            Err(CallError::Unknown(error)) if matches!(error.kind, Kind::Conflict { .. }) => Err(error),
            // The reservation stays: the same call again finds out what became of the event.
            Err(CallError::Unknown(error)) => Err(error.with_remedy(
                "The outcome is unknown. Repeat the same call: it finds the meeting or books it, never twice.",
            )),
        }
    }

    /// Writes the meeting into the ledger.
    pub(super) fn record(&self, reservation: &Reservation, meeting: &Meeting) -> Result<(), Error> {
        let bookings = self.world.bookings;
        let recorded = self.commit(reservation, meeting).or_else(|error| {
            // Another attempt with the same key gave the reservation up meanwhile: take it again. A booking with an event
            // was cancelled.
            let is_given_up = match error {
                BookingStoreError::NotFound => true,
                BookingStoreError::WrongState => {
                    bookings.get(self.user, &reservation.key)?.is_some_and(|one| one.event.is_none())
                }
                _ => false,
            };
            if is_given_up {
                bookings.reserve(reservation).and_then(|_| self.commit(reservation, meeting))
            } else {
                Err(error)
            }
        });
        recorded.map_err(|error| {
            ledger_error(error)
                .context("the meeting is booked, but could not be recorded")
                .with_remedy("Repeat the same call: it records the meeting and books nothing new.")
        })
    }

    /// The ledger's record of the meeting as it is; it may lie elsewhere by now.
    pub(super) fn commit(&self, reservation: &Reservation, meeting: &Meeting) -> Result<(), BookingStoreError> {
        let blocked = meeting.time.grown(self.request.buffer_before, self.request.buffer_after);
        self.world.bookings.commit(self.user, &reservation.key, &event_record(meeting), blocked).map(|_| ())
    }

    /// Frees the reservation after a certain failure. If that fails, too, it expires by itself.
    fn give_up(&self, key: &str, error: Error) -> Error {
        let _ = self.world.bookings.abort(self.user, key);
        error
    }
}

pub(super) fn conflict(message: &str) -> Error {
    Error::new(Kind::Conflict { alternatives: Vec::new() }, message)
}
