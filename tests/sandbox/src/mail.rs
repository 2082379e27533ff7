//! The log of messages that would have been sent to people, so that a test can prove "exactly one invitation". Nothing is sent.

use crate::vendor::Vendor;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::sync::Mutex;

/// What a message tells its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailKind {
    /// A new meeting.
    Invitation,
    /// A changed meeting.
    Update,
    /// A cancelled meeting.
    Cancellation,
    /// A guest's answer, to the organizer.
    Response,
}

/// One message that would have been sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// When, by the sandbox's clock.
    pub at: DateTime<Utc>,
    /// The vendor that would have sent it.
    pub vendor: Vendor,
    /// What it tells.
    pub kind: MailKind,
    /// Address it goes to.
    pub to: String,
    /// Address of the meeting's organizer.
    pub organizer: String,
    /// The organizer's id of the event.
    pub event_id: String,
    /// The meeting's title.
    pub subject: String,
}

/// All messages so far, in order.
#[derive(Debug, Default)]
pub struct MailLog(Mutex<Vec<Mail>>);

impl MailLog {
    /// Adds a message.
    pub fn push(&self, mail: Mail) {
        self.0.lock().expect("mail lock").push(mail);
    }

    /// All messages so far.
    pub fn all(&self) -> Vec<Mail> {
        self.0.lock().expect("mail lock").clone()
    }

    /// Forgets all messages.
    pub fn clear(&self) {
        self.0.lock().expect("mail lock").clear();
    }
}
