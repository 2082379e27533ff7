//! Which events take the mailbox owner's time, and as what kind of thing: Outlook's table, row by
//! row. Not here: what a kind is worth (`schedule::policy`).

use super::event::Event;
use crate::schedule::policy::BusyKind;

/// Judges one event; none = it takes no time, whatever the statuses. What several rows fit is the
/// first of them in the order of [`crate::calendar::BusyEvent::kind`].
///
/// Exchange itself shows an invitation as tentative until it is answered; that says no more than
/// that it was not answered. A `showAs` that is not known is a kind of its own, which blocks:
/// unknown is not free.
#[must_use]
pub fn judge(event: &Event) -> Option<BusyKind> {
    let (show_as, response) = (event.show_as(), event.response());
    if event.is_cancelled == Some(true) || response == "declined" || show_as == "free" {
        return None;
    }
    Some(match (show_as.as_str(), response.as_str()) {
        ("workingelsewhere", _) => BusyKind::WorkingElsewhere,
        (_, "tentativelyaccepted") => BusyKind::Tentative,
        (_, "notresponded") => BusyKind::NotAnswered,
        ("tentative", _) => BusyKind::Tentative,
        ("oof", _) => BusyKind::OutOfOffice,
        ("busy" | "", _) if event.is_all_day() => BusyKind::AllDay,
        ("busy" | "", _) if matches!(event.sensitivity().as_str(), "private" | "confidential") => BusyKind::Private,
        ("busy" | "", _) => BusyKind::Busy,
        _ => BusyKind::Unrecognised,
    })
}
