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
use crate::schedule::rules::Rules;
use crate::schedule::zone::Zone;

/// A request for a few well-spread times.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The slots to choose from; its `max_slots` is not used.
    pub query: SlotQuery,
    /// How many times to offer.
    pub options: usize,
    /// The other side's zone, whose days and dayparts count; none = the rules' zone.
    pub invitee_zone: Option<Zone>,
    /// Hours the user likes best, in the rules' zone; none = all working hours alike.
    pub preferred_hours: Option<WeeklyHours>,
    /// Hours the other side likes best, in its zone; none = ordinary office hours if the zone is
    /// given, else no preference.
    pub invitee_hours: Option<WeeklyHours>,
}

impl Proposal {
    fn preferences(&self) -> Result<Preferences, Error> {
        let own_zone = &self.query.rules.zone;
        let invitee_zone = self.invitee_zone.as_ref();
        let invitee_hours = self.invitee_hours.clone().or_else(|| invitee_zone.map(|_| WeeklyHours::default()));
        Ok(Preferences {
            organiser: preferred("preferred_hours", own_zone, self.preferred_hours.clone())?,
            invitee: preferred("invitee_hours", invitee_zone.unwrap_or(own_zone), invitee_hours)?,
            invitee_zone: invitee_zone.cloned(),
            ..Preferences::default()
        })
    }
}

/// Checked here, because the engine looks at them only when there are slots to rank.
fn preferred(field: &str, zone: &Zone, hours: Option<WeeklyHours>) -> Result<Option<Preferred>, Error> {
    let Some(hours) = hours else { return Ok(None) };
    let rules = Rules { hours: hours.clone(), ..Rules::default() };
    rules.validate().map_err(|error| Error::invalid(field, error.reason))?;
    Ok(Some(Preferred { zone: zone.clone(), hours }))
}

/// Proposals in order of preference.
///
/// # Errors
/// As `check_availability`; `InvalidArgument` about preferred hours.
pub async fn propose_meeting_times(world: World<'_>, user: &UserId, proposal: &Proposal) -> Result<Slots, Error> {
    let preferences = proposal.preferences()?;
    let (question, unknown) = question(world, user, &proposal.query).await?;
    let organiser = Participant {
        id: Arc::from(user.as_str()),
        role: Role::Required,
        rules: question.rules.clone(),
        availability: question.availability,
    };
    let group =
        GroupQuery { alternatives: NEAREST, ..GroupQuery::new(question.range, question.rules, vec![organiser]) };
    let found = propose::propose(&group, &preferences, proposal.options, world.clock.now())?;
    Ok(Slots {
        slots: found.proposals.into_iter().map(|one| one.slot.interval).collect(),
        unknown,
        reasons: found.reasons,
        nearest: found.nearest.into_iter().map(|slot| slot.interval).collect(),
        truncated_at: found.truncated,
    })
}

#[cfg(test)]
mod tests;
