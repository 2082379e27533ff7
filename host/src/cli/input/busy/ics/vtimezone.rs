//! VTIMEZONE (RFC 5545 section 3.6.5): a clock given by its changes. Each observance says since when, by RRULE or RDATE
//! how often, and from which offset to which the clock goes. Before the first change the offset it starts from holds.

use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::zone::Zone;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

use super::component::Component;
use super::expand;
use super::gaps::Gaps;
use super::rule::Rule;
use super::stamp::Stamp;
use super::work::Work;

/// How long before the last instant of interest times may be asked for: a span and what lies around it.
const ASKED: TimeDelta = TimeDelta::days(800);

/// A change of the clock. Offsets are seconds east of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Change {
    at: i64,
    before: i64,
    after: i64,
}

/// All changes of a clock, ascending; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table(Vec<Change>);

impl Table {
    /// Reads a VTIMEZONE as far as `ceiling`.
    pub(super) fn read(zone: &Component, ceiling: NaiveDateTime, work: &Work) -> Result<Self, String> {
        let mut changes = Vec::new();
        for part in zone.parts("STANDARD").chain(zone.parts("DAYLIGHT")) {
            let before = offset(part.value("TZOFFSETFROM").ok_or("no TZOFFSETFROM")?)?;
            let after = offset(part.value("TZOFFSETTO").ok_or("no TZOFFSETTO")?)?;
            let walls = walls(part, before, ceiling, work)?;
            let change = |wall: NaiveDateTime| Change { at: wall.and_utc().timestamp() - before, before, after };
            changes.extend(walls.into_iter().map(change));
        }
        changes.sort_unstable();
        changes.dedup();
        // Old tables begin with both halves of the year at once, in 1601: what follows decides.
        if let [first, second, rest @ ..] = changes.as_slice()
            && first.at == second.at
            && let Some(next) = rest.iter().position(|change| change.at > first.at)
        {
            changes.drain(..next + 2);
        }
        if changes.is_empty() || changes.windows(2).any(|pair| pair[0].at == pair[1].at) {
            return Err("its changes contradict each other, or there are none".to_owned());
        }
        // The clock shows what the change before left, whatever the later one says that it came from.
        for index in 1..changes.len() {
            changes[index].before = changes[index - 1].after;
        }
        Ok(Self(changes))
    }

    /// The instants of a wall time, the first and, of a time shown twice, the second. One that is skipped by the offset
    /// before the gap.
    pub(super) fn instants(&self, wall: NaiveDateTime) -> (DateTime<Utc>, Option<DateTime<Utc>>) {
        let wall = wall.and_utc().timestamp();
        // Changes a day and more away cannot matter: no offset is longer.
        let near = self.0.partition_point(|change| change.at < wall - 2 * 86_400);
        let near = self.0[near..].iter().take_while(|change| change.at <= wall + 2 * 86_400);
        let mut found = Vec::new();
        let mut skipped = None;
        let mut offsets = vec![self.offset(wall - 2 * 86_400), self.offset(wall + 2 * 86_400)];
        for change in near {
            offsets.extend([change.before, change.after]);
            if change.at + change.before <= wall && wall < change.at + change.after {
                skipped = skipped.or(Some(wall - change.before));
            }
        }
        found.extend(offsets.into_iter().map(|offset| wall - offset).filter(|at| at + self.offset(*at) == wall));
        found.sort_unstable();
        found.dedup();
        let instant = |at: i64| DateTime::from_timestamp(at, 0).unwrap_or_default();
        let first = found.first().copied().or(skipped).unwrap_or_else(|| wall - self.offset(wall));
        (instant(first), found.get(1).copied().map(instant))
    }

    /// Whether no instant shows this wall time.
    pub(super) fn skips(&self, wall: NaiveDateTime) -> bool {
        let (first, _) = self.instants(wall);
        self.civil(first) != wall
    }

    /// By how many seconds the clock jumps at each change between two wall times.
    pub(super) fn jumps(&self, from: NaiveDateTime, to: NaiveDateTime) -> impl Iterator<Item = i64> {
        let (from, to) = (self.instants(from).0.timestamp(), self.instants(to).0.timestamp());
        let changes = self.0.iter().filter(move |change| from < change.at && change.at <= to);
        changes.map(|change| change.after - change.before)
    }

    /// Whether it shows the same as `zone`, for so long before `ceiling` as anybody asks.
    pub(super) fn agrees(&self, zone: &Zone, ceiling: NaiveDateTime) -> bool {
        let Some(span) = Interval::new(ceiling.and_utc() - ASKED, ceiling.and_utc()) else { return false };
        let theirs = zone.stretches(span).into_iter().map(|one| one.interval.start_second());
        let ours = self.0.iter().map(|change| change.at).filter(|at| span.contains_second(*at));
        let is_same = |at: i64| {
            DateTime::from_timestamp(at, 0)
                .is_some_and(|instant| self.offset(at) == i64::from(zone.offset_seconds(instant)))
        };
        theirs.chain(ours).all(is_same)
    }

    /// The wall time of an instant.
    pub(super) fn civil(&self, at: DateTime<Utc>) -> NaiveDateTime {
        (at + TimeDelta::seconds(self.offset(at.timestamp()))).naive_utc()
    }

    fn offset(&self, at: i64) -> i64 {
        match self.0.partition_point(|change| change.at <= at).checked_sub(1) {
            Some(last) => self.0[last].after,
            None => self.0[0].before,
        }
    }
}

/// The wall times of an observance, on the clock before it.
fn walls(part: &Component, before: i64, ceiling: NaiveDateTime, work: &Work) -> Result<Vec<NaiveDateTime>, String> {
    let here = |stamp: Stamp| match stamp {
        Stamp::Utc(at) => at + TimeDelta::seconds(before),
        Stamp::Wall(_) | Stamp::Date(_) => stamp.civil(),
    };
    let start = here(Stamp::parse(part.value("DTSTART").ok_or("no DTSTART")?)?);
    let mut walls = vec![start];
    for line in part.all("RDATE") {
        let values = line.value.split(',').map(|value| Stamp::parse(value).map(here));
        walls.extend(values.collect::<Result<Vec<_>, _>>()?);
    }
    for line in part.all("RRULE") {
        let rule = Rule::parse(&line.value)?;
        let until = rule.until.map(|until| match until {
            Stamp::Date(date) => date.and_hms_opt(23, 59, 59).unwrap_or_default(),
            other => here(other),
        });
        walls.extend(expand::walls(&rule, start, until, (start, ceiling), &Gaps::none(), work)?);
    }
    if !part.lines.iter().all(|line| line.name != "EXRULE" && line.name != "EXDATE") {
        return Err("its exceptions are not supported".to_owned());
    }
    walls.sort_unstable();
    walls.dedup();
    Ok(walls)
}

/// `+0200`, `-033000`.
fn offset(text: &str) -> Result<i64, String> {
    let wrong = || format!("{text:?} is no offset");
    let (sign, digits) = match (text.strip_prefix('+'), text.strip_prefix('-')) {
        (Some(digits), _) => (1, digits),
        (_, Some(digits)) => (-1, digits),
        _ => return Err(wrong()),
    };
    if !matches!(digits.len(), 4 | 6) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let part = |at: usize| digits.get(at..at + 2).map_or(Some(0), |two| two.parse::<i64>().ok());
    let seconds =
        part(0).zip(part(2)).zip(part(4)).map(|((hours, minutes), seconds)| hours * 3600 + minutes * 60 + seconds);
    seconds.filter(|seconds| *seconds < 86_400).map(|seconds| sign * seconds).ok_or_else(wrong)
}
