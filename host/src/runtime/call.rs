//! One call: a fresh instance, its limits, and what became of it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use wasmtime::{Engine, Store as Memory, StoreContextMut, UpdateDeadline};

use super::failure::{self, OutOfTime};
use super::heartbeat::{Beat, Heartbeat, TICK};
use super::room::{Room, Seat};
use super::state::State;
use crate::config::{Config, Limits};
use crate::egress::Gateway;
use crate::imports::cache::Shelf;
use crate::setup::SetupError;
use crate::store::Store;
use crate::types::{Error, ErrorCode};

/// Bytes that the guest may hand over in one call of a host function.
const HOSTCALL_BYTES: usize = 4 << 20;
/// Handles of the guest's own resources.
const HANDLES: usize = 4096;

/// What all calls share.
pub(super) struct Place {
    engine: Engine,
    config: Arc<Config>,
    store: Store,
    gateway: Gateway,
    heartbeat: Arc<Heartbeat>,
    cache: Arc<Shelf>,
    room: Room,
}

/// A fresh instance, ready for one exported function.
pub(crate) struct Call<G> {
    /// Memory and host data of this call.
    pub(crate) store: Memory<State>,
    /// The exports.
    pub(crate) guest: G,
    /// The clock of this call.
    pub(crate) watch: Watch,
}

/// Ends a call that takes too long, and explains failures.
pub(crate) struct Watch {
    operation: &'static str,
    limits: Limits,
    deadline: Instant,
    /// Given back when the call is over.
    _seat: Seat,
    _beat: Beat,
}

impl Place {
    pub(super) fn new(engine: Engine, config: Arc<Config>, store: Store, gateway: Gateway) -> Result<Self, SetupError> {
        let heartbeat = Heartbeat::start(engine.clone())
            .map_err(|error| SetupError::Component(format!("cannot start the epoch thread: {error}")))?;
        let room = Room::new(&config.limits);
        let cache = Arc::new(Shelf::new(&config.limits));
        Ok(Self { engine, config, store, gateway, heartbeat, cache, room })
    }

    pub(super) fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// Waits for room; then memory without an instance in it, under the limits of one call.
    pub(super) async fn enter(&self, user: &str, operation: &'static str) -> Result<(Memory<State>, Watch), Error> {
        self.gateway.count_call();
        let limits = self.config.limits.clone();
        let deadline = Instant::now() + limits.wall_clock;
        let user = Arc::<str>::from(user);
        let seat = self.room.enter(&user, &limits, deadline).await?;
        let egress = self.gateway.for_call(user.clone(), operation, limits.clone(), deadline);
        let state = State::new(user, self.config.clone(), self.store.clone(), egress, self.cache.clone());
        let mut memory = Memory::new(&self.engine, state);
        memory.limiter(|state| &mut state.limiter);
        memory.set_hostcall_fuel(HOSTCALL_BYTES);
        memory.set_max_component_handles(HANDLES);
        memory.set_epoch_deadline(1);
        memory.epoch_deadline_callback(count_down(limits.cpu));
        Ok((memory, Watch { operation, limits, deadline, _seat: seat, _beat: self.heartbeat.for_call() }))
    }
}

/// Counts the ticks in which the guest computes. Waiting in the host costs one tick at most,
/// however long it takes; every tick lets the executor run others, the timeout among them.
fn count_down(cpu: Duration) -> impl FnMut(StoreContextMut<'_, State>) -> wasmtime::Result<UpdateDeadline> {
    let mut left = cpu.as_millis() / TICK.as_millis();
    move |_| match left.checked_sub(1) {
        Some(fewer) => {
            left = fewer;
            Ok(UpdateDeadline::Yield(1))
        }
        None => Err(OutOfTime.into()),
    }
}

impl Watch {
    /// Awaits an exported function until the deadline, which counts from the beginning of the
    /// call; `None` = it passed.
    pub(crate) async fn run<T>(&self, answer: impl Future<Output = T>) -> Option<T> {
        timeout_at(self.deadline, answer).await.ok()
    }

    pub(super) fn explain(&self, error: &wasmtime::Error, store: &Memory<State>) -> Error {
        failure::stopped(self.operation, error, store.data().limiter.refused, &self.limits)
    }
}

impl<G> Call<G> {
    /// The component knows that the host denied a request, or that the store failed; only the host knows what to do.
    fn explained(&self, mut error: Error) -> Error {
        if error.code == ErrorCode::Storage
            && let Some((message, remedy)) = &self.store.data().key_trouble
        {
            (error.message, error.remedy) = (message.clone(), remedy.clone());
        }
        if error.code == ErrorCode::DeniedByHost
            && let Some(remedy) = self.store.data().remedy_of_denial()
        {
            error.remedy = remedy;
        }
        error
    }

    /// The answer, or why there is none. The instance is thrown away.
    pub(crate) fn conclude<T>(self, outcome: Option<wasmtime::Result<Result<T, Error>>>) -> Result<T, Error> {
        match outcome {
            Some(Ok(answer)) => answer.map_err(|error| self.explained(error)),
            Some(Err(error)) => Err(self.watch.explain(&error, &self.store)),
            None => Err(failure::late(self.watch.operation, &self.watch.limits)),
        }
    }
}
