//! The world as a script, for native tests: answers are laid out beforehand, time passes only when
//! somebody sleeps, and every request is kept for inspection.
//!
//! ```text
//! let stage = Stage::new();
//! stage.http.on(Method::Get, "/users/me/calendarList", json(200, json!({"items": []})));
//! let session = stage.session(Provider::Google);
//! let calendars = block_on(provider::calendars(&session)).unwrap();
//! assert_eq!(stage.http.lines(), ["GET https://www.googleapis.com/calendar/v3/users/me/calendarList?maxResults=250"]);
//! ```

mod bookings;
mod cache;
mod google;
mod http;
mod person;
mod tokens;

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use chrono::{DateTime, TimeDelta, Utc};

use crate::account::{CalendarId, EventId, Provider};
use crate::booking::{EventRecord, Reservation, ReserveOutcome};
use crate::oauth::grant::Grant;
use crate::ports::{Bookings, Clock, OAuthClient, Pending, Random, Secrets, World};
use crate::schedule::interval::Interval;
use crate::session::{Session, grants};

pub use bookings::MemoryBookings;
pub use cache::MemoryCache;
pub use google::{Google, Listed};
pub use http::{Reply, Script, empty, json, with_header};
pub use person::{account, client, email, grant, user};
pub use tokens::MemoryTokens;

/// When every script begins: Wednesday 2026-06-10, 08:00 UTC.
pub const START: DateTime<Utc> = DateTime::from_timestamp(1_781_078_400, 0).unwrap();

/// A whole scripted world.
pub struct Stage {
    /// Answers and what was asked.
    pub http: Script,
    /// Virtual time.
    pub clock: TestClock,
    /// Bytes that never repeat.
    pub random: CountingRandom,
    /// The token store.
    pub tokens: MemoryTokens,
    /// Registered clients: both at first.
    pub secrets: FixedSecrets,
    /// The ledger.
    pub bookings: MemoryBookings,
    /// The cache: off at first.
    pub cache: MemoryCache,
    /// Nothing begins after this: ten minutes after the start.
    pub deadline: DateTime<Utc>,
}

impl Default for Stage {
    fn default() -> Self {
        Self::new()
    }
}

impl Stage {
    /// An empty world at [`START`], both providers configured, nobody connected.
    #[must_use]
    pub fn new() -> Self {
        let clock = TestClock(Rc::new(Cell::new(START)));
        Self {
            http: Script::default(),
            random: CountingRandom(Cell::new(0)),
            tokens: MemoryTokens::new(clock.clone()),
            secrets: FixedSecrets(RefCell::new(Provider::ALL.map(|p| (p, client(p))).to_vec())),
            bookings: MemoryBookings::new(clock.clone()),
            cache: MemoryCache::default(),
            deadline: START + TimeDelta::minutes(10),
            clock,
        }
    }

    /// The world as operations see it.
    #[must_use]
    pub fn world(&self) -> World<'_> {
        World {
            http: &self.http,
            clock: &self.clock,
            random: &self.random,
            tokens: &self.tokens,
            secrets: &self.secrets,
            bookings: &self.bookings,
            cache: &self.cache,
            deadline: self.deadline,
        }
    }

    /// Connects the provider's usual account ([`account`]) with a fresh token of one hour.
    pub fn connect(&self, provider: Provider) {
        self.store(&grant(provider, self.clock.now()));
    }

    /// Records a meeting of [`user`] in a calendar of the provider's usual account, as if it had
    /// been booked, without buffers.
    pub fn booked(&self, provider: Provider, calendar: &str, event_id: &str, time: Interval) {
        let reservation = Reservation {
            user: user(),
            key: event_id.to_owned(),
            fingerprint: "booked".to_owned(),
            account: account(provider),
            provider,
            calendar: CalendarId::new(calendar),
            time,
            blocked: time,
            replaces: None,
            hold: None,
        };
        let held = self.bookings.reserve(&reservation).unwrap();
        assert!(matches!(held, ReserveOutcome::Reserved(_)), "{held:?}");
        let event = EventRecord {
            event_id: EventId::new(event_id),
            title: "Booked".to_owned(),
            time,
            attendees: Vec::new(),
            location: None,
            description: None,
            conferencing_link: None,
            status: "confirmed".to_owned(),
        };
        self.bookings.commit(&user(), event_id, &event, time).unwrap();
    }

    /// Puts a grant of [`user`] into the store, replacing what is there.
    pub fn store(&self, grant: &Grant) {
        let (world, user) = (self.world(), user());
        let present = grants::load(&world, &user, grant.provider, &grant.account).unwrap();
        let version = present.map(|stored| stored.version);
        assert!(grants::save(&world, &user, grant, version).unwrap().is_some());
    }

    /// The stored grant of the provider's usual account.
    #[must_use]
    pub fn stored(&self, provider: Provider) -> Option<Grant> {
        let stored = grants::load(&self.world(), &user(), provider, &account(provider)).unwrap();
        stored.map(|stored| stored.grant)
    }

    /// Connects the provider's usual account unless it is connected, and opens it.
    #[must_use]
    pub fn session(&self, provider: Provider) -> Session<'_> {
        if self.stored(provider).is_none() {
            self.connect(provider);
        }
        Session::open(self.world(), &user(), &account(provider)).unwrap()
    }
}

/// Time that passes only by sleeping, and at once.
#[derive(Clone)]
pub struct TestClock(Rc<Cell<DateTime<Utc>>>);

impl TestClock {
    /// Lets time pass.
    pub fn advance(&self, duration: TimeDelta) {
        self.0.set(self.0.get() + duration);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.get()
    }

    /// Sleepers that lie down together get up together: their times overlap.
    fn sleep(&self, duration: TimeDelta) -> Pending<'_, ()> {
        let wake_at = self.now() + duration;
        Box::pin(async move {
            yield_once().await;
            self.0.set(self.0.get().max(wake_at));
        })
    }
}

/// Bytes from a counter: different each time, the same in every run.
pub struct CountingRandom(Cell<u64>);

impl Random for CountingRandom {
    fn bytes(&self, count: usize) -> Vec<u8> {
        (0..count)
            .map(|_| {
                // splitmix64
                self.0.set(self.0.get().wrapping_add(0x9E37_79B9_7F4A_7C15));
                let z = self.0.get();
                let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                (z >> 56) as u8
            })
            .collect()
    }
}

/// Registered clients.
pub struct FixedSecrets(pub RefCell<Vec<(Provider, OAuthClient)>>);

impl Secrets for FixedSecrets {
    fn oauth_client(&self, provider: Provider) -> Option<OAuthClient> {
        self.0.borrow().iter().find(|(one, _)| *one == provider).map(|(_, client)| client.clone())
    }
}

/// Gives the other futures of a join a turn.
pub async fn yield_once() {
    let mut yielded = false;
    poll_fn(|context| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Runs a future to its end.
///
/// # Panics
/// When nobody is left to wake it: a deadlock.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let flag = Arc::new(Flag(AtomicBool::new(true)));
    let waker = Waker::from(flag.clone());
    let mut context = Context::from_waker(&waker);
    loop {
        assert!(flag.0.swap(false, Ordering::SeqCst), "deadlock: nothing will wake the future");
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
