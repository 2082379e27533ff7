//! A server on loopback that misbehaves in scripted ways.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};

use super::OK;

/// What the server does with one request after the other, on as many connections as it gets.
#[derive(Clone)]
pub(super) enum Act {
    /// Sends these bytes and keeps the connection open.
    Answer(String),
    /// Sends these bytes and closes the connection.
    AnswerAndClose(&'static str),
    /// Sends nothing, ever.
    Hang,
    /// Waits for a permit, then sends an empty answer and keeps the connection open.
    Wait(Arc<Semaphore>),
}

/// A server that plays `acts`, the last one for ever, and keeps what it was sent.
pub(super) struct Server {
    pub(super) port: u16,
    requests: Arc<Mutex<Vec<String>>>,
    crowd: Arc<Crowd>,
}

/// How many requests are with the server at the same time.
#[derive(Default)]
struct Crowd {
    now: AtomicUsize,
    most: AtomicUsize,
    connections: AtomicUsize,
    changed: Notify,
}

impl Crowd {
    fn enter(&self) {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        self.changed.notify_waiters();
    }
}

impl Server {
    pub(super) async fn play(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, acts, crowd) = (requests.clone(), Arc::new(acts), Arc::<Crowd>::default());
        let shared = crowd.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(connection, acts.clone(), seen.clone(), shared.clone()));
            }
        });
        Self { port, requests, crowd }
    }

    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// Waits until at least so many requests are with the server together.
    pub(super) async fn until(&self, count: usize) {
        loop {
            let changed = self.crowd.changed.notified();
            if self.crowd.now.load(Ordering::SeqCst) >= count {
                return;
            }
            changed.await;
        }
    }

    /// How many connections were made.
    pub(super) fn connections(&self) -> usize {
        self.crowd.connections.load(Ordering::SeqCst)
    }

    /// The largest number of requests that were with the server together.
    pub(super) fn most(&self) -> usize {
        self.crowd.most.load(Ordering::SeqCst)
    }
}

async fn serve(mut connection: TcpStream, acts: Arc<Vec<Act>>, seen: Arc<Mutex<Vec<String>>>, crowd: Arc<Crowd>) {
    let mut bytes = Vec::new();
    while let Ok(read @ 1..) = connection.read_buf(&mut bytes).await.map(|read| read.min(bytes.len())) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
        if body.len() < length || read == 0 {
            continue;
        }
        bytes.clear();
        let index = {
            let mut seen = seen.lock().unwrap();
            seen.push(text);
            seen.len() - 1
        };
        crowd.enter();
        match &acts[index.min(acts.len() - 1)] {
            Act::Answer(answer) => {
                crowd.now.fetch_sub(1, Ordering::SeqCst);
                connection.write_all(answer.as_bytes()).await.unwrap();
            }
            Act::Wait(permits) => {
                permits.acquire().await.unwrap().forget();
                crowd.now.fetch_sub(1, Ordering::SeqCst);
                connection.write_all(OK.as_bytes()).await.unwrap();
            }
            Act::AnswerAndClose(answer) => {
                connection.write_all(answer.as_bytes()).await.unwrap();
                return;
            }
            Act::Hang => std::future::pending().await,
        }
    }
}
