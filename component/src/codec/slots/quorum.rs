//! Groups of which some must come, and the round robin.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use calendar_core::error::Error;
use calendar_core::schedule::assign::{Candidate, RoundRobin};
use calendar_core::schedule::group::Quorum;

use super::super::{at_most, instant, shown};
use super::{short, wit};

/// Most quorums.
const MOST_QUORUMS: usize = 200;
/// Most members of all quorums together.
const MOST_MEMBERS: usize = 2000;
/// Largest weight in a round robin.
const LARGEST_WEIGHT: u32 = 1000;

type Positions = BTreeMap<Arc<str>, usize>;

/// Decodes the quorums; their members are participants.
pub(super) fn quorums(given: Vec<wit::Quorum>, participants: &Positions) -> Result<Vec<Quorum>, Error> {
    at_most("quorums", given.len(), MOST_QUORUMS)?;
    at_most("quorums.members", given.iter().map(|one| one.members.len()).sum(), MOST_MEMBERS)?;
    let numbered = given.into_iter().enumerate();
    numbered.map(|(index, one)| quorum(&format!("quorums[{index}]"), one, participants)).collect()
}

/// Decodes the round robin; its candidates are participants.
pub(super) fn round_robin(given: wit::RoundRobin, participants: &Positions) -> Result<RoundRobin, Error> {
    let field = "round-robin.candidates";
    if given.candidates.is_empty() {
        return Err(Error::invalid(field, "must not be empty"));
    }
    let ids = members(field, given.candidates.iter().map(|one| one.participant.as_str()), participants)?;
    let numbered = given.candidates.iter().zip(ids).enumerate();
    let candidates = numbered.map(|(index, (one, id))| candidate(&format!("{field}[{index}]"), one, id));
    if let Some(keep) = &given.keep {
        short("round-robin.keep", keep)?;
    }
    Ok(RoundRobin { candidates: candidates.collect::<Result<_, _>>()?, keep: given.keep.map(Arc::from) })
}

fn quorum(path: &str, given: wit::Quorum, participants: &Positions) -> Result<Quorum, Error> {
    short(&format!("{path}.name"), &given.name)?;
    let field = format!("{path}.members");
    let members = members(&field, given.members.iter().map(String::as_str), participants)?;
    let need = usize::try_from(given.need).unwrap_or(usize::MAX);
    if members.is_empty() {
        return Err(Error::invalid(&field, "must not be empty"));
    }
    if need == 0 || need > members.len() {
        let reason = format!("must be 1 to {}, the number of members, not {need}", members.len());
        return Err(Error::invalid(&format!("{path}.need"), reason));
    }
    Ok(Quorum { name: Arc::from(given.name), need, members })
}

fn candidate(path: &str, given: &wit::Candidate, id: Arc<str>) -> Result<Candidate, Error> {
    if !(1..=LARGEST_WEIGHT).contains(&given.weight) {
        let reason = format!("must be 1 to {LARGEST_WEIGHT}, not {}", given.weight);
        return Err(Error::invalid(&format!("{path}.weight"), reason));
    }
    let last = given.last_assigned.map(|at| instant(&format!("{path}.last-assigned"), at)).transpose()?;
    Ok(Candidate { id, weight: given.weight, load: given.load, last_assigned: last })
}

/// Ids of participants, each once, as those have them.
fn members<'a>(
    field: &str,
    ids: impl Iterator<Item = &'a str>,
    participants: &Positions,
) -> Result<Vec<Arc<str>>, Error> {
    let mut seen = BTreeSet::new();
    ids.map(|id| {
        let refuse = |reason: &str| Error::invalid(field, format!("`{}` {reason}", shown(id)));
        let (known, _) = participants.get_key_value(id).ok_or_else(|| refuse("is not a participant"))?;
        if !seen.insert(known.clone()) {
            return Err(refuse("is given twice"));
        }
        Ok(known.clone())
    })
    .collect()
}
