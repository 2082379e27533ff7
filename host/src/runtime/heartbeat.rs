//! The thread that advances the epoch: how often a computing guest is looked at, and lets others
//! run. It rests while no call is running, and ends with its last user.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::Thread;
use std::time::Duration;

use wasmtime::Engine;

/// Length of an epoch.
pub(super) const TICK: Duration = Duration::from_millis(10);

/// The heartbeat of one engine.
pub(super) struct Heartbeat {
    state: Arc<State>,
    thread: Thread,
}

#[derive(Default)]
struct State {
    calls: AtomicUsize,
    over: AtomicBool,
}

/// Keeps the heart beating for one call.
pub(super) struct Beat(Arc<Heartbeat>);

impl Heartbeat {
    pub(super) fn start(engine: Engine) -> std::io::Result<Arc<Self>> {
        let state = Arc::<State>::default();
        let shared = state.clone();
        let thread = std::thread::Builder::new().name("calendar-epochs".to_owned());
        let thread = thread.spawn(move || beat(&engine, &shared))?.thread().clone();
        Ok(Arc::new(Self { state, thread }))
    }

    /// Beats at least until the guard is dropped.
    pub(super) fn for_call(self: &Arc<Self>) -> Beat {
        self.state.calls.fetch_add(1, Ordering::SeqCst);
        self.thread.unpark();
        Beat(self.clone())
    }
}

fn beat(engine: &Engine, state: &State) {
    while !state.over.load(Ordering::SeqCst) {
        if state.calls.load(Ordering::SeqCst) == 0 {
            // An `unpark` between the check and here makes this return at once.
            std::thread::park();
            continue;
        }
        engine.increment_epoch();
        std::thread::sleep(TICK);
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        self.0.state.calls.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.state.over.store(true, Ordering::SeqCst);
        self.thread.unpark();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends_within_seconds(is_over: impl Fn() -> bool) {
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        while !is_over() {
            assert!(std::time::Instant::now() < deadline);
            std::thread::yield_now();
        }
    }

    #[test]
    fn the_heart_stops_with_its_last_user_and_lets_the_engine_go() {
        let engine = Engine::default();
        let weak = engine.weak();
        let heartbeat = Heartbeat::start(engine).unwrap();
        let call = heartbeat.for_call();
        drop(heartbeat);
        assert!(weak.upgrade().is_some(), "a call still needs it");
        drop(call);
        ends_within_seconds(|| weak.upgrade().is_none());
    }

    #[test]
    fn a_resting_heart_stops_too() {
        let engine = Engine::default();
        let weak = engine.weak();
        drop(Heartbeat::start(engine).unwrap());
        ends_within_seconds(|| weak.upgrade().is_none());
    }
}
