//! A message a change would send. The mail log of the sandbox keeps it.

use super::event::Event;
use super::ids;
use crate::mail::MailKind;

/// One message to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What it tells.
    pub kind: MailKind,
    /// Address it goes to.
    pub to: String,
    /// Address of the organizer.
    pub organizer: String,
    /// The sender's immutable id of the event.
    pub event_id: String,
    /// Title.
    pub subject: String,
}

/// A letter about `event`, kept in the mailbox of `sender`.
pub fn about(event: &Event, sender: &str, kind: MailKind, to: &str) -> Letter {
    let serial = match event.kind {
        super::event::Kind::Exception { master, .. } => master,
        _ => event.serial,
    };
    let named = ids::Named { serial, original: event.original(), folder: None };
    Letter {
        kind,
        to: to.to_owned(),
        organizer: event.organizer.address.clone(),
        event_id: ids::write(ids::tag(sender), named),
        subject: event.subject().to_owned(),
    }
}
