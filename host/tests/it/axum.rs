//! The example `axum` serves many people at once, each from their own calendar.

#[allow(dead_code, reason = "its main function is not called here")]
#[path = "../../examples/axum.rs"]
mod example;

use std::path::Path;

use calendar_host::{CalendarHost, Config};
use calendar_sandbox::Sandbox;
use calendar_sandbox::config::Config as SandboxConfig;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const PEOPLE: usize = 20;
/// Monday 2031-03-03, 00:00 UTC.
const MONDAY: i64 = 1_930_262_400;

/// A sandbox with an account for each person, and the service before it.
async fn service(folder: &Path) -> (Sandbox, String) {
    let sandbox = Sandbox::start(SandboxConfig::empty()).await.expect("the sandbox starts");
    for person in 0..PEOPLE {
        let google = sandbox.control().google();
        google.insert_user(&email(person), &format!("Person {person}"), "Europe/Berlin").expect("a person");
    }
    let mut variables: Vec<(String, String)> =
        sandbox.environment().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    variables.push(("CALENDAR_HOST_DATA_DIR".into(), folder.display().to_string()));
    variables.push(("CALENDAR_HOST_CACHE_DIR".into(), format!("{}/compiled", env!("CARGO_TARGET_TMPDIR"))));
    let host = CalendarHost::open(Config::from_vars(variables).expect("the configuration is good")).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let router = example::router(host.expect("the host opens"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (sandbox, address)
}

fn email(person: usize) -> String {
    format!("person{person}@example.com")
}

/// One request; status, head and body.
async fn request(address: &str, line: &str, user: &str, body: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let length = body.len();
    let head = format!("{line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nx-user: {user}\r\n");
    let head = format!("{head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(format!("{head}{body}").as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, head.to_owned(), body.to_owned())
}

async fn json_of(address: &str, line: &str, user: &str, body: &Value) -> (u16, Value) {
    let (status, _, body) = request(address, line, user, &body.to_string()).await;
    let value = serde_json::from_str(&body).unwrap_or_else(|error| panic!("{line}: {status}: {error}: {body:?}"));
    (status, value)
}

/// The query with which the consent page sends the browser of this person back.
async fn consent(url: &str, email: &str) -> String {
    let (address, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("an address");
    let hint = email.replace('@', "%40");
    let (_, head, _) = request(address, &format!("GET /{path}&login_hint={hint}"), "", "").await;
    let location = head.lines().find_map(|line| line.strip_prefix("location: ")).expect("a redirect");
    location.split_once('?').expect("a query").1.trim().to_owned()
}

/// Connects, looks, books twice: what one person does.
async fn person(address: String, number: usize) -> String {
    let (user, nothing) = (format!("user{number}"), Value::Null);
    let (status, refused) = json_of(&address, "GET /free?minutes=30&zone=UTC", &user, &nothing).await;
    assert_eq!((status, refused["code"].as_str()), (409, Some("not-authenticated")), "{refused}");

    let (_, flow) = json_of(&address, "POST /connect/google", &user, &nothing).await;
    let query = consent(flow["open"].as_str().expect("an address"), &email(number)).await;
    let (status, account) = json_of(&address, &format!("GET /oauth/google/callback?{query}"), &user, &nothing).await;
    assert_eq!((status, account["email"].as_str()), (200, Some(email(number).as_str())), "{account}");

    let line = format!("GET /free?minutes=30&zone=Europe/Berlin&from={MONDAY}");
    let (_, found) = json_of(&address, &line, &user, &nothing).await;
    assert_eq!(found["unknown"], json!([]));
    let slot = found["slots"][number].clone();
    let booking = json!({"title": format!("Of {user}"), "start": slot["start"], "end": slot["end"], "key": "first"});
    let (status, meeting) = json_of(&address, "POST /meetings", &user, &booking).await;
    assert_eq!((status, &meeting["time"]), (200, &slot), "{meeting}");
    let (_, again) = json_of(&address, "POST /meetings", &user, &booking).await;
    assert_eq!(again["event"], meeting["event"], "a second click is the same booking");
    let other = json!({"title": "Another", "start": slot["start"], "end": slot["end"], "key": "second"});
    let (status, taken) = json_of(&address, "POST /meetings", &user, &other).await;
    assert_eq!((status, taken["code"].as_str()), (409, Some("conflict")), "{taken}");
    assert!(taken["alternatives"][0]["start"].is_i64(), "{taken}");
    user
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_people_at_once_are_served_from_their_own_calendars() {
    let folder = tempfile::tempdir().expect("a folder");
    let (sandbox, address) = service(folder.path()).await;
    let everybody: Vec<_> = (0..PEOPLE).map(|number| tokio::spawn(person(address.clone(), number))).collect();
    for one in everybody {
        one.await.expect("nobody is left out");
    }
    for number in 0..PEOPLE {
        let events = sandbox.control().google().events(&email(number), &email(number));
        let titles: Vec<_> = events.iter().filter_map(|event| event["summary"].as_str()).collect();
        assert_eq!(titles, [format!("Of user{number}")], "exactly one's own, once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_finishes_the_connection_of_somebody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_sandbox, address) = service(folder.path()).await;
    let (_, flow) = json_of(&address, "POST /connect/google", "user0", &Value::Null).await;
    let query = consent(flow["open"].as_str().expect("an address"), &email(0)).await;
    let line = format!("GET /oauth/google/callback?{query}");
    let (status, refused) = json_of(&address, &line, "eve", &Value::Null).await;
    assert_eq!((status, refused["code"].as_str()), (400, Some("invalid-argument")), "{refused}");
    let (status, account) = json_of(&address, &line, "user0", &Value::Null).await;
    assert_eq!(status, 200, "{account}");
    let (status, _, body) = request(&address, "POST /connect/elsewhere", "user0", "").await;
    assert_eq!((status, body.as_str()), (404, ""));
}
