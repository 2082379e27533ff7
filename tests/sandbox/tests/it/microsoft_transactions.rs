//! Transaction ids: one event and one invitation, however often a create is repeated.

use crate::microsoft_support::{ANA, World, meeting, path_of, with_guests};
use calendar_sandbox::fault::{Action, Fault};
use calendar_sandbox::vendor::Vendor;
use chrono::TimeDelta;
use serde_json::{Value, json};

fn booking(subject: &str) -> Value {
    let mut event =
        with_guests(meeting(subject, "2026-06-10T10:00:00", "2026-06-10T10:30:00"), &["kim@fabrikam.example"]);
    event["transactionId"] = json!("5f0c9a8e-7c14-4d43-9b52-6a6a9a2a7b10");
    event
}

#[tokio::test]
async fn a_repeated_create_answers_the_same_event_and_sends_nothing_new() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let first = graph.post("/me/events", &booking("Demo")).await;
    let second = graph.post("/me/events", &booking("Demo")).await;
    assert_eq!((first.status, second.status), (201, 201));
    assert_eq!(first.body["id"], second.body["id"]);
    assert_eq!(second.body["transactionId"], booking("Demo")["transactionId"]);
    assert_eq!(world.mails().len(), 1);
    assert_eq!(world.control.events(ANA, None).len(), 1);
}

#[tokio::test]
async fn other_content_is_refused_in_the_form_switched_on() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let event = graph.create(&booking("Demo")).await;
    let plain = graph.post("/me/events", &booking("Other")).await;
    assert_eq!(plain.code(), (400, "ErrorDuplicateTransactionId".to_owned()));
    world.control.set_switches(|switches| {
        switches.duplicate_status = 409;
        switches.duplicate_names_event = true;
    });
    let named = graph.post("/me/events", &booking("Other")).await;
    assert_eq!(named.code(), (409, "ErrorDuplicateTransactionId".to_owned()));
    assert_eq!(named.body["error"]["@event.existingEventId"], event["id"]);
}

#[tokio::test]
async fn an_id_can_be_forgotten_with_time_or_with_its_event() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    world.control.set_switches(|switches| switches.transaction_memory_seconds = Some(60));
    let first = graph.create(&booking("Demo")).await;
    world.sandbox.control().advance_clock(TimeDelta::seconds(61));
    let second = graph.create(&booking("Demo")).await;
    assert_ne!(first["id"], second["id"]);
    assert_eq!(graph.delete(&path_of(&second)).await.status, 204);
    assert_ne!(graph.create(&booking("Demo")).await["id"], second["id"]);
}

#[tokio::test]
async fn a_create_whose_answer_was_lost_can_be_repeated_safely() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let reason = "UnknownError".to_owned();
    let lost = Action::StatusAfter { status: 504, reason, retry_after: Default::default() };
    world.sandbox.control().fault(Fault::new(lost).on(Vendor::Microsoft).method("POST").path("/events"));
    assert_eq!(graph.post("/me/events", &booking("Demo")).await.code(), (504, "UnknownError".to_owned()));
    assert_eq!(world.control.events(ANA, None).len(), 1);
    assert_eq!(graph.post("/me/events", &booking("Demo")).await.status, 201);
    assert_eq!((world.control.events(ANA, None).len(), world.mails().len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn creates_at_the_same_time_make_one_event() {
    let world = World::new().await;
    world.control.set_switches(|switches| switches.concurrency_limit = None);
    let graph = world.graph(ANA);
    let one = |_| {
        tokio::spawn({
            let graph = graph.clone();
            async move { graph.post("/me/events", &booking("Demo")).await }
        })
    };
    let calls: Vec<_> = (0..10).map(one).collect();
    let mut ids = Vec::new();
    for call in calls {
        let reply = call.await.unwrap();
        assert_eq!(reply.status, 201);
        ids.push(reply.text("/id"));
    }
    ids.dedup();
    assert_eq!((ids.len(), world.control.events(ANA, None).len(), world.mails().len()), (1, 1, 1));
}

#[tokio::test]
async fn the_same_id_in_another_mailbox_is_another_transaction() {
    let world = World::new().await;
    let first = world.graph(ANA).create(&booking("Demo")).await;
    let second = world.graph(crate::microsoft_support::LEE).create(&booking("Other")).await;
    assert_ne!(first["iCalUId"], second["iCalUId"]);
}
