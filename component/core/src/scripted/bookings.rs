//! The ledger in memory, by the contract of `wit/booking-store.wit`.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};

use chrono::TimeDelta;

use super::TestClock;
use crate::account::UserId;
use crate::booking::{Booking, BookingState, EventRecord, Reservation, ReserveOutcome};
use crate::ports::{BookingStoreError, Bookings, Clock};
use crate::schedule::interval::{Interval, merge};

/// How long a reservation blocks others.
const HOLD: TimeDelta = TimeDelta::minutes(10);

type Key = (String, String);

struct Kept {
    booking: Booking,
    held_since: chrono::DateTime<chrono::Utc>,
}

/// The ledger.
pub struct MemoryBookings {
    clock: TestClock,
    kept: RefCell<BTreeMap<Key, Kept>>,
    failures: RefCell<VecDeque<BookingStoreError>>,
    calls: Cell<usize>,
}

impl MemoryBookings {
    pub(super) fn new(clock: TestClock) -> Self {
        Self { clock, kept: RefCell::default(), failures: RefCell::default(), calls: Cell::new(0) }
    }

    /// Lets the next call fail.
    pub fn fail(&self, error: BookingStoreError) {
        self.failures.borrow_mut().push_back(error);
    }

    /// Calls so far.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.calls.get()
    }

    /// Everything that was ever reserved and not given up, by user and key.
    #[must_use]
    pub fn all(&self) -> Vec<Booking> {
        self.kept.borrow().values().map(|kept| kept.booking.clone()).collect()
    }

    fn enter(&self) -> Result<(), BookingStoreError> {
        self.calls.set(self.calls.get() + 1);
        self.failures.borrow_mut().pop_front().map_or(Ok(()), Err)
    }

    fn blocks(&self, kept: &Kept) -> bool {
        match kept.booking.state {
            BookingState::Committed => true,
            BookingState::Reserved => self.clock.now() < kept.held_since + HOLD,
            BookingState::Cancelled => false,
        }
    }
}

fn key(user: &UserId, key: &str) -> Key {
    (user.as_str().to_owned(), key.to_owned())
}

impl Bookings for MemoryBookings {
    fn reserve(&self, wanted: &Reservation) -> Result<ReserveOutcome, BookingStoreError> {
        self.enter()?;
        let id = key(&wanted.user, &wanted.key);
        let mut kept = self.kept.borrow_mut();
        let own = kept.get(&id).map(|one| one.booking.clone());
        if let Some(own) = own.clone().filter(|own| own.state != BookingState::Cancelled) {
            return Ok(match own.state {
                _ if own.fingerprint != wanted.fingerprint => ReserveOutcome::KeyConflict(own),
                BookingState::Committed => ReserveOutcome::Committed(own),
                _ => {
                    if let Some(one) = kept.get_mut(&id) {
                        one.held_since = self.clock.now();
                    }
                    ReserveOutcome::Resumed(own)
                }
            });
        }
        let in_the_way: Vec<Interval> = kept
            .iter()
            .filter(|(other, one)| {
                other.0 == id.0
                    && **other != id
                    && wanted.replaces.as_ref() != Some(&other.1)
                    && self.blocks(one)
                    && one.booking.blocked.overlaps(wanted.blocked)
            })
            .map(|(_, one)| one.booking.blocked)
            .collect();
        if !in_the_way.is_empty() {
            return Ok(ReserveOutcome::Overlap(merge(in_the_way)));
        }
        let booking = Booking {
            key: wanted.key.clone(),
            fingerprint: wanted.fingerprint.clone(),
            state: BookingState::Reserved,
            generation: own.map_or(0, |own| own.generation + 1),
            account: wanted.account.clone(),
            provider: wanted.provider,
            calendar: wanted.calendar.clone(),
            time: wanted.time,
            blocked: wanted.blocked,
            event: None,
            created_at: self.clock.now(),
        };
        kept.insert(id, Kept { booking: booking.clone(), held_since: self.clock.now() });
        Ok(ReserveOutcome::Reserved(booking))
    }

    fn commit(
        &self,
        user: &UserId,
        name: &str,
        event: &EventRecord,
        blocked: Interval,
    ) -> Result<Booking, BookingStoreError> {
        self.enter()?;
        let mut kept = self.kept.borrow_mut();
        let one = kept.get_mut(&key(user, name)).ok_or(BookingStoreError::NotFound)?;
        if one.booking.state == BookingState::Cancelled {
            return Err(BookingStoreError::WrongState);
        }
        one.booking.state = match event.status.as_str() {
            "cancelled" => BookingState::Cancelled,
            _ => BookingState::Committed,
        };
        one.booking.time = event.time;
        one.booking.blocked = blocked;
        one.booking.event = Some(event.clone());
        Ok(one.booking.clone())
    }

    fn abort(&self, user: &UserId, name: &str) -> Result<bool, BookingStoreError> {
        self.enter()?;
        let mut kept = self.kept.borrow_mut();
        let id = key(user, name);
        match kept.get_mut(&id).map(|one| &mut one.booking) {
            None => Ok(false),
            Some(one) if one.state != BookingState::Reserved => Err(BookingStoreError::WrongState),
            // The generation must not begin anew: its event ids are used up.
            Some(one) if one.generation > 0 => {
                one.state = BookingState::Cancelled;
                Ok(true)
            }
            Some(_) => Ok(kept.remove(&id).is_some()),
        }
    }

    fn get(&self, user: &UserId, name: &str) -> Result<Option<Booking>, BookingStoreError> {
        self.enter()?;
        Ok(self.kept.borrow().get(&key(user, name)).map(|one| one.booking.clone()))
    }

    fn find_event(&self, user: &UserId, event: &str) -> Result<Option<Booking>, BookingStoreError> {
        self.enter()?;
        let kept = self.kept.borrow();
        let holds = |one: &Booking| one.event.as_ref().is_some_and(|e| e.event_id.as_str() == event);
        let mut own = kept.iter().filter(|(id, _)| id.0 == user.as_str());
        Ok(own.find(|(_, one)| holds(&one.booking)).map(|(_, one)| one.booking.clone()))
    }

    fn list(&self, user: &UserId, range: Interval) -> Result<Vec<Booking>, BookingStoreError> {
        self.enter()?;
        let kept = self.kept.borrow();
        let own = kept
            .iter()
            .filter(|(id, one)| id.0 == user.as_str() && self.blocks(one) && one.booking.blocked.overlaps(range));
        let mut found: Vec<_> = own.map(|(_, one)| one.booking.clone()).collect();
        found.sort_by_key(|one| one.blocked);
        Ok(found)
    }
}
