//! A relay before the sandbox that a test can ask to do something at one request: before it is passed
//! on, or after the sandbox answered and before the answer is passed back. So a process can be
//! killed, or a race be lost, at a step instead of at some moment. One connection, one request.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// One request, as far as tests tell requests apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passing {
    /// HTTP method.
    pub method: String,
    /// Path and query as sent.
    pub path: String,
    /// The sandbox has answered.
    pub is_answered: bool,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It, or its answer, is passed on.
    Pass,
    /// The connection ends here.
    Drop,
}

type Watcher = Arc<dyn Fn(&Passing) -> Fate + Send + Sync>;

/// A relay; everything passes at first.
pub struct Relay {
    address: SocketAddr,
    watcher: Arc<Mutex<Option<Watcher>>>,
}

impl Relay {
    /// A relay on a port of its own before `base_url`.
    pub fn before(base_url: &str) -> Relay {
        let target: SocketAddr = base_url.trim_start_matches("http://").parse().expect("host and port");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let watcher: Arc<Mutex<Option<Watcher>>> = Arc::default();
        let shared = watcher.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let watcher = shared.clone();
                std::thread::spawn(move || pass(client, target, &watcher));
            }
        });
        Relay { address, watcher }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Asks `watcher` about every request, once before it is passed on and once when it is answered.
    pub fn watch(&self, watcher: impl Fn(&Passing) -> Fate + Send + Sync + 'static) {
        *self.watcher.lock().expect("no panic while locked") = Some(Arc::new(watcher));
    }

    /// Lets everything pass.
    pub fn open(&self) {
        *self.watcher.lock().expect("no panic while locked") = None;
    }
}

/// Passes one request and its answer; whatever breaks ends the connection.
fn pass(mut client: TcpStream, target: SocketAddr, watcher: &Mutex<Option<Watcher>>) {
    let Some((request, mut passing)) = request(&mut client) else { return };
    let fate = |passing: &Passing| {
        let watcher = watcher.lock().expect("no panic while locked").clone();
        watcher.map_or(Fate::Pass, |watcher| watcher(passing))
    };
    if fate(&passing) == Fate::Drop {
        return;
    }
    let Ok(mut server) = TcpStream::connect(target) else { return };
    let mut answer = Vec::new();
    if server.write_all(&request).is_err() || server.read_to_end(&mut answer).is_err() {
        return;
    }
    passing.is_answered = true;
    if fate(&passing) == Fate::Pass && client.write_all(&answer).is_ok() {
        let _ = client.shutdown(Shutdown::Write);
    }
}

/// A whole request, made the only one of its connection.
fn request(client: &mut TcpStream) -> Option<(Vec<u8>, Passing)> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        let mut more = [0; 4096];
        let count = client.read(&mut more).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&more[..count]);
    };
    let text = String::from_utf8(bytes[..head].to_vec()).ok()?;
    let (first, headers) = text.split_once("\r\n")?;
    let length = headers.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let mut body = bytes[head + 4..].to_vec();
    let missing = length.unwrap_or(0).saturating_sub(body.len());
    let mut rest = vec![0; missing];
    client.read_exact(&mut rest).ok()?;
    body.extend_from_slice(&rest);
    let mut words = first.split(' ');
    let passing = Passing { method: words.next()?.to_owned(), path: words.next()?.to_owned(), is_answered: false };
    let head = format!("{first}\r\nconnection: close\r\n{headers}\r\n\r\n");
    Some(([head.into_bytes(), body].concat(), passing))
}
