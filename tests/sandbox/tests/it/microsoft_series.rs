//! Series: what a change of the whole does to its instances, and answers to single instances.

use crate::microsoft_support::{ANA, BERLIN, Graph, LEE, World, meeting, path_of, with_guests};
use serde_json::{Value, json};

fn daily(count: u32) -> Value {
    let mut event = meeting("Daily", "2026-06-08T10:00:00", "2026-06-08T10:30:00");
    event["recurrence"] = json!({
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "numbered", "startDate": "2026-06-08", "numberOfOccurrences": count},
    });
    event
}

fn at(from: &str, to: &str) -> Value {
    json!({"start": {"dateTime": from, "timeZone": "UTC"}, "end": {"dateTime": to, "timeZone": "UTC"}})
}

async fn june(graph: &Graph) -> Vec<Value> {
    let reply = graph.view("2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z", "&$top=100").await;
    reply.body["value"].as_array().unwrap().clone()
}

fn each(items: &[Value], pointer: &str) -> Vec<String> {
    items.iter().map(|item| item.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn an_exception_keeps_what_it_changed_and_follows_the_series_in_the_rest() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let series = graph.create(&daily(3)).await;
    let items = june(&graph).await;
    graph.patch(&path_of(&items[1]), &[], &json!({"subject": "Special"})).await;
    let change = json!({"subject": "Renamed", "showAs": "tentative"});
    assert_eq!(graph.patch(&path_of(&series), &[], &change).await.text("/type"), "seriesMaster");
    let items = june(&graph).await;
    assert_eq!(each(&items, "/subject"), ["Renamed", "Special", "Renamed"]);
    assert_eq!(each(&items, "/showAs"), ["tentative", "tentative", "tentative"]);
}

#[tokio::test]
async fn another_time_for_the_series_undoes_exceptions_and_removals() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let series = graph.create(&daily(4)).await;
    let items = june(&graph).await;
    graph.patch(&path_of(&items[1]), &[], &at("2026-06-09T18:00:00", "2026-06-09T18:30:00")).await;
    graph.delete(&path_of(&items[2])).await;
    assert_eq!(june(&graph).await.len(), 3);
    graph.patch(&path_of(&series), &[], &at("2026-06-08T12:00:00", "2026-06-08T12:30:00")).await;
    let starts = each(&june(&graph).await, "/start/dateTime");
    assert_eq!(starts, ["08", "09", "10", "11"].map(|day| format!("2026-06-{day}T12:00:00.0000000")));
    assert_eq!(graph.get(&path_of(&items[1])).await.status, 404, "its time is no longer of the series");
}

#[tokio::test]
async fn a_series_can_begin_on_another_day_and_become_a_single_event() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let series = graph.create(&daily(2)).await;
    let moved = graph.patch(&path_of(&series), &[], &at("2026-06-15T10:00:00", "2026-06-15T10:30:00")).await;
    assert_eq!(moved.text("/recurrence/range/startDate"), "2026-06-15");
    let starts = each(&june(&graph).await, "/start/dateTime");
    assert_eq!(starts, ["2026-06-15T10:00:00.0000000", "2026-06-16T10:00:00.0000000"]);
    let single = graph.patch(&path_of(&series), &[], &json!({"recurrence": null})).await;
    assert_eq!((single.text("/type"), &single.body["recurrence"]), ("singleInstance".to_owned(), &Value::Null));
    assert_eq!(june(&graph).await.len(), 1);
}

#[tokio::test]
async fn a_series_that_starts_off_its_pattern_begins_at_the_first_day_that_fits() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let mut event = daily(2);
    event["recurrence"]["pattern"] =
        json!({"type": "weekly", "interval": 1, "daysOfWeek": ["friday"], "firstDayOfWeek": "sunday"});
    let series = graph.create(&event).await;
    assert_eq!(series["start"]["dateTime"], "2026-06-12T10:00:00.0000000");
    let starts = each(&june(&graph).await, "/start/dateTime");
    assert_eq!(starts, ["2026-06-12T10:00:00.0000000", "2026-06-19T10:00:00.0000000"]);
    event["recurrence"]["range"]["startDate"] = json!("2026-06-09");
    assert_eq!(graph.post("/me/events", &event).await.status, 400);
}

#[tokio::test]
async fn whole_day_instances_are_dates_in_every_zone() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let series = json!({
        "subject": "Shift", "isAllDay": true,
        "start": {"dateTime": "2026-06-08T00:00:00", "timeZone": BERLIN}, "end": {"dateTime": "2026-06-10T00:00:00", "timeZone": BERLIN},
        "recurrence": {"pattern": {"type": "daily", "interval": 7}, "range": {"type": "endDate", "startDate": "2026-06-08", "endDate": "2026-06-20"}},
    });
    graph.create(&series).await;
    let items = june(&graph).await;
    assert_eq!(each(&items, "/start/dateTime"), ["2026-06-08T00:00:00.0000000", "2026-06-15T00:00:00.0000000"]);
    assert_eq!(each(&items, "/end/dateTime"), ["2026-06-10T00:00:00.0000000", "2026-06-17T00:00:00.0000000"]);
    world.control.set_switches(|switches| switches.all_day_label_follows_prefer = true);
    let path = "/me/calendarView?startDateTime=2026-06-01T00:00:00Z&endDateTime=2026-07-01T00:00:00Z";
    let reply = graph.get_with(path, &[("prefer", "outlook.timezone=\"Tokyo Standard Time\"")]).await;
    assert_eq!(
        reply.body["value"][0]["start"],
        json!({"dateTime": "2026-06-08T00:00:00.0000000", "timeZone": "Tokyo Standard Time"})
    );
}

#[tokio::test]
async fn one_instance_can_be_answered_alone() {
    let world = World::new().await;
    let (ana, lee) = (world.graph(ANA), world.graph(LEE));
    ana.create(&with_guests(daily(3), &[LEE])).await;
    let copies = june(&lee).await;
    assert_eq!(each(&copies, "/responseStatus/response"), ["notResponded"; 3]);
    let action = |index: usize, name: &str| format!("{}/{name}", path_of(&copies[index]));
    assert_eq!(lee.post(&action(0, "accept"), &json!({})).await.status, 202);
    assert_eq!(lee.post(&action(1, "decline"), &json!({})).await.status, 202);
    let copies = june(&lee).await;
    assert_eq!(each(&copies, "/responseStatus/response"), ["accepted", "notResponded"]);
    assert_eq!(each(&copies, "/type"), ["exception", "occurrence"]);
    assert_eq!(june(&ana).await.len(), 3);
}

#[tokio::test]
async fn a_declined_meeting_stays_if_switched_so_and_new_times_are_proposed_only_where_allowed() {
    let world = World::new().await;
    let (ana, lee) = (world.graph(ANA), world.graph(LEE));
    world.control.set_switches(|switches| switches.declined_stays = true);
    let mut closed = with_guests(meeting("Demo", "2026-06-10T10:00:00", "2026-06-10T10:30:00"), &[LEE]);
    closed["allowNewTimeProposals"] = json!(false);
    closed["responseRequested"] = json!(false);
    ana.create(&closed).await;
    let copy = june(&lee).await.remove(0);
    let decline = format!("{}/decline", path_of(&copy));
    let slot = at("2026-06-11T10:00:00", "2026-06-11T10:30:00");
    assert_eq!(lee.post(&decline, &json!({"proposedNewTime": slot})).await.status, 400);
    assert_eq!(lee.post(&decline, &json!({"sendResponse": true})).await.status, 400);
    assert_eq!(lee.post(&decline, &json!({"frobnicate": 1})).await.status, 400);
    assert_eq!(lee.post(&decline, &json!({"sendResponse": false})).await.status, 202);
    let mine = lee.get(&path_of(&copy)).await;
    assert_eq!(
        (mine.text("/responseStatus/response"), mine.text("/showAs")),
        ("declined".to_owned(), "free".to_owned())
    );
}
