//! Refusals: tokens, scopes, unknown paths, throttling, and the envelope they share.

use crate::microsoft_support::{ANA, Graph, LEE, World, escape, meeting};
use calendar_sandbox::fault::{Fault, RetryAfter};
use calendar_sandbox::vendor::Vendor;
use serde_json::json;

const VIEW: &str = "/me/calendarView?startDateTime=2026-06-10T00:00:00Z&endDateTime=2026-06-11T00:00:00Z";

#[tokio::test]
async fn an_unknown_or_expired_token_is_refused_with_a_challenge() {
    let world = World::new().await;
    let stranger = Graph { token: "nonsense".into(), ..world.graph(ANA) };
    let reply = stranger.get("/me").await;
    assert_eq!(reply.code(), (401, "InvalidAuthenticationToken".to_owned()));
    assert!(reply.header("www-authenticate").starts_with("Bearer"));
    let graph = world.graph(ANA);
    assert_eq!(graph.get("/me").await.status, 200);
    world.sandbox.control().expire_access_tokens(Vendor::Microsoft);
    assert_eq!(graph.get("/me").await.status, 401);
}

#[tokio::test]
async fn the_envelope_repeats_the_callers_correlation_id() {
    let world = World::new().await;
    let id = "e70c5c1b-8b47-68c0-3171-3d22f5e0bd54";
    let reply = world.graph(ANA).get_with("/me/events/unknown", &[("client-request-id", id)]).await;
    assert_eq!(reply.code(), (400, "ErrorInvalidIdMalformed".to_owned()));
    assert_eq!(reply.text("/error/innerError/client-request-id"), id);
    assert_eq!(reply.header("client-request-id"), id);
    assert_eq!(reply.text("/error/innerError/request-id"), reply.header("request-id"));
    assert_eq!(reply.text("/error/innerError/date"), "2026-06-01T00:00:00");
}

#[tokio::test]
async fn every_call_needs_its_scope() {
    let world = World::new().await;
    let event = meeting("m", "2026-06-10T10:00:00", "2026-06-10T10:30:00");
    let basic = world.graph_with(ANA, &["Calendars.ReadBasic"]);
    assert_eq!(basic.get("/me/calendars").await.status, 200);
    assert_eq!(basic.get(VIEW).await.code(), (403, "ErrorAccessDenied".to_owned()));
    assert_eq!(basic.get("/me").await.status, 403);
    let reader = world.graph_with(ANA, &["https://graph.microsoft.com/Calendars.Read"]);
    assert_eq!(reader.get(VIEW).await.status, 200);
    assert_eq!(reader.post("/me/events", &event).await.status, 403);
    assert_eq!(reader.post("/me/findMeetingTimes", &json!({})).await.status, 403);
    assert_eq!(world.graph_with(ANA, &["User.Read"]).get("/me").await.status, 200);
}

#[tokio::test]
async fn other_peoples_mailboxes_and_unknown_paths_are_refused() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    assert_eq!(graph.get(&format!("/users/{}/calendar", escape(ANA))).await.status, 200);
    assert_eq!(graph.get(&format!("/users/{}/calendar", escape(LEE))).await.status, 403);
    assert_eq!(graph.get("/users/nobody/calendar").await.status, 404);
    assert_eq!(graph.get("/me/frobnicate").await.code(), (400, "BadRequest".to_owned()));
    assert_eq!(graph.delete("/me/events").await.status, 405);
    let ghost = world.graph("ghost@contoso.example");
    assert_eq!(ghost.get("/me/calendars").await.code(), (404, "MailboxNotEnabledForRESTAPI".to_owned()));
}

#[tokio::test]
async fn the_fifth_request_at_once_is_throttled() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let under_way = |count: usize| {
        world.sandbox.control().state().microsoft().under_way.insert(ANA.to_owned(), count);
    };
    under_way(3);
    assert_eq!(graph.get("/me/calendars").await.status, 200);
    under_way(4);
    let reply = graph.get("/me/calendars").await;
    assert_eq!(reply.code(), (429, "ApplicationThrottled".to_owned()));
    assert_eq!(reply.header("retry-after"), "1");
    assert_eq!(world.graph(LEE).get("/me/calendars").await.status, 200, "another mailbox has its own places");
    world.control.set_switches(|switches| switches.throttle_retry_after_seconds = None);
    assert_eq!(graph.get("/me/calendars").await.header("retry-after"), "");
    world.control.set_switches(|switches| switches.concurrency_limit = None);
    assert_eq!(graph.get("/me/calendars").await.status, 200);
    assert_eq!(world.sandbox.control().state().microsoft().under_way.get(ANA), Some(&4), "places are given back");
}

#[tokio::test]
async fn an_ordered_fault_looks_like_graphs() {
    let world = World::new().await;
    let graph = world.graph(ANA);
    let fault = Fault::status(503, "ErrorServerBusy")
        .on(Vendor::Microsoft)
        .path("/me/calendars")
        .retry_after(RetryAfter::Seconds(3));
    world.sandbox.control().fault(fault);
    let reply = graph.get("/me/calendars").await;
    assert_eq!(reply.code(), (503, "ErrorServerBusy".to_owned()));
    assert_eq!(reply.header("retry-after"), "3");
    assert_eq!(reply.text("/error/innerError/request-id"), reply.header("request-id"));
    assert_eq!(graph.get("/me/calendars").await.status, 200);
}
