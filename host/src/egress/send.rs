//! One outbound request, from the guest's request to the whole response.

use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HOST};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use tokio::time::{Instant, timeout_at};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use super::body::{self, BodyError};
use super::exchange::Exchange;
use super::origin::destination;
use super::{Egress, failure, headers};

/// Denials of one call that are logged.
const LOGGED: u32 = 20;

impl Egress {
    /// Reads the request, decides, sends, reads the response, tells about it.
    ///
    /// The whole request is read before the decision, so that the guest is not cut off while it
    /// writes and sees the typed refusal; the whole response is read before it is handed over, so
    /// that a body that breaks off or is too large has a typed failure, too.
    pub(super) async fn send(
        &self,
        request: Request<WasiBody>,
        options: RequestOptions,
    ) -> Result<Response<WasiBody>, Error> {
        let begun = Instant::now();
        let (method, uri) = (request.method().to_string(), request.uri().clone());
        let result = self.exchange(request, options).await;
        let status = result.as_ref().ok().map(|response| response.status().as_u16());
        let failure = result.as_ref().err().map(ToString::to_string);
        self.tell(&Exchange {
            operation: self.operation,
            method,
            host: uri.authority().map_or_else(String::new, |authority| authority.to_string()),
            path: uri.path().to_owned(),
            status,
            failure,
            duration: begun.elapsed(),
        });
        result
    }

    async fn exchange(&self, request: Request<WasiBody>, options: RequestOptions) -> Result<Response<WasiBody>, Error> {
        let deadline = Instant::now() + self.limits.request;
        let pause = bounded(options.between_bytes_timeout, self.limits.request);
        let (parts, body) = request.into_parts();
        let sent = body::collect(body, self.limits.request_body_bytes, deadline, self.limits.request).await;
        let sent = sent.map_err(|error| match error {
            BodyError::TooLarge => Error::HttpRequestBodySize(Some(self.limits.request_body_bytes as u64)),
            BodyError::Late => Error::ConnectionWriteTimeout,
            BodyError::Broken(error) => error,
        })?;
        let leg = self.trail.begin(&parts, &sent);
        let mut request = Request::from_parts(parts, Full::new(sent));
        let allowed = self.decide(&request)?.unwrap_or(self.limits.request);
        // Held until the whole answer is here. Waiting takes time of the call, not of the request.
        let _turn = self.take_turn(request.uri(), request.headers(), self.deadline).await?;
        let deadline = Instant::now() + allowed;
        self.gateway.counters.add_request();
        let leg = leg.sent();
        // hyper writes its own. HTTP/2 must not carry the first; a wrong second would smuggle.
        request.headers_mut().remove(HOST);
        request.headers_mut().remove(CONTENT_LENGTH);

        let first_byte = deadline.min(Instant::now() + bounded(options.first_byte_timeout, self.limits.request));
        let client = self.gateway.clients.of_user(&self.user);
        let response = timeout_at(first_byte, client.request(request)).await.map_err(|_| Error::HttpResponseTimeout)?;
        let response = response.map_err(|error| match failure::prohibited(&error) {
            Some(prohibited) => {
                self.gateway.counters.take_back_request();
                let hint = "endpoints must be on the public internet; only what the configuration itself puts on \
                            loopback may be there";
                self.deny(&prohibited.name.clone(), format!("{prohibited}: {hint}"));
                Error::DestinationIpProhibited
            }
            None => failure::classify(&error),
        })?;
        headers::check_response(response.headers())?;
        let (parts, body) = response.into_parts();
        let received = body::collect(body, self.limits.response_body_bytes, deadline, pause).await;
        let received = received.map_err(|error| match error {
            BodyError::TooLarge => Error::HttpResponseBodySize(Some(self.limits.response_body_bytes as u64)),
            BodyError::Late => Error::ConnectionReadTimeout,
            BodyError::Broken(_) => Error::HttpResponseIncomplete,
        })?;
        leg.answered(&parts, &received);
        Ok(Response::from_parts(parts, whole(received)))
    }

    /// Whether the request may leave, and how long it may take if the policy file says so.
    fn decide<B>(&self, request: &Request<B>) -> Result<Option<Duration>, Error> {
        let allowed = self.gateway.policy.check(request.method(), request.uri()).map_err(|denial| {
            self.deny(&denial.destination, denial.hint);
            Error::HttpRequestDenied
        })?;
        headers::check_request(request.headers()).map_err(|hint| {
            self.deny(&destination(request.uri()), hint);
            Error::HttpRequestDenied
        })?;
        if !self.within_quota() {
            let limit = self.limits.requests;
            let hint = format!("CALENDAR_HOST_MAX_REQUESTS above {limit} allows more requests in one call");
            self.deny(&destination(request.uri()), hint);
            return Err(Error::HttpRequestDenied);
        }
        Ok(allowed)
    }

    /// Counts and logs what was not sent, and keeps how the first of them could be allowed.
    fn deny(&self, destination: &str, hint: String) {
        self.gateway.counters.add_denied();
        let operation = self.operation;
        // A guest that asks for ever must not fill the log.
        if self.denied.fetch_add(1, Ordering::Relaxed) < LOGGED {
            tracing::warn!(operation, %destination, %hint, "outbound request denied");
        }
        let _ = self.denial.set(hint);
    }

    fn tell(&self, exchange: &Exchange) {
        tracing::debug!(
            "calendar.operation" = exchange.operation,
            "http.request.method" = %exchange.method,
            "server.address" = %exchange.host.rsplit('@').next().unwrap_or_default(),
            "url.path" = %without_addresses(&exchange.path),
            "http.response.status_code" = exchange.status,
            "error.type" = exchange.failure.as_deref(),
            "http.client.request.duration" = exchange.duration.as_secs_f64(),
            "outbound request"
        );
        if let Some(observer) = &self.gateway.observer {
            observer(exchange);
        }
    }
}

/// What the guest asks for, but not more than `most`.
fn bounded(asked: Option<Duration>, most: Duration) -> Duration {
    asked.unwrap_or(most).min(most)
}

fn whole(bytes: Bytes) -> WasiBody {
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}

/// Calendar ids are often e-mail addresses; the log gets `*` instead.
fn without_addresses(path: &str) -> String {
    let is_address = |segment: &str| segment.contains('@') || segment.to_ascii_lowercase().contains("%40");
    path.split('/').map(|segment| if is_address(segment) { "*" } else { segment }).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_paths_stay_out_of_the_log() {
        assert_eq!(without_addresses("/calendars/ana%40example.com/events/x"), "/calendars/*/events/x");
        assert_eq!(without_addresses("/v1.0/users/ana@example.com/calendarView"), "/v1.0/users/*/calendarView");
        assert_eq!(without_addresses("/v1.0/me"), "/v1.0/me");
    }
}
