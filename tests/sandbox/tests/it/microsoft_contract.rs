//! A tour through the API whose answers are checked against the vendor's own description, when the checker is at hand.

use crate::microsoft_support::{ANA, BERLIN, HOME, LEE, World, escape, meeting, path_of, with_guests};
use calendar_sandbox::config::{Config, Seed};
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Stdio};

const PROPERTY: &str = "String {6d1b7b0e-5e0d-4b6e-9a39-2f1f1c2d3e4f} Name BookingKey";

async fn tour(world: &World) {
    let (ana, lee, home) = (world.graph(ANA), world.graph(LEE), world.graph(HOME));
    for graph in [&ana, &lee, &home] {
        for path in [
            "/me",
            "/me?$select=id,mail",
            "/me/calendars",
            "/me/calendars?$top=1",
            "/me/calendar",
            "/me/mailboxSettings",
            "/me/mailboxSettings/workingHours",
            "/me/events?$top=50",
            "/me/outlook/supportedTimeZones",
        ] {
            assert_eq!(graph.get(path).await.status, 200, "{path}");
        }
    }
    let now = world.sandbox.control().now();
    let day = |days: i64| (now + TimeDelta::days(days)).format("%Y-%m-%dT00:00:00Z").to_string();
    for graph in [&ana, &lee, &home] {
        let seeded = graph.view(&day(-30), &day(30), "&$top=500").await;
        assert!(seeded.each("/id").len() >= 2, "{}", seeded.body);
    }
    let mut sent =
        with_guests(meeting("Demo", "2026-06-10T10:00:00", "2026-06-10T10:30:00"), &[LEE, "kim@fabrikam.example"]);
    sent["isOnlineMeeting"] = json!(true);
    sent["onlineMeetingProvider"] = json!("teamsForBusiness");
    sent["transactionId"] = json!("5f0c9a8e-7c14-4d43-9b52-6a6a9a2a7b10");
    sent["location"] = json!({"displayName": "Room 1", "locationType": "conferenceRoom"});
    sent["singleValueExtendedProperties"] = json!([{"id": PROPERTY, "value": "booking-42"}]);
    let event = ana.create(&sent).await;
    ana.get(&path_of(&event)).await;
    let expand = escape(&format!("singleValueExtendedProperties($filter=id eq '{PROPERTY}')"));
    ana.get(&format!("{}?$expand={expand}", path_of(&event))).await;
    ana.patch(&path_of(&event), &[], &json!({"subject": "Demo 2"})).await;
    sent["subject"] = json!("Other");
    assert_eq!(ana.post("/me/events", &sent).await.status, 400);
    let series = json!({
        "subject": "Series", "start": {"dateTime": "2026-06-02T10:00:00", "timeZone": BERLIN}, "end": {"dateTime": "2026-06-02T11:00:00", "timeZone": BERLIN},
        "recurrence": {"pattern": {"type": "relativeMonthly", "interval": 1, "daysOfWeek": ["tuesday"], "index": "first"},
                       "range": {"type": "endDate", "startDate": "2026-06-02", "endDate": "2026-12-31"}},
    });
    let series = ana.create(&series).await;
    let view = ana.view("2026-06-01T00:00:00Z", "2026-09-01T00:00:00Z", "&$top=200").await;
    assert_eq!(view.status, 200);
    ana.view(
        "2026-06-01T00:00:00Z",
        "2026-09-01T00:00:00Z",
        "&$top=2&$select=id,showAs,start,end,isAllDay,isCancelled,responseStatus,type&$count=true",
    )
    .await;
    let instances = ana
        .get(&format!(
            "{}/instances?startDateTime=2026-06-01T00:00:00Z&endDateTime=2026-09-01T00:00:00Z",
            path_of(&series)
        ))
        .await;
    ana.patch(&path_of(&instances.body["value"][1]), &[], &json!({"subject": "Exception"})).await;
    let delta =
        ana.get("/me/calendarView/delta?startDateTime=2026-06-01T00:00:00Z&endDateTime=2026-09-01T00:00:00Z").await;
    assert_eq!(delta.status, 200);
    let copy = lee.get("/me/events?$filter=isOrganizer%20eq%20false&$top=1&$orderby=createdDateTime%20desc").await.body
        ["value"][0]
        .clone();
    assert_eq!(lee.post(&format!("{}/accept", path_of(&copy)), &json!({"sendResponse": true})).await.status, 202);
    let question = json!({"schedules": [ANA, LEE, "typo@contoso.example"], "startTime": {"dateTime": "2026-06-01T00:00:00", "timeZone": "UTC"},
        "endTime": {"dateTime": "2026-06-20T00:00:00", "timeZone": "UTC"}, "availabilityViewInterval": 60});
    assert_eq!(ana.post("/me/calendar/getSchedule", &question).await.status, 200);
    assert_eq!(home.post("/me/calendar/getSchedule", &question).await.status, 403);
    let find = json!({"attendees": [{"type": "required", "emailAddress": {"address": LEE}}], "meetingDuration": "PT30M", "returnSuggestionReasons": true});
    assert_eq!(ana.post("/me/findMeetingTimes", &find).await.status, 200);
    let made = ana.post("/me/calendars", &json!({"name": "Side"})).await;
    assert_eq!(made.status, 201);
    let batch = json!({"requests": [
        {"id": "1", "method": "GET", "url": "/me/calendarView?startDateTime=2026-06-01T00:00:00Z&endDateTime=2026-06-20T00:00:00Z"},
        {"id": "2", "method": "GET", "url": "/me/events/unknown"},
        {"id": "3", "method": "DELETE", "url": format!("/me/calendars/{}", escape(made.body["id"].as_str().unwrap()))},
    ]});
    assert_eq!(ana.post("/$batch", &batch).await.status, 200);
    assert_eq!(ana.post(&format!("{}/cancel", path_of(&event)), &json!({"comment": "Off"})).await.status, 202);
    assert_eq!(ana.delete(&path_of(&series)).await.status, 204);
    let rest = delta.body["@odata.nextLink"].as_str().or(delta.body["@odata.deltaLink"].as_str()).unwrap().to_owned();
    assert_eq!(ana.send("GET", &rest, &[], None).await.status, 200);
    assert_eq!(ana.get("/me/calendarView").await.status, 400);
}

#[tokio::test]
async fn every_answer_fits_the_vendors_description() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { record_dir: Some(folder.path().to_owned()), seed: Some(Seed::People), ..Config::default() };
    let world = World::with(config).await;
    tour(&world).await;
    world.control.set_switches(|switches| switches.page_size = 1);
    world.graph(ANA).get("/me/events").await;
    let answers = folder.path().join("responses-graph.jsonl");
    let lines = std::fs::read_to_string(&answers).unwrap();
    assert!(lines.lines().count() > 40 && lines.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    let checker = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/contracts/check.py");
    let has_library = Command::new("python3")
        .args(["-c", "import jsonschema"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !checker.exists() || !has_library {
        eprintln!("the contract checker is not here; {} answers were recorded but not checked", lines.lines().count());
        return;
    }
    for (mode, file, flags) in
        [("response", "responses-graph.jsonl", vec!["--closed"]), ("request", "requests-graph.jsonl", vec![])]
    {
        let input = std::fs::File::open(folder.path().join(file)).unwrap();
        let output =
            Command::new("python3").arg(&checker).args(["graph", mode]).args(&flags).stdin(input).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let expected = |line: &str| mode == "request" && line.contains("calendarView: query.");
        let wrong: Vec<&str> = text.lines().filter(|line| !expected(line)).collect();
        assert!(wrong.is_empty(), "{mode}: {wrong:#?}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}
