//! Why a single address of a schedule answer is not known: `error.responseCode`, in the words of
//! Exchange's availability service. Not here: refusals of the whole request (`fault`).
//!
//! <https://learn.microsoft.com/graph/api/resources/freebusyerror>

use serde_json::Value;

use super::answer::Entry;
use crate::account::Provider;
use crate::error::{Error, Kind};

/// What a code means.
enum Meaning {
    Unknown,
    NotShared,
    Large,
    TooMany,
    Foreign,
    Down,
}

/// The entry of an address with an `error`. A code that is not understood is as good as no answer.
#[must_use]
pub fn entry(what: &str, refusal: &Value) -> Entry {
    let text = |name: &str| refusal.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let code = text("responseCode").or_else(|| text("code")).unwrap_or_default().to_ascii_lowercase();
    let meaning = meaning(&code);
    let (kind, reason) = match meaning {
        Meaning::Unknown => (Kind::NotFound, "the organisation has no such mailbox"),
        Meaning::NotShared => (Kind::PermissionDenied, "it is not shared with the account"),
        Meaning::Large => (Kind::Unsupported, "it is a list of too many people"),
        Meaning::TooMany => (Kind::Unavailable { retry_after: None }, "it has more entries than Outlook lists"),
        Meaning::Foreign => (Kind::Unsupported, "the other organisation does not answer this one"),
        Meaning::Down => (Kind::Unavailable { retry_after: None }, "Outlook could not read it"),
    };
    let shown = if is_plain(&code) { format!(" ({code})") } else { String::new() };
    let error = Error::new(kind, format!("{what}: {reason}{shown}")).at(Provider::Outlook);
    match meaning {
        Meaning::Unknown => Entry::Unknown(error.with_remedy("Check the address.")),
        Meaning::NotShared => Entry::Unknown(error.with_remedy("Ask the person to share when they are busy.")),
        Meaning::Large => Entry::Unknown(error.with_remedy("Name the people one by one.")),
        Meaning::TooMany => Entry::TooMany(error.with_remedy("Ask for a shorter range.")),
        Meaning::Foreign => {
            Entry::Unknown(error.with_remedy("Ask the person, or the administrators to connect the organisations."))
        }
        Meaning::Down => Entry::Unknown(error),
    }
}

fn meaning(code: &str) -> Meaning {
    match code {
        "errormailrecipientnotfound" | "errornonexistentmailbox" | "errorinvalidsmtpaddress" => Meaning::Unknown,
        "errornofreebusyaccess" | "erroraccessdenied" | "errormailboxlogonfailed" => Meaning::NotShared,
        "errorfreebusydllimitreached" => Meaning::Large,
        "5006" | "errorresultsettoobig" => Meaning::TooMany,
        "erroravailabilityconfignotfound" | "errorproxyrequestnotallowed" => Meaning::Foreign,
        _ => Meaning::Down,
    }
}

/// Only text that looks like a code is repeated: a hostile answer must not write our messages.
fn is_plain(code: &str) -> bool {
    (1..=64).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
