//! The sandbox's clock: real by default, and settable, so that expiry can be tested without waiting. It never sleeps.

use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Mutex;

#[derive(Debug, Clone, Copy)]
enum Mode {
    Running(TimeDelta),
    Frozen(DateTime<Utc>),
}

/// A clock that runs with an offset from real time, or stands still.
#[derive(Debug)]
pub struct Clock(Mutex<Mode>);

impl Default for Clock {
    fn default() -> Self {
        Self(Mutex::new(Mode::Running(TimeDelta::zero())))
    }
}

impl Clock {
    /// The sandbox's present instant.
    pub fn now(&self) -> DateTime<Utc> {
        match *self.mode() {
            Mode::Running(offset) => Utc::now() + offset,
            Mode::Frozen(at) => at,
        }
    }

    /// Sets the clock to `at`; it runs on from there.
    pub fn set(&self, at: DateTime<Utc>) {
        *self.mode() = Mode::Running(at - Utc::now());
    }

    /// Sets the clock to `at` and stops it.
    pub fn freeze(&self, at: DateTime<Utc>) {
        *self.mode() = Mode::Frozen(at);
    }

    /// Moves the clock by `by`, which may be negative; it keeps running or standing.
    pub fn advance(&self, by: TimeDelta) {
        let mut mode = self.mode();
        *mode = match *mode {
            Mode::Running(offset) => Mode::Running(offset + by),
            Mode::Frozen(at) => Mode::Frozen(at + by),
        };
    }

    /// Back to real time.
    pub fn reset(&self) {
        *self.mode() = Mode::Running(TimeDelta::zero());
    }

    fn mode(&self) -> std::sync::MutexGuard<'_, Mode> {
        self.0.lock().expect("clock lock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_moves_only_when_told() {
        let clock = Clock::default();
        let at = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
        clock.freeze(at);
        assert_eq!(clock.now(), at);
        clock.advance(TimeDelta::hours(2));
        assert_eq!(clock.now(), at + TimeDelta::hours(2));
    }

    #[test]
    fn a_set_clock_runs_on() {
        let clock = Clock::default();
        let at = DateTime::from_timestamp(1_780_000_000, 0).unwrap();
        clock.set(at);
        assert!(clock.now() >= at && clock.now() < at + TimeDelta::minutes(1));
        clock.reset();
        assert!((clock.now() - Utc::now()).abs() < TimeDelta::minutes(1));
    }
}
