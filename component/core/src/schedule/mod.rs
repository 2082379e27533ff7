//! The slot engine: busy times + rules + now -> slots, with a reason for every start that is not offered.
//!
//! Pure: no I/O, no clock, no randomness; the same input gives the same output byte for byte. All set operations work
//! on instants; zones matter only where local times become instants ([`zone`] is the only file that knows zone rules).
//!
//! The idea: for one person, the *starts* at which a meeting fits form a sorted list of intervals ([`starts`]).
//! One person, all of several, k of n, round robin: intersections and counts of such lists ([`group`]), walked
//! together with the [`grid`] of candidate starts. Nothing ever scans all events for one slot.

pub mod assign;
pub mod availability;
pub mod availability_view;
pub mod caps;
pub mod cursor;
pub mod dense;
pub mod explain;
pub mod grid;
pub mod group;
pub mod hours;
pub mod interval;
pub mod limits;
pub mod obstacles;
pub mod order;
pub mod policy;
pub mod propose;
pub mod rank;
pub mod reason;
pub mod rules;
pub mod slots;
pub mod spread;
pub mod starts;
pub mod team;
pub mod team_explain;
pub mod walk;
pub mod zone;
pub mod zones;

#[cfg(test)]
#[path = "../../tests/it/schedule_support/cases.rs"]
mod cases;
