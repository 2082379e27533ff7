//! `booking-store`: the ledger of the call's own user.

use super::LAST_INSTANT;
use crate::runtime::CallState;
use crate::runtime::bindings::calendar::scheduling::booking_store::{
    Booking, BookingError, EventRecord, HoldOutcome, HoldRequest, Host, Reservation, ReserveOutcome,
};
use crate::store::bookings::BookingFailure;
use crate::types::TimeRange;

/// Bytes of an idempotency key; the interface's 128 characters, and what the component adds.
const KEY: usize = 1024;
/// Bytes of a fingerprint.
const FINGERPRINT: usize = 128;
/// Bytes of an account, calendar or event id, and of other short texts.
const ID: usize = 2048;
/// Bytes of all texts of an event together.
const EVENT: usize = 1 << 20;
/// Invited addresses of an event; people may have been invited elsewhere.
const ATTENDEES: usize = 5000;

/// Seconds that a time can be held.
const LONGEST_HOLD: u32 = 3600;

type Answer<T> = wasmtime::Result<Result<T, BookingError>>;

impl Host for CallState {
    async fn reserve(&mut self, reservation: Reservation) -> Answer<ReserveOutcome> {
        if !self.is_own(&reservation.user_id) || !is_proper(&reservation) {
            return Ok(Err(BookingError::Denied));
        }
        Ok(self.store.reserve(&reservation).await.map_err(lower))
    }

    async fn commit(&mut self, user: String, key: String, event: EventRecord, blocked: TimeRange) -> Answer<Booking> {
        if !self.is_own(&user) || !is_id(&key, KEY) || !is_range(blocked) || !is_proper_event(&event) {
            return Ok(Err(BookingError::Denied));
        }
        Ok(self.store.commit(&user, &key, &event, blocked).await.map_err(lower))
    }

    async fn abort(&mut self, user: String, key: String) -> Answer<bool> {
        if !self.is_own(&user) || !is_id(&key, KEY) {
            return Ok(Err(BookingError::Denied));
        }
        Ok(self.store.abort(&user, &key).await.map_err(lower))
    }

    async fn get(&mut self, user: String, key: String) -> Answer<Option<Booking>> {
        if !self.is_own(&user) || !is_id(&key, KEY) {
            return Ok(Err(BookingError::Denied));
        }
        Ok(self.store.booking(&user, &key).await.map_err(lower))
    }

    async fn find_event(&mut self, user: String, event: String) -> Answer<Option<Booking>> {
        if !self.is_own(&user) || !is_id(&event, ID) {
            return Ok(Err(BookingError::Denied));
        }
        Ok(self.store.booking_of_event(&user, &event).await.map_err(lower))
    }

    async fn list(&mut self, user: String, range: TimeRange) -> Answer<Vec<Booking>> {
        if !self.is_own(&user) || !is_range(range) {
            return Ok(Err(BookingError::Denied));
        }
        Ok(self.store.bookings(&user, range).await.map_err(lower))
    }

    async fn hold(&mut self, request: HoldRequest) -> Answer<HoldOutcome> {
        if !self.is_own(&request.user_id) || !is_proper_hold(&request) {
            return Ok(Err(BookingError::Denied));
        }
        Ok(self.store.hold(&request).await.map_err(lower))
    }

    async fn release(&mut self, user: String, key: String) -> Answer<bool> {
        if !self.is_own(&user) || !is_id(&key, KEY) {
            return Ok(Err(BookingError::Denied));
        }
        Ok(self.store.release(&user, &key).await.map_err(lower))
    }
}

impl CallState {
    fn is_own(&self, user: &str) -> bool {
        let is_own = *self.user == *user;
        if !is_own {
            tracing::warn!("the component asked for bookings of another user");
        }
        is_own
    }
}

fn is_proper(reservation: &Reservation) -> bool {
    let Reservation { key, fingerprint, account, calendar, time, blocked, replaces, hold, .. } = reservation;
    is_id(key, KEY)
        && is_id(fingerprint, FINGERPRINT)
        && is_id(account, ID)
        && is_id(calendar, ID)
        && is_range(*time)
        && is_range(*blocked)
        && blocked.start <= time.start
        && time.end <= blocked.end
        && [replaces, hold].into_iter().flatten().all(|key| is_id(key, KEY))
}

fn is_proper_hold(request: &HoldRequest) -> bool {
    let HoldRequest { key, fingerprint, time, blocked, ttl_seconds, .. } = request;
    is_id(key, KEY)
        && is_id(fingerprint, FINGERPRINT)
        && is_range(*time)
        && is_range(*blocked)
        && blocked.start <= time.start
        && time.end <= blocked.end
        && (1..=LONGEST_HOLD).contains(ttl_seconds)
}

fn is_proper_event(event: &EventRecord) -> bool {
    let EventRecord { event_id, title, time, attendees, location, description, conferencing_link, status } = event;
    let texts = [Some(title), location.as_ref(), description.as_ref(), conferencing_link.as_ref()];
    let size: usize = texts.into_iter().flatten().chain(attendees).map(String::len).sum();
    is_id(event_id, ID)
        && is_range(*time)
        && attendees.len() <= ATTENDEES
        && size <= EVENT
        && ["confirmed", "tentative", "cancelled"].contains(&status.as_str())
}

/// Not empty, not too long, no control characters.
fn is_id(text: &str, most: usize) -> bool {
    !text.is_empty() && text.len() <= most && !text.chars().any(char::is_control)
}

/// Inside the years of the interface, and not empty.
fn is_range(range: TimeRange) -> bool {
    0 <= range.start && range.start < range.end && range.end <= LAST_INSTANT
}

fn lower(failure: BookingFailure) -> BookingError {
    match failure {
        BookingFailure::NotFound => BookingError::NotFound,
        BookingFailure::WrongState => BookingError::WrongState,
        BookingFailure::Database(error) => {
            tracing::error!(%error, "the booking store failed");
            BookingError::Unavailable
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::tests::call;
    use crate::types::Provider;

    fn reservation() -> Reservation {
        Reservation {
            user_id: "ana".to_owned(),
            key: "key".to_owned(),
            fingerprint: "0".repeat(64),
            account: "google:1".to_owned(),
            provider: Provider::Google,
            calendar: "primary".to_owned(),
            time: TimeRange { start: 1000, end: 2000 },
            blocked: TimeRange { start: 900, end: 2100 },
            replaces: None,
            hold: None,
        }
    }

    fn event() -> EventRecord {
        EventRecord {
            event_id: "e1".to_owned(),
            title: "Título\n' OR 1=1 --\0".to_owned(),
            time: TimeRange { start: 1000, end: 2000 },
            attendees: vec!["\"ben\"@example.com".to_owned()],
            location: None,
            description: Some("\u{202e}\u{0}\u{1f4c5}".to_owned()),
            conferencing_link: None,
            status: "confirmed".to_owned(),
        }
    }

    #[tokio::test]
    async fn odd_text_is_kept_as_it_is_but_for_the_character_that_databases_lack() {
        let folder = tempfile::tempdir().unwrap();
        let mut call = call(&folder, "ana").await;
        call.reserve(reservation()).await.unwrap().unwrap();
        let blocked = reservation().blocked;
        call.commit("ana".to_owned(), "key".to_owned(), event(), blocked).await.unwrap().unwrap();
        let found = call.find_event("ana".to_owned(), "e1".to_owned()).await.unwrap().unwrap().unwrap();
        let kept = |text: String| text.replace('\0', "\u{fffd}");
        let expected =
            EventRecord { title: kept(event().title), description: event().description.map(kept), ..event() };
        assert_eq!(found.event, Some(expected));
        let listed = call.list("ana".to_owned(), TimeRange { start: 0, end: LAST_INSTANT }).await.unwrap().unwrap();
        assert_eq!(listed, [found]);
    }

    #[tokio::test]
    async fn another_users_ledger_is_out_of_reach() {
        let folder = tempfile::tempdir().unwrap();
        let mut eve = call(&folder, "eve").await;
        let (ana, key, blocked) = ("ana".to_owned(), "key".to_owned(), reservation().blocked);
        assert_eq!(eve.reserve(reservation()).await.unwrap().unwrap_err(), BookingError::Denied);
        assert_eq!(eve.commit(ana.clone(), key.clone(), event(), blocked).await.unwrap(), Err(BookingError::Denied));
        assert_eq!(eve.abort(ana.clone(), key.clone()).await.unwrap(), Err(BookingError::Denied));
        assert_eq!(eve.get(ana.clone(), key.clone()).await.unwrap(), Err(BookingError::Denied));
        assert_eq!(eve.find_event(ana.clone(), "e1".to_owned()).await.unwrap(), Err(BookingError::Denied));
        assert_eq!(eve.list(ana, blocked).await.unwrap(), Err(BookingError::Denied));
    }

    #[tokio::test]
    async fn malformed_reservations_are_denied() {
        let folder = tempfile::tempdir().unwrap();
        let mut call = call(&folder, "ana").await;
        let range = |start, end| TimeRange { start, end };
        let broken = [
            Reservation { key: String::new(), ..reservation() },
            Reservation { key: "a\0b".to_owned(), ..reservation() },
            Reservation { key: "k".repeat(KEY + 1), ..reservation() },
            Reservation { fingerprint: "f".repeat(1 << 20), ..reservation() },
            Reservation { account: String::new(), ..reservation() },
            Reservation { calendar: "\n".to_owned(), ..reservation() },
            Reservation { replaces: Some(String::new()), ..reservation() },
            Reservation { hold: Some("\n".to_owned()), ..reservation() },
            Reservation { time: range(2000, 1000), ..reservation() },
            Reservation { time: range(1000, 1000), ..reservation() },
            Reservation { blocked: range(-1, 3000), ..reservation() },
            Reservation { blocked: range(i64::MIN, i64::MAX), ..reservation() },
            Reservation { blocked: range(900, LAST_INSTANT + 1), ..reservation() },
            Reservation { blocked: range(1001, 2100), ..reservation() },
            Reservation { blocked: range(900, 1999), ..reservation() },
        ];
        for reservation in broken {
            let text = format!("{reservation:.100?}");
            assert_eq!(call.reserve(reservation).await.unwrap().unwrap_err(), BookingError::Denied, "{text}");
        }
    }

    #[tokio::test]
    async fn malformed_holds_and_holds_of_others_are_denied() {
        let folder = tempfile::tempdir().unwrap();
        let mut call = call(&folder, "ana").await;
        let Reservation { user_id, key, fingerprint, time, blocked, .. } = reservation();
        let proper = HoldRequest { user_id, key, fingerprint, time, blocked, ttl_seconds: LONGEST_HOLD };
        let broken = [
            HoldRequest { user_id: "eve".to_owned(), ..proper.clone() },
            HoldRequest { key: String::new(), ..proper.clone() },
            HoldRequest { fingerprint: String::new(), ..proper.clone() },
            HoldRequest { ttl_seconds: 0, ..proper.clone() },
            HoldRequest { ttl_seconds: LONGEST_HOLD + 1, ..proper.clone() },
            HoldRequest { time: TimeRange { start: 800, end: 2000 }, ..proper.clone() },
            HoldRequest { blocked: TimeRange { start: 900, end: LAST_INSTANT + 1 }, ..proper.clone() },
        ];
        for request in broken {
            let text = format!("{request:?}");
            assert_eq!(call.hold(request).await.unwrap(), Err(BookingError::Denied), "{text}");
        }
        assert!(matches!(call.hold(proper).await.unwrap(), Ok(HoldOutcome::Held(_))));
        assert_eq!(call.release("eve".to_owned(), "key".to_owned()).await.unwrap(), Err(BookingError::Denied));
        assert_eq!(call.release("ana".to_owned(), "key".to_owned()).await.unwrap(), Ok(true));
    }

    #[tokio::test]
    async fn malformed_events_are_denied() {
        let folder = tempfile::tempdir().unwrap();
        let mut call = call(&folder, "ana").await;
        call.reserve(reservation()).await.unwrap().unwrap();
        let broken = [
            EventRecord { event_id: String::new(), ..event() },
            EventRecord { status: "maybe".to_owned(), ..event() },
            EventRecord { time: TimeRange { start: -5, end: 5 }, ..event() },
            EventRecord { description: Some("x".repeat(EVENT)), ..event() },
            EventRecord { attendees: vec![String::new(); ATTENDEES + 1], ..event() },
        ];
        for event in broken {
            let committed =
                call.commit("ana".to_owned(), "key".to_owned(), event, reservation().blocked).await.unwrap();
            assert_eq!(committed, Err(BookingError::Denied));
        }
        let range = TimeRange { start: 5, end: 5 };
        assert_eq!(call.list("ana".to_owned(), range).await.unwrap(), Err(BookingError::Denied));
    }
}
