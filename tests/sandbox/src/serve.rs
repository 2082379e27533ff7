//! The listener: accepts connections, reads whole requests, carries out ordered faults, records, and hands the rest to the
//! vendors' routers. Faults are real: a dropped connection is a closed TCP connection, a cut body announces its full length.

use crate::control::Control;
use crate::fault::{Action, RetryAfter};
use crate::record::{Exchange, Outcome};
use crate::state::State;
use crate::vendor::{Realm, Vendor};
use crate::{broken, control_http, google, microsoft, oauth, slow_body};
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header, request};
use http_body_util::BodyExt;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

/// Largest request body read, in bytes.
const LARGEST_BODY: usize = 4 * 1024 * 1024;

/// How long open exchanges may take to end after a stop.
const GRACE: Duration = Duration::from_secs(1);

/// Where requests go, by realm.
#[derive(Debug, Clone)]
struct Routers {
    control: Router,
    oauth: Router,
    google: Router,
    microsoft: Router,
}

/// Serves until told to stop, then closes every connection.
pub(crate) async fn run(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    state: Arc<State>,
    mut stop: watch::Receiver<bool>,
) {
    let routers = Routers {
        control: control_http::router(Control::new(state.clone())),
        oauth: oauth::router(state.clone()),
        google: google::router(state.clone()),
        microsoft: microsoft::router(state.clone()),
    };
    let mut connections = JoinSet::new();
    let stopped = stop.clone();
    loop {
        tokio::select! {
            _ = stop.wait_for(|stopped| *stopped) => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(accept(stream, tls.clone(), state.clone(), routers.clone(), stopped.clone()));
                }
            }
        }
    }
    drop(listener);
    let drained = async { while connections.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(GRACE, drained).await;
}

async fn accept(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    state: Arc<State>,
    routers: Routers,
    mut stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls else {
        return connection(stream, state, routers, stop).await;
    };
    let handshake = tokio::select! {
        _ = stop.wait_for(|stopped| *stopped) => return,
        handshake = tls.accept(stream) => handshake,
    };
    // A client that does not trust the certificate ends the handshake: nobody is left to answer.
    if let Ok(stream) = handshake {
        connection(stream, state, routers, stop).await;
    }
}

async fn connection<S>(stream: S, state: Arc<State>, routers: Routers, mut stop: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let abort = Arc::new(Notify::new());
    let service = hyper::service::service_fn({
        let abort = abort.clone();
        move |request| {
            let (state, routers, abort) = (state.clone(), routers.clone(), abort.clone());
            async move {
                let mut answer = exchange(request, state.clone(), routers, abort).await?;
                // The sandbox's clock, which may not be the machine's; hyper would write the latter.
                set(answer.headers_mut(), header::DATE, &http_date(state.clock.now()));
                Ok::<_, Infallible>(answer)
            }
        }
    });
    let serving = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::pin!(serving);
    let stopped = async { stop.wait_for(|stopped| *stopped).await.is_ok() };
    tokio::select! {
        _ = serving.as_mut() => {}
        () = abort.notified() => {}
        _ = stopped => {
            serving.as_mut().graceful_shutdown();
            let _ = serving.await;
        }
    }
}

/// One request and its answer.
async fn exchange(
    request: Request<hyper::body::Incoming>,
    state: Arc<State>,
    routers: Routers,
    abort: Arc<Notify>,
) -> Result<Response<Body>, Infallible> {
    let (parts, body) = request.into_parts();
    let Ok(body) = http_body_util::Limited::new(body, LARGEST_BODY).collect().await else {
        return Ok(status_only(StatusCode::PAYLOAD_TOO_LARGE));
    };
    let body = body.to_bytes();
    let realm = Realm::of(parts.uri.path());
    let Some(vendor) = realm.vendor() else {
        return Ok(routers.control.oneshot(Request::from_parts(parts, Body::from(body))).await.unwrap_or_default());
    };
    let mut record = opening(&state, vendor, &parts, &body);
    let mut fault = None;
    for action in state.faults.take(vendor, &record.method, &record.path, record.user.as_deref()) {
        match action {
            Action::Latency { milliseconds } => tokio::time::sleep(Duration::from_millis(milliseconds)).await,
            other => fault = Some(other),
        }
    }
    match &fault {
        Some(Action::DropBefore) => {
            close(&state, record, Outcome::Dropped);
            return drop_connection(&abort).await;
        }
        Some(Action::Hang) => {
            close(&state, record, Outcome::Dropped);
            return std::future::pending().await;
        }
        Some(Action::Status { status, reason, retry_after }) => {
            let answer = vendor_error(&state, realm, *status, reason, *retry_after);
            let (answer, _) = whole(answer, &mut record).await;
            close(&state, record, Outcome::Faulted);
            return Ok(answer);
        }
        _ => {}
    }
    let router = match realm {
        Realm::Api(Vendor::Google) => routers.google,
        Realm::Api(Vendor::Microsoft) => routers.microsoft,
        _ => routers.oauth,
    };
    let answer = router.oneshot(Request::from_parts(parts, Body::from(body))).await.unwrap_or_default();
    let (answer, text) = whole(answer, &mut record).await;
    let outcome = match fault {
        Some(Action::DropAfter | Action::CutBody) => Outcome::Dropped,
        Some(_) => Outcome::Faulted,
        None => Outcome::Answered,
    };
    close(&state, record, outcome);
    match fault {
        Some(Action::DropAfter) => drop_connection(&abort).await,
        Some(Action::CutBody) => Ok(broken::cut(answer, text)),
        Some(Action::SlowBody { milliseconds }) => {
            Ok(slow_body::slow(answer, text, Duration::from_millis(milliseconds)))
        }
        Some(Action::InvalidJson) => Ok(broken::replaced(answer, "application/json", "{\"kind\": \"calendar#eve")),
        Some(Action::WrongContentType) => {
            Ok(broken::replaced(answer, "text/html", "<html><body>A proxy was here.</body></html>"))
        }
        Some(Action::StatusAfter { status, reason, retry_after }) => {
            Ok(vendor_error(&state, realm, status, &reason, retry_after))
        }
        _ => Ok(answer),
    }
}

fn opening(state: &State, vendor: Vendor, parts: &request::Parts, body: &Bytes) -> Exchange {
    Exchange {
        vendor,
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        request_headers: parts.headers.iter().map(|(name, value)| (name.to_string(), printable(name, value))).collect(),
        request_body: String::from_utf8_lossy(body).into_owned(),
        status: 0,
        response_body: String::new(),
        outcome: Outcome::Answered,
        started_at: state.clock.now(),
        started: state.nanoseconds(),
        ended: 0,
        user: state.oauth.user_of(&parts.headers),
    }
}

fn printable(name: &header::HeaderName, value: &HeaderValue) -> String {
    let text = String::from_utf8_lossy(value.as_bytes());
    if name == header::AUTHORIZATION {
        return format!("{} ****", text.split(' ').next().unwrap_or_default());
    }
    text.into_owned()
}

fn close(state: &State, mut record: Exchange, outcome: Outcome) {
    record.ended = state.nanoseconds();
    record.outcome = outcome;
    state.record.push(record);
}

/// Reads the answer whole and notes it in the record.
async fn whole(answer: Response<Body>, record: &mut Exchange) -> (Response<Body>, Bytes) {
    let (parts, body) = answer.into_parts();
    let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    record.status = parts.status.as_u16();
    record.response_body = String::from_utf8_lossy(&bytes).into_owned();
    (Response::from_parts(parts, Body::from(bytes.clone())), bytes)
}

/// Closes the TCP connection under the exchange; the answer never comes.
async fn drop_connection(abort: &Notify) -> Result<Response<Body>, Infallible> {
    abort.notify_one();
    std::future::pending().await
}

fn vendor_error(state: &State, realm: Realm, status: u16, reason: &str, retry_after: RetryAfter) -> Response<Body> {
    let message = format!("Ordered by the sandbox: {reason}.");
    let mut answer = match realm {
        Realm::Api(Vendor::Google) => google::error_response(status, reason, &message),
        Realm::Api(Vendor::Microsoft) => microsoft::error_response(status, reason, &message),
        Realm::OAuth(vendor) => oauth::error_response(state, vendor, status, reason, &message),
        Realm::Control => status_only(StatusCode::INTERNAL_SERVER_ERROR),
    };
    let value = match retry_after {
        RetryAfter::None => return answer,
        RetryAfter::Seconds(seconds) => seconds.to_string(),
        RetryAfter::HttpDate(seconds) => {
            let at = state.clock.now() + chrono::TimeDelta::seconds(seconds.into());
            // The date means something only beside the server's own.
            set(answer.headers_mut(), header::DATE, &http_date(state.clock.now()));
            http_date(at)
        }
    };
    set(answer.headers_mut(), header::RETRY_AFTER, &value);
    answer
}

fn http_date(at: chrono::DateTime<chrono::Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn status_only(status: StatusCode) -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = status;
    answer
}
