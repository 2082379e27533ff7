//! `auth login outlook --device` against a provider of a few lines: what people and programs see.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::thread;

use crate::cli_support::{Run, run_in};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// Answers the device code endpoint, and polls with `answers`, the last of them for ever.
fn provider(answers: Vec<(u16, Value)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let base = address.clone();
    thread::spawn(move || {
        let mut polls = 0;
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let path = request_path(&mut stream);
            let (status, body) = if path.ends_with("/devicecode") {
                let page = format!("{base}/deviceauth");
                let message = format!("Open {page} and enter FJW2-PZK7.");
                let codes = json!({
                    "user_code": "FJW2-PZK7", "device_code": "device-canary", "verification_uri": page,
                    "expires_in": 900, "interval": 0, "message": message,
                });
                (200, codes)
            } else {
                let answer = answers.get(polls).or(answers.last()).expect("an answer").clone();
                polls += 1;
                answer
            };
            let body = body.to_string();
            let head = format!("HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nConnection: close");
            write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).expect("sent");
        }
    });
    address
}

/// Reads the head and what is there of the body.
fn request_path(stream: &mut TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length, mut is_chunked) = (String::new(), 0, false);
    reader.read_line(&mut first).expect("a request line");
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a header");
        let line = line.trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().expect("a number");
        }
        is_chunked |= line == "transfer-encoding: chunked";
        if line.is_empty() {
            break;
        }
    }
    if is_chunked {
        let mut line = String::new();
        while line.trim() != "0" {
            line.clear();
            reader.read_line(&mut line).expect("a chunk");
        }
    }
    reader.read_exact(&mut vec![0; length]).expect("the body");
    first.split(' ').nth(1).expect("a path").to_owned()
}

fn pending() -> (u16, Value) {
    (400, json!({"error": "authorization_pending", "error_codes": [70016]}))
}

/// An approval, its id token issued by `base`.
fn approval(base: &str) -> (u16, Value) {
    let claims = json!({
        "iss": format!("{base}/t1/v2.0"), "aud": "id", "sub": "s", "tid": "t1", "oid": "o1",
        "exp": 4_102_444_800_u64, "preferred_username": "ana@contoso.example",
    });
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let id_token = format!("{}.{}.{}", part("{}"), part(&claims.to_string()), part("s"));
    let answer = json!({
        "access_token": "access-canary", "refresh_token": "refresh-canary", "token_type": "Bearer",
        "expires_in": 3600, "scope": "openid User.Read Calendars.ReadWrite MailboxSettings.Read", "id_token": id_token,
    });
    (200, answer)
}

/// The settings that lead there; the issuer is that of the authorization address.
fn settings(base: &str) -> Vec<(&'static str, String)> {
    vec![
        ("OUTLOOK_CLIENT_ID", "id".to_owned()),
        ("OUTLOOK_AUTHORIZE_URL", "https://issuer.example/common/oauth2/v2.0/authorize".to_owned()),
        ("OUTLOOK_TOKEN_URL", format!("{base}/common/oauth2/v2.0/token")),
        ("OUTLOOK_DEVICE_CODE_URL", format!("{base}/common/oauth2/v2.0/devicecode")),
        ("OUTLOOK_API_URL", format!("{base}/v1.0")),
    ]
}

fn login(answers: Vec<(u16, Value)>, options: &[&str]) -> Run {
    let base = provider(answers);
    let settings = settings(&base);
    let variables: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let line: Vec<&str> = ["auth", "login", "outlook", "--device"].iter().chain(options).copied().collect();
    run_in(folder.path(), &line, &variables)
}

fn lines(run: &Run) -> Vec<Value> {
    run.stdout.lines().map(|line| serde_json::from_str(line).expect("one JSON document a line")).collect()
}

#[test]
fn programs_read_one_event_a_line_until_the_account_is_there() {
    let run = login(vec![pending(), approval("https://issuer.example")], &["--json"]);
    assert_eq!(run.exit, 0, "{} {}", run.stdout, run.stderr);
    let events = lines(&run);
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str().expect("an event")).collect();
    assert_eq!(names, ["device_authorization", "pending", "connected"]);
    assert_eq!((&events[0]["user_code"], &events[0]["interval_seconds"]), (&json!("FJW2-PZK7"), &json!(0)));
    assert_eq!(events[2]["account"]["account"], "outlook:t1.o1");
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("canary"), "no secret is shown");
}

#[test]
fn people_read_the_code_and_then_the_account() {
    let run = login(vec![approval("https://issuer.example")], &[]);
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("enter FJW2-PZK7.") && run.stderr.contains("only if you started this"),
        "{}",
        run.stderr
    );
    assert!(run.stdout.contains("outlook:t1.o1"), "{}", run.stdout);
}

#[test]
fn a_refusal_is_the_last_line_and_has_its_exit_code() {
    let declined = (400, json!({"error": "authorization_declined"}));
    let run = login(vec![declined], &["--json"]);
    assert_eq!(run.exit, 3, "{}", run.stdout);
    let events = lines(&run);
    assert_eq!(events.len(), 2);
    assert_eq!(events[1]["error"]["code"], "permission-denied");
    assert!(run.stderr.contains("hint: Access was not granted."), "{}", run.stderr);
}

#[test]
fn google_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = run_in(folder.path(), &["auth", "login", "google", "--device"], &[("GOOGLE_CLIENT_ID", "id")]);
    assert_eq!(run.exit, 2);
    assert!(run.stderr.contains("Google grants no calendar permission by device code"), "{}", run.stderr);
}

#[test]
fn ctrl_c_ends_the_wait() {
    let base = provider(vec![pending()]);
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = Command::new(env!("CARGO_BIN_EXE_calendar-host"))
        .args(["auth", "login", "outlook", "--device", "--json"])
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env("CALENDAR_HOST_CACHE_DIR", concat!(env!("CARGO_TARGET_TMPDIR"), "/compiled"))
        .envs(settings(&base))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut first = String::new();
    BufReader::new(child.stdout.take().expect("stdout")).read_line(&mut first).expect("a line");
    assert!(first.contains("device_authorization"), "{first}");
    let told = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(told.success());
    assert_eq!(child.wait().expect("the program ends").signal(), Some(2));
}
