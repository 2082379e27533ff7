//! Slot queries and their answers.

use calendar_core::calendar::{Access, Calendar};
use calendar_core::error::Error;
use calendar_core::op::propose_meeting_times::Proposal;
use calendar_core::op::search::{SlotQuery, Slots};
use calendar_core::op::sources::UnknownSource;
use calendar_core::schedule::hours::WeeklyHours;
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::policy::Treatment;
use calendar_core::schedule::rules::{Horizon, Rules};
use chrono::{TimeDelta, Weekday};

use super::{minutes, provider_out, range_out, read_range, selection, unknown_out, zone};
use crate::bindings::exports::calendar::scheduling::{availability as wit, calendars};

const DAY: u32 = 1440;
/// Slots of an answer when the caller does not say.
const DEFAULT_SLOTS: u32 = 1000;

/// A slot query.
pub fn slot_query(query: wit::SlotQuery) -> Result<SlotQuery, Error> {
    let max_slots = query.max_slots.unwrap_or(DEFAULT_SLOTS);
    if !(1..=5000).contains(&max_slots) {
        return Err(Error::invalid("max-slots", format!("must be 1 to 5000, not {max_slots}")));
    }
    Ok(SlotQuery {
        range: read_range(query.range)?,
        rules: rules(query.rules)?,
        selection: selection(query.selection)?,
        max_slots: usize::try_from(max_slots).unwrap_or(usize::MAX),
    })
}

/// A request for a few well-spread times.
pub fn proposal(proposal: wit::ProposalQuery) -> Result<Proposal, Error> {
    if !(1..=20).contains(&proposal.options) {
        return Err(Error::invalid("options", format!("must be 1 to 20, not {}", proposal.options)));
    }
    let invitee_zone = proposal.invitee_time_zone.map(|name| zone("invitee-time-zone", &name));
    Ok(Proposal {
        query: slot_query(proposal.query)?,
        options: usize::try_from(proposal.options).unwrap_or(usize::MAX),
        invitee_zone: invitee_zone.transpose()?,
    })
}

/// The rules of a slot.
pub fn rules(rules: wit::SlotRules) -> Result<Rules, Error> {
    let or_none = |field, value: Option<u32>, most| match value {
        Some(value) => minutes(field, value, 0, most),
        None => Ok(TimeDelta::zero()),
    };
    let horizon = match rules.horizon_days {
        Some(days) if days > 730 => return Err(Error::invalid("horizon-days", "must be 0 to 730")),
        days => days.map(Horizon::Days),
    };
    let step = minutes("step-minutes", rules.step_minutes.unwrap_or(30), 1, DAY)?;
    let offset = or_none("offset-minutes", rules.offset_minutes, DAY)?;
    if offset >= step {
        return Err(Error::invalid("offset-minutes", "must be less than step-minutes"));
    }
    let mut parsed = Rules {
        zone: zone("time-zone", &rules.time_zone)?,
        duration: minutes("duration-minutes", rules.duration_minutes, 1, DAY)?,
        buffer_before: or_none("buffer-before-minutes", rules.buffer_before_minutes, DAY)?,
        buffer_after: or_none("buffer-after-minutes", rules.buffer_after_minutes, DAY)?,
        minimum_notice: or_none("minimum-notice-minutes", rules.minimum_notice_minutes, 525_600)?,
        horizon,
        step,
        offset,
        hours: hours(rules.working_hours)?,
        ..Rules::default()
    };
    let tentative = match rules.tentative {
        None | Some(wit::TentativePolicy::Block) => Treatment::Block,
        Some(wit::TentativePolicy::Allow) => Treatment::Allow,
    };
    parsed.statuses.all.tentative = tentative;
    parsed.statuses.all.not_answered = tentative;
    parsed.validate()?;
    fits_some_window(&parsed)?;
    Ok(parsed)
}

fn hours(given: Option<Vec<wit::WorkingHours>>) -> Result<WeeklyHours, Error> {
    let mut hours = WeeklyHours::closed();
    let Some(given) = given else { return Ok(WeeklyHours::always()) };
    if given.is_empty() || given.len() > 64 {
        return Err(Error::invalid("working-hours", "must be 1 to 64 windows"));
    }
    let field = "working-hours";
    let mut windows: Vec<(Weekday, u16, u16)> = Vec::with_capacity(given.len());
    for one in given {
        let small = |value: u32| u16::try_from(value).unwrap_or(u16::MAX);
        let (start, end) = (small(one.start_minute), small(one.end_minute));
        if start > 1439 || end > 2880 {
            return Err(Error::invalid(field, "start-minute must be 0 to 1439, end-minute at most 2880"));
        }
        if end <= start {
            return Err(Error::invalid(field, format!("a window ends ({end}) before or when it starts ({start})")));
        }
        windows.push((weekday(one.weekday), start, end));
    }
    windows.sort_by_key(|(day, start, _)| (day.num_days_from_monday(), *start));
    let overlap = windows.iter().zip(windows.iter().skip(1)).any(|(a, b)| a.0 == b.0 && b.1 < a.2);
    if overlap {
        return Err(Error::invalid(field, "windows of one day overlap"));
    }
    for (day, start, end) in windows {
        hours = hours.with(day, (start, end));
    }
    Ok(hours)
}

/// A meeting longer than every window can never fit: say so instead of finding nothing. Windows
/// that touch (also over midnight) join, so this is judged over a week of 24-hour days.
fn fits_some_window(rules: &Rules) -> Result<(), Error> {
    let mut week: Vec<(i64, i64)> = Vec::new();
    for (day, windows) in rules.hours.days() {
        let midnight = i64::from(day.num_days_from_monday()) * 1440;
        week.extend(windows.iter().map(|(from, to)| (midnight + i64::from(*from), midnight + i64::from(*to))));
    }
    let next_week: Vec<_> = week.iter().map(|(from, to)| (from + 10_080, to + 10_080)).collect();
    week.extend(next_week);
    week.sort_unstable();
    let (mut longest, mut open): (i64, Option<(i64, i64)>) = (0, None);
    for (from, to) in week {
        let joined = match open {
            Some((start, end)) if from <= end => (start, end.max(to)),
            _ => (from, to),
        };
        longest = longest.max(joined.1 - joined.0);
        open = Some(joined);
    }
    if rules.duration > TimeDelta::minutes(longest) {
        return Err(Error::invalid("duration-minutes", "the meeting is longer than any working window"));
    }
    Ok(())
}

fn weekday(day: wit::Weekday) -> Weekday {
    match day {
        wit::Weekday::Monday => Weekday::Mon,
        wit::Weekday::Tuesday => Weekday::Tue,
        wit::Weekday::Wednesday => Weekday::Wed,
        wit::Weekday::Thursday => Weekday::Thu,
        wit::Weekday::Friday => Weekday::Fri,
        wit::Weekday::Saturday => Weekday::Sat,
        wit::Weekday::Sunday => Weekday::Sun,
    }
}

/// Busy times, outbound.
#[must_use]
pub fn busy_out((busy, unknown): (Vec<Interval>, Vec<UnknownSource>)) -> wit::BusyTimes {
    wit::BusyTimes { busy: busy.into_iter().map(range_out).collect(), unknown: unknown_out(unknown) }
}

/// Slots, outbound.
#[must_use]
pub fn slots_out(found: Slots) -> wit::Slots {
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    wit::Slots {
        slots: found.slots.into_iter().map(range_out).collect(),
        unknown: unknown_out(found.unknown),
        reasons: found
            .reasons
            .into_iter()
            .map(|one| wit::RefusalCount { reason: one.code.as_str().to_owned(), count: count(one.count) })
            .collect(),
        nearest: found.nearest.into_iter().map(range_out).collect(),
        truncated_at: found.truncated_at.map(|at| at.timestamp()),
    }
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
