//! `propose-meeting-times`: a few good slots, spread over days and parts of the day.

use std::sync::Arc;

use super::search::{NEAREST, SlotQuery, Slots, question};
use crate::account::UserId;
use crate::error::Error;
use crate::ports::World;
use crate::schedule::group::{GroupQuery, Participant, Role};
use crate::schedule::hours::WeeklyHours;
use crate::schedule::propose;
use crate::schedule::rank::{Preferences, Preferred};
use crate::schedule::zone::Zone;

/// A request for a few well-spread times.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The slots to choose from; its `max_slots` is not used.
    pub query: SlotQuery,
    /// How many times to offer.
    pub options: usize,
    /// The other side's zone: its days and dayparts count, and its ordinary office hours are
    /// preferred.
    pub invitee_zone: Option<Zone>,
}

/// Proposals in order of preference.
///
/// # Errors
/// As `check_availability`.
pub async fn propose_meeting_times(world: World<'_>, user: &UserId, proposal: &Proposal) -> Result<Slots, Error> {
    let (question, unknown) = question(world, user, &proposal.query).await?;
    let organiser = Participant {
        id: Arc::from(user.as_str()),
        role: Role::Required,
        rules: question.rules.clone(),
        availability: question.availability,
    };
    let group =
        GroupQuery { alternatives: NEAREST, ..GroupQuery::new(question.range, question.rules, vec![organiser]) };
    let invitee = proposal.invitee_zone.as_ref();
    let preferences = Preferences {
        invitee: invitee.map(|zone| Preferred { zone: zone.clone(), hours: WeeklyHours::default() }),
        invitee_zone: invitee.cloned(),
        ..Preferences::default()
    };
    let found = propose::propose(&group, &preferences, proposal.options, world.clock.now())?;
    Ok(Slots {
        slots: found.proposals.into_iter().map(|one| one.slot.interval).collect(),
        unknown,
        reasons: found.reasons,
        nearest: found.nearest.into_iter().map(|slot| slot.interval).collect(),
        truncated_at: found.truncated,
    })
}
