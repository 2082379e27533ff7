//! The pure slot search: its queries, validated, and its answers. Needs no account, no network and no state.

mod answer;
mod busy;
mod names;
mod participant;
mod preferences;
mod query;
mod quorum;
mod reason;
mod room;

use calendar_core::error::Error;
use calendar_core::schedule::group::{self, GroupQuery, Participant, Role};
use calendar_core::schedule::propose;
use calendar_core::schedule::slots::{self, Query};

use crate::bindings::exports::calendar::scheduling::slots as wit;
use query::Asked;

/// Most bytes of an id, a name or a cause.
const MOST_TEXT: usize = 1024;

/// Finds the free slots of a query.
pub fn find(given: wit::FindQuery) -> Result<wit::FoundSlots, Error> {
    let Asked { mut query, names, now } = query::query(given)?;
    room::limit(&mut query);
    let person = if is_about_one(&query) { query.participants.pop() } else { None };
    match person {
        Some(person) => Ok(answer::of_one(slots::find(&about(person, query), now)?, &names)),
        None => Ok(answer::of_group(group::find(&query, now)?, &names)),
    }
}

/// Chooses a few free slots, the best first.
pub fn propose(given: wit::FindQuery, preferences: wit::Preferences) -> Result<wit::Proposals, Error> {
    let given = wit::FindQuery { max_slots: None, explain: None, ..given };
    let Asked { query, now, .. } = query::query(given)?;
    let (preferences, options) = preferences::preferences(preferences, &query.meeting.zone)?;
    Ok(answer::of_proposals(propose::propose(&query, &preferences, options, now)?))
}

/// Whether it is a question about one person, who must come under the rules of the meeting.
fn is_about_one(query: &GroupQuery) -> bool {
    let is_alone = query.participants.len() == 1 && query.quorums.is_empty() && query.round_robin.is_none();
    let is_plain = |one: &Participant| one.role == Role::Required && query::inherits(one, &query.meeting);
    is_alone && query.participants.iter().all(is_plain)
}

fn about(person: Participant, query: GroupQuery) -> Query {
    Query {
        range: query.range,
        rules: query.meeting,
        availability: person.availability,
        max_slots: query.max_slots,
        explain: query.explain,
        alternatives: query.alternatives,
        caps: query.caps,
    }
}

fn short(field: &str, text: &str) -> Result<(), Error> {
    if text.len() > MOST_TEXT {
        return Err(Error::invalid(field, format!("must not be longer than {MOST_TEXT} bytes")));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
