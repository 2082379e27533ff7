use serde_json::{Value, json};

use super::super::double::{Outcome, block_on, event, in_order, refusal, reply, timeout};
use super::*;
use crate::ports::Clock;

const GUESTS: &str = r#"[{"type":"required","emailAddress":{"address":"lee@customer.example"}}]"#;

fn with_guests(members: Value) -> Outcome {
    let mut event = event(members);
    event["attendees"] = serde_json::from_str(GUESTS).unwrap();
    reply(200, event)
}

fn event_alone() -> Outcome {
    reply(200, event(json!({})))
}

fn done(status: u16) -> Outcome {
    Ok(crate::http::response::Response { status, headers: Vec::new(), body: Vec::new() })
}

fn gone() -> Outcome {
    refusal(404, "ErrorItemNotFound")
}

const HERE: &str = "/me/calendars/c/events/e%2F1";

#[test]
fn every_way_to_end_an_event_is_chosen_as_documented() {
    let read = format!("GET {HERE}");
    let cancel_here = vec![read.clone(), format!("POST {HERE}/cancel")];
    let delete_here = vec![read.clone(), format!("DELETE {HERE}")];
    let decline_here = vec![read.clone(), format!("POST {HERE}/decline"), format!("DELETE {HERE}")];
    let elsewhere = "/me/events/e%2F1";
    let table: Vec<(&str, Vec<Outcome>, Vec<String>)> = vec![
        ("organiser with guests", vec![with_guests(json!({})), done(202)], cancel_here.clone()),
        ("gone in between", vec![with_guests(json!({})), gone()], cancel_here),
        ("organiser alone", vec![reply(200, event(json!({}))), done(204)], delete_here.clone()),
        ("somebody else's", vec![with_guests(json!({"isOrganizer": false})), done(202), gone()], decline_here.clone()),
        (
            "somebody else's, declined meetings are kept",
            vec![with_guests(json!({"isOrganizer": false})), done(202), done(204)],
            decline_here.clone(),
        ),
        (
            "nothing to decline",
            vec![with_guests(json!({"isOrganizer": false})), refusal(400, "ErrorInvalidRequest"), done(204)],
            decline_here,
        ),
        (
            "no answer wanted",
            vec![with_guests(json!({"isOrganizer": false, "responseRequested": false})), done(204)],
            delete_here.clone(),
        ),
        (
            "declined already",
            vec![with_guests(json!({"isOrganizer": false, "responseStatus": {"response": "declined"}})), done(204)],
            delete_here.clone(),
        ),
        (
            "cancelled by its organizer",
            vec![with_guests(json!({"isOrganizer": false, "isCancelled": true})), done(204)],
            delete_here.clone(),
        ),
        ("cancelled already", vec![with_guests(json!({"isCancelled": true})), done(204)], delete_here.clone()),
        ("deleted in between", vec![reply(200, event(json!({}))), refusal(410, "")], delete_here),
        ("gone", vec![gone(), gone()], vec![read.clone(), format!("GET {elsewhere}")]),
        (
            "in another calendar",
            vec![gone(), with_guests(json!({})), done(202)],
            vec![read, format!("GET {elsewhere}"), format!("POST {elsewhere}/cancel")],
        ),
    ];
    for (name, replies, expected) in table {
        let script = in_order(replies);
        let result = block_on(cancel(&script.session(), &CalendarId::new("c"), &EventId::new("e/1"), None, None));
        assert_eq!((result, script.lines()), (Ok(()), expected), "{name}");
    }
}

#[test]
fn the_comment_reaches_the_guests() {
    for (comment, expected) in [(Some("Sorry"), json!({"comment": "Sorry"})), (None, json!({}))] {
        let script = in_order(vec![with_guests(json!({})), done(202)]);
        block_on(cancel(&script.session(), &CalendarId::new("c"), &EventId::new("e"), comment, None)).unwrap();
        assert_eq!(script.sent(1), expected);
    }
}

#[test]
fn the_comment_reaches_the_organizer() {
    let foreign = || with_guests(json!({"isOrganizer": false}));
    let answers =
        [(Some("Ill"), json!({"comment": "Ill", "sendResponse": true})), (None, json!({"sendResponse": true}))];
    for (comment, expected) in answers {
        let script = in_order(vec![foreign(), done(202), gone()]);
        block_on(cancel(&script.session(), &CalendarId::new("c"), &EventId::new("e"), comment, None)).unwrap();
        assert_eq!(script.sent(1), expected);
    }
}

#[test]
fn what_is_in_the_deleted_items_already_is_done() {
    let again = || refusal(403, "ErrorCannotDeleteObject");
    let declined = with_guests(json!({"isOrganizer": false}));
    for replies in [vec![event_alone(), again()], vec![declined, done(202), again()]] {
        let script = in_order(replies);
        let outcome = block_on(cancel(&script.session(), &CalendarId::new("c"), &EventId::new("e"), None, None));
        assert_eq!(outcome, Ok(()));
    }
}

#[test]
fn failures_tell_whether_the_event_stands() {
    let fails = |replies: Vec<Outcome>| {
        let script = in_order(replies);
        block_on(cancel(&script.session(), &CalendarId::new("c"), &EventId::new("e"), None, None)).unwrap_err()
    };
    let denied = fails(vec![with_guests(json!({})), refusal(403, "ErrorAccessDenied")]);
    assert!(matches!(denied, CallError::Failed(Error { kind: Kind::PermissionDenied, .. })));
    let no_mailbox = fails(vec![refusal(404, "MailboxNotEnabledForRESTAPI")]);
    assert!(matches!(no_mailbox, CallError::Failed(Error { kind: Kind::Unsupported, .. })));
    let kept = fails(vec![with_guests(json!({"isOrganizer": false})), refusal(403, "ErrorAccessDenied")]);
    assert!(matches!(kept, CallError::Failed(Error { kind: Kind::PermissionDenied, .. })));
    let lost = fails(std::iter::once(with_guests(json!({}))).chain((0..5).map(|_| timeout())).collect());
    assert!(matches!(lost, CallError::Unknown(_)));
    let down = fails(std::iter::once(with_guests(json!({}))).chain((0..5).map(|_| refusal(503, ""))).collect());
    assert!(matches!(down, CallError::Unknown(_)));
    for odd in [json!([]), json!({}), json!(7), json!({"id": "e"}), event(json!({"isOrganizer": null}))] {
        let odd = fails(vec![reply(200, odd)]);
        assert!(matches!(odd, CallError::Failed(Error { kind: Kind::Protocol, .. })));
    }
}

#[test]
fn another_writer_in_the_way_is_waited_out_by_looking_again() {
    let in_the_way = || [with_guests(json!({})), refusal(409, "ErrorIrresolvableConflict")];
    let run = |replies: Vec<Outcome>| {
        let count = replies.len();
        let script = in_order(replies);
        let result = block_on(cancel(&script.session(), &CalendarId::new("c"), &EventId::new("e/1"), None, None));
        assert_eq!(script.lines().len(), count);
        (result, (script.stage.clock.now() - crate::scripted::START).num_milliseconds())
    };
    let leaves = in_the_way().into_iter().chain([with_guests(json!({})), done(202)]).collect();
    assert_eq!(run(leaves), (Ok(()), 500));
    let (stays, waited) = run((0..ROUNDS).flat_map(|_| in_the_way()).collect());
    assert!(matches!(stays, Err(CallError::Failed(Error { kind: Kind::PreconditionFailed, .. }))));
    assert_eq!(waited, 1500);
}

#[test]
fn another_version_than_the_named_one_is_left_alone() {
    let run = |etag: &str, replies: Vec<Outcome>| {
        let script = in_order(replies);
        let result = block_on(cancel(&script.session(), &CalendarId::new("c"), &EventId::new("e"), None, Some(etag)));
        (result, script.lines().len())
    };
    let versioned = || with_guests(json!({"@odata.etag": "W/\"2\""}));
    assert_eq!(run("W/\"2\"", vec![versioned(), done(202)]), (Ok(()), 2));
    let (outdated, requests) = run("W/\"1\"", vec![versioned()]);
    assert!(matches!(outdated, Err(CallError::Failed(Error { kind: Kind::PreconditionFailed, .. }))));
    assert_eq!(requests, 1, "nothing was written");
    let (lost, requests) = run("W/\"2\"", vec![versioned(), refusal(412, "ErrorIrresolvableConflict")]);
    assert!(matches!(lost, Err(CallError::Failed(Error { kind: Kind::PreconditionFailed, .. }))));
    assert_eq!(requests, 2, "it is not tried again");
}

#[test]
fn no_pause_passes_the_deadline() {
    let mut script = in_order(vec![with_guests(json!({})), refusal(409, "ErrorIrresolvableConflict")]);
    script.stage.deadline = crate::scripted::START + TimeDelta::milliseconds(400);
    let stays = block_on(cancel(&script.session(), &CalendarId::new("c"), &EventId::new("e/1"), None, None));
    assert!(matches!(stays, Err(CallError::Failed(Error { kind: Kind::PreconditionFailed, .. }))), "{stays:?}");
    assert_eq!(script.stage.clock.now(), crate::scripted::START);
}
