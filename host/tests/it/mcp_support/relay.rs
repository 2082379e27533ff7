//! Stands between the server and the sandbox, and tells when the server closes a connection on which it has asked for
//! a certain path.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// A running relay.
pub struct Relay {
    /// Its address, without a slash at the end.
    pub base_url: String,
    asked: Arc<Notify>,
    closed: Arc<Notify>,
    open: Arc<AtomicUsize>,
}

impl Relay {
    /// A relay to `base_url` that watches for requests that contain `words`.
    pub async fn start(base_url: &str, words: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let relay = Self {
            base_url: format!("http://{}", listener.local_addr().expect("an address")),
            asked: Arc::default(),
            closed: Arc::default(),
            open: Arc::default(),
        };
        let target = base_url.trim_start_matches("http://").to_owned();
        let (asked, closed, open) = (relay.asked.clone(), relay.closed.clone(), relay.open.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let upstream = TcpStream::connect(&target).await.expect("the sandbox");
                tokio::spawn(carry(stream, upstream, words, asked.clone(), closed.clone(), open.clone()));
            }
        });
        relay
    }

    /// Until the watched request was made.
    pub async fn asked(&self) {
        within(self.asked.notified()).await;
    }

    /// Until the server has closed the connection of the watched request, without an answer to it.
    pub async fn closed(&self) {
        within(self.closed.notified()).await;
    }
}

/// Waits for what must happen.
pub async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(std::time::Duration::from_secs(30), future).await.expect("it happens")
}

async fn carry(
    stream: TcpStream,
    upstream: TcpStream,
    words: &str,
    asked: Arc<Notify>,
    closed: Arc<Notify>,
    open: Arc<AtomicUsize>,
) {
    let (mut near, mut near_out) = stream.into_split();
    let (mut far, mut far_out) = upstream.into_split();
    let answers = tokio::spawn(async move { tokio::io::copy(&mut far, &mut near_out).await });
    let mut is_watched = false;
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let count = near.read(&mut bytes).await.unwrap_or(0);
        if count == 0 {
            break;
        }
        if !is_watched && String::from_utf8_lossy(&bytes[..count]).contains(words) {
            is_watched = true;
            open.fetch_add(1, Ordering::SeqCst);
            asked.notify_one();
        }
        if far_out.write_all(&bytes[..count]).await.is_err() {
            break;
        }
    }
    answers.abort();
    if is_watched {
        closed.notify_one();
    }
}
