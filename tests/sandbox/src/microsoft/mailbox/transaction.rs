//! Transaction ids: a create repeated with the same id is not carried out again.

use crate::microsoft::error::GraphError;
use crate::microsoft::odata::body;
use crate::microsoft::switches::Switches;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// A transaction id that was used.
#[derive(Debug, Clone, PartialEq)]
pub struct Used {
    /// Mailbox in which it was used, in lower case.
    pub mailbox: String,
    /// The id.
    pub id: String,
    /// The calendar and the content, without what makes no difference.
    pub content: Value,
    /// The event it made.
    pub serial: u64,
    /// When.
    pub at: DateTime<Utc>,
}

/// What a transaction id means for a new request.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Never used, or forgotten: carry out.
    New,
    /// Same content: answer with this event.
    Repeated(u64),
}

/// The content of a create, for comparison.
pub fn content(calendar: u64, sent: &Value) -> Value {
    json!([calendar, body::canonical(sent)])
}

/// Judges a create with a transaction id. `id_of` gives the present id of an event, or `None` when it was deleted.
///
/// # Errors
/// 400 `ErrorDuplicateTransactionId` (or 409, by switch) for other content.
pub fn judge(
    log: &[Used],
    mailbox: &str,
    id: &str,
    content: &Value,
    now: DateTime<Utc>,
    switches: &Switches,
    id_of: impl Fn(u64) -> Option<String>,
) -> Result<Verdict, GraphError> {
    let memory = switches.transaction_memory_seconds.map(|seconds| TimeDelta::seconds(seconds.into()));
    let known = |used: &&Used| {
        used.mailbox.eq_ignore_ascii_case(mailbox)
            && used.id == id
            && memory.is_none_or(|memory| now - used.at < memory)
    };
    let Some(used) = log.iter().rev().find(known) else { return Ok(Verdict::New) };
    let existing = id_of(used.serial);
    match existing {
        Some(_) if used.content == *content => Ok(Verdict::Repeated(used.serial)),
        None if !switches.transaction_survives_deletion => Ok(Verdict::New),
        existing => {
            let message = "Your request can't be completed. The TransactionId has already been used.";
            let mut error = GraphError::new(switches.duplicate_status, "ErrorDuplicateTransactionId", message);
            if let (true, Some(id)) = (switches.duplicate_names_event, existing) {
                error.extra.push(("@event.existingEventId", Value::String(id)));
            }
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log() -> Vec<Used> {
        let at = DateTime::UNIX_EPOCH;
        vec![Used {
            mailbox: "ana@contoso.example".into(),
            id: "t1".into(),
            content: content(1, &json!({"Subject": "a"})),
            serial: 7,
            at,
        }]
    }

    fn verdict(subject: &str, after: i64, exists: bool, switches: &Switches) -> Result<Verdict, GraphError> {
        let now = DateTime::UNIX_EPOCH + TimeDelta::seconds(after);
        let sent = content(1, &json!({"subject": subject, "@odata.type": "#microsoft.graph.event"}));
        judge(&log(), "Ana@contoso.example", "t1", &sent, now, switches, |_| exists.then(|| "AAMk".to_owned()))
    }

    #[test]
    fn the_same_content_leads_to_the_same_event_and_other_content_is_refused() {
        let switches = Switches::default();
        assert_eq!(verdict("a", 1, true, &switches), Ok(Verdict::Repeated(7)));
        let error = verdict("b", 1, true, &switches).unwrap_err();
        assert_eq!((error.status, error.code.as_str(), error.extra.len()), (400, "ErrorDuplicateTransactionId", 0));
    }

    #[test]
    fn the_refusal_can_be_a_conflict_that_names_the_event() {
        let switches = Switches { duplicate_status: 409, duplicate_names_event: true, ..Switches::default() };
        let error = verdict("b", 1, true, &switches).unwrap_err();
        assert_eq!((error.status, error.extra.len()), (409, 1));
    }

    #[test]
    fn an_id_is_forgotten_with_time_or_with_its_event() {
        let brief = Switches { transaction_memory_seconds: Some(60), ..Switches::default() };
        assert_eq!(verdict("b", 60, true, &brief), Ok(Verdict::New));
        assert_eq!(verdict("a", 1, false, &Switches::default()), Ok(Verdict::New));
        let lasting = Switches { transaction_survives_deletion: true, ..Switches::default() };
        assert!(verdict("a", 1, false, &lasting).is_err());
    }
}
