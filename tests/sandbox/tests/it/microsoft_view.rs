//! calendarView and event collections: overlap, expansion, zones, pages and query options.

use crate::microsoft_support::{ANA, BERLIN, Graph, World, escape, meeting, path_of};
use serde_json::{Value, json};

fn weekly(subject: &str, first: &str, zone: &str) -> Value {
    json!({
        "subject": subject,
        "start": {"dateTime": format!("{first}T10:00:00"), "timeZone": zone},
        "end": {"dateTime": format!("{first}T11:00:00"), "timeZone": zone},
        "recurrence": {
            "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday"},
            "range": {"type": "noEnd", "startDate": first},
        },
    })
}

async fn five(graph: &Graph) {
    for hour in 9..14 {
        graph
            .create(&meeting(
                &format!("m{hour}"),
                &format!("2026-06-10T{hour:02}:00:00"),
                &format!("2026-06-10T{hour:02}:30:00"),
            ))
            .await;
    }
}

#[tokio::test]
async fn a_view_selects_by_overlap_and_touching_is_not_overlapping() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    graph.create(&meeting("before", "2026-06-10T09:00:00", "2026-06-10T10:00:00")).await;
    graph.create(&meeting("into", "2026-06-10T09:30:00", "2026-06-10T10:30:00")).await;
    graph.create(&meeting("around", "2026-06-09T00:00:00", "2026-06-12T00:00:00")).await;
    graph.create(&meeting("after", "2026-06-10T11:00:00", "2026-06-10T12:00:00")).await;
    let reply = graph.view("2026-06-10T10:00:00Z", "2026-06-10T11:00:00Z", "").await;
    assert_eq!(reply.each("/subject"), ["around", "into"]);
    let offset = graph.view("2026-06-10T02:00:00-08:00", "2026-06-10T13:00:00%2B02:00", "").await;
    assert_eq!(offset.each("/subject"), ["around", "into"]);
}

#[tokio::test]
async fn a_series_keeps_its_wall_time_across_a_clock_change() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    graph.create(&weekly("weekly", "2026-10-20", BERLIN)).await;
    let reply = graph.view("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z", "&$select=start,type,seriesMasterId").await;
    assert_eq!(reply.each("/start/dateTime"), ["2026-10-20T08:00:00.0000000", "2026-10-27T09:00:00.0000000"]);
    assert_eq!(reply.each("/type"), ["occurrence", "occurrence"]);
    let listed = graph.get("/me/events").await;
    assert_eq!(listed.each("/type"), ["seriesMaster"]);
    assert_eq!(reply.each("/seriesMasterId").first(), listed.each("/id").first());
}

#[tokio::test]
async fn exceptions_take_the_place_of_their_occurrence_and_removed_ones_leave_none() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let series = graph.create(&weekly("weekly", "2026-06-02", BERLIN)).await;
    let view = graph.view("2026-06-01T00:00:00Z", "2026-06-30T00:00:00Z", "").await;
    let items = view.body["value"].as_array().unwrap().clone();
    assert_eq!(items.len(), 4);
    let moved = json!({"start": {"dateTime": "2026-06-10T15:00:00", "timeZone": "UTC"}, "end": {"dateTime": "2026-06-10T16:00:00", "timeZone": "UTC"}});
    let changed = graph.patch(&path_of(&items[1]), &[], &moved).await;
    assert_eq!((changed.status, changed.text("/type")), (200, "exception".to_owned()));
    assert_eq!(changed.body["id"], items[1]["id"]);
    assert_eq!(changed.text("/originalStart"), "2026-06-09T08:00:00.000000Z");
    assert_eq!(graph.delete(&path_of(&items[2])).await.status, 204);
    let view = graph.view("2026-06-01T00:00:00Z", "2026-06-30T00:00:00Z", "").await;
    let starts = ["2026-06-02T08:00:00.0000000", "2026-06-10T15:00:00.0000000", "2026-06-23T08:00:00.0000000"];
    assert_eq!(view.each("/start/dateTime"), starts);
    assert_eq!(view.each("/type"), ["occurrence", "exception", "occurrence"]);
    assert_eq!(graph.get(&path_of(&items[2])).await.code(), (404, "ErrorItemNotFound".to_owned()));
    let instances =
        format!("{}/instances?startDateTime=2026-06-01T00:00:00Z&endDateTime=2026-06-30T00:00:00Z", path_of(&series));
    assert_eq!(graph.get(&instances).await.each("/type"), ["occurrence", "exception", "occurrence"]);
    let removed = graph.get(&format!("{}?$select=cancelledOccurrences", path_of(&series))).await;
    assert!(removed.text("/cancelledOccurrences/0").ends_with(".2026-06-16"), "{}", removed.body);
}

#[tokio::test]
async fn an_occurrence_cannot_pass_its_neighbours() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    graph.create(&weekly("weekly", "2026-06-02", BERLIN)).await;
    let view = graph.view("2026-06-08T00:00:00Z", "2026-06-12T00:00:00Z", "").await;
    let moved = |day: &str| json!({"start": {"dateTime": format!("{day}T15:00:00"), "timeZone": "UTC"}, "end": {"dateTime": format!("{day}T16:00:00"), "timeZone": "UTC"}});
    for day in ["2026-06-02", "2026-06-16"] {
        let reply = graph.patch(&path_of(&view.body["value"][0]), &[], &moved(day)).await;
        assert_eq!(reply.code(), (400, "ErrorOccurrenceCrossingBoundary".to_owned()), "{day}");
    }
    assert_eq!(graph.patch(&path_of(&view.body["value"][0]), &[], &moved("2026-06-15")).await.status, 200);
}

#[tokio::test]
async fn whole_days_are_dates_whatever_zone_is_asked_for_and_begin_at_the_mailboxs_midnight() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let event = json!({
        "subject": "Holiday", "isAllDay": true,
        "start": {"dateTime": "2026-06-10T00:00:00", "timeZone": BERLIN}, "end": {"dateTime": "2026-06-11T00:00:00", "timeZone": BERLIN},
    });
    graph.create(&event).await;
    let path = "/me/calendarView?startDateTime=2026-06-09T22:00:00Z&endDateTime=2026-06-09T22:01:00Z";
    let reply = graph.get_with(path, &[("prefer", "outlook.timezone=\"Tokyo Standard Time\"")]).await;
    assert_eq!(reply.body["value"][0]["start"], json!({"dateTime": "2026-06-10T00:00:00.0000000", "timeZone": "UTC"}));
    assert_eq!(reply.body["value"][0]["end"]["dateTime"], "2026-06-11T00:00:00.0000000");
    assert_eq!(graph.view("2026-06-10T22:00:00Z", "2026-06-11T00:00:00Z", "").await.each("/id").len(), 0);
    let mut bad = event.clone();
    bad["start"]["dateTime"] = json!("2026-06-10T01:00:00");
    assert_eq!(graph.post("/me/events", &bad).await.code(), (400, "ErrorPropertyValidationFailure".to_owned()));
}

#[tokio::test]
async fn times_come_in_the_zone_preferred_and_that_is_confirmed() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let event = graph.create(&meeting("m", "2026-06-10T10:00:00", "2026-06-10T10:30:00")).await;
    let headers = [
        ("prefer", "outlook.timezone=\"Pacific Standard Time\", IdType=\"ImmutableId\""),
        ("prefer", "outlook.body-content-type=\"text\""),
    ];
    let reply = graph.get_with(&path_of(&event), &headers).await;
    assert_eq!(
        reply.body["start"],
        json!({"dateTime": "2026-06-10T03:00:00.0000000", "timeZone": "Pacific Standard Time"})
    );
    let applied =
        "outlook.timezone=\"Pacific Standard Time\", IdType=\"ImmutableId\", outlook.body-content-type=\"text\"";
    assert_eq!(reply.header("preference-applied"), applied);
    assert_eq!(reply.text("/body/contentType"), "text");
    assert_ne!(reply.body["id"], event["id"]);
    assert_eq!(graph.get(&path_of(&reply.body)).await.body["id"], event["id"]);
    let unknown = graph.get_with(&path_of(&event), &[("prefer", "outlook.timezone=\"Europe/Rome\"")]).await;
    assert_eq!(unknown.code(), (400, "TimeZoneNotSupportedException".to_owned()));
}

#[tokio::test]
async fn next_links_are_absolute_on_this_host_and_cover_everything_once() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    five(&graph).await;
    world.control.set_switches(|switches| switches.empty_pages = true);
    let mut url = format!(
        "{}/me/calendarView?startDateTime=2026-06-10T00:00:00Z&endDateTime=2026-06-11T00:00:00Z&%24top=2&$select=subject",
        graph.base
    );
    let (mut found, mut sizes) = (Vec::new(), Vec::new());
    loop {
        let reply = graph.send("GET", &url, &[], None).await;
        assert_eq!(reply.status, 200);
        found.extend(reply.each("/subject"));
        sizes.push(reply.each("/id").len());
        let Some(next) = reply.body["@odata.nextLink"].as_str() else { break };
        assert!(next.starts_with(&graph.base), "{next}");
        url = next.to_owned();
    }
    assert_eq!(found, ["m9", "m10", "m11", "m12", "m13"]);
    assert_eq!(sizes, [0, 2, 0, 2, 0, 1]);
}

#[tokio::test]
async fn the_page_size_is_the_callers_within_the_servers_limit() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    five(&graph).await;
    let path = "/me/calendarView?startDateTime=2026-06-10T00:00:00Z&endDateTime=2026-06-11T00:00:00Z";
    let preferred = graph.get_with(path, &[("prefer", "odata.maxpagesize=3")]).await;
    assert_eq!((preferred.each("/id").len(), preferred.header("preference-applied")), (3, "odata.maxpagesize=3"));
    world.control.set_switches(|switches| switches.page_limit = 1);
    assert_eq!(graph.get(&format!("{path}&$top=4")).await.each("/id").len(), 1);
    assert_eq!(graph.get(&format!("{path}&$top=1001")).await.status, 400);
    assert_eq!(graph.get(&format!("{path}&$top=0")).await.status, 400);
}

#[tokio::test]
async fn query_options_filter_order_skip_count_and_project() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    five(&graph).await;
    let filter = escape("start/dateTime ge '2026-06-10T10:00' and contains(subject,'m1')");
    let reply = graph
        .get(&format!(
            "/me/events?$filter={filter}&$orderby=start/dateTime%20desc&$skip=1&$top=2&$count=true&$select=subject"
        ))
        .await;
    assert_eq!(reply.each("/subject"), ["m12", "m11"]);
    assert_eq!(reply.body["@odata.count"], 4);
    let members: Vec<&String> = reply.body["value"][0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["@odata.etag", "id", "subject"]);
    assert_eq!(graph.get("/me/events?$select=frobnicate").await.status, 400);
    assert_eq!(graph.get("/me/events?$filter=subject%20eq").await.status, 400);
}

#[tokio::test]
async fn a_projected_view_has_no_creation_times() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    five(&graph).await;
    let projected =
        graph.view("2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z", "&$select=createdDateTime,subject").await;
    assert_eq!(projected.body["value"][0].get("createdDateTime"), None);
    let whole = graph.view("2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z", "").await;
    assert_eq!(whole.text("/value/0/createdDateTime"), "2026-06-01T00:00:00.000000Z");
}

#[tokio::test]
async fn paths_and_query_names_are_read_in_any_case_but_ids_are_not() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let event = graph.create(&meeting("m", "2026-06-10T10:00:00", "2026-06-10T10:30:00")).await;
    let reply = graph
        .get("/ME/Calendar/calendarview?STARTDATETIME=2026-06-10T00:00:00Z&enddatetime=2026-06-11T00:00:00Z&%24TOP=1")
        .await;
    assert_eq!(reply.each("/subject"), ["m"]);
    let lower = path_of(&event).to_lowercase();
    assert_eq!(graph.get(&lower).await.status, 400);
    let quoted = format!("/users/{}/events('{}')", escape(ANA), escape(event["id"].as_str().unwrap()));
    assert_eq!(graph.get(&quoted).await.text("/subject"), "m");
}

#[tokio::test]
async fn an_event_is_found_only_in_its_own_calendar() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let team = escape(&world.control.insert_calendar(ANA, "Team", None).unwrap());
    let created = graph
        .post(
            &format!("/me/calendars/{team}/events"),
            &meeting("in team", "2026-06-10T10:00:00", "2026-06-10T10:30:00"),
        )
        .await;
    let id = escape(created.body["id"].as_str().unwrap());
    assert_eq!(graph.get(&format!("/me/calendars/{team}/events/{id}")).await.status, 200);
    assert_eq!(graph.get(&format!("/me/events/{id}")).await.status, 200);
    assert_eq!(graph.get(&format!("/me/calendar/events/{id}")).await.status, 404);
    let view = "calendarView?startDateTime=2026-06-10T00:00:00Z&endDateTime=2026-06-11T00:00:00Z";
    assert_eq!(graph.get(&format!("/me/calendars/{team}/{view}")).await.each("/subject"), ["in team"]);
    assert_eq!(graph.get(&format!("/me/{view}")).await.each("/subject").len(), 0);
    assert_eq!(
        graph.get(&format!("/me/calendars/unknown/{view}")).await.code(),
        (400, "ErrorInvalidIdMalformed".to_owned())
    );
    let names = graph.get("/me/calendars?$select=name").await;
    assert_eq!(names.each("/name"), ["Calendar", "Team"]);
}
