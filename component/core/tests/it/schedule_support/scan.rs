//! The wall clock of a zone, read minute by minute.
use calendar_core::schedule::interval::Interval;
use calendar_core::schedule::zone::Zone;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

/// The offsets of one zone over a stretch of time, found by asking for the offset every half hour, and every minute
/// where two answers differ.
pub struct Scan {
    parts: Vec<(DateTime<Utc>, DateTime<Utc>, TimeDelta)>,
}

impl Scan {
    pub fn new(zone: &Zone, start: DateTime<Utc>, end: DateTime<Utc>) -> Scan {
        let offset = |at| TimeDelta::seconds(i64::from(zone.offset_seconds(at)));
        let (mut parts, mut begin, mut at, mut current) = (Vec::new(), start, start, offset(start));
        while at < end {
            let next = end.min(at + TimeDelta::minutes(30));
            if offset(next) == current {
                at = next;
                continue;
            }
            while offset(at) == current {
                at += TimeDelta::minutes(1);
            }
            parts.push((begin, at, current));
            (begin, current) = (at, offset(at));
        }
        parts.push((begin, end, current));
        Scan { parts }
    }

    /// The instants showing `wall`, or the first instant after the gap it lies in.
    pub fn instants(&self, wall: NaiveDateTime) -> Vec<DateTime<Utc>> {
        let shown = self.shown(wall);
        if !shown.is_empty() {
            return shown;
        }
        let jumps = self.parts.windows(2).find(|pair| {
            let ((_, change, before), (_, _, after)) = (pair[0], pair[1]);
            (change + before).naive_utc() <= wall && wall < (change + after).naive_utc()
        });
        vec![jumps.unwrap_or_else(|| panic!("{wall} is outside the scan"))[1].0]
    }

    fn shown(&self, wall: NaiveDateTime) -> Vec<DateTime<Utc>> {
        let candidates = self.parts.iter().map(|(start, end, offset)| (start, end, wall.and_utc() - *offset));
        candidates.filter(|(start, end, at)| *start <= at && at < end).map(|(_, _, at)| at).collect()
    }

    pub fn is_skipped(&self, wall: NaiveDateTime) -> bool {
        self.shown(wall).is_empty()
    }

    pub fn earlier(&self, wall: NaiveDateTime) -> DateTime<Utc> {
        self.instants(wall)[0]
    }

    pub fn later(&self, wall: NaiveDateTime) -> DateTime<Utc> {
        *self.instants(wall).last().unwrap()
    }

    pub fn start_of_day(&self, date: NaiveDate) -> DateTime<Utc> {
        self.earlier(date.and_hms_opt(0, 0, 0).unwrap())
    }

    /// Every minute with its wall clock.
    pub fn minutes(&self) -> Vec<(DateTime<Utc>, NaiveDateTime)> {
        let mut minutes = Vec::new();
        for (start, end, offset) in &self.parts {
            let mut at = *start;
            while at < *end {
                minutes.push((at, (at + *offset).naive_utc()));
                at += TimeDelta::minutes(1);
            }
        }
        minutes
    }

    /// The window of minutes from midnight of a date, by the definition.
    pub fn window(&self, date: NaiveDate, from: u16, to: u16) -> Option<Interval> {
        let wall =
            |date: NaiveDate, minutes: u16| date.and_hms_opt(0, 0, 0).unwrap() + TimeDelta::minutes(minutes.into());
        let next = date.succ_opt().unwrap();
        let end = match to {
            1440 => self.start_of_day(next),
            2880 => self.start_of_day(next.succ_opt().unwrap()),
            _ if to > 1440 => self.later(wall(next, to - 1440)),
            _ => self.later(wall(date, to)),
        };
        Interval::new(self.earlier(wall(date, from)), end)
    }
}

/// How many minutes since the beginning lie in a window.
#[derive(Default)]
pub struct OpenMinutes {
    start: DateTime<Utc>,
    open_before: Vec<i64>,
}

impl OpenMinutes {
    pub fn new(minutes: &[DateTime<Utc>], windows: &[Interval]) -> OpenMinutes {
        let mut open_before = vec![0];
        let mut is_open = vec![false; minutes.len()];
        for window in windows {
            let index =
                |at: DateTime<Utc>| usize::try_from((at - minutes[0]).num_minutes().max(0)).unwrap().min(minutes.len());
            is_open[index(window.start())..index(window.end())].fill(true);
        }
        is_open.iter().for_each(|open| open_before.push(open_before.last().unwrap() + i64::from(*open)));
        OpenMinutes { start: minutes[0], open_before }
    }

    pub fn is_open(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> bool {
        let before = |at: DateTime<Utc>| self.open_before[usize::try_from((at - self.start).num_minutes()).unwrap()];
        before(end) - before(start) == (end - start).num_minutes()
    }
}
