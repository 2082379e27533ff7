//! Guests, their copies, the mail about them, and what roles and scopes let an account see.
//! <https://developers.google.com/workspace/calendar/api/concepts/sharing>

use crate::support::{Google, google_world};
use calendar_sandbox::google::calendar::Role;
use calendar_sandbox::mail::MailKind;
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
async fn a_guest_gets_a_copy_and_exactly_one_invitation() {
    let sandbox = google_world().await;
    let (ana, ben) = (Google::new(&sandbox, "ana@example.com"), Google::new(&sandbox, "ben@example.com"));
    let guests = json!([{"email": "Ben@example.com"}, {"email": "lee@customer.example"}]);
    let body = with(with(hour("Talk"), "attendees", guests), "id", json!("talk1"));
    ana.post(&format!("{EVENTS}?sendUpdates=all"), &body).await;
    ana.call("POST", &format!("{EVENTS}?sendUpdates=all"), Some(&body)).await;
    let sent: Vec<(MailKind, String)> =
        sandbox.control().mails().into_iter().map(|mail| (mail.kind, mail.to)).collect();
    let invited = |to: &str| (MailKind::Invitation, to.to_owned());
    assert_eq!(sent, [invited("Ben@example.com"), invited("lee@customer.example")]);
    let copy = ben.get(&format!("{EVENTS}/talk1")).await;
    assert_eq!(copy["organizer"], json!({"email": "ana@example.com"}));
    assert_eq!(
        copy["attendees"][0],
        json!({"email": "Ben@example.com", "responseStatus": "needsAction", "self": true})
    );
    assert_eq!(copy["start"]["dateTime"], "2026-06-10T06:00:00-04:00");
}

#[tokio::test]
async fn send_updates_decides_who_hears() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    let body =
        with(hour("Talk"), "attendees", json!([{"email": "ben@example.com"}, {"email": "lee@customer.example"}]));
    ana.post(EVENTS, &body).await;
    ana.post(&format!("{EVENTS}?sendUpdates=none"), &body).await;
    assert!(sandbox.control().mails().is_empty());
    let event = ana.post(&format!("{EVENTS}?sendUpdates=externalOnly"), &body).await;
    assert_eq!(
        sandbox.control().mails().iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(),
        ["lee@customer.example"]
    );
    sandbox.control().clear_mails();
    let path = format!("{EVENTS}/{}?sendUpdates=all", event["id"].as_str().unwrap());
    let fewer =
        json!({"summary": "Other", "attendees": [{"email": "ben@example.com"}, {"email": "new@customer.example"}]});
    ana.call("PATCH", &path, Some(&fewer)).await;
    let mut sent: Vec<(String, MailKind)> =
        sandbox.control().mails().into_iter().map(|mail| (mail.to, mail.kind)).collect();
    sent.sort_by(|a, b| a.0.cmp(&b.0));
    let expected = [
        ("ben@example.com", MailKind::Update),
        ("lee@customer.example", MailKind::Cancellation),
        ("new@customer.example", MailKind::Invitation),
    ];
    assert_eq!(sent, expected.map(|(to, kind)| (to.to_owned(), kind)));
    sandbox.control().clear_mails();
    ana.call("DELETE", &path, None).await;
    assert!(sandbox.control().mails().iter().all(|mail| mail.kind == MailKind::Cancellation));
    assert_eq!(sandbox.control().mails().len(), 2);
}

#[tokio::test]
async fn a_guest_answers_but_changes_nothing_shared() {
    let sandbox = google_world().await;
    let (ana, ben) = (Google::new(&sandbox, "ana@example.com"), Google::new(&sandbox, "ben@example.com"));
    let event = ana.post(EVENTS, &with(hour("Talk"), "attendees", json!([{"email": "ben@example.com"}]))).await;
    let path = format!("{EVENTS}/{}", event["id"].as_str().unwrap());
    let refused = ben.call("PATCH", &path, Some(&json!({"summary": "Mine now"}))).await;
    assert_eq!(refused.reason(), (403, "forbiddenForNonOrganizer".into()));
    let own = ben.call("PATCH", &path, Some(&json!({"transparency": "transparent"}))).await;
    assert_eq!(own.status, 200);
    let yes = json!({"attendees": [{"email": "ben@example.com", "responseStatus": "accepted"}]});
    let answered = ben.call("PATCH", &format!("{path}?sendUpdates=all"), Some(&yes)).await;
    assert_eq!(answered.status, 200, "{}", answered.text);
    assert_eq!(ana.get(&path).await["attendees"][0]["responseStatus"], "accepted");
    assert_eq!(sandbox.control().mails()[0].kind, MailKind::Response);
    ana.call("PATCH", &path, Some(&json!({"summary": "Renamed"}))).await;
    let copy = ben.get(&path).await;
    assert_eq!((&copy["summary"], &copy["transparency"]), (&json!("Renamed"), &json!("transparent")));
    ben.call("DELETE", &path, None).await;
    assert_eq!(ben.get(&path).await["status"], "cancelled");
    let original = ana.get(&path).await;
    assert_eq!(
        (&original["status"], &original["attendees"][0]["responseStatus"]),
        (&json!("confirmed"), &json!("accepted")),
        "to remove a copy is no answer"
    );
}

#[tokio::test]
async fn a_guest_gives_his_answer_without_naming_the_others() {
    let sandbox = google_world().await;
    let (ana, ben) = (Google::new(&sandbox, "ana@example.com"), Google::new(&sandbox, "ben@example.com"));
    let guests = json!([{"email": "ben@example.com"}, {"email": "lee@example.com"}]);
    let event = ana.post(EVENTS, &with(hour("Talk"), "attendees", guests)).await;
    let path = format!("{EVENTS}/{}", event["id"].as_str().unwrap());
    let answer = json!({"email": "ben@example.com", "responseStatus": "declined", "comment": "ill"});
    let stranger = json!({"email": "lee@example.com", "responseStatus": "declined"});
    let own = json!({"attendees": [answer], "attendeesOmitted": true});
    let both = json!({"attendees": [answer, stranger], "attendeesOmitted": true});
    for body in [own, both] {
        let answered = ben.call("PATCH", &path, Some(&body)).await;
        assert_eq!(answered.status, 200, "{}", answered.text);
        assert_eq!(answered.json()["attendeesOmitted"], json!(null));
        let seen = ana.get(&path).await["attendees"].clone();
        assert_eq!((&seen[0]["responseStatus"], &seen[0]["comment"]), (&json!("declined"), &json!("ill")));
        assert_eq!(seen[1]["responseStatus"], "needsAction");
    }
}

#[tokio::test]
async fn too_many_guests_are_left_out_of_the_answer() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    let guests = json!([{"email": "ana@example.com"}, {"email": "a@x.example"}, {"email": "b@x.example"}]);
    let event = ana.post(EVENTS, &with(hour("Talk"), "attendees", guests)).await;
    let path = format!("{EVENTS}/{}", event["id"].as_str().unwrap());
    let short = ana.get(&format!("{path}?maxAttendees=2")).await;
    assert_eq!((short["attendees"].as_array().unwrap().len(), &short["attendeesOmitted"]), (1, &json!(true)));
    assert_eq!(ana.get(&format!("{path}?maxAttendees=3")).await["attendees"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn roles_decide_what_is_seen_and_written() {
    let sandbox = google_world().await;
    let google = sandbox.control().google();
    let (ana, ben) = (Google::new(&sandbox, "ana@example.com"), Google::new(&sandbox, "ben@example.com"));
    let team = google.insert_calendar("ana@example.com", "Team", "UTC").unwrap();
    let path = format!("/calendars/{team}/events");
    let secret = with(with(hour("Secret"), "visibility", json!("private")), "id", json!("secret1"));
    ana.post(&path, &secret).await;
    ana.post(&path, &with(hour("Open"), "id", json!("open1"))).await;
    let one = |id: &str| format!("{path}/{id}");
    assert_eq!(ben.call("GET", &one("open1"), None).await.reason(), (404, "notFound".into()));
    google.share(&team, "ben@example.com", Role::FreeBusyReader).unwrap();
    assert!(ben.get(&one("open1")).await.get("summary").is_none());
    google.share(&team, "ben@example.com", Role::Reader).unwrap();
    assert_eq!(ben.get(&one("open1")).await["summary"], "Open");
    let hidden = ben.get(&one("secret1")).await;
    assert_eq!((hidden.get("summary"), &hidden["visibility"]), (None, &json!("private")));
    assert_eq!(ben.call("POST", &path, Some(&hour("x"))).await.reason(), (403, "requiredAccessLevel".into()));
    google.share(&team, "ben@example.com", Role::WriterWithoutPrivateAccess).unwrap();
    assert!(ben.get(&one("secret1")).await.get("summary").is_none());
    ben.post(&path, &hour("x")).await;
    google.share(&team, "ben@example.com", Role::Writer).unwrap();
    assert_eq!(ben.get(&one("secret1")).await["summary"], "Secret");
}

#[tokio::test]
async fn an_event_sent_back_as_it_came_counts_as_unchanged() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    let mut event = ana.post(EVENTS, &with(hour("Talk"), "attendees", json!([{"email": "ben@example.com"}]))).await;
    let path = format!("{EVENTS}/{}?sendUpdates=all", event["id"].as_str().unwrap());
    sandbox.control().advance_clock(TimeDelta::minutes(1));
    let same = ana.call("PUT", &path, Some(&event)).await.json();
    assert_eq!((&same["sequence"], &same["updated"]), (&json!(0), &event["updated"]));
    assert!(sandbox.control().mails().is_empty());
    event["summary"] = json!("Renamed");
    assert_eq!(ana.call("PUT", &path, Some(&event)).await.json()["sequence"], 0);
    assert_eq!(sandbox.control().mails().len(), 1);
}

#[tokio::test]
async fn narrow_scopes_reach_only_some_calendars() {
    let sandbox = google_world().await;
    let google = sandbox.control().google();
    let board = google.insert_calendar("ben@example.com", "Board", "UTC").unwrap();
    google.share(&board, "ana@example.com", Role::Writer).unwrap();
    let scope = |name: &str| format!("https://www.googleapis.com/auth/{name}");
    let owned = Google::with_scopes(&sandbox, "ana@example.com", &[&scope("calendar.events.owned")]);
    let theirs = format!("/calendars/{board}/events");
    let event = owned.post(EVENTS, &hour("Talk")).await;
    assert_eq!(owned.call("POST", &theirs, Some(&hour("Talk"))).await.reason(), (403, "forbidden".into()));
    assert_eq!(owned.call("GET", &theirs, None).await.reason(), (403, "forbidden".into()));
    let times = Google::with_scopes(&sandbox, "ana@example.com", &[&scope("calendar.events.freebusy")]);
    let seen = times.get(&format!("{EVENTS}/{}", event["id"].as_str().unwrap())).await;
    assert!(seen.get("summary").is_none() && seen["start"].is_object());
    assert_eq!(times.get(EVENTS).await["accessRole"], "freeBusyReader");
}
