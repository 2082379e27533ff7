//! Single events over HTTP: insert, get, patch, update, delete, move, conferences.
//! <https://developers.google.com/workspace/calendar/api/v3/reference/events>

use crate::support::{Google, google_world};
use chrono::TimeDelta;
use serde_json::{Value, json};

const EVENTS: &str = "/calendars/primary/events";

fn hour(summary: &str) -> Value {
    json!({"summary": summary, "start": {"dateTime": "2026-06-10T10:00:00Z"}, "end": {"dateTime": "2026-06-10T11:00:00Z"}})
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

#[tokio::test]
async fn an_inserted_event_is_answered_as_documented() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    let event = ana.post(EVENTS, &hour("Talk")).await;
    assert_eq!(event["kind"], "calendar#event");
    assert_eq!(event["status"], "confirmed");
    assert_eq!(event["start"], json!({"dateTime": "2026-06-10T12:00:00+02:00", "timeZone": "Europe/Berlin"}));
    assert_eq!(event["organizer"], json!({"email": "ana@example.com", "self": true}));
    assert_eq!(event["sequence"], 0);
    for absent in ["attendees", "transparency", "visibility", "recurrence", "guestsCanModify", "conferenceData"] {
        assert!(event.get(absent).is_none(), "{absent}");
    }
    let id = event["id"].as_str().unwrap();
    assert_eq!(ana.get(&format!("{EVENTS}/{id}")).await, event);
}

#[tokio::test]
async fn a_deleted_id_stays_taken() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    let body = with(hour("Talk"), "id", json!("abcde12345"));
    let path = format!("{EVENTS}/abcde12345");
    assert_eq!(ana.call("GET", &path, None).await.reason(), (404, "notFound".into()));
    assert_eq!(ana.call("DELETE", &path, None).await.reason(), (404, "notFound".into()));
    ana.post(EVENTS, &body).await;
    assert_eq!(ana.call("POST", EVENTS, Some(&body)).await.reason(), (409, "duplicate".into()));
    let gone = ana.call("DELETE", &path, None).await;
    assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
    assert_eq!(ana.call("POST", EVENTS, Some(&body)).await.reason(), (409, "duplicate".into()));
    assert_eq!(ana.get(&path).await["status"], "cancelled");
    assert_eq!(ana.call("DELETE", &path, None).await.reason(), (410, "deleted".into()));
}

#[tokio::test]
async fn ids_outside_the_alphabet_are_refused() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    for id in ["abcd", "abcdw", "ABCDE", "abc-de", &"a".repeat(1025)] {
        let reply = ana.call("POST", EVENTS, Some(&with(hour("x"), "id", json!(id)))).await;
        assert_eq!(reply.reason(), (400, "invalid".into()), "{id}");
    }
    ana.post(EVENTS, &with(hour("x"), "id", json!("a".repeat(1024)))).await;
    let both = with(with(hour("x"), "id", json!("aaaaa")), "iCalUID", json!("u@example.com"));
    assert_eq!(ana.call("POST", EVENTS, Some(&both)).await.reason(), (400, "invalid".into()));
}

#[tokio::test]
async fn bad_bodies_are_refused() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    let mixed = with(hour("x"), "end", json!({"date": "2026-06-11"}));
    assert_eq!(ana.call("POST", EVENTS, Some(&mixed)).await.reason(), (400, "invalid".into()));
    let naked = with(hour("x"), "start", json!({"dateTime": "2026-06-10T10:00:00"}));
    assert_eq!(ana.call("POST", EVENTS, Some(&naked)).await.reason(), (400, "required".into()));
    let backwards = with(hour("x"), "end", json!({"dateTime": "2026-06-10T09:00:00Z"}));
    assert_eq!(ana.call("POST", EVENTS, Some(&backwards)).await.reason(), (400, "timeRangeEmpty".into()));
    assert_eq!(ana.call("POST", EVENTS, Some(&json!({"summary": "x"}))).await.reason(), (400, "required".into()));
    let mail = with(hour("x"), "eventType", json!("fromGmail"));
    assert_eq!(ana.call("POST", EVENTS, Some(&mail)).await.status, 400);
    let path = format!("{EVENTS}?sendUpdates=everyone");
    assert_eq!(ana.call("POST", &path, Some(&hour("x"))).await.reason(), (400, "invalidParameter".into()));
    assert!(sandbox.control().google().events("ana@example.com", "primary").is_empty());
}

#[tokio::test]
async fn etags_guard_changes() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    let event = ana.post(EVENTS, &hour("Talk")).await;
    let path = format!("{EVENTS}/{}", event["id"].as_str().unwrap());
    let etag = event["etag"].as_str().unwrap();
    assert_eq!(ana.call_with("GET", &path, &[("if-none-match", etag)], None).await.status, 304);
    let renamed = ana.call_with("PATCH", &path, &[("if-match", etag)], Some(&json!({"summary": "New"}))).await;
    assert_eq!((renamed.status.as_u16(), renamed.json()["summary"].as_str()), (200, Some("New")));
    assert_ne!(renamed.json()["etag"], event["etag"]);
    assert_eq!(renamed.header("etag"), renamed.json()["etag"].as_str().unwrap());
    let late = ana.call_with("PATCH", &path, &[("if-match", etag)], Some(&json!({"summary": "Newer"}))).await;
    assert_eq!(late.reason(), (412, "conditionNotMet".into()));
    assert_eq!(
        ana.call_with("DELETE", &path, &[("if-match", etag)], None).await.reason(),
        (412, "conditionNotMet".into())
    );
    assert_eq!(ana.call_with("GET", &path, &[("if-none-match", etag)], None).await.status, 200);
    assert_eq!(ana.get(&path).await["summary"], "New");
}

#[tokio::test]
async fn only_reminders_leave_updated_alone() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    let event = ana.post(EVENTS, &hour("Talk")).await;
    let path = format!("{EVENTS}/{}", event["id"].as_str().unwrap());
    sandbox.control().advance_clock(TimeDelta::minutes(5));
    let reminders = json!({"reminders": {"useDefault": false, "overrides": [{"method": "popup", "minutes": 5}]}});
    let reminded = ana.call("PATCH", &path, Some(&reminders)).await.json();
    assert_eq!(reminded["updated"], event["updated"]);
    assert_ne!(reminded["etag"], event["etag"]);
    let renamed = ana.call("PATCH", &path, Some(&json!({"summary": "New"}))).await.json();
    assert_ne!(renamed["updated"], event["updated"]);
}

#[tokio::test]
async fn patch_keeps_and_update_resets_what_is_not_sent() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    let body =
        with(with(hour("Talk"), "location", json!("Room")), "extendedProperties", json!({"private": {"a": "1"}}));
    let event = ana.post(EVENTS, &body).await;
    let path = format!("{EVENTS}/{}", event["id"].as_str().unwrap());
    let patched = ana.call("PATCH", &path, Some(&json!({"extendedProperties": {"private": {"b": "2"}}}))).await.json();
    assert_eq!(patched["extendedProperties"]["private"], json!({"a": "1", "b": "2"}));
    assert_eq!((&patched["location"], &patched["sequence"]), (&json!("Room"), &json!(0)));
    let moved =
        json!({"start": {"dateTime": "2026-06-10T14:00:00+02:00"}, "end": {"dateTime": "2026-06-10T15:00:00+02:00"}});
    assert_eq!(ana.call("PATCH", &path, Some(&moved)).await.json()["sequence"], 1);
    let updated = ana.call("PUT", &path, Some(&hour("Other"))).await.json();
    assert_eq!(updated["summary"], "Other");
    assert!(updated.get("location").is_none() && updated.get("extendedProperties").is_none());
    assert_eq!(ana.call("PUT", &path, Some(&json!({"summary": "x"}))).await.reason(), (400, "required".into()));
    let day = json!({"start": {"date": "2026-06-10"}, "end": {"date": "2026-06-11"}});
    assert_eq!(ana.call("PATCH", &path, Some(&day)).await.reason(), (400, "invalid".into()));
    let day = json!({"start": {"date": "2026-06-10", "dateTime": null, "timeZone": null}, "end": {"date": "2026-06-11", "dateTime": null, "timeZone": null}});
    assert_eq!(ana.call("PATCH", &path, Some(&day)).await.json()["start"], json!({"date": "2026-06-10"}));
}

#[tokio::test]
async fn a_room_is_pending_then_there() {
    let sandbox = google_world().await;
    let google = sandbox.control().google();
    google.switch(|switches| switches.meet_delay_seconds = 5);
    let ana = Google::new(&sandbox, "ana@example.com");
    let wish = json!({"createRequest": {"requestId": "r-0", "conferenceSolutionKey": {"type": "hangoutsMeet"}}});
    let body = with(hour("Talk"), "conferenceData", wish.clone());
    assert!(ana.post(EVENTS, &body).await.get("conferenceData").is_none());
    let path = format!("{EVENTS}?conferenceDataVersion=1");
    let event = ana.post(&path, &body).await;
    assert_eq!(event["conferenceData"]["createRequest"]["status"]["statusCode"], "pending");
    assert!(event.get("hangoutLink").is_none());
    sandbox.control().advance_clock(TimeDelta::seconds(5));
    let one = format!("{EVENTS}/{}", event["id"].as_str().unwrap());
    let ready = ana.get(&one).await;
    assert_eq!(ready["conferenceData"]["createRequest"]["status"]["statusCode"], "success");
    assert_eq!(ready["conferenceData"]["entryPoints"][0]["uri"], ready["hangoutLink"]);
    let again = ana
        .call("PATCH", &format!("{one}?conferenceDataVersion=1"), Some(&json!({"conferenceData": wish})))
        .await
        .json();
    assert_eq!(again["hangoutLink"], ready["hangoutLink"]);
    let kept = ana.call("PATCH", &one, Some(&json!({"conferenceData": null}))).await.json();
    assert_eq!(kept["hangoutLink"], ready["hangoutLink"]);
    google.switch(|switches| (switches.meet_fails, switches.meet_delay_seconds) = (true, 0));
    let failed = ana.post(&path, &body).await;
    assert_eq!(failed["conferenceData"]["createRequest"]["status"]["statusCode"], "failure");
    assert!(failed["conferenceData"].get("entryPoints").is_none());
    google.change_calendar("ana@example.com", |calendar| calendar.meet = false).unwrap();
    assert!(ana.post(&path, &body).await.get("conferenceData").is_none());
}

#[tokio::test]
async fn a_moved_event_belongs_to_the_other_calendar() {
    let sandbox = google_world().await;
    let team = sandbox.control().google().insert_calendar("ana@example.com", "Team", "UTC").unwrap();
    let ana = Google::new(&sandbox, "ana@example.com");
    ana.post(EVENTS, &with(hour("Talk"), "id", json!("talk1"))).await;
    assert_eq!(ana.call("POST", &format!("{EVENTS}/talk1/move"), None).await.reason(), (400, "required".into()));
    let moved = ana.call("POST", &format!("{EVENTS}/talk1/move?destination={}", team.replace('@', "%40")), None).await;
    assert_eq!(moved.status, 200, "{}", moved.text);
    assert_eq!(moved.json()["organizer"]["email"], json!(team));
    assert_eq!(ana.get(&format!("{EVENTS}/talk1")).await["status"], "cancelled");
    assert_eq!(ana.get(&format!("/calendars/{team}/events/talk1")).await["status"], "confirmed");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_inserts_with_one_id_exactly_one_wins() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    let body = with(hour("Talk"), "id", json!("once0"));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (ana, body) = (ana.clone(), body.clone());
        tasks.spawn(async move { ana.call("POST", EVENTS, Some(&body)).await.status.as_u16() });
    }
    let mut statuses = tasks.join_all().await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], statuses.iter().filter(|status| **status == 409).count()), (200, 49));
}
