//! How much of an answer fits into the memory of a call. A large group with long names gets fewer slots at a time, and
//! is told where to continue; refusals are spelled out as far as they fit.

use calendar_core::schedule::group::{GroupQuery, Role};
use calendar_core::schedule::slots::Explain;

/// Bytes that slots may take.
const SLOT_BYTES: usize = 12 << 20;
/// Bytes of a slot, and of an optional participant at it, besides their texts.
const BYTES_EACH: usize = 64;
/// Most persons and quorums of all starts together whose reasons are spelled out.
const EXPLAINED: usize = 20_000;
/// Bytes that refusals may take.
pub(super) const REFUSAL_BYTES: usize = 12 << 20;
/// Bytes of a reason besides its texts, as a host keeps it.
pub(super) const REASON_BYTES: usize = 192;

/// Lowers the engine's bound on slots, and on refusals spelled out, to what fits.
pub(super) fn limit(query: &mut GroupQuery) {
    let optional = query.participants.iter().filter(|one| one.role == Role::Optional);
    let texts: usize = optional.map(|one| one.id.len().saturating_add(BYTES_EACH)).sum();
    let longest = query.participants.iter().map(|one| one.id.len()).max().unwrap_or(0);
    let assignee = if query.round_robin.is_some() { longest } else { 0 };
    let mut most = SLOT_BYTES / BYTES_EACH.saturating_add(texts).saturating_add(assignee);
    if query.explain == Explain::Full {
        most = most.min(EXPLAINED / query.participants.len().saturating_add(query.quorums.len()).max(1));
    }
    query.caps.slots = query.caps.slots.min(most.max(1));
}
