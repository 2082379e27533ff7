//! `calendar-host mcp`: cancelled calls end their requests, HTTP is guarded. What programs of the protocol see is
//! tests/embed/mcp/run.

use crate::mcp_support::client::{Client, command, consent, open};
use crate::mcp_support::relay::{Relay, within};
use calendar_sandbox::Sandbox;
use calendar_sandbox::config::Config;
use calendar_sandbox::fault::{Action, Fault};
use calendar_sandbox::vendor::Vendor;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};

struct Stage {
    sandbox: Sandbox,
    relay: Relay,
    client: Client,
    _folder: tempfile::TempDir,
}

/// A server that asks nobody, with one Google account, behind a relay that watches for `words`.
async fn stage(words: &'static str) -> Stage {
    started(words, "never").await
}

async fn started(words: &'static str, confirm: &str) -> Stage {
    let sandbox = Sandbox::start(Config::empty()).await.expect("the sandbox starts");
    for (email, name) in [("ana@example.com", "Ana"), ("ben@example.com", "Ben")] {
        sandbox.control().google().insert_user(email, name, "UTC").expect("a new person");
    }
    let relay = Relay::start(sandbox.base_url(), words).await;
    let folder = tempfile::tempdir().expect("a folder");
    let through = |(name, value): (&str, String)| {
        let is_api = name.ends_with("_API_URL");
        (name.to_owned(), if is_api { value.replace(sandbox.base_url(), &relay.base_url) } else { value })
    };
    let variables: Vec<_> = sandbox.environment().into_iter().map(through).collect();
    let mut client = Client::start(folder.path(), &["--user", "ana", "--confirm", confirm], &variables).await;
    let flow = client.call("start_oauth_flow", json!({"provider": "google"})).await;
    let callback = consent(flow["structuredContent"]["url"].as_str().expect("an address")).await;
    let account = client.call("complete_oauth_flow", json!({"callback_url": callback})).await;
    assert_eq!(account["structuredContent"]["user_id"], "ana", "{account}");
    Stage { sandbox, relay, client, _folder: folder }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_call_closes_its_connection_to_the_provider() {
    let mut stage = stage("/freeBusy").await;
    stage.sandbox.control().fault(Fault::new(Action::Hang).on(Vendor::Google).path("/freeBusy"));
    let call = stage.client.begin("get_busy_times", json!({})).await;
    stage.relay.asked().await;
    stage.client.cancel(call).await;
    stage.relay.closed().await;
    let again = stage.client.call("get_busy_times", json!({})).await;
    assert_eq!(again["isError"], false, "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_booking_makes_no_event_and_the_same_call_makes_one() {
    let mut stage = stage("POST /calendar/v3/calendars/").await;
    let control = stage.sandbox.control();
    control.fault(Fault::new(Action::Latency { milliseconds: 3_600_000 }).method("POST").path("/events"));
    let arguments = json!({"title": "Cancelled", "start": "2031-03-04T10:00:00Z", "duration_minutes": 45});
    let call = stage.client.begin("book_meeting", arguments.clone()).await;
    stage.relay.asked().await;
    stage.client.cancel(call).await;
    stage.relay.closed().await;
    let made = || {
        let is_insert =
            |one: &calendar_sandbox::record::Exchange| one.method == "POST" && one.path.ends_with("/events");
        control.exchanges().iter().filter(|one| is_insert(one) && one.status == 200).count()
    };
    assert_eq!(made(), 0, "the provider never heard of it");
    let meeting = stage.client.call("book_meeting", arguments.clone()).await;
    assert_eq!(meeting["isError"], false, "{meeting}");
    let again = stage.client.call("book_meeting", arguments).await;
    assert_eq!(again["structuredContent"]["event_id"], meeting["structuredContent"]["event_id"]);
    assert_eq!(made(), 1);
}

/// Calls a tool, reads the question, lets `meanwhile` happen, agrees; the question and the result.
async fn agreed(client: &mut Client, tool: &str, arguments: Value, meanwhile: impl AsyncFnOnce()) -> (String, Value) {
    let call = client.begin(tool, arguments).await;
    let (question, words) = client.question().await;
    meanwhile().await;
    client.accept(question).await;
    (words, client.answer(call).await["result"].take())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_person_agreed_to_is_what_is_booked() {
    let mut stage = started("", "auto").await;
    let client = &mut stage.client;
    let arguments = json!({
        "title": "Sync", "start": "2031-03-04T10:00", "duration_minutes": 240.0, "time_zone": "UTC",
        "description": "the\nnumbers", "calendar": "ana@example.com", "attendees": ["ben@example.com"],
    });
    let (words, booked) = agreed(client, "book_meeting", arguments, async || ()).await;
    assert_eq!(
        words,
        "Book \"Sync\" on Tue 2031-03-04 10:00-14:00 UTC (UTC), invite ben@example.com, text \"the numbers\", \
         in the calendar \"ana@example.com\"?"
    );
    let meeting = &booked["structuredContent"];
    assert_eq!(meeting["end"], "2031-03-04T14:00:00Z", "{booked}");

    let event = meeting["event_id"].clone();
    let arguments = json!({"event_id": event, "duration_minutes": 45.0});
    let (words, changed) = agreed(client, "update_event", arguments, async || ()).await;
    assert!(words.ends_with("New: 45 minutes long. Guests are told."), "{words}");
    assert_eq!(changed["structuredContent"]["end"], "2031-03-04T10:45:00Z", "{changed}");

    // However long they took to agree.
    let later = async || tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let arguments = json!({"title": "Soon", "start": "+40d", "duration_minutes": 30});
    let (words, booked) = agreed(client, "book_meeting", arguments, later).await;
    let start = booked["structuredContent"]["start"].as_str().unwrap_or_else(|| panic!("{booked}"));
    let (day, clock) = start.trim_end_matches('Z').split_once('T').expect("a date and a time");
    let clock = clock.strip_suffix(":00").unwrap_or(clock);
    assert!(words.contains(&format!("{day} {clock}")), "{words} is not {start}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_while_the_person_thought_is_not_touched() {
    let mut stage = started("", "auto").await;
    let (client, control) = (&mut stage.client, stage.sandbox.control().google());
    let hour = |hour: u32| json!({"dateTime": format!("2031-03-05T{hour}:00:00Z")});
    let guest = json!({"email": "ben@example.com"});
    let body = json!({"summary": "Review", "start": hour(10), "end": hour(11), "attendees": [guest]});
    let made = control.insert_event("ana@example.com", "ana@example.com", &body).expect("an event");
    let arguments = json!({"event_id": made["id"], "comment": "sorry"});
    let accepts = async || {
        control.respond("ben@example.com", made["id"].as_str().expect("an id"), "accepted").expect("answered");
    };
    let (words, cancelled) = agreed(client, "cancel_event", arguments, accepts).await;
    assert!(words.starts_with("Cancel \"Review\" on ") && words.contains("saying \"sorry\""), "{words}");
    assert_eq!(cancelled["structuredContent"]["error"]["code"], "precondition-failed", "{cancelled}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_goes_takes_its_calls_with_it() {
    let mut stage = stage("/freeBusy").await;
    stage.sandbox.control().fault(Fault::new(Action::Hang).on(Vendor::Google).path("/freeBusy"));
    stage.client.begin("get_busy_times", json!({})).await;
    stage.relay.asked().await;
    drop(stage.client);
    stage.relay.closed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn http_is_closed_to_whoever_has_no_token() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = command(folder.path(), &["--http", "127.0.0.1:0"], &[]).spawn().expect("the program starts");
    let mut lines = BufReader::new(server.stderr.take().expect("stderr")).lines();
    let mut line = async || within(lines.next_line()).await.expect("a line").expect("the server says where it is");
    let url = line().await.strip_prefix("MCP: ").expect("the address").to_owned();
    let authorization = line().await;
    assert!(authorization.starts_with("Authorization: Bearer ") && authorization.len() == 65, "{authorization}");

    let stranger = open(&url, "").await;
    assert!(stranger.starts_with("HTTP/1.1 401") && stranger.contains("www-authenticate: Bearer"), "{stranger}");
    let guess = open(&url, "Authorization: Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n").await;
    assert!(guess.starts_with("HTTP/1.1 401"), "{guess}");
    // With the token a request without a session is refused for that reason alone.
    let friend = open(&url, &format!("{authorization}\r\nAccept: text/event-stream\r\n")).await;
    assert!(friend.starts_with("HTTP/1.1 400") || friend.starts_with("HTTP/1.1 405"), "{friend}");
    let page = format!("{authorization}\r\nAccept: text/event-stream\r\nOrigin: https://evil.example\r\n");
    assert!(open(&url, &page).await.starts_with("HTTP/1.1 403"));
}

#[test]
fn what_would_open_the_server_to_others_is_refused_with_a_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("token"), "short").expect("written");
    let refused = |line: &[&str], exit: i32, words: &str| {
        let run = crate::cli_support::run_in(folder.path(), line, &[]);
        assert_eq!(run.exit, exit, "{line:?}: {}", run.stderr);
        assert!(run.stderr.contains(words) && run.stderr.contains("hint: "), "{line:?}: {}", run.stderr);
        assert_eq!(run.stdout, "", "stdout is the protocol's");
    };
    refused(&["mcp", "--http", "0.0.0.0:0"], 2, "--allow-host");
    refused(&["mcp", "--http", "127.0.0.1:0", "--token-file", "token"], 7, "shorter than 16 characters");
    refused(&["mcp", "--http", "127.0.0.1:0", "--token-file", "none"], 7, "cannot be read");
    refused(&["mcp", "--http", "--allow-origin", "app.example.com"], 2, "is no origin");
}

#[test]
fn a_server_without_a_client_ends_in_peace() {
    let run = crate::cli_support::run(&["mcp"]);
    assert_eq!((run.exit, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
}
