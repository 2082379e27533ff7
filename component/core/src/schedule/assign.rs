//! Round robin: whose turn it is among those who can.
use std::cmp::Ordering;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::rules::InvalidRule;

/// Somebody a meeting may be assigned to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The participant's id.
    pub id: Arc<str>,
    /// The share of meetings wanted, at least 1; twice the weight gets twice the meetings.
    pub weight: u32,
    /// Meetings currently assigned.
    pub load: u32,
    /// When the last one was assigned; never comes first.
    pub last_assigned: Option<DateTime<Utc>>,
}

/// A meeting taken by exactly one of several candidates.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoundRobin {
    /// Who may take it.
    pub candidates: Vec<Candidate>,
    /// Who has taken it already under the same booking key: stays, whenever possible.
    pub keep: Option<Arc<str>>,
}

impl RoundRobin {
    /// Checks the candidates.
    ///
    /// # Errors
    /// [`InvalidRule`] when there is none, one has no weight, or one comes twice.
    pub fn validate(&self) -> Result<(), InvalidRule> {
        if self.candidates.is_empty() {
            return Err(InvalidRule::new("round_robin", "needs at least one candidate"));
        }
        if self.candidates.iter().any(|candidate| candidate.weight == 0) {
            return Err(InvalidRule::new("round_robin", "weights must be at least 1"));
        }
        let mut ids: Vec<_> = self.candidates.iter().map(|candidate| &candidate.id).collect();
        ids.sort_unstable();
        match ids.iter().zip(ids.iter().skip(1)).find(|(one, next)| one == next) {
            None => Ok(()),
            Some((id, _)) => Err(InvalidRule::new("round_robin", format!("candidate {id} is given twice"))),
        }
    }

    /// Who takes the meeting among the candidates that `can_come`: the smallest (load / weight, last assigned, id).
    pub fn assignee(&self, mut can_come: impl FnMut(usize) -> bool) -> Option<&Candidate> {
        let able = self.candidates.iter().enumerate().filter(|(index, _)| can_come(*index)).map(|(_, one)| one);
        let kept = |one: &Candidate| self.keep.as_ref() == Some(&one.id);
        able.min_by(|one, other| kept(other).cmp(&kept(one)).then_with(|| turn(one, other)))
    }
}

/// Whose turn comes first.
fn turn(one: &Candidate, other: &Candidate) -> Ordering {
    let cross = |load: u32, weight: u32| u64::from(load) * u64::from(weight);
    cross(one.load, other.weight)
        .cmp(&cross(other.load, one.weight))
        .then_with(|| one.last_assigned.cmp(&other.last_assigned))
        .then_with(|| one.id.cmp(&other.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(id: &str, weight: u32, load: u32, last: Option<i64>) -> Candidate {
        let last_assigned = last.and_then(|second| DateTime::from_timestamp(second, 0));
        Candidate { id: id.into(), weight, load, last_assigned }
    }

    fn chosen(candidates: Vec<Candidate>, keep: Option<&str>, able: &[&str]) -> Option<String> {
        let round_robin = RoundRobin { candidates, keep: keep.map(Into::into) };
        let can_come = |index: usize| able.contains(&&*round_robin.candidates[index].id);
        round_robin.assignee(can_come).map(|one| one.id.to_string())
    }

    #[test]
    fn the_load_per_weight_decides_then_the_longest_wait_then_the_id() {
        let two = |a: Candidate, b: Candidate| chosen(vec![b, a], None, &["a", "b"]);
        assert_eq!(two(candidate("a", 1, 2, None), candidate("b", 3, 5, None)).as_deref(), Some("b"));
        assert_eq!(two(candidate("a", 1, 1, Some(9)), candidate("b", 2, 2, Some(5))).as_deref(), Some("b"));
        assert_eq!(two(candidate("a", 1, 1, Some(9)), candidate("b", 1, 1, None)).as_deref(), Some("b"));
        assert_eq!(two(candidate("a", 1, 1, None), candidate("b", 1, 1, None)).as_deref(), Some("a"));
    }

    #[test]
    fn the_one_who_has_it_keeps_it_while_able() {
        let all = vec![candidate("a", 1, 0, None), candidate("b", 1, 9, None)];
        assert_eq!(chosen(all.clone(), Some("b"), &["a", "b"]).as_deref(), Some("b"));
        assert_eq!(chosen(all.clone(), Some("b"), &["a"]).as_deref(), Some("a"));
        assert_eq!(chosen(all, None, &[]), None);
    }

    #[test]
    fn a_candidate_without_weight_or_given_twice_is_refused() {
        let of = |candidates| RoundRobin { candidates, keep: None }.validate();
        assert!(of(vec![]).is_err());
        assert!(of(vec![candidate("a", 0, 0, None)]).is_err());
        assert!(of(vec![candidate("a", 1, 0, None), candidate("a", 2, 0, None)]).is_err());
        assert_eq!(of(vec![candidate("a", 1, 0, None)]), Ok(()));
    }
}
