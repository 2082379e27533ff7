//! A gate before the sandbox that can refuse connections: while it is shut, the system answers a
//! connection attempt with "refused", as for a program that is not running. Every connection
//! carries one request, so that none is left open when it shuts.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::mpsc::{SyncSender, sync_channel};

use calendar_host::Exchange;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// When the gate shuts and opens by itself.
#[derive(Debug, Clone, Copy, Default)]
struct Plan {
    /// Shuts after so many more answers.
    shut_after: Option<usize>,
    /// Opens at the first refused request.
    open_again: bool,
}

/// A request to the gate's thread: open or shut, and where to say that it is done.
type Order = (bool, SyncSender<()>);

/// A gate, open at first.
pub struct Gate {
    address: SocketAddr,
    orders: UnboundedSender<Order>,
    plan: Mutex<Plan>,
}

impl Gate {
    /// A gate on a port of its own before `base_url`.
    pub fn before(base_url: &str) -> Gate {
        let target: SocketAddr = base_url.trim_start_matches("http://").parse().expect("host and port");
        let (orders, taken) = unbounded_channel();
        let (tell, told) = sync_channel(1);
        std::thread::spawn(move || keep(target, taken, &tell));
        Gate { address: told.recv().expect("the gate stands"), orders, plan: Mutex::default() }
    }

    /// `http://127.0.0.1:PORT`.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Lets everything pass, and forgets what was planned.
    pub fn open(&self) {
        *self.plan.lock().expect("no panic while locked") = Plan::default();
        self.order(true);
    }

    /// Refuses connections after `answers` more answers, for one request or for all.
    pub fn shut_after(&self, answers: usize, once: bool) {
        let shut_after = (answers > 0).then_some(answers);
        *self.plan.lock().expect("no panic while locked") = Plan { shut_after, open_again: once };
        if answers == 0 {
            self.order(false);
        }
    }

    /// Counts a request of the host.
    pub fn passed(&self, exchange: &Exchange) {
        let order = {
            let mut plan = self.plan.lock().expect("no panic while locked");
            match (exchange.status, plan.shut_after) {
                (Some(_), Some(left)) => {
                    plan.shut_after = (left > 1).then(|| left - 1);
                    (left == 1).then_some(false)
                }
                (None, None) if plan.open_again => {
                    plan.open_again = false;
                    Some(true)
                }
                _ => None,
            }
        };
        if let Some(open) = order {
            self.order(open);
        }
    }

    /// Returns when it is done: the gate's thread waits for nobody.
    fn order(&self, open: bool) {
        let (done, wait) = sync_channel(1);
        self.orders.send((open, done)).expect("the gate stands");
        wait.recv().expect("the gate stands");
    }
}

fn keep(target: SocketAddr, mut orders: UnboundedReceiver<Order>, tell: &SyncSender<SocketAddr>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async move {
        // Bound and never listening: it keeps the port while the gate is shut.
        let place = socket("127.0.0.1:0".parse().expect("an address"));
        let address = place.local_addr().expect("an address");
        let mut listener = Some(listen(address));
        tell.send(address).expect("somebody asked");
        loop {
            tokio::select! {
                biased;
                order = orders.recv() => match order {
                    Some((true, done)) => {
                        if listener.is_none() {
                            listener = Some(listen(address));
                        }
                        let _ = done.send(());
                    }
                    Some((false, done)) => {
                        listener = None;
                        let _ = done.send(());
                    }
                    None => return,
                },
                client = accept(listener.as_ref()) => {
                    tokio::spawn(pass(client, target));
                }
            }
        }
    });
}

fn socket(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_reuseaddr(true).expect("an option of the system");
    socket.bind(address).expect("the port is ours");
    socket
}

fn listen(address: SocketAddr) -> TcpListener {
    socket(address).listen(1024).expect("the port is ours")
}

async fn accept(listener: Option<&TcpListener>) -> TcpStream {
    match listener {
        Some(listener) => listener.accept().await.expect("a connection").0,
        None => std::future::pending().await,
    }
}

/// Passes one request on; `connection: close` behind its first line keeps it the only one.
async fn pass(mut client: TcpStream, target: SocketAddr) {
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        let Ok(byte) = client.read_u8().await else { return };
        line.push(byte);
    }
    line.extend_from_slice(b"connection: close\r\n");
    if server.write_all(&line).await.is_ok() {
        let _ = copy_bidirectional(&mut client, &mut server).await;
    }
}
