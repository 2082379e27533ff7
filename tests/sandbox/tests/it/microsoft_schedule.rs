//! getSchedule, findMeetingTimes, mailbox settings.

use crate::microsoft_support::{ANA, BERLIN, HOME, LEE, World, meeting};
use serde_json::{Value, json};

fn ask(addresses: &[&str], from: &str, to: &str, minutes: Value) -> Value {
    json!({
        "Schedules": addresses, "StartTime": {"DateTime": from, "TimeZone": "UTC"}, "EndTime": {"dateTime": to, "timeZone": "UTC"},
        "AvailabilityViewInterval": minutes,
    })
}

#[tokio::test]
async fn the_digits_tell_the_worst_status_of_each_interval() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    for (status, from, to) in [
        ("busy", "09:10", "09:20"),
        ("free", "09:30", "10:00"),
        ("oof", "10:15", "11:05"),
        ("busy", "10:30", "10:45"),
        ("workingElsewhere", "11:30", "12:00"),
    ] {
        let mut event = meeting("m", &format!("2026-06-10T{from}:00"), &format!("2026-06-10T{to}:00"));
        event["showAs"] = json!(status);
        world.control.insert_event(LEE, None, &event).unwrap();
    }
    let reply = graph
        .post(
            "/me/Calendar/GetSchedule",
            &ask(&[LEE, "typo@contoso.example", HOME], "2026-06-10T09:00:00", "2026-06-10T12:00:00", json!("30")),
        )
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.each("/availabilityView"), ["203330", "", ""]);
    assert_eq!(reply.each("/error/responseCode"), ["", "ErrorMailRecipientNotFound", "ErrorMailRecipientNotFound"]);
    let items = reply.body["value"][0]["scheduleItems"].as_array().unwrap();
    assert_eq!(items.len(), 5);
    assert_eq!(
        items[0],
        json!({"status": "busy", "start": {"dateTime": "2026-06-10T09:10:00.0000000", "timeZone": "UTC"}, "end": {"dateTime": "2026-06-10T09:20:00.0000000", "timeZone": "UTC"}})
    );
    assert_eq!(reply.text("/value/0/workingHours/timeZone/name"), "GMT Standard Time");
}

#[tokio::test]
async fn titles_appear_only_where_shared_and_never_for_private_items() {
    let world = World::new().await;
    let mut secret = meeting("Doctor", "2026-06-10T11:00:00", "2026-06-10T12:00:00");
    secret["sensitivity"] = json!("private");
    for event in [meeting("Review", "2026-06-10T09:00:00", "2026-06-10T10:00:00"), secret] {
        world.control.insert_event(LEE, None, &event).unwrap();
    }
    let question = ask(&[LEE], "2026-06-10T09:00:00", "2026-06-10T12:00:00", json!(60));
    let titles = |reply: &crate::microsoft_support::Reply| -> Vec<Value> {
        reply.body["value"][0]["scheduleItems"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item.get("subject").cloned().unwrap_or_default())
            .collect()
    };
    let closed = world.graph(ANA).post("/me/calendar/getSchedule", &question).await;
    assert_eq!(titles(&closed), [Value::Null, Value::Null]);
    world.control.set_mailbox(LEE, |mailbox| mailbox.shares_details = true).unwrap();
    let open = world.graph(ANA).post("/me/calendar/getSchedule", &question).await;
    assert_eq!(titles(&open), [json!("Review"), Value::Null]);
    assert_eq!(open.body["value"][0]["scheduleItems"][1]["isPrivate"], true);
    let basic = world.graph_with(ANA, &["https://graph.microsoft.com/Calendars.ReadBasic"]);
    assert_eq!(titles(&basic.post("/me/calendar/getSchedule", &question).await), [Value::Null, Value::Null]);
}

#[tokio::test]
async fn the_limits_are_kept() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let names: Vec<String> = (0..21).map(|number| format!("p{number}@contoso.example")).collect();
    let many: Vec<&str> = names.iter().map(String::as_str).collect();
    let (from, to) = ("2026-06-10T09:00:00", "2026-06-10T12:00:00");
    let refused = [
        ask(&many, from, to, json!(30)),
        ask(&[], from, to, json!(30)),
        ask(&[LEE], from, "2026-08-11T09:00:00", json!(30)),
        ask(&[LEE], to, from, json!(30)),
        ask(&[LEE], from, to, json!(4)),
        ask(&[LEE], from, to, json!(1441)),
    ];
    for question in refused {
        assert_eq!(graph.post("/me/calendar/getSchedule", &question).await.status, 400, "{question}");
    }
    let widest = ask(&many[..20], from, "2026-08-11T08:59:59", json!(1440));
    assert_eq!(graph.post("/me/calendar/getSchedule", &widest).await.each("/scheduleId").len(), 20);
}

#[tokio::test]
async fn too_many_entries_and_ordered_failures_concern_one_address_only() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let series = json!({
        "subject": "often", "start": {"dateTime": "2026-06-01T00:00:00", "timeZone": "UTC"}, "end": {"dateTime": "2026-06-01T00:10:00", "timeZone": "UTC"},
        "recurrence": {"pattern": {"type": "daily", "interval": 1}, "range": {"type": "noEnd", "startDate": "2026-06-01"}},
    });
    for _ in 0..17 {
        world.control.insert_event(LEE, None, &series).unwrap();
    }
    let (from, to) = ("2026-06-01T00:00:00", "2026-08-01T00:00:00");
    let reply = graph.post("/me/calendar/getSchedule", &ask(&[LEE, ANA], from, to, json!(1440))).await;
    assert_eq!(reply.each("/error/responseCode"), ["5006", ""]);
    world.control.set_switches(|switches| {
        switches.schedule_errors.insert(ANA.to_owned(), "ErrorNoFreeBusyAccess".to_owned());
        switches.schedule_omits.insert(LEE.to_owned());
    });
    let reply = graph.post("/me/calendar/getSchedule", &ask(&[LEE, ANA], from, to, json!(1440))).await;
    assert_eq!(reply.each("/scheduleId"), [ANA]);
    assert_eq!(reply.each("/error/responseCode"), ["ErrorNoFreeBusyAccess"]);
}

#[tokio::test]
async fn a_personal_account_is_refused_free_busy() {
    let world = World::new().await;
    let graph = world.graph(HOME);
    let question = ask(&[HOME], "2026-06-10T09:00:00", "2026-06-10T12:00:00", json!(30));
    assert_eq!(graph.post("/me/calendar/getSchedule", &question).await.status, 403);
    assert_eq!(graph.post("/me/findMeetingTimes", &json!({})).await.status, 403);
}

#[tokio::test]
async fn suggestions_avoid_busy_times_and_keep_to_working_hours() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    world.control.insert_event(LEE, None, &meeting("m", "2026-06-10T07:00:00", "2026-06-10T09:00:00")).unwrap();
    world.control.insert_event(ANA, None, &meeting("m", "2026-06-10T10:00:00", "2026-06-10T15:00:00")).unwrap();
    let question = json!({
        "attendees": [{"type": "required", "emailAddress": {"address": LEE}}],
        "timeConstraint": {"activityDomain": "work", "timeSlots": [{
            "start": {"dateTime": "2026-06-10T00:00:00", "timeZone": BERLIN}, "end": {"dateTime": "2026-06-11T00:00:00", "timeZone": BERLIN},
        }]},
        "meetingDuration": "PT1H", "isOrganizerOptional": "false", "returnSuggestionReasons": "true", "minimumAttendeePercentage": "100",
    });
    let reply = graph.post("/me/findMeetingTimes", &question).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let suggestions = reply.body["meetingTimeSuggestions"].as_array().unwrap();
    let starts: Vec<&str> =
        suggestions.iter().map(|one| one["meetingTimeSlot"]["start"]["dateTime"].as_str().unwrap()).collect();
    assert_eq!(starts, ["2026-06-10T06:00:00.0000000", "2026-06-10T09:00:00.0000000"]);
    assert_eq!(suggestions[0]["attendeeAvailability"][0]["availability"], "free");
    world.control.insert_event(ANA, None, &meeting("m", "2026-06-10T05:00:00", "2026-06-10T15:00:00")).unwrap();
    let reply = graph.post("/me/findMeetingTimes", &question).await;
    assert_eq!(reply.text("/emptySuggestionsReason"), "organizerUnavailable");
}

#[tokio::test]
async fn settings_tell_zone_and_working_hours() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let reply = graph.get("/me/mailboxSettings?$select=timeZone,workingHours").await;
    assert_eq!(reply.text("/timeZone"), BERLIN);
    assert_eq!(reply.text("/workingHours/startTime"), "08:00:00.0000000");
    assert_eq!(reply.body.get("dateFormat"), None);
    assert_eq!(graph.get("/me/mailboxSettings/timeZone").await.text("/value"), BERLIN);
    let zones = graph.get("/me/outlook/supportedTimeZones").await;
    assert!(zones.each("/alias").contains(&BERLIN.to_owned()) && zones.each("/alias").len() > 130);
    let iana =
        graph.get("/me/outlook/supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')").await;
    assert!(iana.each("/alias").contains(&"Europe/Berlin".to_owned()));
    assert_eq!(world.graph_with(ANA, &["Calendars.Read"]).get("/me/mailboxSettings").await.status, 403);
}
