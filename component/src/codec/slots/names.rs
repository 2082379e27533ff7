//! What the parts of a query are called: from what the engine's reasons name back to the field of the query.

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar_core::schedule::assign::RoundRobin;
use calendar_core::schedule::group::{Participant, Quorum};
use calendar_core::schedule::rules::Rules;
use calendar_core::schedule::zone::Zone;
use chrono::TimeDelta;

/// Names of the parts of a query.
pub(super) struct Names {
    people: Vec<Person>,
    by_id: BTreeMap<Arc<str>, usize>,
    quorums: Vec<usize>,
    candidates: usize,
    clock: Clock,
    duration: TimeDelta,
    buffers: (TimeDelta, TimeDelta),
}

/// Whose wall clock the grid follows.
enum Clock {
    /// The one given.
    Grid,
    /// That of this zone at home, others on the way.
    Home(Zone),
}

struct Person {
    id: Arc<str>,
    has_own_rules: bool,
    buffers: (TimeDelta, TimeDelta),
}

impl Names {
    /// The names of a query; `own` says which participants have rules of their own.
    pub fn new(
        meeting: &Rules,
        participants: &[Participant],
        own: &[bool],
        quorums: &[Quorum],
        round_robin: Option<&RoundRobin>,
    ) -> Names {
        let person = |(one, own): (&Participant, &bool)| Person {
            id: one.id.clone(),
            has_own_rules: *own,
            buffers: (one.rules.buffer_before, one.rules.buffer_after),
        };
        Names {
            people: participants.iter().zip(own).map(person).collect(),
            by_id: participants.iter().enumerate().map(|(index, one)| (one.id.clone(), index)).collect(),
            quorums: quorums.iter().map(|one| one.members.len()).collect(),
            candidates: round_robin.map_or(0, |one| one.candidates.len()),
            clock: if meeting.grid_zone.is_some() { Clock::Grid } else { Clock::Home(meeting.zone.clone()) },
            duration: meeting.duration,
            buffers: (meeting.buffer_before, meeting.buffer_after),
        }
    }

    /// The id of the only participant of a question about one person.
    pub fn only(&self) -> Option<Arc<str>> {
        self.people.first().map(|one| one.id.clone())
    }

    /// The field of the rules that hold for a participant, or for the meeting.
    pub fn rule(&self, participant: Option<&Arc<str>>, name: &str) -> String {
        match self.person(participant) {
            Some((index, one)) if one.has_own_rules => format!("participants[{index}].rules.{name}"),
            _ => format!("rules.{name}"),
        }
    }

    /// The field of a participant, or of all of them.
    pub fn of(&self, participant: Option<&Arc<str>>, name: &str) -> String {
        match self.person(participant) {
            Some((index, _)) => format!("participants[{index}].{name}"),
            None => format!("participants.{name}"),
        }
    }

    /// The length of the meeting.
    pub fn duration(&self) -> TimeDelta {
        self.duration
    }

    /// The buffers before and after that hold for a participant, or for the meeting.
    pub fn buffers(&self, participant: Option<&Arc<str>>) -> (TimeDelta, TimeDelta) {
        self.person(participant).map_or(self.buffers, |(_, one)| one.buffers)
    }

    /// The field from which the grid has the wall clock of `zone`.
    pub fn clock(&self, zone: &Zone) -> &'static str {
        match &self.clock {
            Clock::Grid => "rules.grid-time-zone",
            Clock::Home(home) if home == zone => "rules.time-zone",
            Clock::Home(_) => "rules.travel",
        }
    }

    /// How many members a quorum has; none: how many candidates the round robin.
    pub fn members(&self, quorum: Option<usize>) -> usize {
        quorum.map_or(self.candidates, |index| self.quorums.get(index).copied().unwrap_or(0))
    }

    fn person(&self, id: Option<&Arc<str>>) -> Option<(usize, &Person)> {
        let index = *self.by_id.get(id?)?;
        Some((index, self.people.get(index)?))
    }
}
