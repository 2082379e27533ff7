//! Whatever a server answers, every verb ends, with few requests and without a panic.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::sample::{calendar, event_id, named, new_event, range, wire};
use super::{busy, calendars, cancel, create, events, update};
use crate::account::{Email, Provider};
use crate::calendar::{Access, Detail};
use crate::http::request::Method;
use crate::meeting::{Changes, NewEvent};
use crate::scripted::{Stage, block_on, json as answer};

const MEMBERS: [&str; 34] = [
    "accessRole",
    "attendees",
    "attendeesOmitted",
    "ana@example.com",
    "bk",
    "busy",
    "calendars",
    "conferenceData",
    "createRequest",
    "date",
    "dateTime",
    "email",
    "end",
    "entryPointType",
    "entryPoints",
    "error",
    "errors",
    "etag",
    "extendedProperties",
    "fp",
    "id",
    "items",
    "nextPageToken",
    "organizer",
    "primary",
    "private",
    "reason",
    "responseStatus",
    "self",
    "start",
    "status",
    "statusCode",
    "timeZone",
    "uri",
];

const WORDS: [&str; 19] = [
    "",
    "\"1\"",
    "2026-06-10",
    "2026-06-11",
    "9999-12-31",
    "-262143-01-01",
    "2026-06-10T10:00:00Z",
    "2026-06-10T10:30:00+02:00",
    "9999-12-31T23:59:60Z",
    "9f2c",
    "abc12",
    "ana@example.com",
    "Europe/Berlin",
    "cancelled",
    "internalError",
    "pending",
    "timeRangeTooLong",
    "tooManyCalendarsRequested",
    "video",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        select(&WORDS[..]).prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 6, |inner| {
        let object = prop::collection::vec((select(&MEMBERS[..]), inner.clone()), 0..6).prop_map(|members| {
            Value::Object(members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Map<_, _>>())
        });
        prop_oneof![3 => object, 1 => prop::collection::vec(inner, 0..3).prop_map(Value::Array)]
    })
}

/// A proper event, alone and in a list, with a few members replaced by anything.
fn nearly_right() -> impl Strategy<Value = Value> {
    prop::collection::vec((select(&MEMBERS[..]), value()), 0..3).prop_map(|changes| {
        let mut event =
            wire(json!({"id": "abc12", "extendedProperties": {"private": {"bk": "booking-42", "fp": "9f2c"}}}));
        for (name, value) in changes {
            event[name] = value;
        }
        let list = json!([event]);
        if event.get("items").is_none() {
            event["items"] = list;
        }
        event
    })
}

proptest! {
    #[test]
    fn every_verb_survives_every_answer(
        status in select(vec![200u16, 200, 200, 200, 204, 302, 400, 401, 403, 404, 409, 410, 412, 418, 429, 500, 503]),
        body in prop_oneof![value(), nearly_right()],
    ) {
        let stage = Stage::new();
        for method in [Method::Get, Method::Post, Method::Patch, Method::Delete] {
            stage.http.always(method, "", answer(status, body.clone()));
        }
        let session = stage.session(Provider::Google);
        let span = range("2026-06-01T00:00:00Z", "2026-08-30T00:00:00Z");
        let both = [named("a", Access::FreeBusy), calendar()];
        let booking = NewEvent { video: true, ..new_event() };
        let changes = Changes {
            title: Some("New".into()),
            time: Some(range("2026-06-10T12:00:00Z", "2026-06-10T12:30:00Z")),
            add_attendees: vec![Email::new("bo@customer.example")],
            ..Changes::default()
        };
        block_on(async {
            let _ = calendars::list(&session).await;
            let merged = busy::read(&session, &both, span, Detail::Merged).await;
            let listed = busy::read(&session, &both, span, Detail::Events).await;
            assert_eq!((merged.len(), listed.len()), (2, 2));
            let _ = events::list(&session, &calendar(), span, 9).await;
            let _ = events::get(&session, &calendar().id, &event_id()).await;
            let _ = create::find(&session, &calendar(), &booking).await;
            let _ = create::create(&session, &calendar(), &booking).await;
            let _ = update::update(&session, &calendar().id, &event_id(), &changes, None).await;
            let _ = cancel::cancel(&session, &calendar().id, &event_id(), None).await;
            let _ = cancel::leave(&session, &calendar().id, &event_id(), Some("ill"), None).await;
        });
        let sent = stage.http.requests().len();
        prop_assert!(sent < 400, "{} requests", sent);
    }
}
