//! Reasons against a start, outbound: code, witness, and the field of the query behind it.

use calendar_core::schedule::reason::{Detail, Reason, ReasonCode};
use chrono::{DateTime, Utc};

use super::super::range_out;
use super::names::Names;
use super::room::REASON_BYTES;
use super::wit;

/// A reason against `start`.
pub(super) fn reason_out(start: DateTime<Utc>, reason: Reason, names: &Names) -> wit::Refusal {
    let mut out = wit::Refusal {
        code: reason.code.as_str().to_owned(),
        participant: reason.participant.as_ref().map(ToString::to_string),
        calendar: None,
        time: None,
        rule: rule(start, &reason, names),
        bound: None,
        local: None,
        cause: None,
    };
    match reason.detail {
        Detail::None => {}
        Detail::Local { local, .. } => out.local = Some(local.format("%Y-%m-%dT%H:%M:%S").to_string()),
        Detail::Earliest(at) | Detail::Latest(at) => out.bound = Some(at.timestamp()),
        Detail::Item { interval, calendar, .. } => {
            out.time = Some(range_out(interval));
            out.calendar = calendar.map(|name| name.to_string());
        }
        Detail::Holiday { interval } => out.time = Some(range_out(interval)),
        Detail::Unread { interval, calendar, cause, .. } => {
            out.time = Some(range_out(interval));
            out.calendar = calendar.map(|name| name.to_string());
            out.cause = Some(cause.to_string());
        }
        Detail::Limit { bucket, .. } => out.local = Some(bucket.to_string()),
        Detail::Quorum { quorum, name, have, need } => {
            let members = names.members(quorum);
            let named = if quorum.is_none() || name.is_empty() { String::new() } else { format!("{name}: ") };
            out.cause = Some(format!("{named}{have} of {members} can come, {need} must"));
        }
    }
    out
}

/// How much of an answer a reason takes.
pub(super) fn bytes(one: &wit::Refusal) -> usize {
    let optional = [&one.participant, &one.calendar, &one.local, &one.cause];
    let texts = optional.into_iter().flatten().chain([&one.code, &one.rule]);
    texts.map(String::len).fold(REASON_BYTES, usize::saturating_add)
}

/// The field of the query behind a reason.
fn rule(start: DateTime<Utc>, reason: &Reason, names: &Names) -> String {
    let who = reason.participant.as_ref();
    match (reason.code, &reason.detail) {
        (_, Detail::Quorum { quorum: Some(index), .. }) => format!("quorums[{index}]"),
        (_, Detail::Quorum { quorum: None, .. }) => "round-robin".to_owned(),
        (_, Detail::Local { zone, .. }) => names.clock(zone).to_owned(),
        (ReasonCode::BeforeNotice, _) => names.rule(who, "minimum-notice-minutes"),
        (ReasonCode::BeyondHorizon, _) => names.rule(who, "horizon-days"),
        (ReasonCode::Closed, _) => names.rule(who, "overrides"),
        (ReasonCode::OutsideHours, _) => names.rule(who, "working-hours"),
        (ReasonCode::TimeOff, Detail::Holiday { .. }) => names.rule(who, "holidays"),
        (ReasonCode::Tentative, _) => names.rule(who, "statuses"),
        (ReasonCode::LimitReached, _) => names.rule(who, "limits"),
        (ReasonCode::UnknownAvailability, _) => names.of(who, "unknown"),
        (ReasonCode::Buffer, Detail::Item { interval, .. } | Detail::Holiday { interval }) => {
            // Of two buffers that meet in a gap the longer one counts: the rules', if the gap is too short for it.
            let ((before, after), end) = (names.buffers(who), start + names.duration());
            if interval.end() <= start && start.signed_duration_since(interval.end()) < before {
                names.rule(who, "buffer-before-minutes")
            } else if interval.end() <= start {
                names.of(who, "busy.buffer-after-minutes")
            } else if interval.start().signed_duration_since(end) < after {
                names.rule(who, "buffer-after-minutes")
            } else {
                names.of(who, "busy.buffer-before-minutes")
            }
        }
        (ReasonCode::NonexistentLocalTime, _) => "rules.time-zone".to_owned(),
        (ReasonCode::QuorumNotMet, _) => "quorums".to_owned(),
        (ReasonCode::NoAssignee, _) => "round-robin".to_owned(),
        (ReasonCode::Busy | ReasonCode::Held | ReasonCode::TimeOff | ReasonCode::Buffer, _) => names.of(who, "busy"),
    }
}
