//! Slot queries and their answers.

use calendar_core::calendar::{Access, Calendar};
use calendar_core::error::Error;
use calendar_core::op::propose_meeting_times::Proposal;
use calendar_core::op::search::{SlotQuery, Slots};
use calendar_core::op::sources::UnknownSource;
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::reason::ReasonCount;
use calendar_core::schedule::rules::Rules;
use calendar_core::schedule::zones::Zones;

use super::{max_slots, options, provider_out, range_out, read_range, rules, selection, unknown_out, zone};
use crate::bindings::exports::calendar::scheduling::{availability as wit, calendars};

/// A slot query.
pub fn slot_query(query: wit::SlotQuery) -> Result<SlotQuery, Error> {
    let (max_slots, range) = (max_slots(query.max_slots)?, read_range(query.range)?);
    Ok(SlotQuery { max_slots, range, rules: self::rules(query.rules, range)?, selection: selection(query.selection)? })
}

/// A request for a few well-spread times.
pub fn proposal(proposal: wit::ProposalQuery) -> Result<Proposal, Error> {
    let hours = |field, given: Option<_>| given.map(|windows| rules::hours::weekly(field, windows)).transpose();
    Ok(Proposal {
        options: options("options", proposal.options)?,
        query: slot_query(proposal.query)?,
        invitee_zone: proposal.invitee_time_zone.map(|name| zone("invitee-time-zone", &name)).transpose()?,
        preferred_hours: hours("preferred-hours", proposal.preferred_hours)?,
        invitee_hours: hours("invitee-preferred-hours", proposal.invitee_preferred_hours)?,
    })
}

/// The rules of a slot in or near `range` into which the meeting fits.
pub fn rules(given: wit::SlotRules, range: Interval) -> Result<Rules, Error> {
    let parsed = rules::rules("", given, &mut Zones::default())?;
    if !rules::fit::fits(&parsed, parsed.duration, range) {
        return Err(Error::invalid("duration-minutes", "the meeting is longer than any working window"));
    }
    Ok(parsed)
}

/// Busy times, outbound.
#[must_use]
pub fn busy_out((busy, unknown): (Vec<Interval>, Vec<UnknownSource>)) -> wit::BusyTimes {
    wit::BusyTimes { busy: busy.into_iter().map(range_out).collect(), unknown: unknown_out(unknown) }
}

/// Slots, outbound.
#[must_use]
pub fn slots_out(found: Slots) -> wit::Slots {
    wit::Slots {
        slots: found.slots.into_iter().map(range_out).collect(),
        unknown: unknown_out(found.unknown),
        reasons: found.reasons.into_iter().map(count_out).collect(),
        nearest: found.nearest.into_iter().map(range_out).collect(),
        truncated_at: found.truncated_at.map(|at| at.timestamp()),
    }
}

/// A counted reason, outbound.
#[must_use]
pub fn count_out(one: ReasonCount) -> wit::RefusalCount {
    wit::RefusalCount { reason: one.code.as_str().to_owned(), count: u32::try_from(one.count).unwrap_or(u32::MAX) }
}

/// Calendars, outbound.
#[must_use]
pub fn calendars_out((found, unknown): (Vec<Calendar>, Vec<UnknownSource>)) -> calendars::CalendarList {
    calendars::CalendarList { calendars: found.into_iter().map(calendar_out).collect(), unknown: unknown_out(unknown) }
}

fn calendar_out(one: Calendar) -> calendars::Calendar {
    calendars::Calendar {
        account: one.account.as_str().to_owned(),
        provider: provider_out(one.provider),
        id: one.id.as_str().to_owned(),
        name: one.name,
        time_zone: one.time_zone,
        access: match one.access {
            Access::FreeBusy => calendars::Access::FreeBusy,
            Access::Read => calendars::Access::Read,
            Access::Write => calendars::Access::Write,
            Access::Owner => calendars::Access::Owner,
        },
        is_primary: one.is_primary,
        is_selected: one.is_selected,
        supports_video: one.supports_video,
    }
}
