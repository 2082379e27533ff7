//! Behaviour that no contract states, or that tests want in an unusual form. Defaults are the documented or likeliest behaviour.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How the service behaves where there is a choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Switches {
    /// Items on a page when the caller asks for no size.
    pub page_size: usize,
    /// Most items on a page, whatever the caller asks for.
    pub page_limit: usize,
    /// An empty page with a next link comes before every page.
    pub empty_pages: bool,
    /// Answers of a batch keep the order of the requests instead of being reversed.
    pub batch_in_order: bool,
    /// Parts of batches that fail.
    pub batch_faults: Vec<PartFault>,
    /// Status for a transaction id used again with other content: 400 or 409.
    pub duplicate_status: u16,
    /// That refusal names the existing event in `@event.existingEventId`.
    pub duplicate_names_event: bool,
    /// Seconds after which a transaction id is forgotten; `None` = never.
    pub transaction_memory_seconds: Option<u32>,
    /// A transaction id stays taken when its event is deleted.
    pub transaction_survives_deletion: bool,
    /// Seconds before `onlineMeeting` is filled in.
    pub join_url_delay_seconds: u32,
    /// Requests at once for one mailbox; the next gets 429. `None` = no limit.
    pub concurrency_limit: Option<usize>,
    /// Milliseconds every request of a mailbox takes, so that several can meet.
    pub service_milliseconds: u64,
    /// `Retry-After` of that 429, in seconds; `None` leaves the header out.
    pub throttle_retry_after_seconds: Option<u32>,
    /// Status with which personal accounts are refused free/busy calls: 403 or 400.
    pub personal_refusal_status: u16,
    /// All-day events carry the zone asked for in their label instead of UTC.
    pub all_day_label_follows_prefer: bool,
    /// Addresses whose schedule fails, with the `responseCode`.
    pub schedule_errors: BTreeMap<String, String>,
    /// Addresses left out of a schedule answer altogether.
    pub schedule_omits: BTreeSet<String>,
    /// Delta tokens are dead: 410 `syncStateNotFound`.
    pub delta_gone: bool,
    /// The first changed item of a delta page comes twice.
    pub delta_repeats: bool,
    /// A declined meeting stays in the calendar instead of going to Deleted Items.
    pub declined_stays: bool,
}

/// A part of a batch that fails instead of being carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFault {
    /// Only parts whose URL contains this text, case ignored.
    pub path_contains: String,
    /// Status of the part.
    pub status: u16,
    /// Graph's code.
    pub code: String,
    /// `Retry-After` of the part, in seconds.
    #[serde(default)]
    pub retry_after_seconds: Option<u32>,
    /// How many parts it still hits.
    pub times: u32,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            page_size: 10,
            page_limit: 1_000,
            empty_pages: false,
            batch_in_order: false,
            batch_faults: Vec::new(),
            duplicate_status: 400,
            duplicate_names_event: false,
            transaction_memory_seconds: None,
            transaction_survives_deletion: false,
            join_url_delay_seconds: 0,
            concurrency_limit: Some(4),
            service_milliseconds: 0,
            throttle_retry_after_seconds: Some(1),
            personal_refusal_status: 403,
            all_day_label_follows_prefer: false,
            schedule_errors: BTreeMap::new(),
            schedule_omits: BTreeSet::new(),
            delta_gone: false,
            delta_repeats: false,
            declined_stays: false,
        }
    }
}
