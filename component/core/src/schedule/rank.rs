//! How good a slot is: an integer penalty, the sum of named parts. No floating point, no randomness.
use chrono::{DateTime, TimeDelta, Utc};

use super::cursor::member_at;
use super::group::{GroupSlot, Presence, Role};
use super::hours::{self, Overrides, WeeklyHours};
use super::interval::Interval;
use super::rules::{InvalidRule, Rules};
use super::team::Team;
use super::zone::Zone;

/// What each flaw of a slot costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Penalties {
    /// Per optional participant who cannot come. Default 1000.
    pub optional_busy: u32,
    /// Per optional participant of whom it is not known. Default 500.
    pub optional_unknown: u32,
    /// Per overlapping item whose status is penalised, of the required, the optional and the assignee; those of one
    /// set that overlap or touch are one item. Default 300.
    pub tentative: u32,
    /// Not wholly within the organiser's preferred hours. Default 200.
    pub outside_organiser_hours: u32,
    /// Not wholly within the invitee's preferred hours. Default 200.
    pub outside_invitee_hours: u32,
    /// Leaves a gap right before or after it that is shorter than the meeting: in hours and between busy times of those
    /// needed, whatever notice, horizon, limits and unknown time say. Default 50.
    pub short_gap: u32,
    /// Per whole hour after the first slot. Default 1.
    pub hour: u32,
}

impl Default for Penalties {
    fn default() -> Self {
        Penalties {
            optional_busy: 1000,
            optional_unknown: 500,
            tentative: 300,
            outside_organiser_hours: 200,
            outside_invitee_hours: 200,
            short_gap: 50,
            hour: 1,
        }
    }
}

/// Hours somebody likes, as opposed to hours in which they can.
#[derive(Debug, Clone, PartialEq)]
pub struct Preferred {
    /// Their zone.
    pub zone: Zone,
    /// The hours.
    pub hours: WeeklyHours,
}

/// What makes one slot better than another.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Preferences {
    /// The organiser's preferred hours.
    pub organiser: Option<Preferred>,
    /// The invitee's preferred hours.
    pub invitee: Option<Preferred>,
    /// The invitee's zone, in which dates and parts of the day are told apart; default: the meeting's zone.
    pub invitee_zone: Option<Zone>,
    /// The costs.
    pub penalties: Penalties,
}

/// What a part of a penalty is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flaw {
    /// Optional participants cannot come.
    OptionalBusy,
    /// It is not known whether optional participants can come.
    OptionalUnknown,
    /// Overlaps items whose status is penalised.
    Tentative,
    /// Not wholly within the organiser's preferred hours.
    OutsideOrganiserHours,
    /// Not wholly within the invitee's preferred hours.
    OutsideInviteeHours,
    /// Leaves a free gap that is too short for the same meeting.
    ShortGap,
    /// Later than the first slot.
    Later,
}

/// A slot with its penalty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    /// The slot.
    pub slot: GroupSlot,
    /// The sum of the parts.
    pub penalty: u64,
    /// The parts that are not zero.
    pub parts: Vec<(Flaw, u64)>,
}

/// Computes the penalties of one team's slots.
#[derive(Debug)]
pub struct Ranking<'a> {
    team: &'a Team<'a>,
    penalties: Penalties,
    duration: TimeDelta,
    first: DateTime<Utc>,
    free: Vec<Interval>,
    organiser: Option<Vec<Interval>>,
    invitee: Option<Vec<Interval>>,
    tentative: Vec<Counted>,
}

/// Intervals of which one wants to know how many overlap something.
#[derive(Debug, Default)]
struct Counted {
    starts: Vec<DateTime<Utc>>,
    ends: Vec<DateTime<Utc>>,
}

impl Counted {
    fn new(intervals: impl Iterator<Item = Interval>) -> Counted {
        let (mut starts, mut ends): (Vec<_>, Vec<_>) = intervals.map(|one| (one.start(), one.end())).unzip();
        starts.sort_unstable();
        ends.sort_unstable();
        Counted { starts, ends }
    }

    fn overlapping(&self, interval: Interval) -> usize {
        let begun = self.starts.partition_point(|start| *start < interval.end());
        begun.saturating_sub(self.ends.partition_point(|end| *end <= interval.start()))
    }
}

impl<'a> Ranking<'a> {
    /// A ranking of the slots of `team` inside `span`, of which the first begins at `first`.
    ///
    /// # Errors
    /// [`InvalidRule`] when preferred hours are invalid.
    pub fn new(
        team: &'a Team<'a>,
        preferences: &Preferences,
        span: Interval,
        first: DateTime<Utc>,
    ) -> Result<Ranking<'a>, InvalidRule> {
        let duration = team.meeting().get().duration;
        let span = span.grown(TimeDelta::zero(), duration);
        let windows = |field: &str, preferred: &Option<Preferred>| -> Result<Option<Vec<Interval>>, InvalidRule> {
            let Some(preferred) = preferred else { return Ok(None) };
            let (zone, hours) = (preferred.zone.clone(), preferred.hours.clone());
            let rules = Rules { zone, hours, ..Rules::default() };
            let rules = rules.validate().map_err(|error| error.within(field))?;
            Ok(Some(hours::windows(&rules, span, Overrides::Applied)))
        };
        Ok(Ranking {
            penalties: preferences.penalties,
            duration,
            first,
            free: team.combined(|agenda| &agenda.free),
            organiser: windows("preferences.organiser", &preferences.organiser)?,
            invitee: windows("preferences.invitee", &preferences.invitee)?,
            tentative: team
                .agendas()
                .iter()
                .map(|agenda| Counted::new(agenda.obstacles.penalised(span).into_iter()))
                .collect(),
            team,
        })
    }

    /// `slot` with its penalty.
    pub fn rank(&self, slot: GroupSlot) -> Ranked {
        let costs = &self.penalties;
        let absent = |wanted| slot.optional.iter().filter(|(_, presence)| *presence == wanted).count();
        let is_outside = |windows: &Option<Vec<Interval>>| {
            windows.as_ref().is_some_and(|windows| {
                !member_at(windows, slot.interval.start()).is_some_and(|window| window.covers(slot.interval))
            })
        };
        let hours = slot.interval.start().signed_duration_since(self.first).num_hours();
        let counts = [
            (Flaw::OptionalBusy, absent(Presence::Unavailable), costs.optional_busy),
            (Flaw::OptionalUnknown, absent(Presence::Unknown), costs.optional_unknown),
            (Flaw::Tentative, self.tentative_overlaps(&slot), costs.tentative),
            (Flaw::OutsideOrganiserHours, usize::from(is_outside(&self.organiser)), costs.outside_organiser_hours),
            (Flaw::OutsideInviteeHours, usize::from(is_outside(&self.invitee)), costs.outside_invitee_hours),
            (Flaw::ShortGap, usize::from(self.leaves_short_gap(slot.interval.start())), costs.short_gap),
            (Flaw::Later, usize::try_from(hours).unwrap_or(0), costs.hour),
        ];
        let parts: Vec<(Flaw, u64)> = counts
            .into_iter()
            .map(|(flaw, count, cost)| (flaw, u64::try_from(count).unwrap_or(u64::MAX).saturating_mul(u64::from(cost))))
            .filter(|(_, cost)| *cost > 0)
            .collect();
        let penalty = parts.iter().fold(0, |sum: u64, (_, cost)| sum.saturating_add(*cost));
        Ranked { slot, penalty, parts }
    }

    /// Penalised items of those who come: the required, the optional and the assignee.
    fn tentative_overlaps(&self, slot: &GroupSlot) -> usize {
        let comes = |id: &str, role: Role| match role {
            Role::Required | Role::Optional => true,
            Role::Member => slot.assignee.as_deref() == Some(id),
        };
        let participants = self.team.participants().iter().zip(&self.tentative);
        let coming = participants.filter(|(participant, _)| comes(&participant.id, participant.role));
        coming.map(|(_, items)| items.overlapping(slot.interval)).sum()
    }

    fn leaves_short_gap(&self, start: DateTime<Utc>) -> bool {
        let is_short = |gap: TimeDelta| gap > TimeDelta::zero() && gap < self.duration;
        member_at(&self.free, start).is_some_and(|run| {
            let before = start.signed_duration_since(run.start());
            let after = run.end().signed_duration_since(start) - TimeDelta::seconds(1);
            is_short(before) || is_short(after)
        })
    }
}
