//! calendarView/delta: full round, changes, removals, dead tokens.

use crate::microsoft_support::{ANA, Graph, Reply, World, meeting, path_of};
use serde_json::{Value, json};

const START: &str = "/me/calendarView/delta?startDateTime=2026-06-10T00:00:00Z&endDateTime=2026-06-11T00:00:00Z";

/// Follows a round to its end: all items and the delta link.
async fn round(graph: &Graph, first: Reply) -> (Vec<Value>, String) {
    let (mut reply, mut items) = (first, Vec::new());
    loop {
        assert_eq!(reply.status, 200, "{}", reply.body);
        items.extend(reply.body["value"].as_array().cloned().unwrap_or_default());
        if let Some(link) = reply.body["@odata.deltaLink"].as_str() {
            return (items, link.to_owned());
        }
        let next = reply.body["@odata.nextLink"].as_str().expect("a link").to_owned();
        reply = graph.send("GET", &next, &[("prefer", "odata.maxpagesize=2")], None).await;
    }
}

#[tokio::test]
async fn a_round_gives_everything_and_the_next_only_what_changed() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let mut events = Vec::new();
    for hour in 9..14 {
        events.push(
            graph
                .create(&meeting(
                    &format!("m{hour}"),
                    &format!("2026-06-10T{hour:02}:00:00"),
                    &format!("2026-06-10T{hour:02}:30:00"),
                ))
                .await,
        );
    }
    let first = graph.get_with(START, &[("prefer", "odata.maxpagesize=2")]).await;
    assert_eq!(first.each("/subject").len(), 2);
    let (items, link) = round(&graph, first).await;
    assert_eq!(items.len(), 5);
    assert!(link.starts_with(&graph.base));
    let (items, link) = round(&graph, graph.send("GET", &link, &[], None).await).await;
    assert_eq!(items, Vec::<Value>::new());
    graph.patch(&path_of(&events[0]), &[], &json!({"subject": "changed"})).await;
    graph.delete(&path_of(&events[1])).await;
    graph.patch(&path_of(&events[2]), &[], &json!({"start": {"dateTime": "2026-06-20T10:00:00", "timeZone": "UTC"}, "end": {"dateTime": "2026-06-20T11:00:00", "timeZone": "UTC"}})).await;
    let outside = graph.create(&meeting("outside", "2026-06-21T10:00:00", "2026-06-21T10:30:00")).await;
    let (items, _) = round(&graph, graph.send("GET", &link, &[], None).await).await;
    let mut told: Vec<(Value, bool)> =
        items.iter().map(|item| (item["id"].clone(), item.get("@removed").is_some())).collect();
    let mut expected = vec![
        (events[0]["id"].clone(), false),
        (events[1]["id"].clone(), true),
        (events[2]["id"].clone(), true),
        (outside["id"].clone(), true),
    ];
    told.sort_by_key(|one| one.0.to_string());
    expected.sort_by_key(|one| one.0.to_string());
    assert_eq!(told, expected);
}

#[tokio::test]
async fn occurrences_of_a_series_are_told_one_by_one() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let mut series = meeting("daily", "2026-06-08T10:00:00", "2026-06-08T10:30:00");
    series["recurrence"] =
        json!({"pattern": {"type": "daily", "interval": 1}, "range": {"type": "noEnd", "startDate": "2026-06-08"}});
    let series = graph.create(&series).await;
    let (items, link) = round(&graph, graph.get(START).await).await;
    assert_eq!(items.iter().map(|item| item["type"].as_str().unwrap()).collect::<Vec<_>>(), ["occurrence"]);
    let with_brackets = START.replace("delta?", "delta()?");
    assert_eq!(graph.get(&with_brackets).await.each("/type"), ["occurrence"]);
    graph.delete(&path_of(&series)).await;
    let (gone, _) = round(&graph, graph.send("GET", &link, &[], None).await).await;
    assert_eq!((gone.len(), &gone[0]["id"], &gone[0]["@removed"]), (1, &items[0]["id"], &json!({"reason": "deleted"})));
}

#[tokio::test]
async fn dead_tokens_and_unsupported_options_are_refused_and_items_may_repeat() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    graph.create(&meeting("m", "2026-06-10T10:00:00", "2026-06-10T10:30:00")).await;
    assert_eq!(graph.get(&format!("{START}&$select=id")).await.status, 400);
    world.control.set_switches(|switches| switches.delta_repeats = true);
    let (items, link) = round(&graph, graph.get(START).await).await;
    assert_eq!((items.len(), &items[0]["id"]), (2, &items[1]["id"]));
    world.control.set_switches(|switches| switches.delta_gone = true);
    assert_eq!(graph.send("GET", &link, &[], None).await.code(), (410, "syncStateNotFound".to_owned()));
}
