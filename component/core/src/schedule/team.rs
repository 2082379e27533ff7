//! The agendas of several persons as one: who must come, how many of whom, who takes it, and why not.
//!
//! Everything is computed on sets of *starts*: the same persons must be free throughout, not just enough persons at
//! every moment.
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::caps::Work;
use super::cursor::member_at;
use super::explain::Explainer;
use super::group::{GroupQuery, GroupSlot, Participant, Presence, Role};
use super::interval::{Interval, at_least, clip, instant, intersect};
use super::reason::{Detail, GiveReasons, Reason, ReasonCode};
use super::rules::{InvalidRule, ValidRules};
use super::starts::{Agenda, Question};

/// At least `need` of some members.
#[derive(Debug, Clone)]
struct Part {
    name: Arc<str>,
    need: usize,
    members: Vec<usize>,
    is_assignment: bool,
}

/// The agendas of a group question.
#[derive(Debug)]
pub struct Team<'a> {
    query: &'a GroupQuery,
    meeting: ValidRules<'a>,
    agendas: Vec<Agenda<'a>>,
    parts: Vec<Part>,
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
        let end = self.meeting.latest(self.now).unwrap_or(Interval::ALWAYS.end());
        Interval::new(self.meeting.earliest(self.now), end).map_or_else(Vec::new, |bounds| clip(&all, bounds))
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
            let part = self.parts.iter().find(|part| part.is_assignment)?;
            let can_come = |candidate: usize| {
                let agenda = part.members.get(candidate).and_then(|index| self.agendas.get(*index));
                agenda.is_some_and(|agenda| presence(agenda, start) == Presence::Free)
            };
            round_robin.assignee(can_come).map(|candidate| candidate.id.clone())
        });
        Some(GroupSlot { interval, optional, assignee })
    }

    fn of_role(&self, role: Role) -> impl Iterator<Item = (usize, &Agenda<'a>)> {
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

/// Explains the refusals of a team.
#[derive(Debug)]
pub struct TeamExplainer<'t> {
    team: &'t Team<'t>,
    earliest: DateTime<Utc>,
    latest: Option<DateTime<Utc>>,
    explainers: Vec<Explainer<'t>>,
}

impl<'t> TeamExplainer<'t> {
    /// An explainer of `team`.
    pub fn new(team: &'t Team<'t>) -> TeamExplainer<'t> {
        let (earliest, latest) = (team.meeting.earliest(team.now), team.meeting.latest(team.now));
        TeamExplainer { team, earliest, latest, explainers: team.agendas.iter().map(Explainer::new).collect() }
    }

    /// Steps its pointers have made.
    pub fn steps(&self) -> usize {
        self.explainers.iter().map(Explainer::steps).sum()
    }

    fn of_meeting(&self, start: DateTime<Utc>) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if start < self.earliest {
            reasons.push(Reason::new(ReasonCode::BeforeNotice, Detail::Earliest(self.earliest)));
        }
        if let Some(latest) = self.latest.filter(|latest| *latest <= start) {
            reasons.push(Reason::new(ReasonCode::BeyondHorizon, Detail::Latest(latest)));
        }
        reasons
    }

    fn of_person(&mut self, index: usize, start: DateTime<Utc>) -> Vec<Reason> {
        let id = self.team.query.participants.get(index).map(|one| one.id.clone());
        let mut reasons = self.explainers.get_mut(index).map_or_else(Vec::new, |one| one.reasons(start));
        reasons.iter_mut().for_each(|reason| reason.participant = id.clone());
        reasons
    }

    /// What is against a part: too few can come, and the one reason that all of its members share, if they do and it
    /// says more.
    fn against_part(&mut self, part: &Part, start: DateTime<Utc>) -> Option<(ReasonCode, usize, Option<ReasonCode>)> {
        let count = |wanted: Presence| {
            let members = part.members.iter().filter_map(|index| self.team.agendas.get(*index));
            members.filter(|agenda| presence(agenda, start) == wanted).count()
        };
        let (have, unknown) = (count(Presence::Free), count(Presence::Unknown));
        if have >= part.need {
            return None;
        }
        let code = match part {
            _ if have + unknown >= part.need => ReasonCode::UnknownAvailability,
            part if part.is_assignment => ReasonCode::NoAssignee,
            _ => ReasonCode::QuorumNotMet,
        };
        let second = start.timestamp();
        let mut codes = part.members.iter().map(|index| self.explainers.get_mut(*index)?.primary(second));
        let first = codes.next().flatten();
        let shared = first.filter(|first| codes.all(|other| other == Some(*first)) && *first < code);
        Some((code, have, shared))
    }

    fn of_part(&mut self, part: &Part, start: DateTime<Utc>) -> Vec<Reason> {
        let Some((code, have, shared)) = self.against_part(part, start) else { return Vec::new() };
        let detail = Detail::Quorum { group: part.name.clone(), have, need: part.need };
        let mut reasons = vec![Reason::new(code, detail)];
        if let (Some(_), Some(first)) = (shared, part.members.first()) {
            let of_first = self.of_person(*first, start).into_iter().next();
            reasons.extend(of_first.map(|reason| Reason { participant: None, ..reason }));
        }
        reasons
    }
}

impl GiveReasons for TeamExplainer<'_> {
    fn primary(&mut self, start: i64) -> Option<ReasonCode> {
        let at = instant(start);
        if let Some(reason) = self.of_meeting(at).first() {
            return Some(reason.code);
        }
        let team = self.team;
        let mut first: Option<ReasonCode> = None;
        let mut consider = |code: Option<ReasonCode>| first = first.into_iter().chain(code).min();
        for (index, _) in team.of_role(Role::Required) {
            consider(self.explainers.get_mut(index).and_then(|one| one.primary(start)));
        }
        for part in &team.parts {
            let against = self.against_part(part, at);
            consider(against.map(|(code, _, shared)| shared.unwrap_or(code)));
        }
        first
    }

    fn reasons(&mut self, start: DateTime<Utc>) -> Vec<Reason> {
        let mut reasons = self.of_meeting(start);
        let team = self.team;
        for (index, _) in team.of_role(Role::Required) {
            reasons.extend(self.of_person(index, start));
        }
        for part in &team.parts {
            reasons.extend(self.of_part(part, start));
        }
        reasons.sort_by_key(|reason| reason.code);
        reasons
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
        parts.push(Part { name: quorum.name.clone(), need: quorum.need, members, is_assignment: false });
    }
    if let Some(round_robin) = &query.round_robin {
        round_robin.validate()?;
        let members = locate("round_robin", &mut round_robin.candidates.iter().map(|one| &one.id))?;
        parts.push(Part { name: "round_robin".into(), need: 1, members, is_assignment: true });
    }
    if parts.is_empty() && query.participants.iter().all(|one| one.role != Role::Required) {
        return Err(InvalidRule::new("participants", "at least one must be required"));
    }
    Ok(parts)
}
