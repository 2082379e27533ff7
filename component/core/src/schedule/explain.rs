//! The reasons one person's agenda has against a start, found by walking sorted covers; no scan of all events.
use chrono::{DateTime, Utc};

use super::cursor::{Cursor, Spans};
use super::hours::{self, Overrides};
use super::interval::Interval;
use super::policy::BusyKind;
use super::reason::{Detail, GiveReasons, Reason, ReasonCode};
use super::starts::Agenda;

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

/// Something that blocks, as the starts it refuses: with buffers, and by itself.
#[derive(Debug)]
struct Obstacle {
    grown: Interval,
    direct: Option<Interval>,
    kind: BusyKind,
    number: usize,
}

/// A union of intervals in which every point knows one of its members.
#[derive(Debug, Default)]
struct Cover {
    parts: Vec<Labelled>,
    cursor: Cursor,
}

impl Cover {
    fn new(mut members: Vec<Labelled>) -> Cover {
        // Own buffers may change the order; equal starts keep theirs.
        if !members.is_sorted_by_key(|member| member.interval.start) {
            members.sort_by_key(|member| member.interval.start);
        }
        let mut parts: Vec<Labelled> = Vec::new();
        for member in members {
            let covered = parts.last().map_or(member.interval.start, |last| last.interval.end);
            let rest = Interval::new(member.interval.start.max(covered), member.interval.end);
            parts.extend(rest.map(|interval| Labelled { interval, ..member }));
        }
        Cover { parts, cursor: Cursor::default() }
    }

    fn at(&mut self, start: DateTime<Utc>) -> Option<usize> {
        self.cursor.at(&self.parts, start).map(|part| part.label)
    }
}

/// Explains the refusals of one agenda.
#[derive(Debug)]
pub struct Explainer<'a> {
    agenda: &'a Agenda<'a>,
    weekly_open: Vec<Interval>,
    open_at: Cursor,
    weekly_open_at: Cursor,
    time_off: Cover,
    busy: Cover,
    held: Cover,
    tentative: Cover,
    firm_buffers: Cover,
    tentative_buffers: Cover,
    unknown: Cover,
    limits: Cover,
}

impl<'a> Explainer<'a> {
    /// An explainer of `agenda`.
    pub fn new(agenda: &'a Agenda<'a>) -> Explainer<'a> {
        let span = agenda.question.span;
        let labelled =
            |label: usize, refused: Interval| refused.intersection(span).map(|interval| Labelled { interval, label });
        let mut obstacles: Vec<Obstacle> = agenda
            .obstacles()
            .filter_map(|(number, item)| {
                let grown = agenda.refused_by(item).intersection(span)?;
                let direct = agenda.refused_directly(item.interval).intersection(span);
                Some(Obstacle { grown, direct, kind: item.kind, number })
            })
            .collect();
        obstacles.sort_unstable_by_key(|one| (one.grown.start, one.number));
        let cover = |wanted: fn(BusyKind) -> bool, refused: fn(&Obstacle) -> Option<Interval>| {
            let wanted = obstacles.iter().filter(|one| wanted(one.kind));
            Cover::new(wanted.filter_map(|one| Some(Labelled { interval: refused(one)?, label: one.number })).collect())
        };
        let direct = |one: &Obstacle| one.direct;
        let grown = |one: &Obstacle| Some(one.grown);
        let unknown = agenda.unknowns();
        let limits = agenda.reached.iter().enumerate();
        let weekly = (!agenda.rules.get().overrides.is_empty())
            .then(|| agenda.starts_in(&hours::windows(&agenda.rules, span, Overrides::Ignored)));
        Explainer {
            weekly_open: weekly.unwrap_or_default(),
            open_at: Cursor::default(),
            weekly_open_at: Cursor::default(),
            time_off: cover(|kind| kind == BusyKind::TimeOff, direct),
            busy: cover(|kind| !is_tentative(kind) && kind != BusyKind::TimeOff && kind != BusyKind::Held, direct),
            held: cover(|kind| kind == BusyKind::Held, grown),
            tentative: cover(is_tentative, direct),
            firm_buffers: cover(|kind| !is_tentative(kind) && kind != BusyKind::Held, grown),
            tentative_buffers: cover(is_tentative, grown),
            unknown: Cover::new(
                unknown.filter_map(|(label, one)| labelled(label, agenda.refused_by_unknown(one))).collect(),
            ),
            limits: Cover::new(limits.filter_map(|(label, one)| labelled(label, one.interval)).collect()),
            agenda,
        }
    }

    /// Steps its pointers have made.
    pub fn steps(&self) -> usize {
        let covers = [
            &self.time_off,
            &self.busy,
            &self.held,
            &self.tentative,
            &self.firm_buffers,
            &self.tentative_buffers,
            &self.unknown,
            &self.limits,
        ];
        let covers: usize = covers.iter().map(|cover| cover.cursor.steps()).sum();
        covers + self.open_at.steps() + self.weekly_open_at.steps()
    }

    fn hours(&mut self, start: DateTime<Utc>) -> Option<Reason> {
        if self.open_at.at(&self.agenda.open, start).is_some() {
            return None;
        }
        let closed = self.weekly_open_at.at(&self.weekly_open, start).is_some();
        Some(Reason::new(if closed { ReasonCode::Closed } else { ReasonCode::OutsideHours }, Detail::None))
    }

    fn collisions(&mut self, start: DateTime<Utc>) -> Vec<Reason> {
        let agenda = self.agenda;
        let item = |code: ReasonCode, number: Option<usize>| {
            let busy = agenda.obstacle(number?)?;
            let detail =
                Detail::Item { interval: busy.interval, calendar: busy.calendar.clone(), title: busy.title.clone() };
            Some(Reason::new(code, detail))
        };
        let mut reasons = Vec::new();
        reasons.extend(item(ReasonCode::TimeOff, self.time_off.at(start)));
        reasons.extend(item(ReasonCode::Busy, self.busy.at(start)));
        reasons.extend(item(ReasonCode::Held, self.held.at(start)));
        if reasons.is_empty() {
            reasons.extend(item(ReasonCode::Buffer, self.firm_buffers.at(start)));
        }
        let tentative = self.tentative.at(start);
        if reasons.is_empty() && tentative.is_none() {
            reasons.extend(item(ReasonCode::Buffer, self.tentative_buffers.at(start)));
        }
        reasons.extend(item(ReasonCode::Tentative, tentative));
        reasons
    }

    fn unknown(&mut self, start: DateTime<Utc>) -> Option<Reason> {
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

    fn limit(&mut self, start: DateTime<Utc>) -> Option<Reason> {
        let reached = self.agenda.reached.get(self.limits.at(start)?)?;
        let detail = Detail::Limit { limit: reached.limit, bucket: reached.bucket };
        Some(Reason::new(ReasonCode::LimitReached, detail))
    }
}

impl GiveReasons for Explainer<'_> {
    fn reasons(&mut self, start: DateTime<Utc>, primary_only: bool) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let (earliest, latest) = (self.agenda.earliest(), self.agenda.latest());
        if start < earliest {
            reasons.push(Reason::new(ReasonCode::BeforeNotice, Detail::Earliest(earliest)));
        }
        if let Some(latest) = latest.filter(|latest| *latest <= start) {
            reasons.push(Reason::new(ReasonCode::BeyondHorizon, Detail::Latest(latest)));
        }
        if primary_only && !reasons.is_empty() {
            return reasons;
        }
        reasons.extend(self.hours(start));
        if primary_only && !reasons.is_empty() {
            return reasons;
        }
        reasons.extend(self.collisions(start));
        reasons.extend(self.unknown(start));
        reasons.extend(self.limit(start));
        if primary_only {
            reasons.truncate(1);
        }
        reasons
    }
}

fn is_tentative(kind: BusyKind) -> bool {
    matches!(kind, BusyKind::Tentative | BusyKind::NotAnswered)
}
