//! Ordered faults as a client meets them on the wire, the control plane, and what is recorded.

use crate::support::{Google, google_world, post_form, send};
use calendar_sandbox::Sandbox;
use calendar_sandbox::config::Config;
use calendar_sandbox::fault::{Action, Fault, RetryAfter};
use calendar_sandbox::record::Outcome;
use calendar_sandbox::vendor::Vendor;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const EVENTS: &str = "/calendars/primary/events";

fn hour(id: &str) -> Value {
    json!({"id": id, "start": {"dateTime": "2026-06-10T10:00:00Z"}, "end": {"dateTime": "2026-06-10T11:00:00Z"}})
}

async fn try_post(google: &Google, body: &Value) -> Result<crate::support::Reply, String> {
    let bearer = format!("Bearer {}", google.token);
    send(
        "POST",
        &format!("{}{EVENTS}", google.base),
        &[("authorization", &bearer), ("content-type", "application/json")],
        body.to_string(),
    )
    .await
}

#[tokio::test]
async fn a_status_comes_in_googles_shape_and_nothing_happens() {
    let sandbox = google_world().await;
    let (control, ana) = (sandbox.control(), Google::new(&sandbox, "ana@example.com"));
    control.fault(
        Fault::status(403, "rateLimitExceeded")
            .on(Vendor::Google)
            .method("POST")
            .times(2)
            .retry_after(RetryAfter::Seconds(7)),
    );
    let reply = try_post(&ana, &hour("first0")).await.unwrap();
    assert_eq!((reply.reason(), reply.header("retry-after")), ((403, "rateLimitExceeded".into()), "7".into()));
    assert_eq!(reply.json()["error"]["errors"][0]["domain"], "usageLimits");
    assert!(control.google().events("ana@example.com", "primary").is_empty());
    assert_eq!(ana.call("GET", EVENTS, None).await.status, 200);
    assert_eq!(try_post(&ana, &hour("first0")).await.unwrap().status, 403);
    assert_eq!(try_post(&ana, &hour("first0")).await.unwrap().status, 200);
    control.fault(Fault::status(503, "backendError").retry_after(RetryAfter::HttpDate(60)));
    let reply = ana.call("GET", EVENTS, None).await;
    assert_eq!(reply.header("retry-after"), "Mon, 08 Jun 2026 08:01:00 GMT");
}

#[tokio::test]
async fn a_connection_dropped_before_leaves_no_event_and_after_leaves_one() {
    let sandbox = google_world().await;
    let (control, ana) = (sandbox.control(), Google::new(&sandbox, "ana@example.com"));
    control.fault(Fault::new(Action::DropBefore));
    assert!(try_post(&ana, &hour("first0")).await.is_err());
    assert!(control.google().events("ana@example.com", "primary").is_empty());
    control.fault(Fault::new(Action::DropAfter));
    assert!(try_post(&ana, &hour("first0")).await.is_err());
    assert_eq!(control.google().events("ana@example.com", "primary").len(), 1);
    control.fault(Fault::new(Action::StatusAfter {
        status: 504,
        reason: "backendError".into(),
        retry_after: RetryAfter::None,
    }));
    assert_eq!(try_post(&ana, &hour("second0")).await.unwrap().status, 504);
    assert_eq!(control.google().events("ana@example.com", "primary").len(), 2);
    let outcomes: Vec<(u16, Outcome)> = control.exchanges().iter().map(|one| (one.status, one.outcome)).collect();
    assert_eq!(outcomes, [(0, Outcome::Dropped), (200, Outcome::Dropped), (200, Outcome::Faulted)]);
}

#[tokio::test]
async fn a_dropped_connection_is_closed_without_a_byte() {
    let sandbox = google_world().await;
    sandbox.control().fault(Fault::new(Action::DropBefore));
    let address = sandbox.base_url().trim_start_matches("http://").to_owned();
    let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
    stream.write_all(b"GET /calendar/v3/users/me/calendarList HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    assert!(bytes.is_empty());
}

#[tokio::test]
async fn a_cut_body_announces_more_than_it_sends() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    sandbox.control().fault(Fault::new(Action::CutBody));
    let address = sandbox.base_url().trim_start_matches("http://").to_owned();
    let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
    let request = format!(
        "GET /calendar/v3/users/me/calendarList HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n",
        ana.token
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let length: usize =
        head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok()).unwrap();
    assert!(head.starts_with("HTTP/1.1 200") && !body.is_empty() && body.len() < length, "{} of {length}", body.len());
    sandbox.control().fault(Fault::new(Action::CutBody));
    let bearer = format!("Bearer {}", ana.token);
    assert!(send("GET", &format!("{}{EVENTS}", ana.base), &[("authorization", &bearer)], "").await.is_err());
}

#[tokio::test]
async fn broken_bodies_come_with_status_200() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    sandbox.control().fault(Fault::new(Action::InvalidJson));
    let reply = ana.call("GET", EVENTS, None).await;
    assert_eq!(
        (reply.status.as_u16(), reply.header("content-type").as_str(), reply.json()),
        (200, "application/json", Value::Null)
    );
    sandbox.control().fault(Fault::new(Action::WrongContentType));
    let reply = ana.call("GET", EVENTS, None).await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type").as_str()), (200, "text/html"));
}

#[tokio::test]
async fn a_hung_request_never_ends_and_does_not_hold_up_the_shutdown() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    sandbox.control().fault(Fault::new(Action::Hang));
    let hung = async { ana.call("GET", EVENTS, None).await };
    let arrived = async {
        while !sandbox.control().faults().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    tokio::select! {
        reply = hung => panic!("it was answered: {}", reply.status),
        () = arrived => {}
    }
    assert_eq!(ana.call("GET", EVENTS, None).await.status, 200);
    let address = sandbox.base_url().trim_start_matches("http://").to_owned();
    sandbox.shutdown().await;
    assert!(tokio::net::TcpStream::connect(&address).await.is_err());
}

#[tokio::test]
async fn latency_delays_only_its_own_request() {
    let sandbox = google_world().await;
    let ana = Google::new(&sandbox, "ana@example.com");
    sandbox.control().fault(Fault::new(Action::Latency { milliseconds: 1000 }).path("calendarList"));
    let started = Instant::now();
    let (slow, quick) = tokio::join!(
        async {
            ana.get("/users/me/calendarList").await;
            started.elapsed()
        },
        async {
            ana.get(EVENTS).await;
            started.elapsed()
        },
    );
    assert!(slow >= Duration::from_millis(1000) && quick < slow);
    let spans: Vec<(u64, u64)> = sandbox.control().exchanges().iter().map(|one| (one.started, one.ended)).collect();
    assert!(spans[0].0 < spans[1].1 && spans[1].0 < spans[0].1, "both were open at once: {spans:?}");
}

#[tokio::test]
async fn oauth_endpoints_fail_in_their_own_shape() {
    let sandbox = google_world().await;
    let url = |path: &str| format!("{}{path}", sandbox.base_url());
    sandbox.control().fault(Fault::status(503, "temporarily_unavailable").path("token").times(2));
    assert_eq!(post_form(&url("/token"), &[], &[]).await.error(), (503, "temporarily_unavailable".into()));
    let entra = post_form(&url("/common/oauth2/v2.0/token"), &[], &[]).await;
    assert_eq!(entra.error(), (503, "temporarily_unavailable".into()));
    assert!(entra.json()["trace_id"].is_string());
    sandbox.control().fault(Fault::status(400, "interaction_required#50076"));
    let entra = post_form(&url("/common/oauth2/v2.0/token"), &[], &[]).await;
    assert_eq!((entra.error(), &entra.json()["error_codes"]), ((400, "interaction_required".into()), &json!([50076])));
    sandbox.control().fault(Fault::status(429, "TooManyRequests").on(Vendor::Microsoft));
    let graph = send("GET", &url("/v1.0/me"), &[], "").await.unwrap();
    assert_eq!((graph.status.as_u16(), &graph.json()["error"]["code"]), (429, &json!("TooManyRequests")));
}

#[tokio::test]
async fn exchanges_are_recorded_without_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let sandbox =
        Sandbox::start(Config { record_dir: Some(folder.path().to_owned()), ..Config::default() }).await.unwrap();
    let ana = Google::new(&sandbox, "ana@example.com");
    ana.post(&format!("{EVENTS}?sendUpdates=all"), &hour("first0")).await;
    post_form(&format!("{}/token", sandbox.base_url()), &[], &[("client_secret", "hidden-secret")]).await;
    let exchanges = sandbox.control().exchanges();
    let first = &exchanges[0];
    assert_eq!(
        (first.method.as_str(), first.path.as_str(), first.query.as_str(), first.status),
        ("POST", "/calendar/v3/calendars/primary/events", "sendUpdates=all", 200)
    );
    assert_eq!(first.user.as_deref(), Some("ana@example.com"));
    assert!(first.ended >= first.started);
    assert!(!format!("{exchanges:?}").contains(&ana.token));
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let request: Value = serde_json::from_str(read("requests-google.jsonl").lines().next().unwrap()).unwrap();
    assert_eq!(
        (&request["path"], &request["body"]["id"]),
        (&json!("/calendar/v3/calendars/primary/events"), &json!("first0"))
    );
    let answer: Value = serde_json::from_str(read("responses-google.jsonl").lines().next().unwrap()).unwrap();
    assert_eq!((&answer["status"], &answer["body"]["id"]), (&json!(200), &json!("first0")));
    assert!(!read("requests-google.jsonl").contains("hidden-secret"));
    sandbox.control().clear_exchanges();
    assert!(sandbox.control().exchanges().is_empty());
}

#[tokio::test]
async fn another_process_can_do_the_same_over_http() {
    let sandbox = Sandbox::start(Config::default()).await.unwrap();
    let url = |path: &str| format!("{}/_sandbox{path}", sandbox.base_url());
    let post = async |path: &str, body: Value| {
        send("POST", &url(path), &[("content-type", "application/json")], body.to_string()).await.unwrap()
    };
    let get = async |path: &str| send("GET", &url(path), &[], "").await.unwrap().json();
    assert_eq!(post("/clock", json!({"freeze": "2026-06-08T08:00:00Z"})).await.json()["now"], "2026-06-08T08:00:00Z");
    assert_eq!(post("/clock", json!({"advance_seconds": 60})).await.json()["now"], "2026-06-08T08:01:00Z");
    let order =
        json!({"vendor": "google", "times": 1, "action": {"kind": "status", "status": 500, "reason": "backendError"}});
    assert_eq!(post("/faults", order).await.status, 204);
    assert_eq!(get("/faults").await[0]["action"]["status"], 500);
    let token = post(
        "/oauth/access_token",
        json!({"vendor": "google", "email": "ana@example.com", "scopes": ["https://www.googleapis.com/auth/calendar"]}),
    )
    .await
    .json();
    let ana = Google {
        base: format!("{}/calendar/v3", sandbox.base_url()),
        token: token["access_token"].as_str().unwrap().into(),
    };
    assert_eq!(ana.call("GET", EVENTS, None).await.status, 500);
    assert_eq!(get("/exchanges").await[0]["user"], "ana@example.com");
    assert_eq!(
        post("/google/users", json!({"email": "new@example.com", "name": "New", "zone": "Asia/Tokyo"})).await.status,
        201
    );
    let made = post("/google/users/new@example.com/calendars/primary/events", hour("made0")).await;
    assert_eq!(made.json()["start"]["dateTime"], "2026-06-10T19:00:00+09:00");
    assert_eq!(get("/google/users/new@example.com/calendars/primary/events").await[0]["id"], "made0");
    let switched = send("PUT", &url("/google/switches"), &[("content-type", "application/json")], "{\"page_size\": 1}")
        .await
        .unwrap();
    assert_eq!(switched.json()["page_size"], 1);
    assert!(
        get("/people").await["google"].as_array().unwrap().iter().any(|person| person["email"] == "new@example.com")
    );
    assert_eq!(send("DELETE", &url("/google/users/new@example.com"), &[], "").await.unwrap().status, 204);
    assert!(get("/mails").await.as_array().unwrap().is_empty());
}
