//! `POST .../calendar/getSchedule`: free/busy of several addresses, default calendars only. Failures are per address.
//! <https://learn.microsoft.com/graph/api/calendar-getschedule>

use crate::microsoft::call::{Answer, Call, Outcome};
use crate::microsoft::error::GraphError;
use crate::microsoft::mailbox::occurrence::Item;
use crate::microsoft::mailbox::owner::Mailbox;
use crate::microsoft::odata::body;
use crate::microsoft::scopes;
use crate::microsoft::store::Store;
use crate::microsoft::time::availability::{self, view};
use crate::microsoft::time::moment::{Moment, instant_object};
use crate::microsoft::time::range::Range;
use crate::state::State;
use chrono::TimeDelta;
use serde_json::{Value, json};

const MOST_ADDRESSES: usize = 20;
const MOST_DAYS: i64 = 62;
const MOST_ITEMS: usize = 1_000;
const PARAMETERS: [&str; 4] = ["schedules", "starttime", "endtime", "availabilityviewinterval"];

struct Question {
    addresses: Vec<String>,
    period: Range,
    interval: TimeDelta,
}

/// Free/busy of up to 20 addresses for less than 62 days.
///
/// # Errors
/// 400 outside the limits, 403 without a calendar scope or for a personal account.
pub fn get(state: &State, call: &Call) -> Outcome {
    call.need(scopes::BASIC)?;
    let question = read(&body::object(&call.body)?)?;
    let store = state.microsoft();
    let own = store.require(&call.grant.user_email)?;
    refuse_personal(own, &store)?;
    let wanted = question.addresses.iter().filter(|address| !omitted(&store, address));
    let value: Vec<Value> = wanted.map(|address| one(&store, own, call, &question, address)).collect();
    let context = call.context("Collection(microsoft.graph.scheduleInformation)");
    Ok(Answer::json(200, json!({"@odata.context": context, "value": value})))
}

/// Personal accounts have no free/busy of people.
///
/// # Errors
/// 403 (by switch another status) for a personal account.
pub fn refuse_personal(mailbox: &Mailbox, store: &Store) -> Result<(), GraphError> {
    if !mailbox.personal {
        return Ok(());
    }
    let message = "The requested operation is not supported for a personal Microsoft account.";
    Err(GraphError::new(store.switches.personal_refusal_status, "ErrorAccessDenied", message))
}

fn omitted(store: &Store, address: &str) -> bool {
    store.switches.schedule_omits.iter().any(|one| one.eq_ignore_ascii_case(address))
}

fn read(sent: &Value) -> Result<Question, GraphError> {
    let names = sent.as_object().into_iter().flatten().map(|(name, _)| name).filter(|name| !name.contains('@'));
    for name in names {
        if !PARAMETERS.contains(&name.to_ascii_lowercase().as_str()) {
            let message = format!(
                "The parameter '{name}' in the request payload is not a valid parameter for the operation 'getSchedule'."
            );
            return Err(GraphError::body(message));
        }
    }
    let listed = body::member(sent, "schedules").and_then(Value::as_array).cloned().unwrap_or_default();
    let addresses: Vec<String> = listed.iter().filter_map(Value::as_str).map(|text| text.trim().to_owned()).collect();
    if addresses.is_empty() || addresses.len() < listed.len() {
        return Err(GraphError::bad(
            "ErrorInvalidRequest",
            "The parameter 'schedules' must list at least one address.",
        ));
    }
    if addresses.len() > MOST_ADDRESSES {
        let message = format!("The number of schedules exceeds the limit of {MOST_ADDRESSES}.");
        return Err(GraphError::bad("ErrorInvalidRequest", message));
    }
    let time = |name: &str| {
        let value = body::member(sent, name)
            .ok_or_else(|| GraphError::bad("ErrorInvalidRequest", format!("The parameter '{name}' is missing.")))?;
        Moment::read(value, name).map(|moment| moment.instant())
    };
    let period = Range { from: time("startTime")?, to: time("endTime")? };
    if period.to <= period.from {
        let message = "The end of the period must lie after its start.";
        return Err(GraphError::bad("ErrorInvalidTimeInterval", message));
    }
    if period.to - period.from >= TimeDelta::days(MOST_DAYS) {
        let message = format!(
            "The requested time duration specified for FreeBusyViewOptions.TimeWindow is too long. The allowed limit = {MOST_DAYS} days."
        );
        return Err(GraphError::bad("ErrorTimeIntervalTooBig", message));
    }
    let interval = match body::member(sent, "availabilityViewInterval") {
        None => 30,
        Some(value) => body::as_integer(value).filter(|minutes| (5..=1_440).contains(minutes)).ok_or_else(|| {
            GraphError::bad(
                "ErrorInvalidMergedFreeBusyInterval",
                "The availabilityViewInterval must lie between 5 and 1440 minutes.",
            )
        })?,
    };
    Ok(Question { addresses, period, interval: TimeDelta::minutes(interval) })
}

fn one(store: &Store, own: &Mailbox, call: &Call, question: &Question, address: &str) -> Value {
    let failed = |code: &str, message: &str| {
        json!({
            "scheduleId": address, "availabilityView": "", "scheduleItems": [], "error": {"message": message, "responseCode": code},
        })
    };
    let ordered = store.switches.schedule_errors.iter().find(|(one, _)| one.eq_ignore_ascii_case(address));
    if let Some((_, code)) = ordered {
        return failed(code, "The schedule could not be read.");
    }
    let Some(mailbox) = store.mailbox(address).filter(|mailbox| !mailbox.personal) else {
        return failed("ErrorMailRecipientNotFound", "Unable to resolve e-mail address to an Active Directory object.");
    };
    let items = busy(mailbox, question.period);
    if items.len() > MOST_ITEMS {
        let message = format!(
            "The result set contains too many calendar entries. The allowed size = {MOST_ITEMS}; the actual size = {}.",
            items.len()
        );
        return failed("5006", &message);
    }
    let is_own = std::ptr::eq(mailbox, own);
    let details = call.grant.has_any(scopes::READ) && (is_own || mailbox.shares_details);
    let counted: Vec<availability::Item> = items
        .iter()
        .map(|item| availability::Item {
            start: item.start,
            end: item.end,
            status: item.event.fact("showAs").to_owned(),
        })
        .collect();
    json!({
        "scheduleId": address,
        "availabilityView": view(question.period, question.interval, &counted),
        "scheduleItems": items.iter().map(|item| schedule_item(call, item, details)).collect::<Vec<_>>(),
        "workingHours": mailbox.working_hours,
    })
}

/// What counts in the default calendar of a mailbox.
pub fn busy(mailbox: &Mailbox, period: Range) -> Vec<Item<'_>> {
    let Some(calendar) = mailbox.default_calendar() else { return Vec::new() };
    let mut items = mailbox.view(calendar.serial, period);
    items.retain(|item| !item.event.is_cancelled);
    items
}

/// Times are instants even for whole days: midnight of the mailbox, told in the zone asked for. Titles and places appear only where the owner lets them be seen, and never for private items.
fn schedule_item(call: &Call, item: &Item<'_>, details: bool) -> Value {
    let event = item.event;
    let is_private = matches!(event.fact("sensitivity"), "private" | "personal" | "confidential");
    let show = |at| instant_object(at, &call.prefer.zone, &call.prefer.zone_name);
    let mut shown = json!({"status": event.fact("showAs"), "start": show(item.start), "end": show(item.end)});
    if details {
        shown["isPrivate"] = json!(is_private);
        if !is_private {
            shown["subject"] = json!(event.subject());
            shown["location"] =
                event.facts.get("location").and_then(|place| place.get("displayName")).cloned().unwrap_or_default();
        }
    }
    shown
}
