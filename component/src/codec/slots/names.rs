//! What the parts of a query are called: from what the engine's reasons name back to the field of the query.

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar_core::schedule::assign::RoundRobin;
use calendar_core::schedule::group::{Participant, Quorum};
use calendar_core::schedule::rules::Rules;
use chrono::TimeDelta;

/// Names of the parts of a query.
pub(super) struct Names {
    people: Vec<Person>,
    by_id: BTreeMap<Arc<str>, usize>,
    quorums: Vec<(Arc<str>, usize)>,
    candidates: usize,
    duration: TimeDelta,
    buffers: (TimeDelta, TimeDelta),
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
            quorums: quorums.iter().map(|one| (one.name.clone(), one.members.len())).collect(),
            candidates: round_robin.map_or(0, |one| one.candidates.len()),
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

    /// The field of a group, and how many members it has: the first quorum of that name, else the round robin.
    pub fn group(&self, name: &Arc<str>) -> (String, usize) {
        let quorum = self.quorums.iter().enumerate().find(|(_, (known, _))| known == name);
        match quorum {
            Some((index, (_, members))) => (format!("quorums[{index}]"), *members),
            None => ("round-robin".to_owned(), self.candidates),
        }
    }

    fn person(&self, id: Option<&Arc<str>>) -> Option<(usize, &Person)> {
        let index = *self.by_id.get(id?)?;
        Some((index, self.people.get(index)?))
    }
}
