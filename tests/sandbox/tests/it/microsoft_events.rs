//! Events: creating, reading, changing, ending; guests, messages, online meetings and extended properties.

use crate::microsoft_support::{ANA, HOME, LEE, World, escape, meeting, path_of, with_guests};
use calendar_sandbox::mail::MailKind::{Cancellation, Invitation, Response, Update};
use chrono::TimeDelta;
use serde_json::{Value, json};

const PROPERTY: &str = "String {6d1b7b0e-5e0d-4b6e-9a39-2f1f1c2d3e4f} Name BookingKey";

fn demo() -> Value {
    meeting("Demo", "2026-06-10T10:00:00", "2026-06-10T10:30:00")
}

#[tokio::test]
async fn a_created_event_comes_back_whole() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let mut sent = demo();
    sent["body"] = json!({"contentType": "text", "content": "a < b"});
    sent["location"] = json!({"displayName": "Room 1"});
    let reply = graph.post("/me/events", &sent).await;
    assert_eq!(reply.status, 201);
    assert_eq!(reply.header("etag"), reply.text("/@odata.etag"));
    let event = reply.body;
    assert_eq!(
        (event["type"].as_str(), event["showAs"].as_str(), event["isOrganizer"].as_bool()),
        (Some("singleInstance"), Some("busy"), Some(true))
    );
    assert_eq!(event["responseStatus"], json!({"response": "organizer", "time": "0001-01-01T00:00:00Z"}));
    assert_eq!(event["locations"][0]["displayName"], "Room 1");
    assert_eq!(event["body"]["contentType"], "html");
    assert!(event["body"]["content"].as_str().unwrap().contains("a &lt; b"));
    assert_eq!(event["bodyPreview"], "a < b");
    assert_eq!(event.get("transactionId"), None);
    assert_eq!(graph.get(&path_of(&event)).await.body, event);
}

#[tokio::test]
async fn senseless_events_are_refused() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let mut reversed = demo();
    reversed["end"]["dateTime"] = json!("2026-06-10T09:00:00");
    let mut zone = demo();
    zone["start"]["timeZone"] = json!("Europe/Rome");
    let mut offset = demo();
    offset["start"]["dateTime"] = json!("2026-06-10T10:00:00Z");
    let mut unknown = demo();
    unknown["frobnicate"] = json!(1);
    let cases = [
        (reversed, "ErrorCalendarEndDateIsEarlierThanStartDate"),
        (zone, "TimeZoneNotSupportedException"),
        (offset, "ErrorPropertyValidationFailure"),
        (unknown, "RequestBodyRead"),
        (with_guests(demo(), &["nobody"]), "ErrorInvalidRecipients"),
        (json!({"subject": "no times"}), "ErrorPropertyValidationFailure"),
    ];
    for (sent, code) in cases {
        assert_eq!(graph.post("/me/events", &sent).await.code(), (400, code.to_owned()), "{sent}");
    }
    assert!(world.control.events(ANA, None).is_empty());
}

#[tokio::test]
async fn an_outdated_etag_is_refused_and_the_present_one_accepted() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let event = graph.create(&demo()).await;
    let old = event["@odata.etag"].as_str().unwrap().to_owned();
    let first = graph.patch(&path_of(&event), &[("if-match", &old)], &json!({"subject": "First"})).await;
    assert_eq!(first.status, 200);
    assert_ne!(first.text("/@odata.etag"), old);
    let second = graph.patch(&path_of(&event), &[("if-match", &old)], &json!({"subject": "Second"})).await;
    assert_eq!(second.code(), (412, "ErrorIrresolvableConflict".to_owned()));
    assert_eq!(
        graph.patch(&path_of(&event), &[("if-match", "*")], &json!({"subject": "Third"})).await.text("/subject"),
        "Third"
    );
    let url = format!("{}{}", graph.base, path_of(&event));
    assert_eq!(graph.send("DELETE", &url, &[("if-match", &old)], None).await.status, 412);
}

#[tokio::test]
async fn a_deleted_event_is_gone_and_its_guests_are_told_once() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let event = graph.create(&with_guests(demo(), &["kim@fabrikam.example", LEE])).await;
    assert_eq!(graph.delete(&path_of(&event)).await.status, 204);
    assert_eq!(graph.delete(&path_of(&event)).await.code(), (404, "ErrorItemNotFound".to_owned()));
    assert_eq!(graph.get(&path_of(&event)).await.status, 404);
    let kim = "kim@fabrikam.example".to_owned();
    let lee = LEE.to_owned();
    assert_eq!(
        world.mails(),
        [(Invitation, kim.clone()), (Invitation, lee.clone()), (Cancellation, kim), (Cancellation, lee)]
    );
    assert_eq!(world.control.events(ANA, None)[0]["@sandbox.deleted"], true);
    let copy = world.graph(LEE).view("2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z", "").await;
    assert_eq!((copy.each("/isCancelled"), copy.each("/showAs")), (vec!["true".to_owned()], vec!["free".to_owned()]));
    assert_eq!(copy.each("/subject"), ["Canceled: Demo"]);
}

#[tokio::test]
async fn only_the_organizer_can_cancel_and_a_guest_deletes_only_his_copy() {
    let world = World::new().await;
    let (ana, lee) = (world.graph(ANA), world.graph(LEE));
    let event = ana.create(&with_guests(demo(), &[LEE])).await;
    let copy = lee.view("2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z", "").await.body["value"][0].clone();
    assert_eq!((copy["isOrganizer"].as_bool(), copy["showAs"].as_str()), (Some(false), Some("tentative")));
    assert_eq!(copy["responseStatus"]["response"], "notResponded");
    assert_eq!(copy["iCalUId"], event["iCalUId"]);
    assert_ne!(copy["id"], event["id"]);
    let cancel = lee.post(&format!("{}/cancel", path_of(&copy)), &json!({"comment": "no"})).await;
    assert_eq!(cancel.code(), (400, "ErrorInvalidRequest".to_owned()));
    let move_it = json!({"start": {"dateTime": "2026-06-10T12:00:00", "timeZone": "UTC"}, "end": {"dateTime": "2026-06-10T12:30:00", "timeZone": "UTC"}});
    assert_eq!(lee.patch(&path_of(&copy), &[], &move_it).await.status, 400);
    assert_eq!(lee.patch(&path_of(&copy), &[], &json!({"showAs": "busy"})).await.status, 200);
    assert_eq!(lee.delete(&path_of(&copy)).await.status, 204);
    assert_eq!(ana.get(&path_of(&event)).await.status, 200);
    let reply = ana.post(&format!("{}/Cancel", path_of(&event)), &json!({"Comment": "Off"})).await;
    assert_eq!((reply.status, reply.body), (202, Value::Null));
    assert_eq!(ana.get(&path_of(&event)).await.status, 404);
    assert_eq!(world.mails().last().map(|mail| mail.0), Some(Cancellation));
}

#[tokio::test]
async fn answers_reach_the_organizer() {
    let world = World::new().await;
    let (ana, lee) = (world.graph(ANA), world.graph(LEE));
    let event = ana.create(&with_guests(demo(), &[LEE])).await;
    let copy = lee.view("2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z", "").await.body["value"][0].clone();
    let path = path_of(&copy);
    assert_eq!(ana.post(&format!("{}/accept", path_of(&event)), &json!({})).await.status, 400);
    assert_eq!(lee.post(&format!("{path}/tentativelyAccept"), &json!({"SendResponse": "false"})).await.status, 202);
    assert_eq!(ana.get(&path_of(&event)).await.text("/attendees/0/status/response"), "none");
    assert_eq!(lee.post(&format!("{path}/accept"), &json!({"comment": "ok", "sendResponse": true})).await.status, 202);
    assert_eq!(ana.get(&path_of(&event)).await.text("/attendees/0/status/response"), "accepted");
    let mine = lee.get(&path).await;
    assert_eq!(
        (mine.text("/showAs"), mine.text("/responseStatus/response")),
        ("busy".to_owned(), "accepted".to_owned())
    );
    assert_eq!(world.mails().last(), Some(&(Response, ANA.to_owned())));
    assert_eq!(lee.post(&format!("{path}/decline"), &json!({})).await.status, 202);
    assert_eq!(lee.get(&path).await.status, 404);
    assert_eq!(ana.get(&path_of(&event)).await.text("/attendees/0/status/response"), "declined");
}

#[tokio::test]
async fn a_change_tells_those_it_concerns_and_moves_their_copies() {
    let world = World::new().await;
    let (ana, lee) = (world.graph(ANA), world.graph(LEE));
    let event = ana.create(&with_guests(demo(), &[LEE, "kim@fabrikam.example"])).await;
    world.sandbox.control().clear_mails();
    ana.patch(&path_of(&event), &[], &json!({"showAs": "oof", "reminderMinutesBeforeStart": 5})).await;
    assert_eq!(world.mails(), []);
    let list = with_guests(json!({}), &[LEE, "jo@fabrikam.example"]);
    ana.patch(&path_of(&event), &[], &list).await;
    assert_eq!(
        world.mails(),
        [(Invitation, "jo@fabrikam.example".to_owned()), (Cancellation, "kim@fabrikam.example".to_owned())]
    );
    world.sandbox.control().clear_mails();
    let later = json!({"start": {"dateTime": "2026-06-10T14:00:00", "timeZone": "UTC"}, "end": {"dateTime": "2026-06-10T14:30:00", "timeZone": "UTC"}});
    ana.patch(&path_of(&event), &[], &later).await;
    assert_eq!(world.mails(), [(Update, LEE.to_owned()), (Update, "jo@fabrikam.example".to_owned())]);
    let copies = lee.view("2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z", "").await;
    assert_eq!(copies.each("/start/dateTime"), ["2026-06-10T14:00:00.0000000"]);
}

#[tokio::test]
async fn an_extended_property_is_found_by_value_and_shown_only_when_expanded() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let mut sent = demo();
    sent["singleValueExtendedProperties"] = json!([{"id": PROPERTY, "value": "booking-42"}]);
    let event = graph.create(&sent).await;
    graph.create(&meeting("Other", "2026-06-10T11:00:00", "2026-06-10T11:30:00")).await;
    assert_eq!(event.get("singleValueExtendedProperties"), None);
    let filter = |key: &str| {
        escape(&format!("singleValueExtendedProperties/Any(ep: ep/id eq '{PROPERTY}' and ep/value eq '{key}')"))
    };
    let found = graph.get(&format!("/me/calendar/events?$filter={}&$select=id,subject", filter("BOOKING-42"))).await;
    assert_eq!(found.each("/subject"), ["Demo"]);
    assert_eq!(graph.get(&format!("/me/events?$filter={}", filter("booking-43"))).await.each("/id").len(), 0);
    let expand = escape(&format!("singleValueExtendedProperties($filter=id eq '{PROPERTY}')"));
    let shown = graph.get(&format!("{}?$expand={expand}&$select=id", path_of(&event))).await;
    assert_eq!(shown.body["singleValueExtendedProperties"], json!([{"id": PROPERTY, "value": "booking-42"}]));
    let view = graph.view("2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z", &format!("&$expand={expand}")).await;
    assert_eq!(view.body["value"][0]["singleValueExtendedProperties"][0]["value"], "booking-42");
    assert_eq!(view.body["value"][1].get("singleValueExtendedProperties"), None);
}

#[tokio::test]
async fn an_online_meeting_gets_its_link_later_and_keeps_it_unless_the_body_loses_it() {
    let world = World::new().await;
    world.control.set_switches(|switches| switches.join_url_delay_seconds = 30);
    let graph = world.graph(ANA);
    let mut sent = demo();
    sent["isOnlineMeeting"] = json!(true);
    sent["onlineMeetingProvider"] = json!("teamsForBusiness");
    let event = graph.create(&sent).await;
    assert_eq!((event["isOnlineMeeting"].as_bool(), &event["onlineMeeting"]), (Some(true), &Value::Null));
    world.sandbox.control().advance_clock(TimeDelta::seconds(30));
    let ready = graph.get(&path_of(&event)).await;
    let link = ready.text("/onlineMeeting/joinUrl");
    assert!(link.starts_with("https://teams.microsoft.com/"), "{}", ready.body);
    assert!(ready.text("/body/content").contains(&link));
    assert_eq!(
        graph.patch(&path_of(&event), &[], &json!({"isOnlineMeeting": false})).await.body["isOnlineMeeting"],
        true
    );
    let kept = json!({"body": {"contentType": "html", "content": format!("<p>New</p><a href=\"{link}\">Join</a>")}});
    assert_eq!(graph.patch(&path_of(&event), &[], &kept).await.text("/onlineMeeting/joinUrl"), link);
    let lost =
        graph.patch(&path_of(&event), &[], &json!({"body": {"contentType": "html", "content": "<p>New</p>"}})).await;
    assert_eq!((&lost.body["isOnlineMeeting"], &lost.body["onlineMeeting"]), (&json!(false), &Value::Null));
}

#[tokio::test]
async fn a_personal_account_has_no_teams() {
    let world = World::new().await;
    let graph = world.graph(HOME);
    assert_eq!(graph.get("/me/calendar").await.body["allowedOnlineMeetingProviders"], json!([]));
    let mut sent = demo();
    sent["isOnlineMeeting"] = json!(true);
    sent["onlineMeetingProvider"] = json!("teamsForBusiness");
    let event = graph.create(&sent).await;
    assert_eq!((&event["isOnlineMeeting"], &event["onlineMeetingProvider"]), (&json!(false), &json!("unknown")));
    let me = graph.get("/me?$select=id,mail,userPrincipalName").await;
    assert_eq!(
        (me.body["mail"].clone(), me.text("/userPrincipalName"), me.text("/id").len()),
        (Value::Null, HOME.to_owned(), 16)
    );
}

#[tokio::test]
async fn a_calendar_that_may_only_be_read_refuses_new_events() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let shared = world.control.insert_calendar(ANA, "Lee", Some(("Lee", LEE))).unwrap();
    world.control.insert_event(ANA, Some(&shared), &demo()).unwrap();
    let path = format!("/me/calendars/{}", escape(&shared));
    let calendar = graph.get(&path).await;
    assert_eq!((calendar.body["canEdit"].as_bool(), calendar.text("/owner/address")), (Some(false), LEE.to_owned()));
    assert_eq!(graph.post(&format!("{path}/events"), &demo()).await.code(), (403, "ErrorAccessDenied".to_owned()));
    assert_eq!(graph.get(&format!("{path}/events")).await.each("/subject"), ["Demo"]);
}

#[tokio::test]
async fn guests_follow_a_series_with_its_exceptions() {
    let world = World::new().await;
    let (ana, lee) = (world.graph(ANA), world.graph(LEE));
    let mut series = with_guests(demo(), &[LEE]);
    series["recurrence"] = json!({
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "numbered", "startDate": "2026-06-10", "numberOfOccurrences": 3},
    });
    ana.create(&series).await;
    let own = ana.view("2026-06-10T00:00:00Z", "2026-06-20T00:00:00Z", "").await.body["value"].clone();
    let later = json!({"start": {"dateTime": "2026-06-11T18:00:00", "timeZone": "UTC"}, "end": {"dateTime": "2026-06-11T19:00:00", "timeZone": "UTC"}});
    assert_eq!(ana.patch(&path_of(&own[1]), &[], &later).await.status, 200);
    assert_eq!(ana.post(&format!("{}/cancel", path_of(&own[2])), &json!({})).await.status, 202);
    let copies = lee.view("2026-06-10T00:00:00Z", "2026-06-20T00:00:00Z", "").await;
    assert_eq!(copies.each("/start/dateTime"), ["2026-06-10T10:00:00.0000000", "2026-06-11T18:00:00.0000000"]);
    let lee_mails: Vec<_> = world.mails().into_iter().map(|mail| mail.0).collect();
    assert_eq!(lee_mails, [Invitation, Update, Cancellation]);
}
