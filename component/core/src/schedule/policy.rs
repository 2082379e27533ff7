//! What the status of a calendar item means for free time: block, allow, or allow with a penalty.
//!
//! Cancelled, declined and transparent items never reach the engine; the provider clients drop them.
use std::collections::BTreeMap;
use std::sync::Arc;

/// What kind of thing occupies somebody's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum BusyKind {
    /// A confirmed, opaque event.
    #[default]
    Busy,
    /// An event accepted tentatively.
    Tentative,
    /// An invitation not answered yet.
    NotAnswered,
    /// Out of office for part of a day.
    OutOfOffice,
    /// Focus time.
    FocusTime,
    /// An all-day event that says it is busy.
    AllDay,
    /// Working from another place.
    WorkingElsewhere,
    /// A working location entry.
    WorkingLocation,
    /// A birthday.
    Birthday,
    /// A private event of which only the time is known.
    Private,
    /// A status the provider gives and we do not know.
    Unrecognised,
    /// A holiday, or out of office for whole days.
    TimeOff,
    /// A hold of somebody else.
    Held,
    /// A booking made by us.
    Booking,
}

/// What an item of some kind does to the starts it collides with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Treatment {
    /// Refuses them.
    #[default]
    Block,
    /// Leaves them alone.
    Allow,
    /// Allows them and lets the ranking count it against them.
    Penalise,
}

/// How each status is treated; holidays, holds and bookings always block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusPolicy {
    /// Tentatively accepted events. Default: block.
    pub tentative: Treatment,
    /// Invitations not answered. Default: block.
    pub not_answered: Treatment,
    /// Out of office for part of a day. Default: block.
    pub out_of_office: Treatment,
    /// Focus time. Default: block.
    pub focus_time: Treatment,
    /// All-day events that say they are busy. Default: block.
    pub all_day: Treatment,
    /// Working elsewhere. Default: allow.
    pub working_elsewhere: Treatment,
    /// Working location entries. Default: allow.
    pub working_location: Treatment,
    /// Birthdays. Default: allow.
    pub birthday: Treatment,
    /// Private events. Default: block.
    pub private: Treatment,
    /// Statuses the provider gives and we do not know. Default: block.
    pub unrecognised: Treatment,
}

impl Default for StatusPolicy {
    fn default() -> Self {
        use Treatment::{Allow, Block};
        StatusPolicy {
            tentative: Block,
            not_answered: Block,
            out_of_office: Block,
            focus_time: Block,
            all_day: Block,
            working_elsewhere: Allow,
            working_location: Allow,
            birthday: Allow,
            private: Block,
            unrecognised: Block,
        }
    }
}

impl StatusPolicy {
    /// What an item of `kind` does.
    pub fn treatment(&self, kind: BusyKind) -> Treatment {
        match kind {
            BusyKind::Busy | BusyKind::TimeOff | BusyKind::Held | BusyKind::Booking => Treatment::Block,
            BusyKind::Tentative => self.tentative,
            BusyKind::NotAnswered => self.not_answered,
            BusyKind::OutOfOffice => self.out_of_office,
            BusyKind::FocusTime => self.focus_time,
            BusyKind::AllDay => self.all_day,
            BusyKind::WorkingElsewhere => self.working_elsewhere,
            BusyKind::WorkingLocation => self.working_location,
            BusyKind::Birthday => self.birthday,
            BusyKind::Private => self.private,
            BusyKind::Unrecognised => self.unrecognised,
        }
    }
}

/// The policy of a person: one for all calendars, and others for calendars that differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statuses {
    /// For every calendar without its own.
    pub all: StatusPolicy,
    /// By calendar id, as in [`super::availability::Busy::calendar`].
    pub by_calendar: BTreeMap<Arc<str>, StatusPolicy>,
}

impl Statuses {
    /// What an item of `kind` on `calendar` does.
    pub fn treatment(&self, kind: BusyKind, calendar: Option<&Arc<str>>) -> Treatment {
        calendar.and_then(|calendar| self.by_calendar.get(calendar)).unwrap_or(&self.all).treatment(kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_block_and_working_places_and_birthdays_do_not() {
        let policy = StatusPolicy::default();
        let allowed = [BusyKind::WorkingElsewhere, BusyKind::WorkingLocation, BusyKind::Birthday];
        let blocking = [
            BusyKind::Busy,
            BusyKind::Tentative,
            BusyKind::NotAnswered,
            BusyKind::OutOfOffice,
            BusyKind::FocusTime,
            BusyKind::AllDay,
            BusyKind::Private,
            BusyKind::Unrecognised,
            BusyKind::TimeOff,
            BusyKind::Held,
            BusyKind::Booking,
        ];
        assert!(allowed.into_iter().all(|kind| policy.treatment(kind) == Treatment::Allow));
        assert!(blocking.into_iter().all(|kind| policy.treatment(kind) == Treatment::Block));
    }

    #[test]
    fn a_calendar_with_its_own_policy_does_not_follow_the_common_one() {
        let own = StatusPolicy { tentative: Treatment::Penalise, ..StatusPolicy::default() };
        let statuses = Statuses { by_calendar: [("team".into(), own)].into(), ..Statuses::default() };
        let on = |calendar: Option<&str>| statuses.treatment(BusyKind::Tentative, calendar.map(Arc::from).as_ref());
        assert_eq!(on(Some("team")), Treatment::Penalise);
        assert_eq!(on(Some("private")), Treatment::Block);
        assert_eq!(on(None), Treatment::Block);
    }
}
