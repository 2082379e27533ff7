//! A slot with the optional participants who cannot come to it.

use std::fmt;

use calendar_core::schedule::zone::Zone;
use calendar_host::types::{Attendance, Presence, Slot, TimeRange};
use serde::Serialize;

use super::moment::Span;
use super::text;

/// A slot as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// When.
    #[serde(flatten)]
    pub span: Span,
    /// Who of the optional participants can come.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    optional: Vec<Guest>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Guest {
    participant: String,
    presence: &'static str,
}

impl Offer {
    /// A slot without participants.
    pub fn of_range(range: &TimeRange, zone: &Zone) -> Self {
        Self { span: Span::new(range, zone), optional: Vec::new() }
    }

    /// A slot with participants.
    pub fn of_slot(slot: Slot, zone: &Zone) -> Self {
        let guest = |Attendance { participant, presence }| Guest { participant, presence: word(presence) };
        Self { optional: slot.optional.into_iter().map(guest).collect(), ..Self::of_range(&slot.time, zone) }
    }

    /// ` (without ann; not known: ben)`; empty when everybody can come.
    pub fn absent(&self) -> String {
        let who = |wanted: Presence| {
            let found = self.optional.iter().filter(|guest| guest.presence == word(wanted));
            found.map(|guest| text::line(&guest.participant).into_owned()).collect::<Vec<_>>().join(", ")
        };
        let parts = [("without ", who(Presence::Unavailable)), ("not known: ", who(Presence::Unknown))];
        let parts = parts.iter().filter(|(_, names)| !names.is_empty()).map(|(word, names)| format!("{word}{names}"));
        match parts.collect::<Vec<_>>().join("; ") {
            parts if parts.is_empty() => parts,
            parts => format!(" ({parts})"),
        }
    }
}

fn word(presence: Presence) -> &'static str {
    match presence {
        Presence::Free => "free",
        Presence::Unavailable => "unavailable",
        Presence::Unknown => "unknown",
    }
}

impl fmt::Display for Offer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.span, self.absent())
    }
}
