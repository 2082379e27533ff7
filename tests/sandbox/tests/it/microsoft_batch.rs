//! $batch: parts are answered on their own, in any order.

use crate::microsoft_support::{ANA, Reply, World, meeting, path_of};
use calendar_sandbox::microsoft::switches::PartFault;
use serde_json::{Value, json};

fn part(reply: &Reply, id: &str) -> Value {
    reply.body["responses"].as_array().unwrap().iter().find(|one| one["id"] == id).cloned().unwrap_or_default()
}

#[tokio::test]
async fn parts_have_their_own_status_and_come_in_another_order() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let event = graph.create(&meeting("m", "2026-06-10T10:00:00", "2026-06-10T10:30:00")).await;
    let batch = json!({"requests": [
        {"id": "1", "method": "GET", "url": "/me/calendarView?startDateTime=2026-06-10T00:00:00Z&endDateTime=2026-06-11T00:00:00Z",
         "headers": {"Prefer": "outlook.timezone=\"Tokyo Standard Time\""}},
        {"id": "2", "method": "GET", "url": "me/calendars/unknown"},
        {"id": "3", "method": "POST", "url": "/me/events", "headers": {"content-type": "application/json"},
         "body": meeting("n", "2026-06-10T11:00:00", "2026-06-10T11:30:00")},
        {"id": "4", "method": "delete", "url": path_of(&event)},
    ]});
    let reply = graph.post("/$batch", &batch).await;
    assert_eq!(reply.status, 200);
    let ids: Vec<&str> =
        reply.body["responses"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["4", "3", "2", "1"]);
    let statuses: Vec<u64> =
        ["1", "2", "3", "4"].iter().map(|id| part(&reply, id)["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [200, 400, 201, 204]);
    assert_eq!(part(&reply, "1")["body"]["value"][0]["start"]["dateTime"], "2026-06-10T19:00:00.0000000");
    assert_eq!(part(&reply, "4").get("body"), None);
    assert_eq!(graph.get(&path_of(&event)).await.status, 404);
}

#[tokio::test]
async fn a_failed_part_fails_those_that_depend_on_it() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let batch = json!({"requests": [
        {"id": "a", "method": "GET", "url": "/me/calendars/unknown"},
        {"id": "b", "dependsOn": ["A"], "method": "GET", "url": "/me"},
        {"id": "c", "dependsOn": ["b"], "method": "GET", "url": "/me"},
    ]});
    let reply = graph.post("/%24batch", &batch).await;
    let statuses: Vec<u64> = ["a", "b", "c"].iter().map(|id| part(&reply, id)["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [400, 424, 424]);
}

#[tokio::test]
async fn unreadable_batches_are_refused_as_a_whole() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let get = |id: &str| json!({"id": id, "method": "GET", "url": "/me"});
    let many: Vec<Value> = (0..21).map(|number| get(&number.to_string())).collect();
    let refused = [
        json!({"requests": many}),
        json!({"requests": []}),
        json!({}),
        json!({"requests": [get("a"), get("A")]}),
        json!({"requests": [{"id": "1", "method": "GET", "url": "https://graph.microsoft.com/v1.0/me"}]}),
        json!({"requests": [{"id": "1", "method": "POST", "url": "/me/events", "body": {}}]}),
        json!({"requests": [{"id": "1", "method": "GET", "url": "/me", "dependsOn": ["9"]}]}),
    ];
    for batch in refused {
        assert_eq!(graph.post("/$batch", &batch).await.code(), (400, "BadRequest".to_owned()), "{batch}");
    }
    let twenty: Vec<Value> = (0..20).map(|number| get(&number.to_string())).collect();
    assert_eq!(graph.post("/$batch", &json!({"requests": twenty})).await.status, 200);
}

#[tokio::test]
async fn one_part_can_be_throttled() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let fault = PartFault {
        path_contains: "calendars".into(),
        status: 429,
        code: "ApplicationThrottled".into(),
        retry_after_seconds: Some(7),
        times: 1,
    };
    world.control.set_switches(|switches| switches.batch_faults.push(fault));
    let whole = format!("{}/me", graph.base);
    let batch = json!({"requests": [{"id": "1", "method": "GET", "url": whole}, {"id": "2", "method": "GET", "url": "/me/calendars"}]});
    let reply = graph.post("/$batch", &batch).await;
    let throttled = part(&reply, "2");
    assert_eq!((throttled["status"].as_u64(), throttled["headers"]["Retry-After"].as_str()), (Some(429), Some("7")));
    assert_eq!(part(&reply, "1")["status"], 200);
    assert_eq!(part(&graph.post("/$batch", &batch).await, "2")["status"], 200);
}
