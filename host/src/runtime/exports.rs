//! The component's exports, one interface at a time.
//!
//! wasmtime checks the types of every function that is loaded from an instance. A call needs one function, so it loads
//! one interface: all of them take a fifth of the time of a small call.

use wasmtime::Store;
use wasmtime::component::{Instance, InstancePre};

pub(crate) use super::bindings::exports::calendar::scheduling::{
    authorization, availability, calendars, holds, meetings, slots,
};
use super::state::State;

/// Where the functions of each interface are, looked up once.
pub(crate) struct Exports {
    authorization: authorization::GuestIndices,
    availability: availability::GuestIndices,
    calendars: calendars::GuestIndices,
    holds: holds::GuestIndices,
    meetings: meetings::GuestIndices,
    slots: slots::GuestIndices,
}

impl Exports {
    /// Finds them.
    ///
    /// # Errors
    /// One is missing.
    pub(super) fn new(component: &InstancePre<State>) -> wasmtime::Result<Self> {
        Ok(Self {
            authorization: authorization::GuestIndices::new(component)?,
            availability: availability::GuestIndices::new(component)?,
            calendars: calendars::GuestIndices::new(component)?,
            holds: holds::GuestIndices::new(component)?,
            meetings: meetings::GuestIndices::new(component)?,
            slots: slots::GuestIndices::new(component)?,
        })
    }
}

/// An exported interface.
pub(crate) trait Interface: Sized {
    /// Its functions in `instance`.
    fn load(exports: &Exports, store: &mut Store<State>, instance: &Instance) -> wasmtime::Result<Self>;
}

macro_rules! interfaces {
    ($($name:ident),*) => {
        $(impl Interface for $name::Guest {
            fn load(exports: &Exports, store: &mut Store<State>, instance: &Instance) -> wasmtime::Result<Self> {
                exports.$name.load(store, instance)
            }
        })*
    };
}

interfaces!(authorization, availability, calendars, holds, meetings, slots);
