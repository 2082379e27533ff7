//! `GET .../calendarView/delta`: first everything in a range, later only what became different. The token stands for what the
//! caller has seen. <https://learn.microsoft.com/graph/api/event-delta>

use super::calendars::resolve_one;
use crate::microsoft::call::{Answer, Call, Outcome};
use crate::microsoft::error::GraphError;
use crate::microsoft::mailbox::event::Kind;
use crate::microsoft::mailbox::render::{View, event_id};
use crate::microsoft::odata::prefer::Prefer;
use crate::microsoft::route::Place;
use crate::microsoft::scopes;
use crate::microsoft::store::Store;
use crate::microsoft::time::range::Range;
use crate::state::State;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What a delta link remembers.
#[derive(Debug, Clone)]
pub struct Snapshot {
    mailbox: String,
    calendar: u64,
    range: Range,
    immutable_ids: bool,
    /// Version of the store up to which changes were told.
    version: u64,
    /// Ids told so far, with their versions.
    seen: BTreeMap<String, u64>,
    /// Items of this round not yet given.
    rest: Vec<Value>,
}

impl Snapshot {
    /// Whether it tells of a mailbox.
    pub fn is_of(&self, address: &str) -> bool {
        self.mailbox.eq_ignore_ascii_case(address)
    }
}

const NOT_SUPPORTED: [&str; 5] = ["$select", "$expand", "$filter", "$orderby", "$search"];

/// The first request of a round, or a further page of it.
///
/// # Errors
/// 400 for bad options, 403 without a reading scope, 410 `syncStateNotFound` for a dead token.
pub fn get(state: &State, call: &Call, place: Place<'_>) -> Outcome {
    call.need(scopes::READ)?;
    call.query.refuse(&NOT_SUPPORTED)?;
    let mut store = state.microsoft();
    let mut round = match (call.query.get("$skiptoken"), call.query.get("$deltatoken")) {
        (Some(token), _) => known(&store, call, token)?,
        (None, Some(token)) => compare(&store, call, known(&store, call, token)?)?,
        (None, None) => compare(&store, call, begin(&store, call, place)?)?,
    };
    let size = call.prefer.page_size.unwrap_or(store.switches.page_size).min(store.switches.page_limit).max(1);
    let later = round.rest.split_off(size.min(round.rest.len()));
    let mut value = std::mem::replace(&mut round.rest, later);
    if let Some(first) = value.first().cloned().filter(|_| store.switches.delta_repeats) {
        value.push(first);
    }
    let token = uuid::Uuid::new_v4().simple().to_string();
    let (name, option) =
        if round.rest.is_empty() { ("@odata.deltaLink", "$deltatoken") } else { ("@odata.nextLink", "$skiptoken") };
    let mut answer = Map::new();
    answer.insert("@odata.context".to_owned(), json!(call.context("Collection(event)")));
    answer.insert("value".to_owned(), json!(value));
    answer.insert(name.to_owned(), json!(call.link(&format!("{option}={token}"))));
    store.snapshots.insert(token, round);
    Ok(Answer::json(200, Value::Object(answer)))
}

fn begin(store: &Store, call: &Call, place: Place<'_>) -> Result<Snapshot, GraphError> {
    let mailbox = store.require(&call.grant.user_email)?;
    Ok(Snapshot {
        mailbox: mailbox.address.clone(),
        calendar: resolve_one(mailbox, place)?,
        range: Range::read(&call.query)?,
        immutable_ids: call.prefer.immutable_ids,
        version: store.version(),
        seen: BTreeMap::new(),
        rest: Vec::new(),
    })
}

fn known(store: &Store, call: &Call, token: &str) -> Result<Snapshot, GraphError> {
    let is_good = |snapshot: &&Snapshot| !store.switches.delta_gone && snapshot.is_of(&call.grant.user_email);
    let message = "The sync state generation is not found; continue with a full synchronization.";
    store
        .snapshots
        .get(token)
        .filter(is_good)
        .cloned()
        .ok_or_else(|| GraphError::new(410, "syncStateNotFound", message))
}

/// Starts a round: the items that differ from what was told. `@removed` stands for what is gone from the range, and also for
/// changed events that lie outside of it.
fn compare(store: &Store, call: &Call, mut round: Snapshot) -> Result<Snapshot, GraphError> {
    let mailbox = store.require(&round.mailbox)?;
    let prefer = Prefer { immutable_ids: round.immutable_ids, ..call.prefer.clone() };
    let view = View { mailbox, prefer: &prefer, switches: &store.switches, now: call.now };
    let mut present = BTreeMap::new();
    for item in mailbox.view(round.calendar, round.range) {
        let id = event_id(mailbox, &item, round.immutable_ids);
        if round.seen.get(&id) != Some(&item.event.version) {
            let mut shown = view.json(&item);
            shown["@odata.type"] = json!("#microsoft.graph.event");
            if let Some(members) = shown.as_object_mut() {
                members.remove("cancelledOccurrences");
            }
            round.rest.push(shown);
        }
        present.insert(id, item.event.version);
    }
    let mut gone: Vec<String> = round.seen.keys().filter(|id| !present.contains_key(*id)).cloned().collect();
    let changed = mailbox.events.values().filter(|one| one.calendar == round.calendar && one.version > round.version);
    for event in changed.filter(|one| !matches!(one.kind, Kind::Master { .. })) {
        let id = event_id(mailbox, &mailbox.whole(event), round.immutable_ids);
        if !present.contains_key(&id) && !gone.contains(&id) {
            gone.push(id);
        }
    }
    let removed =
        |id: String| json!({"@odata.type": "#microsoft.graph.event", "id": id, "@removed": {"reason": "deleted"}});
    round.rest.extend(gone.into_iter().map(removed));
    round.seen = present;
    round.version = store.version();
    Ok(round)
}
