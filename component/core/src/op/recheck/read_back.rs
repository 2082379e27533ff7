//! Reading back after an event was created: two hosts without a common booking store, or a host and
//! a person, may have entered something at the same time. One rule decides, the same at every host,
//! so that never two bookings stay (`wit/meetings.wit`, `book-meeting`):
//!
//! ```text
//! nothing else in the way          -> this one stays
//! an entry that is no booking      -> this one goes
//! a booking with a smaller id      -> this one goes
//! bookings with larger ids only    -> wait for them to go; those that stay were done before -> this one goes
//! ```
//! Each host creates first and reads then, so of two at least the later one sees the other.
//! Not here: what going means (`book_meeting`).

use chrono::TimeDelta;

use super::{Live, copies};
use crate::account::EventId;
use crate::calendar::Detail;
use crate::error::{Error, Kind};
use crate::meeting::Meeting;
use crate::op::availability;
use crate::op::busy_read::Entry;
use crate::op::sources::Sources;
use crate::provider;

/// Waits for a booking with a larger id to go, and for the own event to be shown.
const WAITS: [TimeDelta; 2] = [TimeDelta::seconds(1), TimeDelta::seconds(2)];

/// What reading back said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The event stays.
    Stays,
    /// It has to go.
    Goes,
}

/// One look at what is there.
enum Look {
    /// Nothing is in the way.
    Alone,
    /// The provider does not show the own event yet, so that it may not show others, either.
    NotShown,
    /// Bookings that have to go; this one may stay.
    Others,
    /// Something that may stay.
    Beaten,
}

impl Live<'_, '_> {
    /// Judges the event `own`, which was just created at the wanted time.
    ///
    /// # Errors
    /// Whatever made the calendar of the event, or an entry in the way, unreadable: the event may
    /// stay or not.
    pub async fn read_back(&self, sources: &Sources<'_>, own: &Meeting) -> Result<Verdict, Error> {
        let mut waits = WAITS.iter();
        loop {
            let look = self.look(sources, own).await?;
            match look {
                Look::Alone => return Ok(Verdict::Stays),
                Look::Beaten => return Ok(Verdict::Goes),
                Look::NotShown | Look::Others => {}
            }
            match waits.next() {
                Some(wait) if self.world.clock.now() + *wait < self.world.deadline => {
                    self.world.clock.sleep(*wait).await;
                }
                // Whoever is still there was done before this one could be seen.
                _ if matches!(look, Look::Others) => return Ok(Verdict::Goes),
                _ => return Ok(Verdict::Stays),
            }
        }
    }

    async fn look(&self, sources: &Sources<'_>, own: &Meeting) -> Result<Look, Error> {
        let detail = match availability::detail(self.rules) {
            Detail::Merged => Detail::Ids,
            detail => detail,
        };
        let read = sources.busy_selected(self.calendar, self.blocked, detail).await;
        if let Some(unknown) = read.unknown.iter().find(|unknown| {
            unknown.account == own.account && unknown.calendar.as_ref().is_none_or(|one| one == self.calendar)
        }) {
            return Err(unknown.as_error());
        }
        let is_own = |entry: &Entry| entry.event.event_id.as_ref() == Some(&own.event_id);
        let is_shown = read.entries.iter().any(is_own);
        let mut look = if is_shown { Look::Alone } else { Look::NotShown };
        for entry in read.entries.into_iter().filter(|entry| !is_own(entry)) {
            let Some(id) = entry.event.event_id.clone() else { continue };
            if !self.collides(&entry)? {
                continue;
            }
            match self.standing(sources, own, &entry, &id).await? {
                Standing::Harmless => {}
                Standing::Weaker => look = Look::Others,
                Standing::Stronger => return Ok(Look::Beaten),
            }
        }
        Ok(look)
    }

    /// What an entry in the way is.
    async fn standing(
        &self,
        sources: &Sources<'_>,
        own: &Meeting,
        entry: &Entry,
        id: &EventId,
    ) -> Result<Standing, Error> {
        let Some(session) = copies::session_of(sources, &entry.account) else { return Ok(Standing::Stronger) };
        let other = match provider::get(session, &entry.calendar, id).await {
            Ok(other) => other,
            Err(error) if error.kind == Kind::NotFound => return Ok(Standing::Harmless),
            Err(error) => return Err(error),
        };
        if other.status == crate::meeting::Status::Cancelled || copies::is_copy(sources, own, &other) {
            return Ok(Standing::Harmless);
        }
        let is_weaker = other.idempotency_key.is_some() && other.event_id.as_str() > own.event_id.as_str();
        Ok(if is_weaker { Standing::Weaker } else { Standing::Stronger })
    }
}

/// What an entry in the way is worth.
enum Standing {
    /// It is gone, or the own event once more.
    Harmless,
    /// A booking with a larger id.
    Weaker,
    /// Anything else.
    Stronger,
}
