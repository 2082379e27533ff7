//! What a group is offered and refused, found by asking everybody alone at every candidate.
use std::sync::Arc;

use calendar_core::schedule::assign::Candidate;
use calendar_core::schedule::availability::Availability;
use calendar_core::schedule::group::{GroupQuery, Presence, Role};
use calendar_core::schedule::reason::ReasonCode;
use calendar_core::schedule::rules::Rules;
use chrono::{DateTime, Utc};

use super::oracle::Oracle;

/// A reason: its code, whose it is, and of which quorum or of the round robin.
pub type Said = (ReasonCode, Option<Arc<str>>, Option<Option<usize>>);

/// What becomes of a candidate.
#[derive(Debug, Clone, PartialEq)]
pub enum Judged {
    Offered { optional: Vec<(Arc<str>, Presence)>, assignee: Option<Arc<str>> },
    Refused(Vec<Said>),
}

/// Every candidate of the meeting in order, skipped wall times first of those at one instant.
pub fn judge(query: &GroupQuery, now: DateTime<Utc>) -> Vec<(DateTime<Utc>, Judged)> {
    let nothing = Availability::default();
    let meeting = Oracle::new(&query.meeting, &nothing, query.range, now);
    let rules: Vec<Rules> =
        query.participants.iter().map(|one| Rules { duration: query.meeting.duration, ..one.rules.clone() }).collect();
    let persons: Vec<Oracle> = query
        .participants
        .iter()
        .zip(&rules)
        .map(|(one, rules)| Oracle::new(rules, &one.availability, query.range, now))
        .collect();
    let candidates = meeting.judge().into_iter();
    candidates
        .map(|(start, codes)| {
            let of_meeting: Vec<ReasonCode> =
                codes.into_iter().filter(|code| *code <= ReasonCode::BeyondHorizon).collect();
            if of_meeting.first() == Some(&ReasonCode::NonexistentLocalTime) {
                return (start, Judged::Refused(vec![(ReasonCode::NonexistentLocalTime, None, None)]));
            }
            let against: Vec<Vec<ReasonCode>> = persons.iter().map(|one| one.reasons(start)).collect();
            let said = said(query, &of_meeting, &against);
            (start, if said.is_empty() { offered(query, &against) } else { Judged::Refused(said) })
        })
        .collect()
}

fn presence(against: &[ReasonCode]) -> Presence {
    match against {
        [] => Presence::Free,
        [ReasonCode::UnknownAvailability] => Presence::Unknown,
        _ => Presence::Unavailable,
    }
}

fn position(query: &GroupQuery, id: &Arc<str>) -> usize {
    query.participants.iter().position(|one| one.id == *id).unwrap()
}

fn said(query: &GroupQuery, of_meeting: &[ReasonCode], against: &[Vec<ReasonCode>]) -> Vec<Said> {
    let mut said: Vec<Said> = of_meeting.iter().map(|code| (*code, None, None)).collect();
    for (one, codes) in query.participants.iter().zip(against).filter(|(one, _)| one.role == Role::Required) {
        said.extend(codes.iter().map(|code| (*code, Some(one.id.clone()), None)));
    }
    let mut parts: Vec<(Option<usize>, usize, Vec<usize>)> = Vec::new();
    for (index, quorum) in query.quorums.iter().enumerate() {
        let mut members: Vec<usize> = quorum.members.iter().map(|id| position(query, id)).collect();
        members.sort_unstable();
        parts.push((Some(index), quorum.need, members));
    }
    if let Some(turns) = &query.round_robin {
        parts.push((None, 1, turns.candidates.iter().map(|one| position(query, &one.id)).collect()));
    }
    for (part, need, members) in parts {
        let count = |wanted| members.iter().filter(|member| presence(&against[**member]) == wanted).count();
        let (free, unknown) = (count(Presence::Free), count(Presence::Unknown));
        if free >= need {
            continue;
        }
        let code = match part {
            _ if free + unknown >= need => ReasonCode::UnknownAvailability,
            Some(_) => ReasonCode::QuorumNotMet,
            None => ReasonCode::NoAssignee,
        };
        said.push((code, None, Some(part)));
        let firsts: Vec<_> = members.iter().map(|member| against[*member].first().copied()).collect();
        let shared = firsts[0].filter(|first| firsts.iter().all(|other| *other == Some(*first)) && *first < code);
        let of_first = shared.map(|shared| (shared, Some(query.participants[members[0]].id.clone()), None));
        said.extend(of_first.filter(|one| !said.contains(one)));
    }
    said.sort_by_key(|(code, _, _)| *code);
    said
}

fn offered(query: &GroupQuery, against: &[Vec<ReasonCode>]) -> Judged {
    let everybody = query.participants.iter().zip(against);
    let optional = everybody
        .filter(|(one, _)| one.role == Role::Optional)
        .map(|(one, codes)| (one.id.clone(), presence(codes)))
        .collect();
    let assignee = query.round_robin.as_ref().map(|turns| {
        let can_come = |one: &&Candidate| against[position(query, &one.id)].is_empty();
        let mut able: Vec<&Candidate> = turns.candidates.iter().filter(can_come).collect();
        // Loads and weights are below 100: a share of 1/9900 or more tells two of them apart.
        able.sort_by_key(|one| (one.load * 1_000_000 / one.weight, one.last_assigned, one.id.clone()));
        let kept = able.iter().find(|one| turns.keep.as_ref() == Some(&one.id));
        kept.unwrap_or(&able[0]).id.clone()
    });
    Judged::Offered { optional, assignee }
}
