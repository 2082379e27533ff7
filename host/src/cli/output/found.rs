//! Slots with an explanation: the refused starts, or at least their number.

use std::fmt;

use calendar_core::schedule::zone::Zone;
use calendar_host::types::{FoundSlots, Participant};
use serde::Serialize;

use super::gap::{self, Gap};
use super::refused::{self, Refused};
use super::slots::Slots;

/// The answer to a search, explained as far as it was asked for.
#[derive(Debug, Serialize)]
pub struct Found {
    #[serde(flatten)]
    slots: Slots,
    /// What the files do not say. None = no file was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_understood: Option<Vec<Gap>>,
    /// Starts that are not free. None = not asked for, or only counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Vec<Refused>>,
    #[serde(skip)]
    has_counts: bool,
}

impl Found {
    /// An answer that only counts what is refused; the counts are shown if `explain`.
    pub fn counted(slots: Slots, explain: bool) -> Self {
        Self { slots, not_understood: None, refused: None, has_counts: explain }
    }

    /// An answer from the files of `people`, with every refused start if `explain`.
    pub fn explained(mut found: FoundSlots, people: &[Participant], explain: bool, zone: &Zone) -> Self {
        let refused: Vec<_> = found.refused.drain(..).map(|one| Refused::new(one, zone)).collect();
        Self {
            slots: Slots::of_files(found, zone),
            not_understood: Some(Gap::all(people, zone)),
            refused: explain.then_some(refused),
            has_counts: false,
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.slots)?;
        if self.has_counts {
            write!(formatter, "{}", self.slots.counts())?;
        }
        if let Some(refused) = &self.refused {
            let free: Vec<i64> = self.slots.slots.iter().map(|one| one.span.start.seconds()).collect();
            write!(formatter, "{}", refused::lines(refused, &free))?;
            let more = self.slots.refused_count().saturating_sub(refused.len());
            if more > 0 {
                write!(formatter, "\nnot free: {more} more starts; ask for a shorter range to see why")?;
            }
        }
        write!(formatter, "{}", gap::lines(self.not_understood.as_deref().unwrap_or_default()))
    }
}
