//! A client of a few lines: JSON-RPC over the standard streams of `calendar-host mcp`.

use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::relay::within;

/// A running server. Dropping it ends it.
pub struct Client {
    _process: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    next: u64,
}

impl Client {
    /// Starts the server in `folder` and shakes hands; this program can ask the person.
    pub async fn start(folder: &Path, line: &[&str], variables: &[(String, String)]) -> Self {
        let mut process = command(folder, line, variables).spawn().expect("the program starts");
        let stdin = process.stdin.take().expect("stdin");
        let lines = BufReader::new(process.stdout.take().expect("stdout")).lines();
        let mut client = Self { _process: process, stdin, lines, next: 1 };
        let params = json!({
            "protocolVersion": "2025-11-25", "capabilities": {"elicitation": {}}, "clientInfo": {"name": "test", "version": "1"},
        });
        let id = client.send("initialize", params).await;
        assert_eq!(client.answer(id).await["result"]["protocolVersion"], "2025-11-25");
        client.write(json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await;
        client
    }

    /// Calls a tool and waits for its result.
    pub async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let id = self.begin(tool, arguments).await;
        self.answer(id).await["result"].take()
    }

    /// Calls a tool; the id of the call.
    pub async fn begin(&mut self, tool: &str, arguments: Value) -> u64 {
        self.send("tools/call", json!({"name": tool, "arguments": arguments})).await
    }

    /// The question to the person that a call asks: its id, and its words.
    pub async fn question(&mut self) -> (Value, String) {
        let mut message = self.message().await;
        assert_eq!(message["method"], "elicitation/create", "{message}");
        (message["id"].take(), message["params"]["message"].as_str().expect("words").to_owned())
    }

    /// The person agrees.
    pub async fn accept(&mut self, question: Value) {
        let result = json!({"action": "accept", "content": {}});
        self.write(json!({"jsonrpc": "2.0", "id": question, "result": result})).await;
    }

    /// Cancels a call.
    pub async fn cancel(&mut self, id: u64) {
        let params = json!({"requestId": id, "reason": "the person has changed their mind"});
        self.write(json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params})).await;
    }

    /// Sends a request; its id.
    pub async fn send(&mut self, method: &str, params: Value) -> u64 {
        let id = self.next;
        self.next += 1;
        self.write(json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})).await;
        id
    }

    /// The answer to a request.
    pub async fn answer(&mut self, id: u64) -> Value {
        loop {
            let message = self.message().await;
            if message["id"] == id && message["method"].is_null() {
                return message;
            }
        }
    }

    /// What the server says next. Every line on stdout must be the protocol's.
    async fn message(&mut self) -> Value {
        let line = within(self.lines.next_line()).await.expect("a line").expect("the server answers");
        let message: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        assert_eq!(message["jsonrpc"], "2.0", "{line}");
        message
    }

    async fn write(&mut self, message: Value) {
        self.stdin.write_all(format!("{message}\n").as_bytes()).await.expect("the server reads");
    }
}

/// `calendar-host mcp`, with nothing of the environment it is tested in.
pub fn command(folder: &Path, line: &[&str], variables: &[(String, String)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_calendar-host"));
    command
        .arg("mcp")
        .args(line)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("TZ", "UTC")
        .env("CALENDAR_HOST_CACHE_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled"))
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Opens an address of plain http; the answer as text, head and body.
pub async fn open(url: &str, headers: &str) -> String {
    let rest = url.strip_prefix("http://").expect("plain http");
    let (address, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    within(stream.read_to_string(&mut answer)).await.expect("an answer");
    answer
}

/// Where a consent page that approves by itself sends the browser.
pub async fn consent(url: &str) -> String {
    let answer = open(url, "").await;
    let location = answer.lines().find_map(|line| line.strip_prefix("location: "));
    location.unwrap_or_else(|| panic!("no redirect: {answer}")).trim().to_owned()
}
