//! The ledger in memory, by the contract of `wit/booking-store.wit`, and with the answers of the
//! host's store where the contract leaves a choice.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use chrono::TimeDelta;

use super::TestClock;
use crate::account::{AccountId, CalendarId, Provider, UserId};
use crate::booking::{Booking, BookingState, EventRecord, Hold, HoldOutcome, HoldRequest, Reservation, ReserveOutcome};
use crate::ports::{BookingStoreError, Bookings, Clock};
use crate::schedule::interval::Interval;

/// How long a reservation blocks others.
const HOLD: TimeDelta = TimeDelta::minutes(10);

type Key = (String, String);

struct Kept {
    booking: Booking,
    held_since: chrono::DateTime<chrono::Utc>,
}

/// The ledger. Clones share it.
#[derive(Clone)]
pub struct MemoryBookings {
    clock: TestClock,
    kept: Rc<RefCell<BTreeMap<Key, Kept>>>,
    failures: Rc<RefCell<VecDeque<BookingStoreError>>>,
    calls: Rc<Cell<usize>>,
}

impl MemoryBookings {
    pub(super) fn new(clock: TestClock) -> Self {
        Self { clock, kept: Rc::default(), failures: Rc::default(), calls: Rc::default() }
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
            BookingState::Held => kept.booking.expires_at.is_some_and(|end| self.clock.now() < end),
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
        // A key that belongs to a hold is no booking's.
        if let Some(hold) = kept.get(&id).filter(|one| one.booking.state == BookingState::Held) {
            return Ok(ReserveOutcome::KeyConflict(hold.booking.clone()));
        }
        let own = kept.get(&id).map(|one| (one.booking.clone(), self.blocks(one)));
        if let Some((own, _)) = own.clone().filter(|(own, _)| own.state != BookingState::Cancelled) {
            if own.fingerprint != wanted.fingerprint {
                return Ok(ReserveOutcome::KeyConflict(own));
            }
            if own.state == BookingState::Committed {
                return Ok(ReserveOutcome::Committed(own));
            }
        }
        // Held with the time of the first attempt; after it lapsed, others may have taken that.
        let resumed = own.clone().filter(|(own, _)| own.state == BookingState::Reserved);
        let must_be_free = match &resumed {
            None => Some((wanted.time, wanted.blocked)),
            Some((own, false)) => Some((own.time, own.blocked)),
            Some((_, true)) => None,
        };
        let taken_hold = wanted.hold.as_ref().map(|name| (id.0.clone(), name.clone()));
        let is_taken_hold =
            |other: &Key, one: &Kept| Some(other) == taken_hold.as_ref() && one.booking.state == BookingState::Held;
        let mut in_the_way: Vec<Interval> = kept
            .iter()
            .filter(|(other, one)| {
                other.0 == id.0
                    && **other != id
                    && !is_taken_hold(other, one)
                    && wanted.replaces.as_ref() != Some(&other.1)
                    && self.blocks(one)
                    && must_be_free.is_some_and(|free| is_in_the_way(&one.booking, free))
            })
            .map(|(_, one)| one.booking.time)
            .collect();
        if !in_the_way.is_empty() {
            in_the_way.sort_by_key(|one| one.start());
            return Ok(ReserveOutcome::Overlap(in_the_way));
        }
        kept.retain(|other, one| !is_taken_hold(other, one));
        if let Some((own, _)) = resumed {
            if let Some(one) = kept.get_mut(&id) {
                one.held_since = self.clock.now();
            }
            return Ok(ReserveOutcome::Resumed(own));
        }
        let booking = Booking {
            key: wanted.key.clone(),
            fingerprint: wanted.fingerprint.clone(),
            state: BookingState::Reserved,
            generation: own.map_or(0, |(own, _)| own.generation + 1),
            account: wanted.account.clone(),
            provider: wanted.provider,
            calendar: wanted.calendar.clone(),
            time: wanted.time,
            blocked: wanted.blocked,
            event: None,
            created_at: self.clock.now(),
            expires_at: Some(self.clock.now() + HOLD),
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
        if one.booking.state == BookingState::Cancelled && event.status != "cancelled" {
            return Err(BookingStoreError::WrongState);
        }
        one.booking.state = match event.status.as_str() {
            "cancelled" => BookingState::Cancelled,
            _ => BookingState::Committed,
        };
        one.booking.expires_at = None;
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
            Some(one) if one.state == BookingState::Cancelled => Ok(false),
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
        let own = kept.iter().filter(|(id, one)| id.0 == user.as_str() && holds(&one.booking));
        // One that stands before one that was cancelled, then the newest.
        let age = |one: &Booking| (one.state == BookingState::Cancelled, std::cmp::Reverse(one.created_at));
        Ok(own.map(|(_, one)| &one.booking).min_by_key(|one| age(one)).cloned())
    }

    fn list(&self, user: &UserId, range: Interval) -> Result<Vec<Booking>, BookingStoreError> {
        self.enter()?;
        let kept = self.kept.borrow();
        let own = kept
            .iter()
            .filter(|(id, one)| id.0 == user.as_str() && self.blocks(one) && one.booking.blocked.overlaps(range));
        let mut found: Vec<_> = own.map(|(_, one)| one.booking.clone()).collect();
        found.sort_by_key(|one| one.blocked.start());
        Ok(found)
    }

    fn hold(&self, wanted: &HoldRequest) -> Result<HoldOutcome, BookingStoreError> {
        self.enter()?;
        let id = key(&wanted.user, &wanted.key);
        let mut kept = self.kept.borrow_mut();
        match kept.get(&id) {
            Some(one) if one.booking.state != BookingState::Held => return Ok(HoldOutcome::KeyConflict),
            Some(one) if self.blocks(one) => {
                return Ok(match one.booking.fingerprint == wanted.fingerprint {
                    true => HoldOutcome::Held(hold(&one.booking)),
                    false => HoldOutcome::KeyConflict,
                });
            }
            _ => {}
        }
        let in_the_way = |(other, one): &(&Key, &Kept)| {
            other.0 == id.0
                && **other != id
                && self.blocks(one)
                && is_in_the_way(&one.booking, (wanted.time, wanted.blocked))
        };
        let mut in_the_way: Vec<Interval> = kept.iter().filter(in_the_way).map(|(_, one)| one.booking.time).collect();
        if !in_the_way.is_empty() {
            in_the_way.sort_by_key(|one| one.start());
            return Ok(HoldOutcome::Overlap(in_the_way));
        }
        let now = self.clock.now();
        let booking = Booking {
            key: wanted.key.clone(),
            fingerprint: wanted.fingerprint.clone(),
            state: BookingState::Held,
            generation: 0,
            account: AccountId::new("-"),
            provider: Provider::Google,
            calendar: CalendarId::new("-"),
            time: wanted.time,
            blocked: wanted.blocked,
            event: None,
            created_at: now,
            expires_at: Some(now + TimeDelta::seconds(wanted.ttl_seconds.into())),
        };
        let held = hold(&booking);
        kept.insert(id, Kept { booking, held_since: now });
        Ok(HoldOutcome::Held(held))
    }

    fn release(&self, user: &UserId, name: &str) -> Result<bool, BookingStoreError> {
        self.enter()?;
        let mut kept = self.kept.borrow_mut();
        let id = key(user, name);
        let is_alive = match kept.get(&id) {
            Some(one) if one.booking.state == BookingState::Held => self.blocks(one),
            _ => return Ok(false),
        };
        kept.remove(&id);
        Ok(is_alive)
    }
}

/// A gap must hold the longer of the two buffers that meet in it.
fn is_in_the_way(other: &Booking, (time, blocked): (Interval, Interval)) -> bool {
    other.time.overlaps(blocked) || other.blocked.overlaps(time)
}

fn hold(booking: &Booking) -> Hold {
    Hold {
        key: booking.key.clone(),
        time: booking.time,
        blocked: booking.blocked,
        expires_at: booking.expires_at.unwrap_or(booking.created_at),
    }
}

#[cfg(test)]
mod tests;
