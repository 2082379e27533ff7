//! Participants of a query.

use std::sync::Arc;

use calendar_core::error::Error;
use calendar_core::schedule::availability::Availability;
use calendar_core::schedule::group::{Participant, Role};
use calendar_core::schedule::rules::Rules;
use calendar_core::schedule::zones::Zones;

use super::super::{range, rules};
use super::busy::{self, Apart};
use super::query::inherited;
use super::{short, wit};

/// Decodes them; whoever has no own rules has the meeting's. `zones` are those of the query so far.
pub(super) fn participants(
    given: Vec<wit::Participant>,
    meeting: &Rules,
    zones: &mut Zones,
) -> Result<Vec<Participant>, Error> {
    let mut apart = Apart::default();
    let numbered = given.into_iter().enumerate();
    let path = |index| format!("participants[{index}]");
    numbered.map(|(index, one)| participant(&path(index), one, meeting, zones, &mut apart)).collect()
}

fn participant(
    path: &str,
    given: wit::Participant,
    meeting: &Rules,
    zones: &mut Zones,
    apart: &mut Apart,
) -> Result<Participant, Error> {
    let field = |name: &str| format!("{path}.{name}");
    if given.id.is_empty() {
        return Err(Error::invalid(&field("id"), "must not be empty"));
    }
    short(&field("id"), &given.id)?;
    let rules = match given.rules {
        Some(own) => rules::rules(&field("rules."), own, zones)?,
        None => inherited(meeting),
    };
    let (busy, sets) = busy::busy(&field("busy"), given.busy, apart)?;
    let unknown = busy::unknown(&field("unknown"), given.unknown)?;
    let known = given.known.map(|known| range(&field("known"), known)).transpose()?;
    Ok(Participant {
        id: Arc::from(given.id),
        role: role(given.role),
        rules,
        availability: Availability { busy, sets, unknown, known },
    })
}

fn role(role: wit::Role) -> Role {
    match role {
        wit::Role::Required => Role::Required,
        wit::Role::Optional => Role::Optional,
        wit::Role::Member => Role::Member,
    }
}
