//! Lists, series, paging, synchronization, free/busy and calendars over HTTP.

use crate::support::{Google, google_world};
use serde_json::{Value, json};

const EVENTS: &str = "/calendars/primary/events";

fn timed(id: &str, start: &str, end: &str) -> Value {
    json!({"id": id, "start": {"dateTime": start, "timeZone": "Europe/Berlin"}, "end": {"dateTime": end, "timeZone": "Europe/Berlin"}})
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

/// Follows `nextPageToken` to the end: all items' ids, the number of pages, and the last page.
async fn pages(google: &Google, path: &str) -> (Vec<String>, usize, Value) {
    let (mut all, mut count, mut next) = (Vec::new(), 0, String::new());
    loop {
        let page = google.get(&format!("{path}{next}")).await;
        all.extend(ids(&page).into_iter().map(str::to_owned));
        count += 1;
        match page["nextPageToken"].as_str() {
            Some(token) => next = format!("&pageToken={token}"),
            None => return (all, count, page),
        }
        assert!(page.get("nextSyncToken").is_none());
    }
}

#[tokio::test]
async fn bounds_are_exclusive_on_end_and_start() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    for (id, start, end) in [("before0", "08", "09"), ("inside0", "09", "10"), ("after0", "11", "12")] {
        ana.post(EVENTS, &timed(id, &format!("2026-06-10T{start}:00:00"), &format!("2026-06-10T{end}:00:00"))).await;
    }
    let path = format!(
        "{EVENTS}?timeMin=2026-06-10T07:00:00Z&timeMax=2026-06-10T09:00:00Z&singleEvents=true&orderBy=startTime"
    );
    assert_eq!(ids(&ana.get(&path).await), ["inside0"]);
    let path = format!("{EVENTS}?timeMin=2026-06-10T06:59:59.5Z&timeMax=2026-06-10T11:00:01%2B02:00");
    assert_eq!(ids(&ana.get(&path).await), ["after0", "before0", "inside0"]);
}

#[tokio::test]
async fn bad_parameters_are_refused() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    for (query, reason) in [
        ("timeMin=2026-06-10T10:00:00", "badRequest"),
        ("timeMin=2026-06-10", "badRequest"),
        ("timeMin=2026-06-10T10:00:00Z&timeMax=2026-06-10T10:00:00Z", "timeRangeEmpty"),
        ("orderBy=startTime", "badRequest"),
        ("orderBy=size", "invalidParameter"),
        ("maxResults=0", "invalidParameter"),
        ("singleEvents=yes", "invalidParameter"),
        ("timeZone=Mars/Olympus", "invalidParameter"),
        ("pageToken=abc", "invalidParameter"),
        ("eventTypes=party", "invalidParameter"),
        ("fields=items(id", "invalidParameter"),
        ("alt=xml", "invalidParameter"),
        ("privateExtendedProperty=novalue", "invalidParameter"),
    ] {
        assert_eq!(ana.call("GET", &format!("{EVENTS}?{query}"), None).await.reason(), (400, reason.into()), "{query}");
    }
    let reply =
        ana.call("GET", &format!("{EVENTS}?timeMin=2026-06-11T00:00:00Z&timeMax=2026-06-10T00:00:00Z"), None).await;
    assert_eq!(reply.json()["error"]["errors"][0]["location"], "timeMax");
    assert_eq!(
        ana.call("GET", "/calendars/nobody%40example.com/events", None).await.reason(),
        (404, "notFound".into())
    );
    assert_eq!(ana.call("DELETE", "/freeBusy", None).await.status, 405);
}

#[tokio::test]
async fn a_series_expands_across_the_clock_change() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    let weekly = with(
        timed("series0", "2026-10-19T10:00:00", "2026-10-19T11:00:00"),
        "recurrence",
        json!(["RRULE:FREQ=WEEKLY;COUNT=3"]),
    );
    ana.post(EVENTS, &weekly).await;
    let path = format!("{EVENTS}?singleEvents=true&orderBy=startTime");
    let list = ana.get(&path).await;
    assert_eq!(ids(&list), ["series0_20261019T080000Z", "series0_20261026T090000Z", "series0_20261102T090000Z"]);
    let second = &list["items"][1];
    assert_eq!(second["start"]["dateTime"], "2026-10-26T10:00:00+01:00");
    assert_eq!(
        (&second["recurringEventId"], &second["originalStartTime"]["dateTime"]),
        (&json!("series0"), &json!("2026-10-26T10:00:00+01:00"))
    );
    assert!(second.get("recurrence").is_none());
    assert_eq!(ids(&ana.get(EVENTS).await), ["series0"]);
    assert_eq!(ids(&ana.get(&format!("{EVENTS}?timeMin=2026-11-03T00:00:00Z")).await), Vec::<&str>::new());
    assert_eq!(ana.get(&format!("{EVENTS}/series0_20261026T090000Z")).await["id"], "series0_20261026T090000Z");
    assert_eq!(ana.call("GET", &format!("{EVENTS}/series0_20261027T090000Z"), None).await.status, 404);
}

#[tokio::test]
async fn exceptions_replace_their_instance_only() {
    let sandbox = google_world().await;
    let (ana, ben) = (Google::new(&sandbox, "ana@example.com"), Google::new(&sandbox, "ben@example.com"));
    let daily = with(
        timed("repeat0", "2026-06-10T10:00:00", "2026-06-10T11:00:00"),
        "recurrence",
        json!(["RRULE:FREQ=DAILY;COUNT=4"]),
    );
    ana.post(EVENTS, &with(daily, "attendees", json!([{"email": "ben@example.com"}]))).await;
    let moved =
        json!({"start": {"dateTime": "2026-06-11T15:00:00+02:00"}, "end": {"dateTime": "2026-06-11T16:00:00+02:00"}});
    let exception = ana.call("PATCH", &format!("{EVENTS}/repeat0_20260611T080000Z"), Some(&moved)).await.json();
    assert_eq!(
        (&exception["id"], &exception["originalStartTime"]["dateTime"]),
        (&json!("repeat0_20260611T080000Z"), &json!("2026-06-11T10:00:00+02:00"))
    );
    assert_eq!(ana.call("DELETE", &format!("{EVENTS}/repeat0_20260612T080000Z"), None).await.status, 204);
    assert_eq!(ana.call("DELETE", &format!("{EVENTS}/repeat0_20260612T080000Z"), None).await.status, 410);
    for google in [&ana, &ben] {
        let list = google.get(&format!("{EVENTS}?singleEvents=true&orderBy=startTime&timeZone=UTC")).await;
        let starts: Vec<&str> =
            list["items"].as_array().unwrap().iter().map(|item| item["start"]["dateTime"].as_str().unwrap()).collect();
        assert_eq!(starts, ["2026-06-10T08:00:00Z", "2026-06-11T13:00:00Z", "2026-06-13T08:00:00Z"]);
    }
    let both = ana.get(&format!("{EVENTS}/repeat0/instances?showDeleted=true")).await;
    assert_eq!(both["items"].as_array().unwrap().len(), 4);
    let one = ana.get(&format!("{EVENTS}/repeat0/instances?originalStart=2026-06-11T08:00:00Z")).await;
    assert_eq!(ids(&one), ["repeat0_20260611T080000Z"]);
    assert_eq!(ids(&ana.get(EVENTS).await), ["repeat0", "repeat0_20260611T080000Z", "repeat0_20260612T080000Z"]);
    ana.call("DELETE", &format!("{EVENTS}/repeat0"), None).await;
    assert!(ids(&ana.get(EVENTS).await).is_empty());
    assert!(ids(&ben.get(&format!("{EVENTS}?singleEvents=true")).await).is_empty());
}

#[tokio::test]
async fn small_and_empty_pages_give_everything_once() {
    let sandbox = google_world().await;
    let google = sandbox.control().google();
    let ana = Google::new(&sandbox, "ana@example.com");
    for hour in 10..15 {
        ana.post(
            EVENTS,
            &timed(&format!("hour{hour}"), &format!("2026-06-10T{hour}:00:00"), &format!("2026-06-10T{hour}:30:00")),
        )
        .await;
    }
    let (all, count, last) = pages(&ana, &format!("{EVENTS}?maxResults=2")).await;
    assert_eq!((all.len(), count), (5, 3));
    assert!(last["nextSyncToken"].is_string());
    google.switch(|switches| (switches.page_size, switches.empty_pages) = (Some(1), true));
    let (all, count, _) = pages(&ana, &format!("{EVENTS}?maxResults=2")).await;
    assert_eq!((all.len(), count), (5, 10));
    let token = ana.get(&format!("{EVENTS}?maxResults=2")).await["nextPageToken"].as_str().unwrap().to_owned();
    let other = ana.call("GET", &format!("{EVENTS}?singleEvents=true&pageToken={token}"), None).await;
    assert_eq!(other.reason(), (400, "invalidParameter".into()));
}

#[tokio::test]
async fn synchronization_tells_changes_and_removals() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    ana.post(EVENTS, &timed("first0", "2026-06-10T10:00:00", "2026-06-10T11:00:00")).await;
    ana.post(EVENTS, &timed("second0", "2026-06-10T12:00:00", "2026-06-10T13:00:00")).await;
    let token = ana.get(EVENTS).await["nextSyncToken"].as_str().unwrap().to_owned();
    let sync = format!("{EVENTS}?syncToken={token}");
    assert!(ids(&ana.get(&sync).await).is_empty());
    ana.call("DELETE", &format!("{EVENTS}/first0"), None).await;
    ana.post(EVENTS, &timed("third0", "2026-06-10T14:00:00", "2026-06-10T15:00:00")).await;
    let changes = ana.get(&sync).await;
    assert_eq!(ids(&changes), ["first0", "third0"]);
    assert_eq!(changes["items"][0]["status"], "cancelled");
    let next = changes["nextSyncToken"].as_str().unwrap();
    assert!(ids(&ana.get(&format!("{EVENTS}?syncToken={next}")).await).is_empty());
    for clash in ["timeMin=2026-06-10T10:00:00Z", "q=x", "orderBy=updated", "showDeleted=false", "singleEvents=true"] {
        assert_eq!(
            ana.call("GET", &format!("{sync}&{clash}"), None).await.reason(),
            (400, "badRequest".into()),
            "{clash}"
        );
    }
    sandbox.control().google().expire_sync_tokens("ana@example.com");
    assert_eq!(ana.call("GET", &sync, None).await.reason(), (410, "fullSyncRequired".into()));
    assert_eq!(
        ana.call("GET", &format!("{EVENTS}?syncToken=old"), None).await.reason(),
        (410, "fullSyncRequired".into())
    );
    assert_eq!(
        ana.call("GET", &format!("{EVENTS}?updatedMin=2026-01-01T00:00:00Z"), None).await.reason(),
        (410, "updatedMinTooLongAgo".into())
    );
}

#[tokio::test]
async fn events_are_found_by_property_type_text_and_uid() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    let base = |id: &str| timed(id, "2026-06-10T10:00:00", "2026-06-10T11:00:00");
    let marked =
        with(base("marked0"), "extendedProperties", json!({"private": {"bk": "42", "fp": "x"}, "shared": {"s": "1"}}));
    ana.post(EVENTS, &with(marked, "summary", json!("Quarterly Review"))).await;
    ana.post(EVENTS, &with(base("focus0"), "eventType", json!("focusTime"))).await;
    let find = async |query: &str| ids(&ana.get(&format!("{EVENTS}?{query}")).await).join(",");
    assert_eq!(find("privateExtendedProperty=bk%3D42&privateExtendedProperty=fp%3Dx").await, "marked0");
    assert_eq!(find("privateExtendedProperty=bk%3D42&privateExtendedProperty=fp%3Dy").await, "");
    assert_eq!(find("sharedExtendedProperty=s%3D1").await, "marked0");
    assert_eq!(find("eventTypes=focusTime").await, "focus0");
    assert_eq!(find("eventTypes=focusTime&eventTypes=default").await, "focus0,marked0");
    assert_eq!(find("q=quarterly").await, "marked0");
    assert_eq!(find("iCalUID=focus0@google.com").await, "focus0");
}

#[tokio::test]
async fn fields_cut_the_answer_down() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    ana.post(EVENTS, &timed("first0", "2026-06-10T10:00:00", "2026-06-10T11:00:00")).await;
    let list =
        ana.get(&format!("{EVENTS}?fields=items(id,status,start/dateTime),timeZone&prettyPrint=false&alt=json")).await;
    assert_eq!(
        list,
        json!({"timeZone": "Europe/Berlin", "items": [{"id": "first0", "status": "confirmed", "start": {"dateTime": "2026-06-10T10:00:00+02:00"}}]})
    );
}

#[tokio::test]
async fn a_stale_list_lags_behind_get() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    sandbox.control().google().switch(|switches| switches.stale_lists = 1);
    ana.post(EVENTS, &timed("first0", "2026-06-10T10:00:00", "2026-06-10T11:00:00")).await;
    assert!(ids(&ana.get(EVENTS).await).is_empty());
    assert_eq!(ana.get(&format!("{EVENTS}/first0")).await["id"], "first0");
    assert_eq!(ids(&ana.get(EVENTS).await), ["first0"]);
}
