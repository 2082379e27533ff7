//! `book-meeting`: reserve -> re-read the live calendars -> create with an idempotency key -> read
//! back -> record -> wait for the video link. A crash at any point, then the same call again, gives exactly one event. Here: which key,
//! which calendar, and what was booked before; the steps themselves are `attempt`'s.

mod attempt;
mod held;
mod link;
mod race;

use chrono::TimeDelta;

use self::attempt::Attempt;
use super::fingerprint;
use super::moved;
use super::sources::{self, Selection};
use super::target::{self, ledger_error};
use crate::account::{Email, UserId};
use crate::booking::{Booking, BookingState, EventRecord, Reservation};
use crate::error::{Error, Kind};
use crate::meeting::{Conferencing, Meeting};
use crate::ports::World;
use crate::schedule::interval::Interval;
use crate::schedule::rules::Rules;
use crate::session::Session;

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
    /// A hold that this booking takes.
    pub hold: Option<String>,
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
    book_as(world, user, request, Intent { key, fingerprint, keeps_limits: false }).await
}

/// What a booking is known by, and how it is meant.
#[derive(Debug, Clone)]
pub(super) struct Intent {
    /// Idempotency key.
    pub(super) key: String,
    /// Of what was asked for.
    pub(super) fingerprint: String,
    /// The time was chosen by the limits of the rules, so they still hold when it is booked. A
    /// time that somebody wants is booked in spite of them.
    pub(super) keeps_limits: bool,
}

/// [`book_meeting`] as the caller means it.
pub(super) async fn book_as(
    world: World<'_>,
    user: &UserId,
    request: &BookingRequest,
    intent: Intent,
) -> Result<Meeting, Error> {
    let Intent { key, fingerprint, keeps_limits } = intent;
    let earlier = world.bookings.get(user, &key).map_err(ledger_error)?;
    let earlier = earlier.filter(|booking| booking.fingerprint == fingerprint);
    if let Some(booking) = &earlier
        && let Some(meeting) = replay(world, user, booking, request.video).await?
    {
        return Ok(meeting);
    }
    let is_unfinished = earlier.as_ref().is_some_and(|booking| booking.state == BookingState::Reserved);
    if request.time.start() <= world.clock.now() && !is_unfinished {
        return Err(in_the_past());
    }
    let sources = sources::open(world, user, &Selection::default()).await?.require_any()?;
    let (session, calendar) = match &earlier {
        // Where an unfinished attempt may have left the event, even if the default changed since.
        Some(booking) if booking.state == BookingState::Reserved => target::calendar(&sources, &place_of(booking))?,
        _ => target::calendar(&sources, &request.target)?,
    };
    let unfinished = earlier.filter(|booking| booking.state == BookingState::Reserved);
    let held = held::Held::of(world, user, request.hold.as_deref())?;
    let attempt = Attempt { world, user, request, session, calendar, unfinished, keeps_limits };
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
        hold: request.hold.clone(),
    };
    attempt.run(&sources, &reservation).await.map_err(|error| held.explain(error))
}

/// The refusal of a time that is over.
pub(super) fn in_the_past() -> Error {
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
async fn replay(
    world: World<'_>,
    user: &UserId,
    booking: &Booking,
    with_video: bool,
) -> Result<Option<Meeting>, Error> {
    let (BookingState::Committed, Some(event)) = (booking.state, &booking.event) else { return Ok(None) };
    let session = Session::open(world, user, &booking.account)?;
    let gone = |message: String| {
        Error::new(Kind::Conflict { alternatives: Vec::new() }, message)
            .at(booking.provider)
            .with_remedy("To book it again use a new idempotency key, or cancel the old booking first.")
    };
    match moved::booked(&session, booking, &event.event_id).await?.1 {
        Some(meeting) if meeting.status == crate::meeting::Status::Cancelled => {
            Err(gone("idempotency_key: the meeting booked with this key was cancelled at the provider".into()))
        }
        Some(meeting) if with_video => Ok(Some(link::explained(&session, meeting).await)),
        Some(meeting) => Ok(Some(meeting)),
        None => Err(gone("idempotency_key: the meeting booked with this key was deleted at the provider".into())),
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
mod race_tests;
#[cfg(test)]
mod tests;
