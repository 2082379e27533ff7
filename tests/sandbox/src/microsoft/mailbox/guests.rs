//! Guests of a meeting: keeping their answers when the list changes, and the messages a change sends them.

use super::event::{Attendee, Event, Kind};
use super::letter::{Letter, about};
use crate::mail::MailKind;

/// The new list, with the answers of those who stay. The list sent replaces the old one.
pub fn merge(before: &[Attendee], sent: &[Attendee]) -> Vec<Attendee> {
    let kept = |one: &Attendee| {
        before.iter().find(|old| old.who.address.eq_ignore_ascii_case(&one.who.address)).map(|old| old.reply.clone())
    };
    sent.iter().map(|one| Attendee { reply: kept(one).unwrap_or_else(|| one.reply.clone()), ..one.clone() }).collect()
}

/// What is sent when an organizer's event comes to be (`before` is `None`) or changes: invitations to new guests, cancellations to
/// those no longer invited, and updates to the others if more than the list changed.
pub fn letters(before: Option<&Event>, after: &Event, sender: &str) -> Vec<Letter> {
    if !after.is_organizer {
        return Vec::new();
    }
    let was_invited = |address: &str| {
        before.is_some_and(|before| before.guests().any(|old| old.who.address.eq_ignore_ascii_case(address)))
    };
    let is_changed = before.is_some_and(|before| differs(before, after));
    let mut letters = Vec::new();
    for guest in after.guests() {
        let kind = if was_invited(&guest.who.address) { MailKind::Update } else { MailKind::Invitation };
        if kind == MailKind::Invitation || is_changed {
            letters.push(about(after, sender, kind, &guest.who.address));
        }
    }
    for old in before.iter().flat_map(|before| before.guests()) {
        if !after.guests().any(|one| one.who.address.eq_ignore_ascii_case(&old.who.address)) {
            letters.push(about(after, sender, MailKind::Cancellation, &old.who.address));
        }
    }
    letters
}

/// What is sent when an organizer's event ends.
pub fn cancellations(event: &Event, sender: &str) -> Vec<Letter> {
    if !event.is_organizer {
        return Vec::new();
    }
    event.guests().map(|guest| about(event, sender, MailKind::Cancellation, &guest.who.address)).collect()
}

/// Whether guests must learn of the difference.
fn differs(before: &Event, after: &Event) -> bool {
    moved(before, after)
        || ["subject", "body", "location", "locations"]
            .iter()
            .any(|name| before.facts.get(*name) != after.facts.get(*name))
        || before.online != after.online
}

/// Whether the time is another, so that answers no longer hold.
pub fn moved(before: &Event, after: &Event) -> bool {
    let rule = |event: &Event| match &event.kind {
        Kind::Master { recurrence, .. } => Some(recurrence.line.clone()),
        _ => None,
    };
    before.is_all_day != after.is_all_day
        || before.start.instant() != after.start.instant()
        || before.end.instant() != after.end.instant()
        || rule(before) != rule(after)
}
