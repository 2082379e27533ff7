//! What a test can switch about Google's behaviour where the documentation leaves room.

use serde::{Deserialize, Serialize};

/// Behaviours that can be switched while the sandbox runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Switches {
    /// Most items on a page, whatever `maxResults` says; `None` = only `maxResults` counts.
    pub page_size: Option<usize>,
    /// Whether every page with items is preceded by an empty one.
    pub empty_pages: bool,
    /// Longest window of freeBusy, in days.
    pub free_busy_days: u32,
    /// Whether freeBusy answers its intervals as stored: unsorted, not merged, not cut to the window.
    pub raw_free_busy: bool,
    /// Seconds until a Meet room is ready.
    pub meet_delay_seconds: u32,
    /// Whether Meet rooms fail.
    pub meet_fails: bool,
    /// Calendars that freeBusy answers with the error `internalError`.
    pub free_busy_internal_errors: Vec<String>,
    /// So many of the next event lists miss events made in the last `stale_seconds`.
    pub stale_lists: u32,
    /// How far behind a stale list is.
    pub stale_seconds: u32,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            page_size: None,
            empty_pages: false,
            free_busy_days: 90,
            raw_free_busy: false,
            meet_delay_seconds: 0,
            meet_fails: false,
            free_busy_internal_errors: Vec::new(),
            stale_lists: 0,
            stale_seconds: 60,
        }
    }
}
