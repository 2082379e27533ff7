//! The agendas of several persons as one: who must come, how many of whom, and who takes it.
//!
//! Everything is computed on sets of *starts*: the same persons must be free throughout, not just enough persons at
//! every moment.
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::caps::Work;
use super::cursor::member_at;
use super::group::{GroupQuery, GroupSlot, Participant, Presence, Role};
use super::interval::{Interval, at_least, clip, intersect};
use super::rules::{InvalidRule, ValidRules};
use super::starts::{Agenda, Question};

/// At least `need` of some members.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Which of the quorums; none: the round robin.
    pub(super) quorum: Option<usize>,
    pub(super) name: Arc<str>,
    pub(super) need: usize,
    /// Positions of participants.
    pub(super) members: Vec<usize>,
}

/// The agendas of a group question.
#[derive(Debug)]
pub struct Team<'a> {
    query: &'a GroupQuery,
    meeting: ValidRules<'a>,
    agendas: Vec<Agenda<'a>>,
    pub(super) parts: Vec<Part>,
    now: DateTime<Utc>,
}

impl<'a> Team<'a> {
    /// Computes every participant's agenda over `span`; times outside the fetch range of `range` are unknown to those
    /// whose availability does not say otherwise.
    ///
    /// # Errors
    /// [`InvalidRule`] when somebody's rules, a group or the round robin is invalid.
    pub fn new(
        query: &'a GroupQuery,
        range: Interval,
        span: Interval,
        now: DateTime<Utc>,
    ) -> Result<Team<'a>, InvalidRule> {
        let caps = query.caps.bounded();
        let meeting = query.meeting.validate().map_err(|error| error.within("meeting"))?;
        if query.participants.len() > caps.persons {
            let reason = format!("{} given, at most {} allowed", query.participants.len(), caps.persons);
            return Err(InvalidRule::new("participants", reason));
        }
        let parts = parts(query)?;
        let mut agendas = Vec::with_capacity(query.participants.len());
        for (index, participant) in query.participants.iter().enumerate() {
            let rules =
                participant.rules.validate().map_err(|error| error.within(&format!("participants[{index}].rules")))?;
            let known = query.fetch_range_of(participant, range);
            let duration = query.meeting.duration;
            let question = Question { span, duration, known, now, caps };
            agendas.push(Agenda::new(rules, &participant.availability, question));
        }
        Ok(Team { query, meeting, agendas, parts, now })
    }

    /// The rules of the meeting.
    pub fn meeting(&self) -> &ValidRules<'a> {
        &self.meeting
    }

    /// The earliest start the meeting's notice allows.
    pub fn earliest(&self) -> DateTime<Utc> {
        self.meeting.earliest(self.now)
    }

    /// The first start beyond the meeting's horizon.
    pub fn latest(&self) -> Option<DateTime<Utc>> {
        self.meeting.latest(self.now)
    }

    /// The participants.
    pub fn participants(&self) -> &'a [Participant] {
        &self.query.participants
    }

    /// The agendas, in the order of the participants.
    pub fn agendas(&self) -> &[Agenda<'a>] {
        &self.agendas
    }

    /// The feasible starts of the team.
    pub fn starts(&self) -> Vec<Interval> {
        let all = self.combined(|agenda| &agenda.starts);
        let end = self.latest().unwrap_or(Interval::ALWAYS.end());
        Interval::new(self.earliest(), end).map_or_else(Vec::new, |bounds| clip(&all, bounds))
    }

    /// The sets of all agendas combined as the roles demand: all of the required, enough of each group.
    pub fn combined(&self, set: impl for<'s> Fn(&'s Agenda<'a>) -> &'s [Interval]) -> Vec<Interval> {
        let groups = self.parts.iter().map(|part| {
            let members: Vec<&[Interval]> =
                part.members.iter().filter_map(|index| self.agendas.get(*index)).map(&set).collect();
            at_least(&members, part.need)
        });
        let required = self.of_role(Role::Required).map(|(_, agenda)| set(agenda).to_vec());
        required.chain(groups).reduce(|one, other| intersect(&one, &other)).unwrap_or_default()
    }

    /// Where the first participant's events stop being counted.
    pub fn decided_until(&self) -> Option<DateTime<Utc>> {
        self.agendas.iter().filter_map(|agenda| agenda.decided_until).min()
    }

    /// What it took so far.
    pub fn work(&self) -> Work {
        let mut work = Work::default();
        self.agendas.iter().for_each(|agenda| work.add(agenda.work));
        work
    }

    /// A feasible start as a slot: who of the optional can come, and who takes it.
    pub fn slot(&self, start: DateTime<Utc>) -> Option<GroupSlot> {
        let interval = Interval::starting(start, self.query.meeting.duration)?;
        let optional = self
            .of_role(Role::Optional)
            .filter_map(|(index, agenda)| {
                Some((self.query.participants.get(index)?.id.clone(), presence(agenda, start)))
            })
            .collect();
        let assignee = self.query.round_robin.as_ref().and_then(|round_robin| {
            let part = self.parts.iter().find(|part| part.quorum.is_none())?;
            let can_come = |candidate: usize| {
                let agenda = part.members.get(candidate).and_then(|index| self.agendas.get(*index));
                agenda.is_some_and(|agenda| presence(agenda, start) == Presence::Free)
            };
            round_robin.assignee(can_come).map(|candidate| candidate.id.clone())
        });
        Some(GroupSlot { interval, optional, assignee })
    }

    /// The agendas of those whose presence means `role`, with their positions.
    pub(super) fn of_role(&self, role: Role) -> impl Iterator<Item = (usize, &Agenda<'a>)> {
        let numbered = self.agendas.iter().enumerate();
        numbered.filter(move |(index, _)| self.query.participants.get(*index).is_some_and(|one| one.role == role))
    }
}

/// Whether a person can come at `start`.
pub fn presence(agenda: &Agenda<'_>, start: DateTime<Utc>) -> Presence {
    if member_at(&agenda.starts, start).is_some() {
        Presence::Free
    } else if member_at(&agenda.possible, start).is_some() {
        Presence::Unknown
    } else {
        Presence::Unavailable
    }
}

/// The quorum groups and the round robin, with members as positions.
fn parts(query: &GroupQuery) -> Result<Vec<Part>, InvalidRule> {
    let mut positions: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, participant) in query.participants.iter().enumerate() {
        if positions.insert(&participant.id, index).is_some() {
            return Err(InvalidRule::new("participants", format!("{} is given twice", participant.id)));
        }
    }
    let locate = |field: &str, ids: &mut dyn Iterator<Item = &Arc<str>>| -> Result<Vec<usize>, InvalidRule> {
        ids.map(|id| {
            let position = positions.get(&**id).copied();
            position.ok_or_else(|| InvalidRule::new(field, format!("{id} is not a participant")))
        })
        .collect()
    };
    let mut parts = Vec::new();
    for (index, quorum) in query.quorums.iter().enumerate() {
        let field = format!("quorums[{index}]");
        let mut members = locate(&field, &mut quorum.members.iter())?;
        members.sort_unstable();
        members.dedup();
        if quorum.need == 0 || quorum.need > members.len() {
            return Err(InvalidRule::new(field, "needs at least one and at most all of its members"));
        }
        parts.push(Part { quorum: Some(index), name: quorum.name.clone(), need: quorum.need, members });
    }
    if let Some(round_robin) = &query.round_robin {
        round_robin.validate()?;
        let members = locate("round_robin", &mut round_robin.candidates.iter().map(|one| &one.id))?;
        parts.push(Part { quorum: None, name: "round_robin".into(), need: 1, members });
    }
    if parts.is_empty() && query.participants.iter().all(|one| one.role != Role::Required) {
        return Err(InvalidRule::new("participants", "at least one must be required"));
    }
    Ok(parts)
}
