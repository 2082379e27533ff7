//! `GET /me/calendars`, `GET /me/calendars/{id}`, `GET /me/calendar`, `POST /me/calendars`, `DELETE /me/calendars/{id}`.
//! <https://learn.microsoft.com/graph/api/user-list-calendars>

use crate::microsoft::call::{Answer, Call, Outcome};
use crate::microsoft::error::GraphError;
use crate::microsoft::mailbox::calendar::Calendar;
use crate::microsoft::mailbox::owner::Mailbox;
use crate::microsoft::odata::body;
use crate::microsoft::odata::page::Place as Start;
use crate::microsoft::odata::shape::select_plain;
use crate::microsoft::route::Place;
use crate::microsoft::scopes;
use crate::state::State;
use serde_json::{Map, Value, json};

/// The number of the calendar a path speaks of; `None` for any.
///
/// # Errors
/// 400 or 404 for a bad id.
pub fn resolve(mailbox: &Mailbox, place: Place<'_>) -> Result<Option<u64>, GraphError> {
    match place {
        Place::Any => Ok(None),
        Place::Default => Ok(Some(default(mailbox)?)),
        Place::Named(id) => Ok(Some(mailbox.calendar_by_id(id)?.serial)),
    }
}

/// As `resolve`, the default calendar when none is named.
///
/// # Errors
/// As `resolve`.
pub fn resolve_one(mailbox: &Mailbox, place: Place<'_>) -> Result<u64, GraphError> {
    resolve(mailbox, place)?.map_or_else(|| default(mailbox), Ok)
}

fn default(mailbox: &Mailbox) -> Result<u64, GraphError> {
    mailbox.default_calendar().map(|calendar| calendar.serial).ok_or_else(GraphError::not_found)
}

/// All calendars, paged.
///
/// # Errors
/// 403 without a calendar scope.
pub fn list(state: &State, call: &Call) -> Outcome {
    call.need(scopes::BASIC)?;
    let store = state.microsoft();
    let mailbox = store.require(&call.grant.user_email)?;
    let all: Vec<Value> = mailbox
        .calendars
        .iter()
        .map(|one| select_plain(one.json(mailbox.tag(), call.prefer.immutable_ids), &call.query))
        .collect();
    let start = match call.query.get("$skiptoken") {
        Some(token) => Start::from_token(token)?,
        None => {
            let skip = call.query.count("$skip", 0)?.unwrap_or(0);
            Start::first(call.query.count("$top", 1)?, call.prefer.page_size, skip, &store.switches)
        }
    };
    let page = start.cut(all, store.switches.empty_pages);
    let mut answer = Map::new();
    answer.insert("@odata.context".to_owned(), json!(call.context("me/calendars")));
    answer.insert("value".to_owned(), json!(page.items));
    if let Some(next) = page.next {
        let query = call.query.rewritten(&["$skip", "$skiptoken"], "$skiptoken", &next.token());
        answer.insert("@odata.nextLink".to_owned(), json!(call.link(&query)));
    }
    Ok(Answer::json(200, Value::Object(answer)))
}

/// One calendar.
///
/// # Errors
/// 403 without a calendar scope, 404 for an unknown id.
pub fn get(state: &State, call: &Call, place: Place<'_>) -> Outcome {
    call.need(scopes::BASIC)?;
    let store = state.microsoft();
    let mailbox = store.require(&call.grant.user_email)?;
    let serial = resolve_one(mailbox, place)?;
    let calendar = mailbox.calendar(serial).ok_or_else(GraphError::not_found)?;
    let mut shown = calendar.json(mailbox.tag(), call.prefer.immutable_ids);
    shown["@odata.context"] = json!(call.context("me/calendars/$entity"));
    Ok(Answer::json(200, select_plain(shown, &call.query)))
}

/// A new secondary calendar.
///
/// # Errors
/// 400 without a name, 409 for a name already taken.
pub fn create(state: &State, call: &Call) -> Outcome {
    call.need(scopes::WRITE)?;
    let sent = body::object(&call.body)?;
    let name = body::text(&sent, "name")
        .filter(|name| !name.is_empty())
        .ok_or_else(|| GraphError::property("A calendar needs a name."))?;
    let mut store = state.microsoft();
    let mailbox = store.require_mut(&call.grant.user_email)?;
    if mailbox.calendars.iter().any(|one| one.name.eq_ignore_ascii_case(name)) {
        return Err(GraphError::new(409, "ErrorFolderExists", "A folder with the specified name already exists."));
    }
    let owner = (mailbox.name.clone(), mailbox.address.clone());
    let providers = mailbox.default_calendar().map(|one| one.providers.clone()).unwrap_or_default();
    let calendar = Calendar {
        serial: mailbox.next_serial(),
        name: name.to_owned(),
        is_default: false,
        can_edit: true,
        owner,
        providers,
    };
    let mut shown = calendar.json(mailbox.tag(), call.prefer.immutable_ids);
    mailbox.calendars.push(calendar);
    shown["@odata.context"] = json!(call.context("me/calendars/$entity"));
    Ok(Answer::json(201, shown))
}

/// Deletes a secondary calendar with its events.
///
/// # Errors
/// 400 for the default calendar, 404 for an unknown id.
pub fn delete(state: &State, call: &Call, id: &str) -> Outcome {
    call.need(scopes::WRITE)?;
    let mut store = state.microsoft();
    let version = store.next_version();
    let mailbox = store.require_mut(&call.grant.user_email)?;
    let calendar = mailbox.calendar_by_id(id)?;
    if calendar.is_default {
        return Err(GraphError::bad("ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted."));
    }
    let serial = calendar.serial;
    mailbox.calendars.retain(|one| one.serial != serial);
    for event in mailbox.events.values_mut().filter(|event| event.calendar == serial) {
        event.is_deleted = true;
        event.version = version;
    }
    Ok(Answer::empty(204))
}
