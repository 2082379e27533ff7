//! The default world. Each vendor's module knows its own people and events.

use crate::state::State;
use crate::{google, microsoft};

/// Fills an empty sandbox with the default people of both vendors, their events around the current week.
pub fn seed(state: &State) {
    google::seed(state);
    microsoft::seed(state);
}
