//! `calendarList.list`, `calendarList.get` and `calendars.get`.

use super::calendar::{Entry, Role};
use super::error::{Failure, Outcome};
use super::event::etag;
use super::query::{Query, invalid};
use super::store::{Store, key};
use super::token::{self, SyncToken};
use serde_json::{Value, json};

/// `calendarList.list`.
///
/// # Errors
/// 400 for bad or clashing parameters, 410 for a dead sync token.
pub fn list(store: &Store, viewer: &str, query: &Query) -> Outcome<Value> {
    let (show_hidden, show_deleted) = (query.flag("showHidden")?, query.flag("showDeleted")?);
    let least = match query.get("minAccessRole") {
        None => Role::FreeBusyReader,
        Some(text) => serde_json::from_value(json!(text)).map_err(|_| invalid("minAccessRole", text))?,
    };
    let since = match query.get("syncToken") {
        None => None,
        Some(text) => {
            if query.get("minAccessRole").is_some() || query.get("showOwnOrganizationOnly").is_some() {
                return Err(Failure::new(400, "badRequest", "Sync token cannot be used with a filter.").at("syncToken"));
            }
            let token: Option<SyncToken> = token::read(text);
            let token = token.filter(|token| token.of == "calendarList" && token.epoch == 0);
            Some(token.ok_or_else(Failure::full_sync)?.tick)
        }
    };
    let mut items = Vec::new();
    for entry in store.lists.get(&viewer.to_lowercase()).map(Vec::as_slice).unwrap_or_default() {
        let Some((calendar, role)) = known(store, entry, viewer) else { continue };
        let changed = entry.change.max(calendar.change);
        let shown = match since {
            Some(tick) => changed > tick,
            None => (show_hidden || !entry.hidden) && (show_deleted || !entry.deleted),
        };
        if shown && role >= least {
            items.push(entry.json(calendar, role, viewer));
        }
    }
    let size = query.number("maxResults")?.unwrap_or(100).min(250);
    let size = store.switches.page_size.map_or(size, |most| size.min(most.max(1)));
    let fingerprint = format!("{show_hidden}|{show_deleted}|{}|{since:?}", least.name());
    let token = token::page(query.get("pageToken"), &fingerprint, store.latest())?;
    let page = token::cut(items, &token, size, store.switches.empty_pages);
    let mut body = json!({"kind": "calendar#calendarList", "etag": etag(store.latest()), "items": page.items});
    match page.next {
        Some(next) => body["nextPageToken"] = json!(next),
        None => {
            let sync = SyncToken { tick: token.tick, epoch: 0, of: "calendarList".to_owned() };
            body["nextSyncToken"] = json!(token::write(&sync));
        }
    }
    Ok(body)
}

/// `calendarList.get`.
///
/// # Errors
/// 404 when the calendar is not in the account's list.
pub fn entry(store: &Store, id: &str, viewer: &str) -> Outcome<Value> {
    let wanted = key(id, viewer);
    let list = store.lists.get(&viewer.to_lowercase()).map(Vec::as_slice).unwrap_or_default();
    let entry = list.iter().find(|entry| !entry.deleted && entry.calendar.eq_ignore_ascii_case(&wanted));
    let entry = entry.ok_or_else(Failure::not_found)?;
    let (calendar, role) = known(store, entry, viewer).ok_or_else(Failure::not_found)?;
    Ok(entry.json(calendar, role, viewer))
}

/// `calendars.get`.
///
/// # Errors
/// 404, or 403 for an account that may only see when time is taken.
pub fn metadata(store: &Store, id: &str, viewer: &str) -> Outcome<Value> {
    let (calendar, role) = store.calendar(id, viewer)?;
    if role < Role::Reader {
        return Err(Failure::access_level("reader"));
    }
    Ok(calendar.json(role))
}

fn known<'a>(store: &'a Store, entry: &Entry, viewer: &str) -> Option<(&'a super::calendar::Calendar, Role)> {
    let calendar = store.calendars.get(&entry.calendar.to_lowercase())?;
    let role = calendar.role(viewer)?;
    Some((calendar, role))
}
