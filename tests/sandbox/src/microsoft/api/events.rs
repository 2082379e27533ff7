//! `GET|POST .../events`, `GET|PATCH|DELETE .../events/{id}`.
//! <https://learn.microsoft.com/graph/api/resources/event>

use super::calendars::{resolve, resolve_one};
use super::collection;
use crate::mail::MailKind;
use crate::microsoft::call::{Answer, Call, Outcome};
use crate::microsoft::error::GraphError;
use crate::microsoft::mailbox::draft::Draft;
use crate::microsoft::mailbox::event::Kind;
use crate::microsoft::mailbox::letter::Letter;
use crate::microsoft::mailbox::occurrence::Item;
use crate::microsoft::mailbox::owner::{Mailbox, Target};
use crate::microsoft::mailbox::render::{View, etag, properties};
use crate::microsoft::odata::body;
use crate::microsoft::odata::shape::Shape;
use crate::microsoft::route::Place;
use crate::microsoft::scopes;
use crate::microsoft::store::Store;
use crate::state::State;
use crate::vendor::Vendor;
use serde_json::json;

/// Single events and series as a whole; never instances.
///
/// # Errors
/// 400 for bad options, 403 without a reading scope.
pub fn list(state: &State, call: &Call, place: Place<'_>) -> Outcome {
    call.need(scopes::READ)?;
    let store = state.microsoft();
    let mailbox = store.require(&call.grant.user_email)?;
    let calendar = resolve(mailbox, place)?;
    let wanted = mailbox.events.values().filter(|event| {
        !event.is_deleted
            && !matches!(event.kind, Kind::Exception { .. })
            && calendar.is_none_or(|calendar| calendar == event.calendar)
    });
    let mut items: Vec<Item<'_>> = wanted.map(|event| mailbox.whole(event)).collect();
    items.sort_by_key(|item| std::cmp::Reverse((item.event.created, item.event.serial)));
    collection::answer(call, &store.switches, mailbox, items, false)
}

/// One event, series, instance or exception.
///
/// # Errors
/// 400 for a malformed id, 403 without a reading scope, 404 when it is gone.
pub fn get(state: &State, call: &Call, place: Place<'_>, id: &str) -> Outcome {
    call.need(scopes::READ)?;
    let store = state.microsoft();
    let mailbox = store.require(&call.grant.user_email)?;
    let target = mailbox.target(id, resolve(mailbox, place)?)?;
    show(&store, mailbox, call, target, 200)
}

/// A new event.
///
/// # Errors
/// 400 for a bad draft or a transaction id used with other content, 403 without the writing scope or in a read-only calendar.
pub fn create(state: &State, call: &Call, place: Place<'_>) -> Outcome {
    call.need(scopes::WRITE)?;
    let sent = body::object(&call.body)?;
    Shape::of_events(&call.query)?;
    let mut store = state.microsoft();
    let address = call.grant.user_email.clone();
    let calendar = resolve_one(store.require(&address)?, place)?;
    let created = store.create(&address, calendar, &sent, call.now)?;
    let target = Target { serial: created.serial, original: None };
    let answer = show(&store, store.require(&address)?, call, target, 201);
    drop(store);
    post(state, created.letters);
    answer
}

/// Changes an event.
///
/// # Errors
/// As `create`; 412 when `If-Match` names another version, 404 when it is gone.
pub fn update(state: &State, call: &Call, place: Place<'_>, id: &str) -> Outcome {
    call.need(scopes::WRITE)?;
    let sent = body::object(&call.body)?;
    let mut store = state.microsoft();
    let address = call.grant.user_email.clone();
    let target = matched(&store, call, place, id)?;
    let updated = store.update(&address, target, &Draft::read(&sent)?, call.now)?;
    let target = Target { serial: updated.serial, original: None };
    let answer = show(&store, store.require(&address)?, call, target, 200);
    drop(store);
    post(state, updated.letters);
    answer
}

/// Deletes an event.
///
/// # Errors
/// 403 without the writing scope, 404 when it is gone, 412 when `If-Match` names another version.
pub fn delete(state: &State, call: &Call, place: Place<'_>, id: &str) -> Outcome {
    call.need(scopes::WRITE)?;
    let mut store = state.microsoft();
    let target = matched(&store, call, place, id)?;
    let letters = store.remove(&call.grant.user_email, target, call.now)?;
    drop(store);
    post(state, letters);
    Ok(Answer::empty(204))
}

/// Finds an event and checks `If-Match`.
///
/// # Errors
/// 400, 404 or 412.
pub fn matched(store: &Store, call: &Call, place: Place<'_>, id: &str) -> Result<Target, GraphError> {
    let mailbox = store.require(&call.grant.user_email)?;
    let target = mailbox.target(id, resolve(mailbox, place)?)?;
    let item = mailbox.item(target).ok_or_else(GraphError::not_found)?;
    call.check_match(&etag(mailbox, &item))?;
    Ok(target)
}

/// Puts letters into the mail log.
pub fn post(state: &State, letters: Vec<Letter>) {
    for Letter { kind, to, organizer, event_id, subject } in letters {
        let kind: MailKind = kind;
        state.send_mail(Vendor::Microsoft, kind, &to, &organizer, &event_id, &subject);
    }
}

fn show(store: &Store, mailbox: &Mailbox, call: &Call, target: Target, status: u16) -> Outcome {
    let shape = Shape::of_events(&call.query)?;
    let item = mailbox.item(target).ok_or_else(GraphError::not_found)?;
    let view = View { mailbox, prefer: &call.prefer, switches: &store.switches, now: call.now };
    let mut shown = shape.project(view.json(&item), &properties(&item));
    shown["@odata.context"] = json!(call.context("me/events/$entity"));
    Ok(Answer::json(status, shown).tagged())
}
