//! The invitation to the own event in another account of the same user: the same time once more, and nothing in its way.

use super::Live;
use crate::account::AccountId;
use crate::error::Error;
use crate::meeting::Meeting;
use crate::op::busy_read::BusyRead;
use crate::op::sources::Sources;
use crate::provider;
use crate::session::Session;

impl Live<'_, '_> {
    /// Takes invitations to the own event out of `read`, looking only at what is in the way in the user's other accounts.
    /// True = there were some. An entry that cannot be looked at stays.
    ///
    /// # Errors
    /// As the slot engine.
    pub(super) async fn drop_copies(&self, sources: &Sources<'_>, read: &mut BusyRead) -> Result<bool, Error> {
        let Some(own) = self.own_event else { return Ok(false) };
        let mut copies = Vec::new();
        for entry in read.entries.iter().filter(|entry| entry.account != own.account) {
            let (Some(id), Some(session)) = (&entry.event.event_id, session_of(sources, &entry.account)) else {
                continue;
            };
            if !self.collides(entry)? {
                continue;
            }
            if provider::get(session, &entry.calendar, id).await.is_ok_and(|other| is_copy(sources, own, &other)) {
                copies.push(entry.clone());
            }
        }
        read.entries.retain(|entry| !copies.contains(entry));
        Ok(!copies.is_empty())
    }
}

/// The account's session, if it can be read.
pub(super) fn session_of<'s, 'a>(sources: &'s Sources<'a>, account: &AccountId) -> Option<&'s Session<'a>> {
    sources.readable.iter().map(|source| &source.session).find(|session| session.account() == account)
}

/// Whether `other` is the invitation to `own`, in another calendar of the same person.
pub(super) fn is_copy(sources: &Sources<'_>, own: &Meeting, other: &Meeting) -> bool {
    let email = own.organizer.as_deref().or_else(|| session_of(sources, &own.account).and_then(Session::email));
    let is_from_us = match (&other.organizer, email) {
        (Some(theirs), Some(ours)) => theirs.eq_ignore_ascii_case(ours),
        _ => false,
    };
    !other.is_organizer && is_from_us && other.time == own.time && other.title == own.title
}
