//! The default people: what demonstrations and other tests find, and the control plane that shows it.

use crate::microsoft_support::{ANA, HOME, LEE, World};
use calendar_sandbox::config::{Config, Seed};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn seeded() -> World {
    World::with(Config { seed: Some(Seed::People), ..Config::default() }).await
}

#[tokio::test]
async fn the_default_calendars_have_events_of_every_kind_around_this_week() {
    let world = seeded().await;
    let now = world.sandbox.control().now();
    let day = |days: i64| (now + TimeDelta::days(days)).format("%Y-%m-%dT00:00:00Z").to_string();
    let view = world.graph(ANA).view(&day(-28), &day(28), "&$top=500").await;
    for status in ["free", "tentative", "busy", "oof", "workingElsewhere"] {
        assert!(view.each("/showAs").contains(&status.to_owned()), "{status}");
    }
    for kind in ["singleInstance", "occurrence", "exception"] {
        assert!(view.each("/type").contains(&kind.to_owned()), "{kind}");
    }
    for response in ["organizer", "notResponded", "declined", "accepted"] {
        assert!(view.each("/responseStatus/response").contains(&response.to_owned()), "{response}");
    }
    for pointer in ["/isAllDay", "/isCancelled"] {
        assert!(view.each(pointer).contains(&"true".to_owned()), "{pointer}");
    }
    assert!(view.each("/sensitivity").contains(&"private".to_owned()));
    assert!(view.each("/originalStartTimeZone").contains(&"Pacific Standard Time".to_owned()));
    let lee = world.graph(LEE).view(&day(-28), &day(28), "&$top=500").await;
    assert!(lee.each("/subject").contains(&"Planning".to_owned()), "the guest has his copy");
    assert!(world.graph(HOME).view(&day(-28), &day(28), "").await.each("/id").len() >= 2);
    assert!(world.mails().is_empty());
}

#[tokio::test]
async fn a_second_process_can_change_the_world_over_http() {
    let world = seeded().await;
    let graph = world.graph(ANA);
    let control = |path: &str| format!("{}/_sandbox/microsoft{path}", world.sandbox.base_url());
    let user = json!({"email": "kim@contoso.example", "name": "Kim", "zone": "Tokyo Standard Time"});
    assert_eq!(graph.send("POST", &control("/users"), &[], Some(&user)).await.status, 204);
    let event = crate::microsoft_support::meeting("m", "2026-06-10T10:00:00", "2026-06-10T11:00:00");
    let stored = graph.send("POST", &control("/users/kim@contoso.example/events"), &[], Some(&event)).await;
    assert_eq!((stored.status, stored.text("/subject")), (200, "m".to_owned()));
    let listed = graph.send("GET", &control("/users/kim@contoso.example/events"), &[], None).await;
    assert_eq!(listed.body.as_array().map(Vec::len), Some(1));
    let switched = graph.send("PUT", &control("/switches"), &[], Some(&json!({"page_size": 3}))).await;
    assert_eq!((switched.status, &switched.body["page_size"]), (200, &json!(3)));
    assert_eq!(graph.get("/me/events").await.body["value"].as_array().map(Vec::len), Some(3));
    assert_eq!(graph.send("PUT", &control("/switches"), &[], Some(&json!({"frobnicate": 1}))).await.status, 400);
    assert_eq!(graph.send("DELETE", &control("/users/kim@contoso.example"), &[], None).await.status, 204);
    let gone = graph.send("GET", &control("/users/kim@contoso.example/events"), &[], None).await;
    assert_eq!(gone.body, Value::Array(Vec::new()));
}
