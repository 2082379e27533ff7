//! Busy and unknown times of participants. A million ranges stay within the memory of one call: they are joined in the
//! list they came in, and that list becomes the engine's.

use std::sync::Arc;

use calendar_core::error::Error;
use calendar_core::schedule::availability::{Busy, BusySet, Unknown};
use calendar_core::schedule::interval::{Interval, merge};
use calendar_core::schedule::policy::BusyKind;
use chrono::TimeDelta;

use super::super::rules::DAY;
use super::super::{at_most, minutes, plain_range, range, wrong_range};
use super::{short, wit};
use crate::bindings::calendar::scheduling::types::TimeRange;

/// Most ranges of a query.
const MOST_RANGES: usize = 1_000_000;
/// Most ranges of a query that stay apart.
pub(super) const MOST_APART: usize = 100_000;
/// Most groups, and most unknown ranges, of a query.
const MOST_GROUPS: usize = 10_000;

/// Ranges of a query so far that stay apart.
#[derive(Debug, Default)]
pub(super) struct Apart(usize);

impl Apart {
    fn add(&mut self, field: &str, ranges: usize) -> Result<(), Error> {
        self.0 = self.0.saturating_add(ranges);
        if self.0 > MOST_APART {
            let reason = format!("more than {MOST_APART} ranges stay apart after joining those that overlap or touch");
            return Err(Error::invalid(field, reason));
        }
        Ok(())
    }
}

/// Checks how much there is of everything, before any of it is looked at.
pub(super) fn check_totals(participants: &[wit::Participant]) -> Result<(), Error> {
    let groups = || participants.iter().flat_map(|one| &one.busy);
    at_most("participants.busy", groups().count(), MOST_GROUPS)?;
    at_most("participants.busy.starts", groups().map(|group| group.starts.len()).sum(), MOST_RANGES)?;
    at_most("participants.unknown", participants.iter().map(|one| one.unknown.len()).sum(), MOST_GROUPS)
}

/// Busy times of one participant: what is counted one by one, and everything else as sets.
pub(super) fn busy(
    path: &str,
    groups: Vec<wit::BusyGroup>,
    apart: &mut Apart,
) -> Result<(Vec<Busy>, Vec<BusySet>), Error> {
    let (mut counted, mut sets) = (Vec::new(), Vec::new());
    for (index, group) in groups.into_iter().enumerate() {
        let field = |name: &str| format!("{path}[{index}].{name}");
        let kind = kind(group.kind);
        let is_counted = matches!(kind, BusyKind::Held | BusyKind::Booking);
        let calendar = calendar(&field("calendar"), group.calendar)?;
        let buffer = |name: &str, given: Option<u32>| buffer(&field(name), given, is_counted);
        let before = buffer("buffer-before-minutes", group.buffer_before_minutes)?;
        let after = buffer("buffer-after-minutes", group.buffer_after_minutes)?;
        let intervals = intervals(field, group.starts, group.ends, !is_counted)?;
        apart.add(&field("starts"), intervals.len())?;
        if is_counted {
            let busy = |interval| Busy { calendar: calendar.clone(), ..Busy::from(interval).of_kind(kind) };
            counted.extend(intervals.into_iter().map(|interval| busy(interval).with_buffers(before, after)));
        } else {
            sets.push(BusySet { kind, calendar, intervals });
        }
    }
    Ok((counted, sets))
}

/// Unknown times of one participant.
pub(super) fn unknown(path: &str, given: Vec<wit::UnknownRange>) -> Result<Vec<Unknown>, Error> {
    let one = |(index, one): (usize, wit::UnknownRange)| {
        let field = |name: &str| format!("{path}[{index}].{name}");
        short(&field("cause"), &one.cause)?;
        let interval = range(&field("time"), one.time)?;
        let calendar = calendar(&field("calendar"), one.calendar)?;
        Ok(Unknown { interval, calendar, cause: Arc::from(one.cause), since: None })
    };
    given.into_iter().enumerate().map(one).collect()
}

fn intervals(
    field: impl Fn(&str) -> String,
    starts: Vec<i64>,
    ends: Vec<i64>,
    is_joined: bool,
) -> Result<Vec<Interval>, Error> {
    if ends.len() != starts.len() {
        let reason = format!("there are {} for {} starts", ends.len(), starts.len());
        return Err(Error::invalid(&field("ends"), reason));
    }
    let mut given = Vec::with_capacity(starts.len());
    for (index, (start, end)) in starts.iter().zip(&ends).enumerate() {
        let one = TimeRange { start: *start, end: *end };
        match plain_range(one) {
            Some(interval) => given.push(interval),
            None => return Err(wrong_range(&field(&format!("starts[{index}]")), one)),
        }
    }
    drop((starts, ends));
    if !is_joined {
        return Ok(given);
    }
    let mut joined = merge(given);
    joined.shrink_to_fit();
    Ok(joined)
}

fn buffer(field: &str, given: Option<u32>, is_counted: bool) -> Result<TimeDelta, Error> {
    if given.is_some_and(|minutes| minutes > 0) && !is_counted {
        return Err(Error::invalid(field, "only held and booking keep buffers of their own"));
    }
    minutes(field, given.unwrap_or(0), 0, DAY)
}

fn calendar(field: &str, name: Option<String>) -> Result<Option<Arc<str>>, Error> {
    let Some(name) = name else { return Ok(None) };
    short(field, &name)?;
    Ok(Some(Arc::from(name)))
}

fn kind(kind: wit::BusyKind) -> BusyKind {
    match kind {
        wit::BusyKind::Busy => BusyKind::Busy,
        wit::BusyKind::Tentative => BusyKind::Tentative,
        wit::BusyKind::NotAnswered => BusyKind::NotAnswered,
        wit::BusyKind::OutOfOffice => BusyKind::OutOfOffice,
        wit::BusyKind::FocusTime => BusyKind::FocusTime,
        wit::BusyKind::AllDay => BusyKind::AllDay,
        wit::BusyKind::Private => BusyKind::Private,
        wit::BusyKind::WorkingElsewhere => BusyKind::WorkingElsewhere,
        wit::BusyKind::TimeOff => BusyKind::TimeOff,
        wit::BusyKind::Held => BusyKind::Held,
        wit::BusyKind::Booking => BusyKind::Booking,
    }
}
