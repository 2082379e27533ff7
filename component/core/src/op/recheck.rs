//! The live re-check before a booking is written: reservation with reconciliation against what
//! really stands at the provider, and the conflict with its alternatives.

mod copies;
pub mod read_back;

use chrono::TimeDelta;
use futures_util::future::join_all;

use super::availability;
use super::busy_read::{BusyRead, Entry};
use super::moved;
use super::search;
use super::sources::Sources;
use super::target::ledger_error;
use crate::account::{CalendarId, UserId};
use crate::booking::{Booking, BookingState, EventRecord, HoldOutcome, HoldRequest, Reservation, ReserveOutcome};
use crate::calendar::Detail;
use crate::error::{Error, Kind};
use crate::meeting::{Meeting, Status};
use crate::ports::World;
use crate::provider::cached;
use crate::schedule::availability::Availability;
use crate::schedule::interval::Interval;
use crate::schedule::reason::ReasonCode;
use crate::schedule::rules::Rules;
use crate::schedule::slots::{self, Query};
use crate::session::Session;

/// How far before and after the wanted time alternatives are looked for. Read in the same round
/// trip as the check itself.
const BEFORE: TimeDelta = TimeDelta::days(1);
const AFTER: TimeDelta = TimeDelta::days(7);
/// How many alternatives a conflict offers.
const ALTERNATIVES: usize = 3;

/// Reserves. When recorded bookings are in the way, they are compared with the provider first:
/// events that were moved or deleted there no longer block.
///
/// # Errors
/// `Storage`.
pub async fn reserve(world: World<'_>, user: &UserId, reservation: &Reservation) -> Result<ReserveOutcome, Error> {
    let outcome = world.bookings.reserve(reservation).map_err(ledger_error)?;
    match outcome {
        ReserveOutcome::Overlap(_) if reconcile_all(world, user, reservation.blocked).await? => {
            world.bookings.reserve(reservation).map_err(ledger_error)
        }
        outcome => Ok(outcome),
    }
}

/// Holds a time for a while; recorded bookings that are in the way are compared first, as in
/// [`reserve`].
///
/// # Errors
/// `Storage`.
pub async fn hold(world: World<'_>, request: &HoldRequest) -> Result<HoldOutcome, Error> {
    let outcome = world.bookings.hold(request).map_err(ledger_error)?;
    match outcome {
        HoldOutcome::Overlap(_) if reconcile_all(world, &request.user, request.blocked).await? => {
            world.bookings.hold(request).map_err(ledger_error)
        }
        outcome => Ok(outcome),
    }
}

/// Compares everything recorded in `range` with the providers. True = something changed.
async fn reconcile_all(world: World<'_>, user: &UserId, range: Interval) -> Result<bool, Error> {
    let in_the_way = world.bookings.list(user, range).map_err(ledger_error)?;
    let changed = join_all(in_the_way.iter().map(|booking| reconcile(world, user, booking))).await;
    Ok(changed.into_iter().any(|changed| changed))
}

/// Brings one ledger entry up to date with the provider. True = it changed. A provider that
/// cannot be asked changes nothing: the entry goes on blocking.
async fn reconcile(world: World<'_>, user: &UserId, booking: &Booking) -> bool {
    let (BookingState::Committed, Some(event)) = (booking.state, &booking.event) else {
        return false;
    };
    let read = match Session::open(world, user, &booking.account) {
        Ok(session) => moved::booked(&session, booking, &event.event_id).await.map(|(_, meeting)| meeting),
        // An account that was disconnected keeps no time.
        Err(error) if error.kind == Kind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    let newest = match read {
        Ok(Some(meeting)) if meeting.status != Status::Cancelled => Some(meeting.time),
        Ok(_) => None,
        Err(_) => return false,
    };
    if newest == Some(booking.time) {
        return false;
    }
    let (record, blocked) = match newest {
        None => {
            let status = Status::Cancelled.as_str().to_owned();
            (EventRecord { status, ..event.clone() }, booking.blocked)
        }
        Some(time) => (EventRecord { time, ..event.clone() }, booking.blocked_at(time)),
    };
    world.bookings.commit(user, &booking.key, &record, blocked).is_ok()
}

/// One check of the live calendars.
#[derive(Clone)]
pub struct Live<'s, 'a> {
    /// Ports.
    pub world: World<'a>,
    /// Whose calendars.
    pub user: &'s UserId,
    /// The calendar to be written to: it counts even when it is not a selected one.
    pub calendar: &'s CalendarId,
    /// Rules of the alternatives; duration and buffers are taken from `time` and `blocked`.
    pub rules: &'s Rules,
    /// The wanted time.
    pub time: Interval,
    /// The wanted time with its buffers.
    pub blocked: Interval,
    /// The own reservation does not count.
    pub own_key: Option<String>,
    /// The own event as it is (when rescheduling) does not count, nor does its invitation in another account of the user.
    pub own_event: Option<&'s Meeting>,
    /// A limit that is reached meanwhile is in the way, too.
    pub keeps_limits: bool,
}

impl Live<'_, '_> {
    /// Reads all selected calendars of all accounts, bypassing every cache. Entries are treated as
    /// the statuses of the rules say; by the default ones everything that is not free is in the way.
    ///
    /// # Errors
    /// `Conflict` with alternatives when the time is taken; `Unavailable` when a calendar could
    /// not be read: nothing is booked blindly.
    pub async fn check(&self, sources: &Sources<'_>) -> Result<(), Error> {
        let mut entries = self.entries(sources).await?;
        let read = self.availability(sources, &entries)?;
        if !self.is_in_the_way(&read)? {
            return Ok(());
        }
        if !self.drop_copies(sources, &mut entries).await? {
            return Err(self.taken(&read));
        }
        let read = self.availability(sources, &entries)?;
        match self.is_in_the_way(&read)? {
            true => Err(self.taken(&read)),
            false => Ok(()),
        }
    }

    /// Whether something of `read` is in the way of the wanted time, as the rules see it.
    fn is_in_the_way(&self, read: &Availability) -> Result<bool, Error> {
        // A wanted time needs no hours, and may be on a day off: only what is in the way refuses it.
        let rules = Rules { holidays: Vec::new(), ..self.rules() };
        let query = Query::new(self.blocked, rules, read.clone());
        let reasons = slots::reasons_against(&query, self.time.start(), self.world.clock.now())?;
        let counts = |code: ReasonCode| code.is_collision() || (self.keeps_limits && code == ReasonCode::LimitReached);
        Ok(reasons.iter().any(|reason| counts(reason.code)))
    }

    /// The conflict for a time that the ledger refused, with alternatives as far as the calendars
    /// can be read.
    pub async fn conflict(&self, sources: &Sources<'_>, taken: &[Interval]) -> Error {
        let read = match self.entries(sources).await {
            Ok(entries) => self.availability(sources, &entries),
            Err(error) => Err(error),
        };
        match read {
            Ok(mut read) => {
                read.busy.extend(taken.iter().copied().map(Into::into));
                self.taken(&read)
            }
            Err(_) => conflict(Vec::new()),
        }
    }

    /// What is read: the wanted time, and around it what alternatives are looked for in.
    fn range(&self) -> Interval {
        self.blocked.grown(BEFORE, AFTER)
    }

    /// The entries of all calendars, without the own event.
    async fn entries(&self, sources: &Sources<'_>) -> Result<BusyRead, Error> {
        let range = self.range();
        let detail = match (availability::detail(self.rules), &self.own_event) {
            (Detail::Merged, Some(_)) => Detail::Ids,
            (detail, _) => detail,
        };
        let mut read = sources.busy_selected(self.calendar, range, detail).await;
        if let Some(unknown) = read.unknown.first() {
            let calendar = unknown.calendar.as_ref().map_or(String::new(), |id| format!("calendar {id}: "));
            let cause = unknown.as_error();
            let retry_after = unknown.error.retry_after();
            return Err(Error {
                kind: match &unknown.error.kind {
                    Kind::RateLimited { .. } => Kind::RateLimited { retry_after },
                    Kind::Timeout => Kind::Timeout,
                    Kind::DeniedByHost => Kind::DeniedByHost,
                    Kind::ReauthorizationRequired => Kind::ReauthorizationRequired,
                    Kind::AdminConsentRequired => Kind::AdminConsentRequired,
                    _ => Kind::Unavailable { retry_after },
                },
                message: format!("nothing was done: a calendar could not be checked: {calendar}{}", cause.message),
                ..cause.clone()
            });
        }
        if let Some(own) = self.own_event {
            let is_own = |entry: &Entry| entry.event.event_id.as_ref() == Some(&own.event_id);
            // Seen from another account the same calendar may show when it is busy, and not with what: its own account
            // tells that.
            let is_read = read.calendars.contains(&(own.account.clone(), own.calendar.clone()));
            let is_seen_again = |entry: &Entry| {
                is_read
                    && entry.calendar == own.calendar
                    && entry.account != own.account
                    && entry.event.event_id.is_none()
            };
            read.entries.retain(|entry| !is_own(entry) && !is_seen_again(entry));
        }
        Ok(read)
    }

    /// The entries together with the other bookings of the ledger.
    fn availability(&self, sources: &Sources<'_>, entries: &BusyRead) -> Result<Availability, Error> {
        let range = self.range();
        let own = self.own_event.map(|own| &own.event_id);
        let mut bookings = availability::own_bookings(self.world, self.user, sources, self.rules, range)?;
        bookings.retain(|one| {
            Some(&one.key) != self.own_key.as_ref()
                && (own.is_none() || one.event.as_ref().map(|event| &event.event_id) != own)
        });
        Ok(availability::availability(entries, &bookings, range))
    }

    /// Whether one entry alone is in the way.
    fn collides(&self, entry: &Entry) -> Result<bool, Error> {
        let read = BusyRead { entries: vec![entry.clone()], ..BusyRead::default() };
        self.is_in_the_way(&availability::availability(&read, &[], self.range()))
    }

    /// The rules of the alternatives, for a meeting as long and as buffered as the wanted one.
    fn rules(&self) -> Rules {
        Rules {
            duration: self.time.length(),
            buffer_before: self.time.start() - self.blocked.start(),
            buffer_after: self.blocked.end() - self.time.end(),
            ..self.rules.clone()
        }
    }

    fn taken(&self, read: &Availability) -> Error {
        // Who looks for another time must not be offered this one again.
        cached::forget(&self.world);
        let (now, around) = (self.world.clock.now(), self.time.start());
        // Starts whose whole meeting with buffers lies in the span that was read.
        let range = self.time.grown(BEFORE, AFTER - self.time.length());
        conflict(search::alternatives(&self.rules(), read, range, around, ALTERNATIVES, now))
    }
}

fn conflict(alternatives: Vec<Interval>) -> Error {
    let remedy = match alternatives.is_empty() {
        true => "Choose another time.",
        false => "Choose one of the alternatives, or another time.",
    };
    Error::new(Kind::Conflict { alternatives }, "the time is taken").with_remedy(remedy)
}
