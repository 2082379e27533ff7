//! Deleting and cancelling: the event goes to Deleted Items, guests learn of it.

use super::event::Kind;
use super::guests;
use super::letter::Letter;
use super::owner::Target;
use crate::microsoft::error::GraphError;
use crate::microsoft::store::Store;
use chrono::{DateTime, Utc};

impl Store {
    /// Cancels a meeting, or one instance of it, as its organizer.
    ///
    /// # Errors
    /// 400 when the owner of the mailbox is not the organizer; 404 when it is gone.
    pub fn cancel(&mut self, address: &str, target: Target, now: DateTime<Utc>) -> Result<Vec<Letter>, GraphError> {
        let event = self.require(address)?.editable(target).ok_or_else(GraphError::not_found)?;
        if !event.is_organizer {
            let message = "Your request can't be completed. You need to be an organizer to cancel a meeting.";
            return Err(GraphError::bad("ErrorInvalidRequest", message));
        }
        self.remove(address, target, now)
    }

    /// Deletes an event: as organizer for everybody, as guest only the own copy.
    ///
    /// # Errors
    /// 403 in a calendar that may only be read; 404 when it is gone.
    pub fn remove(&mut self, address: &str, target: Target, now: DateTime<Utc>) -> Result<Vec<Letter>, GraphError> {
        let mailbox = self.require(address)?;
        let event = mailbox.editable(target).ok_or_else(GraphError::not_found)?;
        if !mailbox.calendar(event.calendar).is_some_and(|calendar| calendar.can_edit) {
            return Err(GraphError::access_denied());
        }
        let version = self.next_version();
        let mailbox = self.require_mut(address)?;
        let mut touched = target.serial;
        if let Kind::Exception { master, original } = event.kind {
            touched = master;
            if let Some(series) = mailbox.events.get_mut(&master) {
                series.version = version;
                series.modified = now;
                if let Kind::Master { removed, .. } = &mut series.kind {
                    removed.insert(original);
                }
            }
        }
        let gone = |serial: u64, one: &super::event::Event| serial == event.serial || one.is_exception_of(event.serial);
        for (serial, one) in &mut mailbox.events {
            if gone(*serial, one) {
                one.is_deleted = true;
                one.version = version;
                one.modified = now;
            }
        }
        self.share(address, touched, &event.attendees, now);
        Ok(guests::cancellations(&event, address))
    }
}
