//! `events.list` and `events.instances`: choose, expand, sort, page.
//! <https://developers.google.com/workspace/calendar/api/v3/reference/events/list>

use super::auth::Caller;
use super::calendar::{Calendar, Role};
use super::error::{Failure, Outcome};
use super::event::{Event, etag};
use super::instances;
use super::list_query::Wish;
use super::query::Query;
use super::store::Store;
use super::token::{self, SyncToken};
use super::view::{self, Viewer};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

/// How far an open-ended expansion of series reaches beyond the present.
const HORIZON_DAYS: i64 = 730;

/// `events.list`.
///
/// # Errors
/// 400 for bad or clashing parameters, 404, 410 for a dead sync token.
pub fn events(store: &mut Store, calendar: &str, caller: &Caller, query: &Query, now: DateTime<Utc>) -> Outcome<Value> {
    let stale = store.switches.stale_lists > 0;
    store.switches.stale_lists = store.switches.stale_lists.saturating_sub(1);
    let unseen = now - TimeDelta::seconds(store.switches.stale_seconds.into());
    let (calendar, role) = store.calendar(calendar, &caller.email)?;
    let role = caller.role(calendar, role)?;
    let wish = Wish::parse(query)?;
    if wish.updated_min.is_some_and(|min| min < now - TimeDelta::days(28)) {
        let message = "The requested minimum modification time lies too far in the past.";
        return Err(
            Failure { domain: "calendar", ..Failure::new(410, "updatedMinTooLongAgo", message) }.at("updatedMin")
        );
    }
    let since = sync_start(calendar, query)?;
    let mut found = match since {
        Some(tick) => changed(calendar, &wish, tick, now),
        None => chosen(calendar, &wish, now),
    };
    if stale {
        found.retain(|event| event.created < unseen);
    }
    let zone = calendar.zone();
    match wish.order.as_deref() {
        Some("startTime") => found.sort_by_key(|event| event.start.instant(&zone)),
        Some(_) => found.sort_by_key(|event| (event.updated, event.change)),
        None => {}
    }
    let syncable = wish.order.is_none()
        && wish.text.is_none()
        && wish.ical_uid.is_none()
        && wish.private.is_empty()
        && wish.shared.is_empty()
        && wish.updated_min.is_none();
    answer(store, calendar, role, &caller.email, query, found, syncable, now)
}

/// `events.instances`.
///
/// # Errors
/// 400 for bad parameters or an event that does not recur, 404.
pub fn instances(
    store: &Store,
    calendar: &str,
    id: &str,
    caller: &Caller,
    query: &Query,
    now: DateTime<Utc>,
) -> Outcome<Value> {
    let (calendar, role) = store.calendar(calendar, &caller.email)?;
    let role = caller.role(calendar, role)?;
    let master = calendar.events.get(id).ok_or_else(Failure::not_found)?;
    if !master.is_series() {
        return Err(Failure::invalid("The event does not recur."));
    }
    let (from, to) = (query.instant("timeMin")?, query.instant("timeMax")?);
    let show_deleted = query.flag("showDeleted")?;
    let original = query.get("originalStart");
    let zone = calendar.zone();
    let lowest = from.unwrap_or(master.start.instant(&zone)) - TimeDelta::seconds(1);
    let mut found = instances::of_series(calendar, master, lowest, to.unwrap_or(now + TimeDelta::days(HORIZON_DAYS)));
    found.retain(|event| from.is_none_or(|from| event.end.instant(&zone) >= from));
    found.retain(|event| show_deleted || !event.is_cancelled());
    if let Some(text) = original {
        let at = super::when::parse_bound(text, "originalStart").ok();
        let same = |event: &Event| {
            let start = event.instance_of.as_ref().map(|(_, start)| start.clone());
            start.is_some_and(|start| {
                at == Some(start.instant(&zone)) || start.resource().get("date") == Some(&json!(text))
            })
        };
        found.retain(same);
    }
    answer(store, calendar, role, &caller.email, query, found, false, now)
}

/// The tick a sync token starts from; `None` without one.
fn sync_start(calendar: &Calendar, query: &Query) -> Outcome<Option<u64>> {
    let Some(text) = query.get("syncToken") else { return Ok(None) };
    const CLASHING: [&str; 8] = [
        "iCalUID",
        "orderBy",
        "privateExtendedProperty",
        "q",
        "sharedExtendedProperty",
        "timeMin",
        "timeMax",
        "updatedMin",
    ];
    if let Some(name) = CLASHING.into_iter().find(|name| query.get(name).is_some()) {
        return Err(Failure::new(400, "badRequest", format!("Sync token cannot be used with {name}.")).at(name));
    }
    if query.get("showDeleted") == Some("false") {
        return Err(
            Failure::new(400, "badRequest", "Sync token cannot be used with showDeleted=false.").at("showDeleted")
        );
    }
    let token: SyncToken = token::read(text).ok_or_else(Failure::full_sync)?;
    if token.epoch != calendar.sync_epoch {
        return Err(Failure::full_sync());
    }
    if token.of != sync_fingerprint(calendar, query) {
        return Err(Failure::new(400, "badRequest", "The other parameters differ from those of the first request.")
            .at("syncToken"));
    }
    Ok(Some(token.tick))
}

/// The parameters that must stay the same over a synchronization.
fn sync_fingerprint(calendar: &Calendar, query: &Query) -> String {
    let mut types = query.all("eventTypes");
    types.sort_unstable();
    format!("{}|{}|{}", calendar.id, query.get("singleEvents") == Some("true"), types.join(","))
}

/// What a list without sync token gives.
fn chosen(calendar: &Calendar, wish: &Wish, now: DateTime<Utc>) -> Vec<Event> {
    let zone = calendar.zone();
    let show_deleted = wish.show_deleted.unwrap_or(false) || wish.updated_min.is_some();
    let inside = |event: &Event| {
        let (start, end) = event.span(&zone);
        wish.from.is_none_or(|from| end > from) && wish.to.is_none_or(|to| start < to)
    };
    let mut found = Vec::new();
    for event in calendar.events.values() {
        if event.is_series() {
            let from = wish.from.unwrap_or_else(|| event.start.instant(&zone));
            let to = wish.to.unwrap_or(now.max(from) + TimeDelta::days(HORIZON_DAYS));
            let instances = instances::of_series(calendar, event, from, to);
            if wish.single {
                found.extend(instances.into_iter().filter(|one| inside(one) && (show_deleted || !one.is_cancelled())));
            } else if !instances.is_empty() && (show_deleted || !event.is_cancelled()) {
                found.push(event.clone());
            }
        } else if event.instance_of.is_some() {
            let orphan = wish.single && !has_series(calendar, event) && (show_deleted || !event.is_cancelled());
            let alone = !wish.single && (show_deleted || !event.is_cancelled() || series_lives(calendar, event));
            if (orphan || alone) && inside(event) {
                found.push(event.clone());
            }
        } else if inside(event) && (show_deleted || !event.is_cancelled()) {
            found.push(event.clone());
        }
    }
    found.retain(|event| wish.fits(event));
    found
}

/// Whether the series of an exception is in this calendar too; a guest may be invited to one instance only.
fn has_series(calendar: &Calendar, event: &Event) -> bool {
    event.instance_of.as_ref().is_some_and(|(of, _)| calendar.events.contains_key(of))
}

fn series_lives(calendar: &Calendar, event: &Event) -> bool {
    let series = event.instance_of.as_ref().and_then(|(of, _)| calendar.events.get(of));
    series.is_some_and(|series| !series.is_cancelled())
}

/// What has changed since a tick, tombstones included.
fn changed(calendar: &Calendar, wish: &Wish, tick: u64, now: DateTime<Utc>) -> Vec<Event> {
    let zone = calendar.zone();
    let mut found = Vec::new();
    for event in calendar.events.values().filter(|event| event.change > tick) {
        if wish.single && event.is_series() {
            let from = event.start.instant(&zone);
            let all = instances::of_series(calendar, event, from, now.max(from) + TimeDelta::days(HORIZON_DAYS));
            found.extend(all.into_iter().filter(|one| !calendar.events.contains_key(&one.id)));
        } else {
            found.push(event.clone());
        }
    }
    found.retain(|event| wish.types.is_empty() || wish.types.iter().any(|kind| kind == event.event_type()));
    found
}

#[expect(clippy::too_many_arguments, reason = "the shared end of two operations")]
fn answer(
    store: &Store,
    calendar: &Calendar,
    role: Role,
    email: &str,
    query: &Query,
    found: Vec<Event>,
    syncable: bool,
    now: DateTime<Utc>,
) -> Outcome<Value> {
    let size = query.number("maxResults")?.unwrap_or(250).min(2500);
    let size = store.switches.page_size.map_or(size, |most| size.min(most.max(1)));
    let fingerprint = format!(
        "{}|{}|{:?}|{:?}|{:?}|{:?}",
        sync_fingerprint(calendar, query),
        query.get("orderBy").unwrap_or_default(),
        query.get("timeMin"),
        query.get("timeMax"),
        query.get("syncToken"),
        query.get("q"),
    );
    let token = token::page(query.get("pageToken"), &fingerprint, store.latest())?;
    let (zone_name, zone) = query.zone()?.unwrap_or_else(|| (calendar.zone_name.clone(), calendar.zone()));
    let most_attendees = query.number("maxAttendees")?;
    let viewer = Viewer { calendar, email, role, zone, most_attendees, now };
    let latest = calendar.events.values().map(|event| event.updated).max();
    let page = token::cut(found, &token, size, store.switches.empty_pages);
    let mut body = json!({
        "kind": "calendar#events", "etag": etag(store.latest()), "summary": calendar.summary, "timeZone": zone_name,
        "updated": view::stamp(latest.unwrap_or(now)), "accessRole": role.name(),
        "defaultReminders": if calendar.primary { json!([{"method": "popup", "minutes": 10}]) } else { json!([]) },
        "items": page.items.iter().map(|event| viewer.show(event)).collect::<Vec<_>>(),
    });
    match page.next {
        Some(next) => body["nextPageToken"] = json!(next),
        None if syncable => {
            let sync =
                SyncToken { tick: token.tick, epoch: calendar.sync_epoch, of: sync_fingerprint(calendar, query) };
            body["nextSyncToken"] = json!(token::write(&sync));
        }
        None => {}
    }
    Ok(body)
}
