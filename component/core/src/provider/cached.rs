//! Busy times through the host's cache: what was read a moment ago is not asked for again.
//!
//! Only complete answers are kept: what is unknown is asked for every time. Every write forgets
//! them, before it is sent and when it is over, whatever became of it ([`Forget`]). The check
//! before a booking does not come through here.

use chrono::{DateTime, TimeDelta};
use serde::{Deserialize, Serialize};

use crate::account::{AccountId, EventId};
use crate::calendar::{BusyEvent, Calendar, CalendarBusy, Detail};
use crate::error::{Error, Kind};
use crate::http::url::encode;
use crate::ports::{Cache, World};
use crate::schedule::interval::Interval;
use crate::schedule::policy::BusyKind;
use crate::session::Session;

/// Longest time an answer is kept; the host may keep it shorter.
const LIFE: TimeDelta = TimeDelta::seconds(120);

/// Where busy times are kept.
const BUSY: &str = "busy/";

/// Kinds by their number in a kept answer: new ones at the end.
const KINDS: [BusyKind; 14] = [
    BusyKind::Busy,
    BusyKind::Tentative,
    BusyKind::NotAnswered,
    BusyKind::OutOfOffice,
    BusyKind::FocusTime,
    BusyKind::AllDay,
    BusyKind::WorkingElsewhere,
    BusyKind::WorkingLocation,
    BusyKind::Birthday,
    BusyKind::Private,
    BusyKind::Unrecognised,
    BusyKind::TimeOff,
    BusyKind::Held,
    BusyKind::Booking,
];

/// As [`super::busy`], but calendars that were read a moment ago are not read again.
pub async fn busy(session: &Session<'_>, calendars: &[Calendar], range: Interval, detail: Detail) -> Vec<CalendarBusy> {
    let cache = session.world().cache;
    let keys: Vec<String> = calendars.iter().map(|calendar| key(calendar, range, detail)).collect();
    let kept: Vec<_> = keys.iter().map(|key| cache.get(key).and_then(|value| read(&value))).collect();
    let missing: Vec<Calendar> =
        calendars.iter().zip(&kept).filter(|(_, kept)| kept.is_none()).map(|(calendar, _)| calendar.clone()).collect();
    let mut asked = super::busy(session, &missing, range, detail).await.into_iter();
    let answers = calendars.iter().zip(keys).zip(kept).map(|((calendar, key), kept)| {
        let busy = kept.map_or_else(
            || {
                let answer = asked.next().filter(|answer| answer.calendar == calendar.id);
                let busy = answer.map_or_else(|| Err(nothing()), |answer| answer.busy);
                busy.inspect(|events| keep(cache, &key, events))
            },
            Ok,
        );
        CalendarBusy { calendar: calendar.id.clone(), busy }
    });
    answers.collect()
}

fn nothing() -> Error {
    Error::new(Kind::Internal, "a calendar was not read")
}

/// Everything an answer depends on.
fn key(calendar: &Calendar, range: Interval, detail: Detail) -> String {
    let Calendar { account, id, time_zone, access, is_primary, .. } = calendar;
    let (start, end) = (range.start().timestamp(), range.end().timestamp());
    let zone = encode(time_zone.as_deref().unwrap_or_default());
    let (account, id) = (encode(account.as_str()), encode(id.as_str()));
    format!("{BUSY}{account}/{id}/{start}/{end}/{detail:?}/{access:?}/{is_primary}/{zone}")
}

/// A busy entry: seconds of start and end, number of its kind, event id.
#[derive(Serialize, Deserialize)]
struct Kept(i64, i64, usize, Option<String>);

fn keep(cache: &dyn Cache, key: &str, events: &[BusyEvent]) {
    let kept: Option<Vec<Kept>> = events.iter().map(Kept::of).collect();
    let Some(Ok(value)) = kept.map(|kept| serde_json::to_vec(&kept)) else { return };
    cache.put(key, &value, LIFE);
}

/// The entries; none = damaged, or of another version.
fn read(value: &[u8]) -> Option<Vec<BusyEvent>> {
    let kept: Vec<Kept> = serde_json::from_slice(value).ok()?;
    kept.into_iter().map(Kept::event).collect()
}

impl Kept {
    /// None for an entry that seconds cannot tell.
    fn of(event: &BusyEvent) -> Option<Self> {
        let (start, end) = (event.interval.start(), event.interval.end());
        let is_whole = start.timestamp_subsec_nanos() == 0 && end.timestamp_subsec_nanos() == 0;
        let kind = KINDS.iter().position(|kind| *kind == event.kind).filter(|_| is_whole)?;
        let id = event.event_id.as_ref().map(|id| id.as_str().to_owned());
        Some(Self(start.timestamp(), end.timestamp(), kind, id))
    }

    fn event(self) -> Option<BusyEvent> {
        let Self(start, end, kind, id) = self;
        let (start, end) = (DateTime::from_timestamp(start, 0)?, DateTime::from_timestamp(end, 0)?);
        let kind = *KINDS.get(kind)?;
        Some(BusyEvent { interval: Interval::new(start, end)?, event_id: id.map(EventId::new), kind })
    }
}

/// Forgets the user's busy times at once and again when dropped: what is read while a write is
/// under way may be without it. Dropped also when the operation runs out of time.
pub struct Forget<'a>(&'a dyn Cache);

impl<'a> Forget<'a> {
    /// Before a write.
    #[must_use]
    pub fn new(session: &Session<'a>) -> Self {
        let cache = session.world().cache;
        cache.invalidate(BUSY);
        Self(cache)
    }
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.0.invalidate(BUSY);
    }
}

/// Forgets the user's busy times: they are known to be out of date.
pub fn forget(world: &World<'_>) {
    world.cache.invalidate(BUSY);
}

/// Forgets what was read of an account.
pub fn forget_account(world: &World<'_>, account: &AccountId) {
    world.cache.invalidate(&format!("{BUSY}{}/", encode(account.as_str())));
}

#[cfg(test)]
mod tests;
