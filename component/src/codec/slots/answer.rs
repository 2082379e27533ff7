//! Answers of the pure slot search, outbound.

use std::sync::Arc;

use calendar_core::schedule::group::{GroupOutcome, GroupSlot, Presence};
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::propose::Proposals;
use calendar_core::schedule::rank::{Flaw, Ranked};
use calendar_core::schedule::reason::{Reason, ReasonCode, Refusal};
use calendar_core::schedule::slots::Outcome;

use super::super::query::count_out;
use super::super::range_out;
use super::names::Names;
use super::reason::{self, reason_out};
use super::room::REFUSAL_BYTES;
use super::wit;

/// The answer about a group.
pub(super) fn of_group(found: GroupOutcome, names: &Names) -> wit::FoundSlots {
    wit::FoundSlots {
        slots: found.slots.into_iter().map(slot_out).collect(),
        reasons: found.reasons.into_iter().map(count_out).collect(),
        refused: refused_out(found.refused, names),
        nearest: found.nearest.into_iter().map(slot_out).collect(),
        truncated_at: found.truncated.map(|at| at.timestamp()),
    }
}

/// The answer about one person.
pub(super) fn of_one(found: Outcome, names: &Names) -> wit::FoundSlots {
    let only = names.only();
    let of_only = |refusal: Refusal| Refusal {
        reasons: refusal.reasons.into_iter().map(|reason| about(reason, only.as_ref())).collect(),
        ..refusal
    };
    wit::FoundSlots {
        slots: found.slots.into_iter().map(plain_slot).collect(),
        reasons: found.reasons.into_iter().map(count_out).collect(),
        refused: refused_out(found.refused.into_iter().map(of_only), names),
        nearest: found.nearest.into_iter().map(plain_slot).collect(),
        truncated_at: found.truncated.map(|at| at.timestamp()),
    }
}

/// The answer to a request for proposals.
pub(super) fn of_proposals(found: Proposals) -> wit::Proposals {
    wit::Proposals {
        proposals: found.proposals.into_iter().map(proposal_out).collect(),
        reasons: found.reasons.into_iter().map(count_out).collect(),
        nearest: found.nearest.into_iter().map(slot_out).collect(),
        truncated_at: found.truncated.map(|at| at.timestamp()),
    }
}

/// A reason of a question about one person: what is not the meeting's is that person's.
fn about(reason: Reason, only: Option<&Arc<str>>) -> Reason {
    use ReasonCode::{BeforeNotice, BeyondHorizon, NonexistentLocalTime};
    match reason.code {
        NonexistentLocalTime | BeforeNotice | BeyondHorizon => reason,
        _ => Reason { participant: only.cloned(), ..reason },
    }
}

/// Refused starts, as many as there is room for.
fn refused_out(refused: impl IntoIterator<Item = Refusal>, names: &Names) -> Vec<wit::RefusedStart> {
    let mut taken = 0_usize;
    let one = |one: Refusal| {
        let start = one.start;
        let reasons: Vec<_> = one.reasons.into_iter().map(|reason| reason_out(start, reason, names)).collect();
        taken = reasons.iter().map(reason::bytes).fold(taken, usize::saturating_add);
        (taken <= REFUSAL_BYTES).then(|| wit::RefusedStart { start: start.timestamp(), reasons })
    };
    refused.into_iter().map_while(one).collect()
}

fn slot_out(slot: GroupSlot) -> wit::Slot {
    let attendance = |(participant, presence): (Arc<str>, Presence)| wit::Attendance {
        participant: participant.to_string(),
        presence: match presence {
            Presence::Free => wit::Presence::Free,
            Presence::Unavailable => wit::Presence::Unavailable,
            Presence::Unknown => wit::Presence::Unknown,
        },
    };
    wit::Slot {
        time: range_out(slot.interval),
        optional: slot.optional.into_iter().map(attendance).collect(),
        assignee: slot.assignee.map(|id| id.to_string()),
    }
}

fn plain_slot(interval: Interval) -> wit::Slot {
    wit::Slot { time: range_out(interval), optional: Vec::new(), assignee: None }
}

fn proposal_out(ranked: Ranked) -> wit::Proposal {
    let small = |penalty: u64| u32::try_from(penalty).unwrap_or(u32::MAX);
    let flaw = |(flaw, penalty): (Flaw, u64)| wit::Flaw { code: code(flaw).to_owned(), penalty: small(penalty) };
    wit::Proposal {
        slot: slot_out(ranked.slot),
        penalty: small(ranked.penalty),
        flaws: ranked.parts.into_iter().map(flaw).collect(),
    }
}

fn code(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::OptionalBusy => "optional_busy",
        Flaw::OptionalUnknown => "optional_unknown",
        Flaw::Tentative => "tentative",
        Flaw::OutsideOrganiserHours => "outside_preferred_hours",
        Flaw::OutsideInviteeHours => "outside_invitee_hours",
        Flaw::ShortGap => "short_gap",
        Flaw::Later => "later",
    }
}
