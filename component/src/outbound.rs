//! The HTTP sender, on the raw WASI bindings. One of the two files that touch WASI.
//!
//! wstd's own client is not used: it fails with "connection reset" whenever the host lets go of
//! the request body before it was written, as hosts do when they deny a request, and it opens a
//! body even for GET. Here a body that cannot be written does not end the call; the answer, or the
//! host's typed error, decides.

use calendar_core::http::request::{Method, Request};
use calendar_core::http::response::{Response, TransportError};
use calendar_core::http::url;
use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    ErrorCode, Fields, IncomingResponse, Method as WasiMethod, OutgoingBody, OutgoingRequest, RequestOptions, Scheme,
    http_error_code,
};
use wasip2::io::streams::{InputStream, OutputStream, StreamError};
use wstd::io::AsyncPollable;

/// Largest answer, in bytes.
const MAX_BODY: usize = 8 * 1024 * 1024;
/// Longest time for a TCP and TLS connection.
const CONNECT: u64 = 10_000_000_000;
/// Longest silence of a server, in nanoseconds; also the limit between two chunks.
const SILENCE: u64 = 20_000_000_000;

/// Sends one request and reads the whole answer; at most `limit_nanoseconds` until its first byte.
pub async fn send(request: Request, limit_nanoseconds: u64) -> Result<Response, TransportError> {
    let host = url::origin(&request.url).ok_or_else(|| TransportError::Malformed(String::new()))?;
    let outgoing = outgoing(&request, &host)?;
    let body = match &request.body {
        Some(_) => outgoing.body().ok(),
        None => None,
    };
    let options = options(limit_nanoseconds);
    let answer = outgoing_handler::handle(outgoing, Some(options)).map_err(|code| failure(&code, &host))?;
    if let (Some(body), Some(bytes)) = (body, &request.body) {
        write(body, bytes).await;
    }
    AsyncPollable::new(answer.subscribe()).wait_for().await;
    match answer.get() {
        Some(Ok(Ok(response))) => read(response, &host).await,
        Some(Ok(Err(code))) => Err(failure(&code, &host)),
        Some(Err(())) | None => Err(TransportError::Lost(host)),
    }
}

fn outgoing(request: &Request, host: &str) -> Result<OutgoingRequest, TransportError> {
    let malformed = || TransportError::Malformed(host.to_owned());
    let headers: Vec<(String, Vec<u8>)> = request
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), value.clone().into_bytes()))
        .chain(request.body.iter().map(|body| ("content-length".to_owned(), body.len().to_string().into_bytes())))
        .collect();
    let outgoing = OutgoingRequest::new(Fields::from_list(&headers).map_err(|_| malformed())?);
    let (scheme, rest) = request.url.split_once("://").ok_or_else(malformed)?;
    let scheme = if scheme.eq_ignore_ascii_case("https") { Scheme::Https } else { Scheme::Http };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(end);
    let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
    outgoing.set_method(&method(request.method)).map_err(|()| malformed())?;
    outgoing.set_scheme(Some(&scheme)).map_err(|()| malformed())?;
    outgoing.set_authority(Some(authority)).map_err(|()| malformed())?;
    outgoing.set_path_with_query(Some(&target)).map_err(|()| malformed())?;
    Ok(outgoing)
}

fn method(method: Method) -> WasiMethod {
    match method {
        Method::Get => WasiMethod::Get,
        Method::Post => WasiMethod::Post,
        Method::Put => WasiMethod::Put,
        Method::Patch => WasiMethod::Patch,
        Method::Delete => WasiMethod::Delete,
    }
}

/// A host that supports no timeouts refuses to set them; its own limits apply then.
fn options(limit: u64) -> RequestOptions {
    let options = RequestOptions::new();
    let _ = options.set_connect_timeout(Some(CONNECT.min(limit)));
    let _ = options.set_first_byte_timeout(Some(SILENCE.min(limit)));
    let _ = options.set_between_bytes_timeout(Some(SILENCE.min(limit)));
    options
}

/// Writes as much as the host takes. A stream the host closed early is not an error: the answer
/// tells what happened.
async fn write(body: OutgoingBody, bytes: &[u8]) {
    let Ok(stream) = body.write() else { return };
    let complete = pour(&stream, bytes).await;
    drop(stream);
    if complete {
        let _ = OutgoingBody::finish(body, None);
    }
}

async fn pour(stream: &OutputStream, mut bytes: &[u8]) -> bool {
    let ready = AsyncPollable::new(stream.subscribe());
    while !bytes.is_empty() {
        ready.wait_for().await;
        let Ok(room) = stream.check_write() else { return false };
        let (now, later) = bytes.split_at(bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX)));
        if stream.write(now).is_err() {
            return false;
        }
        bytes = later;
    }
    if stream.flush().is_err() {
        return false;
    }
    ready.wait_for().await;
    stream.check_write().is_ok()
}

async fn read(response: IncomingResponse, host: &str) -> Result<Response, TransportError> {
    let status = response.status();
    let headers = response
        .headers()
        .entries()
        .into_iter()
        .filter_map(|(name, value)| Some((name, String::from_utf8(value).ok()?)))
        .collect();
    let lost = || TransportError::Lost(host.to_owned());
    let incoming = response.consume().map_err(|()| lost())?;
    let stream = incoming.stream().map_err(|()| lost())?;
    let body = drain(&stream, host).await;
    drop(stream);
    drop(incoming);
    Ok(Response { status, headers, body: body? })
}

async fn drain(stream: &InputStream, host: &str) -> Result<Vec<u8>, TransportError> {
    let ready = AsyncPollable::new(stream.subscribe());
    let mut body = Vec::new();
    loop {
        ready.wait_for().await;
        match stream.read(64 * 1024) {
            Ok(chunk) => body.extend_from_slice(&chunk),
            Err(StreamError::Closed) => return Ok(body),
            Err(StreamError::LastOperationFailed(error)) => {
                return Err(match http_error_code(&error) {
                    Some(code) => failure(&code, host),
                    None => TransportError::Lost(host.to_owned()),
                });
            }
        }
        if body.len() > MAX_BODY {
            return Err(TransportError::TooLarge(host.to_owned()));
        }
    }
}

/// What a typed error says about whether the server may have acted. Unknown codes count as "may".
fn failure(code: &ErrorCode, host: &str) -> TransportError {
    let host = host.to_owned();
    match code {
        ErrorCode::HttpRequestDenied | ErrorCode::DestinationIpProhibited => TransportError::Denied(host),
        ErrorCode::TlsCertificateError | ErrorCode::TlsProtocolError | ErrorCode::TlsAlertReceived(_) => {
            TransportError::Untrusted(host)
        }
        ErrorCode::DnsError(_) | ErrorCode::DnsTimeout | ErrorCode::DestinationNotFound => {
            TransportError::Connect(format!("{host} (the name cannot be resolved)"))
        }
        ErrorCode::ConnectionRefused
        | ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionLimitReached
        | ErrorCode::DestinationUnavailable
        | ErrorCode::DestinationIpUnroutable => TransportError::Connect(host),
        ErrorCode::ConnectionReadTimeout | ErrorCode::ConnectionWriteTimeout | ErrorCode::HttpResponseTimeout => {
            TransportError::Timeout(host)
        }
        ErrorCode::HttpResponseBodySize(_) => TransportError::TooLarge(host),
        ErrorCode::HttpRequestUriInvalid
        | ErrorCode::HttpRequestUriTooLong
        | ErrorCode::HttpRequestMethodInvalid
        | ErrorCode::HttpRequestBodySize(_)
        | ErrorCode::HttpRequestLengthRequired
        | ErrorCode::HttpRequestHeaderSectionSize(_)
        | ErrorCode::HttpRequestHeaderSize(_) => TransportError::Malformed(host),
        _ => TransportError::Lost(host),
    }
}
