//! The end of an attempt that made its event: read back, then record it, or withdraw it when
//! somebody else was there at the same moment. The rule itself: `recheck::read_back`. Nothing is waited for before, so that
//! whoever has to go goes at once.

use super::attempt::{Attempt, conflict};
use super::event_record;
use crate::booking::{EventRecord, Reservation};
use crate::error::{Error, Kind};
use crate::meeting::{Meeting, Status};
use crate::op::recheck::Live;
use crate::op::recheck::read_back::Verdict;
use crate::op::sources::Sources;
use crate::provider::{self, Ending};

/// What the guests are told, where the provider takes a word.
const COMMENT: &str = "Withdrawn: the time was taken by another meeting at the same moment.";

impl<'a> Attempt<'_, 'a> {
    /// Records the event if it stays. One that was moved meanwhile is recorded as it is.
    pub(super) async fn finish(
        &self,
        sources: &Sources<'a>,
        reservation: &Reservation,
        meeting: Meeting,
        live: &Live<'_, 'a>,
    ) -> Result<Meeting, Error> {
        if meeting.time != self.request.time {
            self.record(reservation, &meeting)?;
            return Ok(self.await_link(reservation, meeting).await);
        }
        let live = Live { own_event: Some(&meeting), ..live.clone() };
        match live.read_back(sources, &meeting).await {
            Ok(Verdict::Stays) => {
                self.record(reservation, &meeting)?;
                Ok(self.await_link(reservation, meeting).await)
            }
            Ok(Verdict::Goes) => Err(self.withdraw(sources, reservation, &meeting, &live).await),
            Err(error) => Err(error
                .context("the meeting is booked, but it could not be checked that nobody else took the time")
                .with_remedy("Repeat the same call: it checks the meeting and books nothing new.")),
        }
    }

    /// Cancels the event and lets its key begin anew.
    async fn withdraw(
        &self,
        sources: &Sources<'a>,
        reservation: &Reservation,
        meeting: &Meeting,
        live: &Live<'_, 'a>,
    ) -> Error {
        let cancelled =
            provider::cancel(self.session, &self.calendar.id, &meeting.event_id, Ending::Cancel, Some(COMMENT), None)
                .await;
        if let Err(error) = cancelled {
            return Error::from(error)
                .context("the time was taken at the same moment, and the meeting could not be withdrawn")
                .with_remedy("Repeat the same call: it withdraws the meeting, and books nothing new.");
        }
        // Its id is used up: as a cancelled booking the key goes on with the next generation. If that
        // fails, the reservation lapses.
        let event = EventRecord { status: Status::Cancelled.as_str().to_owned(), ..event_record(meeting) };
        let _ = self.world.bookings.commit(self.user, &reservation.key, &event, reservation.blocked);
        let taken = live.conflict(sources, &[]).await;
        let alternatives = match taken.kind {
            Kind::Conflict { alternatives } => alternatives,
            _ => Vec::new(),
        };
        Error {
            kind: Kind::Conflict { alternatives },
            remedy: taken.remedy,
            ..conflict("the time was taken by another meeting at the same moment; this one was withdrawn")
        }
    }
}
