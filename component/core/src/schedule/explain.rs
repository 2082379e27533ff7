//! The reasons one person's agenda has against a start, found by walking sorted covers; no scan of all events.
use chrono::{DateTime, Utc};

use super::cursor::{Cursor, Spans};
use super::hours::{self, Overrides};
use super::interval::{Interval, next_whole_second};
use super::obstacles::Obstacle;
use super::policy::BusyKind;
use super::reason::{Detail, GiveReasons, Reason, ReasonCode};
use super::starts::{Agenda, around};

/// A stretch of refused starts and the number of what refuses them.
#[derive(Debug, Clone, Copy)]
struct Labelled {
    interval: Interval,
    label: usize,
}

impl Spans for Labelled {
    fn span(&self) -> Interval {
        self.interval
    }
}

/// A union of intervals in which every point knows one of its members.
#[derive(Debug, Default)]
struct Cover {
    parts: Vec<Labelled>,
    cursor: Cursor,
}

impl Cover {
    fn new(mut members: Vec<Labelled>) -> Cover {
        if !members.is_sorted_by_key(|member| member.interval.start_second()) {
            members.sort_unstable_by_key(|member| (member.interval.start_second(), member.label));
        }
        let mut covered = i64::MIN;
        members.retain_mut(|member| {
            let end = member.interval.end_second();
            let rest = Interval::of_seconds(member.interval.start_second().max(covered), end);
            covered = covered.max(end);
            rest.is_some_and(|rest| {
                member.interval = rest;
                true
            })
        });
        Cover { parts: members, cursor: Cursor::default() }
    }

    fn at(&mut self, second: i64) -> Option<usize> {
        self.cursor.at(&self.parts, second).map(|part| part.label)
    }
}

/// Collisions of one group of kinds: with the meeting itself, and with its buffers.
#[derive(Debug, Default)]
struct Collisions {
    direct: Cover,
    /// Only what refuses more starts than it overlaps: the rest cannot collide by buffers alone.
    grown: Cover,
}

impl Collisions {
    fn new(agenda: &Agenda<'_>, wanted: impl Fn(BusyKind) -> bool) -> Collisions {
        // Behind what is decided nothing is asked, and there may be more than fits into memory.
        let span = agenda.decided_span();
        let (mut direct, mut grown) = (Vec::new(), Vec::new());
        agenda.obstacles.iter().filter(|one| wanted(one.kind)).for_each(|one: Obstacle| {
            let label = one.number;
            direct.extend(one.direct.intersection(span).map(|interval| Labelled { interval, label }));
            if one.grown != one.direct {
                grown.extend(one.grown.intersection(span).map(|interval| Labelled { interval, label }));
            }
        });
        Collisions { direct: Cover::new(direct), grown: Cover::new(grown) }
    }

    fn steps(&self) -> usize {
        self.direct.cursor.steps() + self.grown.cursor.steps()
    }
}

/// What collides with a start, as numbers of obstacles.
#[derive(Debug, Default)]
struct Hits {
    time_off: Option<usize>,
    busy: Option<usize>,
    held: Option<usize>,
    buffer: Option<usize>,
    tentative: Option<usize>,
}

impl Hits {
    /// In the order of precedence.
    fn each(&self) -> impl Iterator<Item = (ReasonCode, usize)> {
        let all = [
            (ReasonCode::TimeOff, self.time_off),
            (ReasonCode::Busy, self.busy),
            (ReasonCode::Held, self.held),
            (ReasonCode::Buffer, self.buffer),
            (ReasonCode::Tentative, self.tentative),
        ];
        all.into_iter().filter_map(|(code, number)| Some((code, number?)))
    }
}

/// Explains the refusals of one agenda.
#[derive(Debug)]
pub struct Explainer<'a> {
    agenda: &'a Agenda<'a>,
    earliest: DateTime<Utc>,
    latest: Option<DateTime<Utc>>,
    /// The same in seconds: they are compared with every candidate.
    earliest_second: i64,
    latest_second: i64,
    weekly_open: Vec<Interval>,
    open_at: Cursor,
    weekly_open_at: Cursor,
    time_off: Collisions,
    busy: Collisions,
    held: Collisions,
    tentative: Collisions,
    unknown: Cover,
    limits: Cover,
}

impl<'a> Explainer<'a> {
    /// An explainer of `agenda`.
    pub fn new(agenda: &'a Agenda<'a>) -> Explainer<'a> {
        let span = agenda.question.span;
        let labelled =
            |label: usize, refused: Interval| refused.intersection(span).map(|interval| Labelled { interval, label });
        let unknown = agenda.unknowns();
        let limits = agenda.reached.iter().enumerate();
        let weekly = (!agenda.rules.get().overrides.is_empty()).then(|| {
            agenda.starts_in(&hours::windows(&agenda.rules, around(&agenda.rules, agenda.question), Overrides::Ignored))
        });
        let collisions = |wanted: fn(BusyKind) -> bool| Collisions::new(agenda, wanted);
        Explainer {
            earliest: agenda.earliest(),
            latest: agenda.latest(),
            earliest_second: next_whole_second(agenda.earliest()).timestamp(),
            latest_second: agenda.latest().map_or(i64::MAX, |latest| next_whole_second(latest).timestamp()),
            weekly_open: weekly.unwrap_or_default(),
            open_at: Cursor::default(),
            weekly_open_at: Cursor::default(),
            time_off: collisions(|kind| kind == BusyKind::TimeOff),
            busy: collisions(|kind| !is_tentative(kind) && kind != BusyKind::TimeOff && kind != BusyKind::Held),
            held: collisions(|kind| kind == BusyKind::Held),
            tentative: collisions(is_tentative),
            unknown: Cover::new(
                unknown.filter_map(|(label, one)| labelled(label, agenda.refused_by_unknown(one))).collect(),
            ),
            limits: Cover::new(limits.filter_map(|(label, one)| labelled(label, one.interval)).collect()),
            agenda,
        }
    }

    /// Steps its pointers have made.
    pub fn steps(&self) -> usize {
        let collisions = [&self.time_off, &self.busy, &self.held, &self.tentative];
        let collisions: usize = collisions.iter().map(|one| one.steps()).sum();
        let covers = self.unknown.cursor.steps() + self.limits.cursor.steps();
        collisions + covers + self.open_at.steps() + self.weekly_open_at.steps()
    }

    /// Whether it is too early or too late.
    fn bound(&self, start: DateTime<Utc>) -> [Option<Reason>; 2] {
        let early = (start < self.earliest).then_some(self.earliest);
        let late = self.latest.filter(|latest| *latest <= start);
        [
            early.map(|earliest| Reason::new(ReasonCode::BeforeNotice, Detail::Earliest(earliest))),
            late.map(|latest| Reason::new(ReasonCode::BeyondHorizon, Detail::Latest(latest))),
        ]
    }

    fn hours(&mut self, start: i64) -> Option<ReasonCode> {
        if self.open_at.at(&self.agenda.open, start).is_some() {
            return None;
        }
        let closed = self.weekly_open_at.at(&self.weekly_open, start).is_some();
        Some(if closed { ReasonCode::Closed } else { ReasonCode::OutsideHours })
    }

    fn collisions(&mut self, start: i64) -> Hits {
        let mut hits = Hits {
            time_off: self.time_off.direct.at(start),
            busy: self.busy.direct.at(start),
            held: self.held.direct.at(start).or_else(|| self.held.grown.at(start)),
            buffer: None,
            tentative: self.tentative.direct.at(start),
        };
        if hits.time_off.is_none() && hits.busy.is_none() && hits.held.is_none() {
            hits.buffer = self.time_off.grown.at(start).or_else(|| self.busy.grown.at(start));
            if hits.buffer.is_none() && hits.tentative.is_none() {
                hits.buffer = self.tentative.grown.at(start);
            }
        }
        hits
    }

    fn unknown(&mut self, start: i64) -> Option<Reason> {
        let label = self.unknown.at(start)?;
        let unknown = self.agenda.unknown(label)?;
        let detail = Detail::Unread {
            interval: unknown.interval,
            calendar: unknown.calendar.clone(),
            cause: unknown.cause.clone(),
            since: unknown.since,
        };
        Some(Reason::new(ReasonCode::UnknownAvailability, detail))
    }

    fn limit(&mut self, start: i64) -> Option<Reason> {
        let reached = self.agenda.reached.get(self.limits.at(start)?)?;
        let detail = Detail::Limit { limit: reached.limit, bucket: reached.bucket };
        Some(Reason::new(ReasonCode::LimitReached, detail))
    }
}

impl GiveReasons for Explainer<'_> {
    fn primary(&mut self, start: i64) -> Option<ReasonCode> {
        if start < self.earliest_second {
            return Some(ReasonCode::BeforeNotice);
        }
        if self.latest_second <= start {
            return Some(ReasonCode::BeyondHorizon);
        }
        if let Some(code) = self.hours(start) {
            return Some(code);
        }
        if let Some((code, _)) = self.collisions(start).each().next() {
            return Some(code);
        }
        if self.unknown.at(start).is_some() {
            return Some(ReasonCode::UnknownAvailability);
        }
        self.limits.at(start).map(|_| ReasonCode::LimitReached)
    }

    fn reasons(&mut self, start: DateTime<Utc>) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = self.bound(start).into_iter().flatten().collect();
        let start = start.timestamp();
        reasons.extend(self.hours(start).map(|code| Reason::new(code, Detail::None)));
        let hits = self.collisions(start);
        let obstacles = &self.agenda.obstacles;
        reasons.extend(hits.each().filter_map(|(code, number)| Some(Reason::new(code, obstacles.witness(number)?))));
        reasons.extend(self.unknown(start));
        reasons.extend(self.limit(start));
        reasons
    }
}

fn is_tentative(kind: BusyKind) -> bool {
    matches!(kind, BusyKind::Tentative | BusyKind::NotAnswered)
}
