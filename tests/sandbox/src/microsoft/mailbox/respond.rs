//! A guest's answer to an invitation.

use super::event::{Event, Kind, Reply};
use super::letter::{Letter, about};
use super::owner::Target;
use crate::mail::MailKind;
use crate::microsoft::error::GraphError;
use crate::microsoft::store::Store;
use chrono::{DateTime, Utc};
use serde_json::json;

/// The three answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Will come.
    Accept,
    /// May come.
    Tentative,
    /// Will not come.
    Decline,
}

impl Answer {
    fn word(self) -> &'static str {
        match self {
            Self::Accept => "accepted",
            Self::Tentative => "tentativelyAccepted",
            Self::Decline => "declined",
        }
    }

    fn show_as(self) -> &'static str {
        match self {
            Self::Accept => "busy",
            Self::Tentative => "tentative",
            Self::Decline => "free",
        }
    }
}

impl Store {
    /// Answers an invitation. A declined meeting goes to Deleted Items, unless switched otherwise.
    ///
    /// # Errors
    /// 400 for the organizer himself, and when an answer shall be sent that nobody asked for.
    pub fn respond(
        &mut self,
        address: &str,
        target: Target,
        answer: Answer,
        send: bool,
        now: DateTime<Utc>,
    ) -> Result<Vec<Letter>, GraphError> {
        let mut event = self.require(address)?.editable(target).ok_or_else(GraphError::not_found)?;
        if event.is_organizer {
            let message = "Your request can't be completed. You can't respond to this meeting because you're the meeting organizer.";
            return Err(GraphError::bad("ErrorInvalidRequest", message));
        }
        if send && event.facts.get("responseRequested") == Some(&json!(false)) {
            let message = "Your request can't be completed. You can't respond to this meeting because the meeting organizer hasn't requested a response.";
            return Err(GraphError::bad("ErrorInvalidRequest", message));
        }
        let reply = Reply { response: answer.word().to_owned(), at: Some(now) };
        event.response = reply.clone();
        event.modified = now;
        event.version = self.next_version();
        if event.fact("showAs") != "free" || answer == Answer::Decline {
            event.facts.insert("showAs".to_owned(), json!(answer.show_as()));
        }
        set_reply(&mut event, address, &reply);
        event.is_deleted = answer == Answer::Decline && !self.switches.declined_stays;
        let (version, organizer, uid, original) =
            (event.version, event.organizer.address.clone(), event.uid, event.original());
        let letters = if send { vec![about(&event, address, MailKind::Response, &organizer)] } else { Vec::new() };
        let mailbox = self.require_mut(address)?;
        if event.is_deleted
            && let Kind::Exception { master, original } = event.kind
            && let Some(series) = mailbox.events.get_mut(&master)
            && let Kind::Master { removed, .. } = &mut series.kind
        {
            removed.insert(original);
            series.version = version;
        }
        if event.is_deleted {
            for exception in mailbox.events.values_mut().filter(|one| one.is_exception_of(event.serial)) {
                exception.is_deleted = true;
            }
        }
        mailbox.events.insert(event.serial, event);
        if send {
            self.tell_organizer(&organizer, address, uid, original, &reply);
        }
        Ok(letters)
    }

    fn tell_organizer(
        &mut self,
        organizer: &str,
        guest: &str,
        uid: u128,
        original: Option<chrono::NaiveDateTime>,
        reply: &Reply,
    ) {
        let version = self.next_version();
        let Some(mailbox) = self.mailbox_mut(organizer) else { return };
        let same =
            |one: &&mut Event| one.uid == uid && one.is_organizer && !one.is_deleted && one.original() == original;
        if let Some(event) = mailbox.events.values_mut().find(same) {
            set_reply(event, guest, reply);
            event.version = version;
        }
    }
}

fn set_reply(event: &mut Event, guest: &str, reply: &Reply) {
    for one in event.attendees.iter_mut().filter(|one| one.who.address.eq_ignore_ascii_case(guest)) {
        one.reply = reply.clone();
    }
}
