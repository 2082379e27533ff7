//! The reasons a team has against a start: the meeting's, those of everybody required, and those of each group.
use chrono::{DateTime, Utc};

use super::cursor::Cursor;
use super::explain::Explainer;
use super::group::{Presence, Role};
use super::interval::instant;
use super::reason::{Detail, GiveReasons, Reason, ReasonCode};
use super::starts::Agenda;
use super::team::{Part, Team};

/// Explains the refusals of a team.
#[derive(Debug)]
pub struct TeamExplainer<'t> {
    team: &'t Team<'t>,
    earliest: DateTime<Utc>,
    latest: Option<DateTime<Utc>>,
    persons: Vec<Person<'t>>,
}

/// One person's reasons and presence. Many groups may ask about one person at one start: it is looked up once.
#[derive(Debug)]
struct Person<'t> {
    agenda: &'t Agenda<'t>,
    explainer: Explainer<'t>,
    starts_at: Cursor,
    possible_at: Cursor,
    presence: Option<(i64, Presence)>,
    primary: Option<(i64, Option<ReasonCode>)>,
}

impl<'t> Person<'t> {
    fn new(agenda: &'t Agenda<'t>) -> Person<'t> {
        let (starts_at, possible_at) = (Cursor::default(), Cursor::default());
        let explainer = Explainer::new(agenda);
        Person { agenda, explainer, starts_at, possible_at, presence: None, primary: None }
    }

    fn presence(&mut self, start: i64) -> Presence {
        if let Some((_, known)) = self.presence.filter(|(at, _)| *at == start) {
            return known;
        }
        let presence = if self.starts_at.at(&self.agenda.starts, start).is_some() {
            Presence::Free
        } else if self.possible_at.at(&self.agenda.possible, start).is_some() {
            Presence::Unknown
        } else {
            Presence::Unavailable
        };
        self.presence = Some((start, presence));
        presence
    }

    fn primary(&mut self, start: i64) -> Option<ReasonCode> {
        if let Some((_, known)) = self.primary.filter(|(at, _)| *at == start) {
            return known;
        }
        let primary = self.explainer.primary(start);
        self.primary = Some((start, primary));
        primary
    }

    fn steps(&self) -> usize {
        self.explainer.steps() + self.starts_at.steps() + self.possible_at.steps()
    }
}

/// What is against a part of the team.
struct Against {
    code: ReasonCode,
    /// How many can come.
    have: usize,
    /// The one reason that all members share, if they do and it says more.
    shared: Option<ReasonCode>,
}

impl<'t> TeamExplainer<'t> {
    /// An explainer of `team`.
    pub fn new(team: &'t Team<'t>) -> TeamExplainer<'t> {
        let persons = team.agendas().iter().map(Person::new).collect();
        TeamExplainer { team, earliest: team.earliest(), latest: team.latest(), persons }
    }

    /// Steps its pointers have made.
    pub fn steps(&self) -> usize {
        self.persons.iter().map(Person::steps).sum()
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
        let id = self.team.participants().get(index).map(|one| one.id.clone());
        let mut reasons = self.persons.get_mut(index).map_or_else(Vec::new, |one| one.explainer.reasons(start));
        reasons.iter_mut().for_each(|reason| reason.participant = id.clone());
        reasons
    }

    fn against_part(&mut self, part: &Part, start: i64) -> Option<Against> {
        let (mut have, mut unknown) = (0, 0);
        for index in &part.members {
            match self.persons.get_mut(*index).map(|one| one.presence(start)) {
                Some(Presence::Free) => have += 1,
                Some(Presence::Unknown) => unknown += 1,
                Some(Presence::Unavailable) | None => {}
            }
        }
        if have >= part.need {
            return None;
        }
        let code = match part.quorum {
            _ if have + unknown >= part.need => ReasonCode::UnknownAvailability,
            None => ReasonCode::NoAssignee,
            Some(_) => ReasonCode::QuorumNotMet,
        };
        let mut codes = part.members.iter().map(|index| self.persons.get_mut(*index)?.primary(start));
        let first = codes.next().flatten();
        let shared = first.filter(|first| codes.all(|other| other == Some(*first)) && *first < code);
        Some(Against { code, have, shared })
    }

    /// What is against a part; of a reason that all its members share, the first member's.
    fn of_part(&mut self, part: &Part, start: DateTime<Utc>) -> Vec<Reason> {
        let Some(Against { code, have, shared }) = self.against_part(part, start.timestamp()) else {
            return Vec::new();
        };
        let detail = Detail::Quorum { quorum: part.quorum, name: part.name.clone(), have, need: part.need };
        let mut reasons = vec![Reason::new(code, detail)];
        if let (Some(_), Some(first)) = (shared, part.members.first()) {
            reasons.extend(self.of_person(*first, start).into_iter().next());
        }
        reasons
    }
}

impl GiveReasons for TeamExplainer<'_> {
    fn primary(&mut self, start: i64) -> Option<ReasonCode> {
        let mut first = self.of_meeting(instant(start)).first().map(|reason| reason.code);
        if first == Some(ReasonCode::BeforeNotice) {
            // Nothing comes before it.
            return first;
        }
        let team = self.team;
        let mut consider = |code: Option<ReasonCode>| first = first.into_iter().chain(code).min();
        for (index, _) in team.of_role(Role::Required) {
            consider(self.persons.get_mut(index).and_then(|one| one.primary(start)));
        }
        for part in &team.parts {
            consider(self.against_part(part, start).map(|against| against.shared.unwrap_or(against.code)));
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
            for reason in self.of_part(part, start) {
                // Groups may have the same first member, and that one may be required besides.
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
        }
        reasons.sort_by_key(|reason| reason.code);
        reasons
    }
}
