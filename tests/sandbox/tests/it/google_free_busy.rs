//! Free/busy, calendars, tokens and scopes over HTTP.
//! <https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query>

use crate::support::{Google, google_world};
use calendar_sandbox::google::calendar::{Audience, Role};
use chrono::TimeDelta;
use serde_json::{Value, json};

const EVENTS: &str = "/calendars/primary/events";

fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn whole_days_are_days_of_the_calendars_zone() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    let fair = json!({"id": "fair0", "start": {"date": "2026-06-10"}, "end": {"date": "2026-06-12"}});
    assert_eq!(ana.post(EVENTS, &fair).await["end"], json!({"date": "2026-06-12"}));
    let busy = ana.post("/freeBusy", &json!({"timeMin": "2026-06-09T00:00:00Z", "timeMax": "2026-06-14T00:00:00Z", "items": [{"id": "primary"}]})).await;
    assert_eq!(
        busy["calendars"]["primary"]["busy"],
        json!([{"start": "2026-06-09T22:00:00Z", "end": "2026-06-11T22:00:00Z"}])
    );
    let list = ana.get(&format!("{EVENTS}?timeMin=2026-06-11T22:00:00Z")).await;
    assert!(ids(&list).is_empty());
    assert_eq!(ids(&ana.get(&format!("{EVENTS}?timeMin=2026-06-11T21:59:59Z&timeZone=Asia/Tokyo")).await), ["fair0"]);
    let yearly = json!({"id": "birth0", "start": {"date": "2026-06-20"}, "end": {"date": "2026-06-21"}, "recurrence": ["RRULE:FREQ=YEARLY"]});
    ana.post(EVENTS, &yearly).await;
    assert_eq!(ana.get(&format!("{EVENTS}/birth0_20270620")).await["start"], json!({"date": "2027-06-20"}));
}

#[tokio::test]
async fn free_busy_counts_what_takes_time_and_merges() {
    let sandbox = google_world().await;
    let (google, ana) = (sandbox.control().google(), Google::new(&sandbox, "ana@example.com"));
    let hour = |from: &str, to: &str, more: Value| {
        let mut body = json!({"start": {"dateTime": format!("2026-06-10T{from}:00Z")}, "end": {"dateTime": format!("2026-06-10T{to}:00Z")}});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let me = |answer: &str| json!({"organizer": {"email": "x@y.example"}, "attendees": [{"email": "ana@example.com", "responseStatus": answer}]});
    for body in [
        hour("08:00", "09:00", json!({})),
        hour("09:00", "09:30", json!({"status": "tentative"})),
        hour("11:00", "12:00", json!({"transparency": "transparent"})),
        hour("12:00", "13:00", me("declined")),
        hour("13:00", "14:00", me("needsAction")),
        hour("15:00", "16:00", json!({"status": "cancelled"})),
        hour("16:00", "17:00", json!({"eventType": "outOfOffice"})),
        hour(
            "17:00",
            "18:00",
            json!({"eventType": "workingLocation", "workingLocationProperties": {"type": "homeOffice"}}),
        ),
        hour("18:00", "18:00", json!({})),
        hour("19:00", "20:00", json!({"eventType": "birthday"})),
        hour("07:00", "07:30", json!({"eventType": "fromGmail"})),
    ] {
        google.insert_event("ana@example.com", "primary", &body).unwrap();
    }
    let query = json!({"timeMin": "2026-06-10T07:15:00Z", "timeMax": "2026-06-10T23:00:00Z", "items": [{"id": "ana@example.com"}, {"id": "ben@example.com"}, {"id": "gone@example.com"}]});
    let answer = ana.post("/freeBusy", &query).await;
    let span = |from: &str, to: &str| json!({"start": format!("2026-06-10T{from}:00Z"), "end": format!("2026-06-10T{to}:00Z")});
    let expected =
        json!([span("07:15", "07:30"), span("08:00", "09:30"), span("13:00", "14:00"), span("16:00", "17:00")]);
    assert_eq!(answer["calendars"]["ana@example.com"], json!({"busy": expected}));
    assert_eq!(answer["calendars"]["ben@example.com"], json!({"busy": []}));
    assert_eq!(
        answer["calendars"]["gone@example.com"],
        json!({"errors": [{"domain": "global", "reason": "notFound"}], "busy": []})
    );
    assert_eq!(answer["timeMin"], "2026-06-10T07:15:00.000Z");
    google.switch(|switches| switches.raw_free_busy = true);
    assert_eq!(
        ana.post("/freeBusy", &query).await["calendars"]["ana@example.com"]["busy"].as_array().unwrap().len(),
        5
    );
}

#[tokio::test]
async fn free_busy_has_its_limits() {
    let sandbox = google_world().await;
    let (google, ana) = (sandbox.control().google(), Google::new(&sandbox, "ana@example.com"));
    let window = |from: &str, to: &str| json!({"timeMin": from, "timeMax": to, "items": [{"id": "primary"}]});
    let refuse = async |body: Value| ana.call("POST", "/freeBusy", Some(&body)).await.reason();
    assert_eq!(refuse(window("2026-06-01T00:00:00Z", "2026-08-30T00:00:01Z")).await, (400, "timeRangeTooLong".into()));
    assert_eq!(refuse(window("2026-06-01T00:00:00Z", "2026-06-01T00:00:00Z")).await, (400, "timeRangeEmpty".into()));
    assert_eq!(refuse(window("2026-06-01T00:00:00", "2026-06-02T00:00:00Z")).await, (400, "badRequest".into()));
    assert_eq!(refuse(json!({"timeMin": "2026-06-01T00:00:00Z"})).await, (400, "required".into()));
    ana.post("/freeBusy", &window("2026-06-01T00:00:00Z", "2026-08-30T00:00:00Z")).await;
    google.switch(|switches| switches.free_busy_days = 30);
    assert_eq!(refuse(window("2026-06-01T00:00:00Z", "2026-08-30T00:00:00Z")).await, (400, "timeRangeTooLong".into()));
    let items: Vec<Value> = (0..51).map(|count| json!({"id": format!("c{count}@example.com")})).collect();
    let mut many = window("2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z");
    many["items"] = json!(items);
    let answer = ana.post("/freeBusy", &many).await;
    assert_eq!(answer["calendars"]["c49@example.com"]["errors"][0]["reason"], "notFound");
    assert_eq!(answer["calendars"]["c50@example.com"]["errors"][0]["reason"], "tooManyCalendarsRequested");
    google.switch(|switches| switches.free_busy_internal_errors = vec!["ana@example.com".into()]);
    let answer = ana.post("/freeBusy", &window("2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z")).await;
    assert_eq!(answer["calendars"]["primary"]["errors"][0]["reason"], "internalError");
}

#[tokio::test]
async fn calendars_are_listed_with_role_and_zone() {
    let sandbox = google_world().await;
    let google = sandbox.control().google();
    let (ana, ben) = (Google::new(&sandbox, "ana@example.com"), Google::new(&sandbox, "ben@example.com"));
    let team = google.insert_calendar("ana@example.com", "Team", "UTC").unwrap();
    google.share(&team, "ben@example.com", Role::FreeBusyReader).unwrap();
    let list = ana.get("/users/me/calendarList").await;
    let primary = &list["items"][0];
    assert_eq!(
        (&primary["id"], &primary["primary"], &primary["accessRole"]),
        (&json!("ana@example.com"), &json!(true), &json!("owner"))
    );
    assert_eq!(primary["conferenceProperties"]["allowedConferenceSolutionTypes"], json!(["hangoutsMeet"]));
    assert_eq!(ids(&list).len(), 2);
    let page = ana.get("/users/me/calendarList?maxResults=1").await;
    assert!(page["nextPageToken"].is_string() && page.get("nextSyncToken").is_none());
    assert_eq!(ids(&ben.get("/users/me/calendarList?minAccessRole=reader").await), ["ben@example.com"]);
    let path = format!("/users/me/calendarList/{}", team.replace('@', "%40"));
    assert_eq!(ben.get(&path).await["accessRole"], "freeBusyReader");
    assert_eq!(
        ben.call("GET", &format!("/calendars/{team}"), None).await.reason(),
        (403, "requiredAccessLevel".into())
    );
    assert_eq!(ben.call("GET", "/users/me/calendarList/ana%40example.com", None).await.status, 404);
    assert!(ana.get("/calendars/primary").await.get("workingHours").is_none());
    google
        .change_calendar("ana@example.com", |calendar| {
            calendar.working_hours = Some(json!({"workingHoursEnabled": true, "availableTimes": []}));
            calendar.shares.push((Audience::Default, Role::Reader));
        })
        .unwrap();
    assert_eq!(ana.get("/calendars/primary").await["workingHours"]["workingHoursEnabled"], true);
    assert!(ben.get("/calendars/ana%40example.com").await.get("workingHours").is_none());
    let token = list["nextSyncToken"].as_str().unwrap();
    let changed = ana.get(&format!("/users/me/calendarList?syncToken={token}")).await;
    assert_eq!(ids(&changed), ["ana@example.com"]);
    let dead = ana.call("GET", "/users/me/calendarList?syncToken=old", None).await;
    assert_eq!(dead.reason(), (410, "fullSyncRequired".into()));
}

#[tokio::test]
async fn tokens_and_scopes_are_checked() {
    let sandbox = google_world().await;
    let control = sandbox.control();
    let mut nobody = Google::new(&sandbox, "ana@example.com");
    let good = nobody.token.clone();
    nobody.token = String::new();
    assert_eq!(nobody.call("GET", EVENTS, None).await.reason(), (401, "required".into()));
    nobody.token = "ya29.invented".into();
    let reply = nobody.call("GET", EVENTS, None).await;
    assert_eq!(reply.reason(), (401, "authError".into()));
    assert!(reply.header("www-authenticate").contains("invalid_token"));
    nobody.token = good;
    nobody.get(EVENTS).await;
    control.advance_clock(TimeDelta::seconds(3599));
    assert_eq!(nobody.call("GET", EVENTS, None).await.reason(), (401, "authError".into()));
    let narrow =
        Google::with_scopes(&sandbox, "ana@example.com", &["https://www.googleapis.com/auth/calendar.freebusy"]);
    let reply = narrow.call("GET", EVENTS, None).await;
    assert_eq!(reply.reason(), (403, "insufficientPermissions".into()));
    assert_eq!(reply.json()["error"]["details"][0]["reason"], "ACCESS_TOKEN_SCOPE_INSUFFICIENT");
    assert!(reply.header("www-authenticate").contains("insufficient_scope"));
    narrow
        .post("/freeBusy", &json!({"timeMin": "2026-06-01T00:00:00Z", "timeMax": "2026-06-02T00:00:00Z", "items": []}))
        .await;
    let reader =
        Google::with_scopes(&sandbox, "ana@example.com", &["https://www.googleapis.com/auth/calendar.events.readonly"]);
    reader.get(EVENTS).await;
    assert_eq!(reader.call("POST", EVENTS, Some(&json!({}))).await.reason(), (403, "insufficientPermissions".into()));
    control.revoke(calendar_sandbox::vendor::Vendor::Google, "ana@example.com");
    assert_eq!(reader.call("GET", EVENTS, None).await.reason(), (401, "authError".into()));
}
