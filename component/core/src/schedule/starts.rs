//! One person's agenda: the set of starts at which a meeting fits them, and the sets it is made from.
//!
//! A start is feasible when the meeting lies in one working window and, with its buffers, touches nothing busy or
//! unknown. Each obstacle refuses an interval of starts, so feasibility is set arithmetic, linear after sorting.
use chrono::{DateTime, TimeDelta, Utc};

use super::availability::{Availability, Busy, Unknown};
use super::caps::{Caps, Work};
use super::hours::{self, Overrides};
use super::interval::{Interval, clip, merge, next_whole_second, previous_whole_second, subtract};
use super::limits::{self, Reached};
use super::policy::{BusyKind, Treatment};
use super::rules::{LONGEST, ValidRules};

/// The question an agenda is made for.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// The starts considered.
    pub span: Interval,
    /// Length of the meeting.
    pub duration: TimeDelta,
    /// Where availability is known when it does not say so itself.
    pub known: Interval,
    /// The present.
    pub now: DateTime<Utc>,
    /// The bounds.
    pub caps: Caps,
}

/// One person's sets of starts; each is sorted, disjoint and inside the span of the question.
#[derive(Debug, Clone)]
pub struct Agenda<'a> {
    /// The rules.
    pub rules: ValidRules<'a>,
    /// The question.
    pub question: Question,
    /// Working windows, not cut to the span.
    pub windows: Vec<Interval>,
    /// Starts at which the meeting lies in one window.
    pub open: Vec<Interval>,
    /// Those that collide with nothing known to be busy.
    pub free: Vec<Interval>,
    /// Those after the notice, before the horizon and within the limits.
    pub possible: Vec<Interval>,
    /// Those that collide with nothing unknown: the feasible starts.
    pub starts: Vec<Interval>,
    /// Periods that are booked up.
    pub reached: Vec<Reached>,
    /// Where the events counted stop, when there are more than allowed; later starts are not decided.
    pub decided_until: Option<DateTime<Utc>>,
    /// What it took.
    pub work: Work,
    availability: &'a Availability,
    time_off: Vec<Busy>,
    unread: Vec<Unknown>,
}

impl<'a> Agenda<'a> {
    /// The agenda of one person.
    pub fn new(rules: ValidRules<'a>, availability: &'a Availability, question: Question) -> Agenda<'a> {
        let windows = hours::windows(&rules, question.span, Overrides::Applied);
        let mut agenda = Agenda {
            open: Vec::new(),
            free: Vec::new(),
            possible: Vec::new(),
            starts: Vec::new(),
            reached: Vec::new(),
            decided_until: None,
            work: Work { windows: windows.len(), ..Work::default() },
            time_off: Vec::new(),
            unread: unread(availability, question.known),
            windows,
            rules,
            availability,
            question,
        };
        agenda.time_off = hours::time_off(&agenda.rules, agenda.colliding_span())
            .into_iter()
            .map(|interval| Busy::from(interval).of_kind(BusyKind::TimeOff))
            .collect();
        agenda.open = agenda.starts_in(&agenda.windows);
        agenda.set_free();
        agenda.set_possible();
        let refused =
            agenda.unknowns().filter_map(|(_, one)| agenda.refused_by_unknown(one).intersection(question.span));
        let refused: Vec<Interval> = refused.collect();
        agenda.work.events += refused.len();
        let unknown = merge(refused);
        agenda.starts = subtract(&agenda.possible, &unknown);
        agenda
    }

    /// The starts at which the meeting lies inside one of `windows`.
    pub fn starts_in(&self, windows: &[Interval]) -> Vec<Interval> {
        let rules = self.rules.get();
        let (mut lead, mut trail) = (TimeDelta::zero(), self.question.duration);
        if rules.buffers_inside_window {
            lead = rules.buffer_before;
            trail += rules.buffer_after;
        }
        let starts: Vec<Interval> = windows
            .iter()
            .filter_map(|window| {
                let last = window.end.checked_sub_signed(trail)?;
                Interval::new(window.start.checked_add_signed(lead)?, last.checked_add_signed(TimeDelta::seconds(1))?)
            })
            .collect();
        clip(&starts, self.question.span)
    }

    /// Everything that blocks, holidays included, with a number that stays the same for the same item.
    pub fn obstacles(&self) -> impl Iterator<Item = (usize, &Busy)> + Clone {
        let statuses = &self.rules.get().statuses;
        self.availability.busy.iter().chain(&self.time_off).enumerate().filter(move |(_, item)| {
            item.interval.start < item.interval.end
                && statuses.treatment(item.kind, item.calendar.as_ref()) == Treatment::Block
                && !item.has_expired(self.question.now)
        })
    }

    /// The obstacle with that number.
    pub fn obstacle(&self, number: usize) -> Option<&Busy> {
        let listed = self.availability.busy.get(number);
        listed.or_else(|| self.time_off.get(number.checked_sub(self.availability.busy.len())?))
    }

    /// Items that do not block but count against a start that overlaps them.
    pub fn penalised(&self) -> impl Iterator<Item = &Busy> {
        let statuses = &self.rules.get().statuses;
        self.availability.busy.iter().filter(move |item| {
            item.interval.start < item.interval.end
                && statuses.treatment(item.kind, item.calendar.as_ref()) == Treatment::Penalise
        })
    }

    /// Everything unknown, the time that was not read included, with a number that stays the same for the same item.
    pub fn unknowns(&self) -> impl Iterator<Item = (usize, &Unknown)> {
        let all = self.availability.unknown.iter().chain(&self.unread).enumerate();
        all.filter(|(_, one)| one.interval.start < one.interval.end)
    }

    /// The unknown time with that number.
    pub fn unknown(&self, number: usize) -> Option<&Unknown> {
        let listed = self.availability.unknown.get(number);
        listed.or_else(|| self.unread.get(number.checked_sub(self.availability.unknown.len())?))
    }

    /// The starts at which the meeting itself would overlap `interval`.
    pub fn refused_directly(&self, interval: Interval) -> Interval {
        self.refused(interval, TimeDelta::zero(), TimeDelta::zero())
    }

    /// The starts `item` refuses, buffers included: each gap must hold the longer of the two buffers that meet in it.
    pub fn refused_by(&self, item: &Busy) -> Interval {
        let rules = self.rules.get();
        let (own_before, own_after) = item.reservation.map_or((TimeDelta::zero(), TimeDelta::zero()), |reservation| {
            (reservation.buffer_before.min(LONGEST), reservation.buffer_after.min(LONGEST))
        });
        self.refused(item.interval, rules.buffer_after.max(own_before), rules.buffer_before.max(own_after))
    }

    /// The starts an unknown interval refuses, buffers included.
    pub fn refused_by_unknown(&self, unknown: &Unknown) -> Interval {
        self.refused(unknown.interval, self.rules.get().buffer_after, self.rules.get().buffer_before)
    }

    /// The earliest start the notice allows.
    pub fn earliest(&self) -> DateTime<Utc> {
        self.rules.earliest(self.question.now)
    }

    /// The first start beyond the horizon.
    pub fn latest(&self) -> Option<DateTime<Utc>> {
        self.rules.latest(self.question.now)
    }

    fn refused(&self, interval: Interval, before: TimeDelta, after: TimeDelta) -> Interval {
        let interval = Interval { start: previous_whole_second(interval.start), end: next_whole_second(interval.end) };
        interval.grown(before + self.question.duration - TimeDelta::seconds(1), after)
    }

    /// The span in which an item can refuse a start, generously.
    fn colliding_span(&self) -> Interval {
        self.question.span.grown(LONGEST, LONGEST + LONGEST)
    }

    fn set_free(&mut self) {
        let span = self.question.span;
        let refused: Vec<Interval> =
            self.obstacles().filter_map(|(_, item)| self.refused_by(item).intersection(span)).collect();
        self.work.events += refused.len();
        let mut refused = merge(refused);
        if let Some(first_left_out) = refused.get(self.question.caps.events) {
            self.decided_until = Some(first_left_out.start);
            refused.truncate(self.question.caps.events);
        }
        self.work.steps += refused.len() + self.open.len();
        self.free = subtract(&self.open, &refused);
    }

    fn set_possible(&mut self) {
        let Question { span, duration, now, .. } = self.question;
        let rules = self.rules.get();
        self.reached = limits::reached(&rules.limits, &rules.zone, duration, self.availability.busy.iter(), span, now);
        let booked_up = merge(self.reached.iter().map(|one| one.interval).collect());
        let end = self.latest().map_or(span.end, |latest| latest.min(span.end));
        let end = self.decided_until.map_or(end, |until| until.min(end));
        let bounds = Interval::new(self.earliest().max(span.start), end);
        let inside = bounds.map_or_else(Vec::new, |bounds| clip(&self.free, bounds));
        self.possible = subtract(&inside, &booked_up);
    }
}

/// The time nothing was read for, as unknown.
fn unread(availability: &Availability, known: Interval) -> Vec<Unknown> {
    let known = availability.known.unwrap_or(known);
    let sides = [
        Interval::new(Interval::ALWAYS.start, known.start),
        Interval::new(known.end.max(known.start), Interval::ALWAYS.end),
    ];
    let unknown = |interval| Unknown { interval, calendar: None, cause: "not_read".into(), since: None };
    sides.into_iter().flatten().map(unknown).collect()
}
