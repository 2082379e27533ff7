//! One person's agenda: the set of starts at which a meeting fits them, and the sets it is made from.
//!
//! A start is feasible when the meeting lies in one working window and, with its buffers, touches nothing busy or
//! unknown. Each obstacle refuses an interval of starts, so feasibility is set arithmetic, linear after sorting.
use chrono::{DateTime, TimeDelta, Utc};

use super::availability::{Availability, Unknown};
use super::caps::{Caps, Work};
use super::hours::{self, Overrides};
use super::interval::{Interval, clip, merge, subtract};
use super::limits::{self, Reached};
use super::obstacles::{Obstacles, Reach};
use super::rules::ValidRules;

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
    /// What blocks.
    pub obstacles: Obstacles<'a>,
    availability: &'a Availability,
    reach: Reach,
    unread: Vec<Unknown>,
}

impl<'a> Agenda<'a> {
    /// The agenda of one person.
    pub fn new(rules: ValidRules<'a>, availability: &'a Availability, question: Question) -> Agenda<'a> {
        let windows = hours::windows(&rules, around(&rules, question), Overrides::Applied);
        let reach = Reach::new(&rules, question.duration);
        let mut agenda = Agenda {
            open: Vec::new(),
            free: Vec::new(),
            possible: Vec::new(),
            starts: Vec::new(),
            reached: Vec::new(),
            decided_until: None,
            work: Work { windows: windows.len(), ..Work::default() },
            obstacles: Obstacles::new(rules.clone(), availability, reach, question.span, question.now),
            unread: unread(availability, question.known),
            windows,
            rules,
            availability,
            reach,
            question,
        };
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
        let shrunk = |window: &Interval| {
            let (start, end) = (window.start_second() + lead.num_seconds(), window.end_second() - trail.num_seconds());
            Interval::of_seconds(start, end + 1)
        };
        let starts: Vec<Interval> = windows.iter().filter_map(shrunk).collect();
        clip(&starts, self.question.span)
    }

    /// Everything unknown, the time that was not read included, with a number that stays the same for the same item.
    pub fn unknowns(&self) -> impl Iterator<Item = (usize, &Unknown)> {
        self.availability.unknown.iter().chain(&self.unread).enumerate()
    }

    /// The unknown time with that number.
    pub fn unknown(&self, number: usize) -> Option<&Unknown> {
        let listed = self.availability.unknown.get(number);
        listed.or_else(|| self.unread.get(number.checked_sub(self.availability.unknown.len())?))
    }

    /// The starts an unknown interval refuses, buffers included.
    pub fn refused_by_unknown(&self, unknown: &Unknown) -> Interval {
        self.reach.grown(unknown.interval)
    }

    /// The starts for which all events were counted.
    pub fn decided_span(&self) -> Interval {
        let span = self.question.span;
        self.decided_until.and_then(|until| Interval::new(span.start(), until)).unwrap_or(span)
    }

    /// The earliest start the notice allows.
    pub fn earliest(&self) -> DateTime<Utc> {
        self.rules.earliest(self.question.now)
    }

    /// The first start beyond the horizon.
    pub fn latest(&self) -> Option<DateTime<Utc>> {
        self.rules.latest(self.question.now)
    }

    fn set_free(&mut self) {
        let span = self.question.span;
        let mut refused = Vec::with_capacity(self.obstacles.count());
        refused.extend(self.obstacles.iter().filter_map(|one| one.grown.intersection(span)));
        self.work.events += refused.len();
        let mut refused = merge(refused);
        if let Some(first_left_out) = refused.get(self.question.caps.events) {
            self.decided_until = Some(first_left_out.start());
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
        let end = self.latest().map_or(span.end(), |latest| latest.min(span.end()));
        let end = self.decided_until.map_or(end, |until| until.min(end));
        let bounds = Interval::new(self.earliest().max(span.start()), end);
        let inside = bounds.map_or_else(Vec::new, |bounds| clip(&self.free, bounds));
        self.possible = subtract(&inside, &booked_up);
    }
}

/// The span with what meetings that start in it need of the windows: their length and their buffers.
pub fn around(rules: &ValidRules<'_>, question: Question) -> Interval {
    let rules = rules.get();
    question.span.grown(rules.buffer_before, question.duration + rules.buffer_after)
}

/// The time nothing was read for, as unknown.
fn unread(availability: &Availability, known: Interval) -> Vec<Unknown> {
    let known = availability.known.unwrap_or(known);
    let sides = [
        Interval::new(Interval::ALWAYS.start(), known.start()),
        Interval::new(known.end().max(known.start()), Interval::ALWAYS.end()),
    ];
    let unknown = |interval| Unknown { interval, calendar: None, cause: "not_read".into(), since: None };
    sides.into_iter().flatten().map(unknown).collect()
}
