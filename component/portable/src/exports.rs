//! The exports: what the component asks, on the kept state. The only file that touches WASI.

use std::cell::RefCell;
use std::path::PathBuf;

use crate::bindings::calendar::scheduling::types::{Provider, TimeRange};
use crate::bindings::exports::calendar::scheduling::booking_store::{
    Booking, BookingError, EventRecord, HoldOutcome, HoldRequest, Reservation, ReserveOutcome,
};
use crate::bindings::exports::calendar::scheduling::secrets::OauthClient;
use crate::bindings::exports::calendar::scheduling::token_store::{Entry, StoreError};
use crate::bindings::exports::calendar::scheduling::{booking_store, cache, secrets, token_store};
use crate::keeping::{Keeping, KeepingError};
use crate::state::State;
use crate::{holds, ledger, settings, tokens};
use calendar_seal::{Key, Sealer};

/// The component.
pub struct Adapter;

/// The state and the key of its values.
struct Store {
    keeping: Keeping,
    sealer: Sealer,
}

thread_local! {
    static STORE: RefCell<Option<Store>> = const { RefCell::new(None) };
}

/// Says on standard error why something cannot be done; the interface has no words for it.
fn report(reason: impl std::fmt::Display) {
    eprintln!("calendar-portable: {reason}");
}

impl Store {
    /// In a folder, or in memory.
    fn open() -> Option<Self> {
        let Some(folder) = folder() else {
            return Some(Self { keeping: Keeping::Memory(State::default()), sealer: Sealer::new(Key::random().ok()?) });
        };
        let Some(key) = std::env::var("CALENDAR_HOST_KEY").ok().and_then(|text| Key::read(&text)) else {
            report("CALENDAR_HOST_KEY is not a key of 32 bytes, and the folder needs one: openssl rand -base64 32");
            return None;
        };
        Some(Self { keeping: Keeping::Folder(folder), sealer: Sealer::new(key) })
    }
}

/// Does something with the store; `broken` when there is none, or its file fails.
fn with<T, E>(broken: E, act: impl FnOnce(&mut Store) -> Result<Result<T, E>, KeepingError>) -> Result<T, E> {
    STORE.with_borrow_mut(|store| {
        if store.is_none() {
            *store = Store::open();
        }
        let Some(store) = store else { return Err(broken) };
        act(store).unwrap_or_else(|error| {
            report(error);
            Err(broken)
        })
    })
}

/// The folder that is named, else the first that was given; some runtimes give the whole disk unasked, which is none.
fn folder() -> Option<PathBuf> {
    let named = std::env::var("CALENDAR_HOST_DATA_DIR").ok().filter(|name| !name.trim().is_empty());
    let given = || {
        let mut names = wasip2::filesystem::preopens::get_directories().into_iter().map(|(_, name)| name);
        names.find(|name| name != "/")
    };
    named.or_else(given).map(PathBuf::from)
}

fn now() -> i64 {
    i64::try_from(wasip2::clocks::wall_clock::now().seconds).unwrap_or(i64::MAX)
}

impl secrets::Guest for Adapter {
    fn get_oauth_client(provider: Provider) -> Option<OauthClient> {
        settings::client(provider, &|name| std::env::var(name).ok()).unwrap_or_else(|error| {
            report(error);
            None
        })
    }
}

impl token_store::Guest for Adapter {
    fn load(key: String) -> Result<Option<Entry>, StoreError> {
        with(StoreError::Unavailable, |store| {
            store.keeping.read(|state| tokens::load(state, &store.sealer, &key, now()))
        })
    }

    fn save(key: String, value: Vec<u8>, expected: Option<i64>, expires_at: Option<i64>) -> Result<i64, StoreError> {
        let value = zeroize::Zeroizing::new(value);
        let change = tokens::Change { key: &key, value: &value, expected, expires_at };
        with(StoreError::Unavailable, |store| {
            store.keeping.change(|state| tokens::save(state, &store.sealer, &change, now()))
        })
    }

    fn delete(key: String, expected: Option<i64>) -> Result<bool, StoreError> {
        with(StoreError::Unavailable, |store| {
            store.keeping.change(|state| tokens::delete(state, &key, expected, now()))
        })
    }

    fn list(prefix: String) -> Result<Vec<String>, StoreError> {
        with(StoreError::Unavailable, |store| store.keeping.read(|state| Ok(tokens::list(state, &prefix, now()))))
    }
}

impl booking_store::Guest for Adapter {
    fn reserve(reservation: Reservation) -> Result<ReserveOutcome, BookingError> {
        with(BookingError::Unavailable, |store| {
            store.keeping.change(|state| ledger::reserve(state, &reservation, now()))
        })
    }

    fn commit(user_id: String, key: String, event: EventRecord, blocked: TimeRange) -> Result<Booking, BookingError> {
        with(BookingError::Unavailable, |store| {
            store.keeping.change(|state| ledger::commit(state, &user_id, &key, event, blocked))
        })
    }

    fn abort(user_id: String, key: String) -> Result<bool, BookingError> {
        with(BookingError::Unavailable, |store| store.keeping.change(|state| ledger::abort(state, &user_id, &key)))
    }

    fn get(user_id: String, key: String) -> Result<Option<Booking>, BookingError> {
        with(BookingError::Unavailable, |store| store.keeping.read(|state| Ok(ledger::get(state, &user_id, &key))))
    }

    fn find_event(user_id: String, event_id: String) -> Result<Option<Booking>, BookingError> {
        with(BookingError::Unavailable, |store| {
            store.keeping.read(|state| Ok(ledger::find_event(state, &user_id, &event_id)))
        })
    }

    fn list(user_id: String, range: TimeRange) -> Result<Vec<Booking>, BookingError> {
        with(BookingError::Unavailable, |store| {
            store.keeping.read(|state| Ok(ledger::list(state, &user_id, range, now())))
        })
    }

    fn hold(request: HoldRequest) -> Result<HoldOutcome, BookingError> {
        with(BookingError::Unavailable, |store| store.keeping.change(|state| holds::hold(state, &request, now())))
    }

    fn release(user_id: String, key: String) -> Result<bool, BookingError> {
        with(BookingError::Unavailable, |store| {
            store.keeping.change(|state| Ok(holds::release(state, &user_id, &key, now())))
        })
    }
}

/// Nothing is kept: an instance may live for one call only.
impl cache::Guest for Adapter {
    fn get(_key: String) -> Option<Vec<u8>> {
        None
    }

    fn put(_key: String, _value: Vec<u8>, _ttl_seconds: u32) {}

    fn invalidate(_prefix: String) {}
}
