//! One outbound request, from the guest's request to the whole response.

use std::time::Duration;

use bytes::Bytes;
use http::header::HOST;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt, Full};
use tokio::time::{Instant, timeout_at};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use super::body::{self, BodyError};
use super::exchange::Exchange;
use super::{Egress, failure};

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
        let deadline = begun + self.limits.request;
        let (method, uri) = (request.method().to_string(), request.uri().clone());
        let result = self.exchange(request, options, deadline).await;
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

    async fn exchange(
        &self,
        request: Request<WasiBody>,
        options: RequestOptions,
        deadline: Instant,
    ) -> Result<Response<WasiBody>, Error> {
        let pause = bounded(options.between_bytes_timeout, self.limits.request);
        let (parts, body) = request.into_parts();
        let sent = body::collect(body, self.limits.request_body_bytes, deadline, self.limits.request).await;
        let sent = sent.map_err(|error| match error {
            BodyError::TooLarge => Error::HttpRequestBodySize(Some(self.limits.request_body_bytes as u64)),
            BodyError::Late => Error::ConnectionWriteTimeout,
            BodyError::Broken(error) => error,
        })?;
        let mut request = Request::from_parts(parts, Full::new(sent));
        self.decide(request.method(), request.uri())?;
        self.gateway.counters.add_request();
        // hyper writes its own; HTTP/2 must not carry it.
        request.headers_mut().remove(HOST);

        let first_byte = deadline.min(Instant::now() + bounded(options.first_byte_timeout, self.limits.request));
        let response = timeout_at(first_byte, self.gateway.client.request(request))
            .await
            .map_err(|_| Error::HttpResponseTimeout)?
            .map_err(|error| failure::classify(&error))?;
        let (parts, body) = response.into_parts();
        let received = body::collect(body, self.limits.response_body_bytes, deadline, pause).await;
        let received = received.map_err(|error| match error {
            BodyError::TooLarge => Error::HttpResponseBodySize(Some(self.limits.response_body_bytes as u64)),
            BodyError::Late => Error::ConnectionReadTimeout,
            BodyError::Broken(_) => Error::HttpResponseIncomplete,
        })?;
        Ok(Response::from_parts(parts, whole(received)))
    }

    fn decide(&self, method: &http::Method, uri: &Uri) -> Result<(), Error> {
        if let Err(denial) = self.gateway.policy.check(method, uri) {
            self.gateway.counters.add_denied();
            let (operation, destination, hint) = (self.operation, denial.destination, denial.hint);
            tracing::warn!(operation, %destination, %hint, "outbound request denied");
            let _ = self.denial.set(hint);
            return Err(Error::HttpRequestDenied);
        }
        if !self.within_quota() {
            self.gateway.counters.add_denied();
            let (operation, limit) = (self.operation, self.limits.requests);
            tracing::warn!(
                operation,
                limit,
                "too many outbound requests in one call; CALENDAR_HOST_MAX_REQUESTS allows more"
            );
            let _ =
                self.denial.set(format!("CALENDAR_HOST_MAX_REQUESTS above {limit} allows more requests in one call"));
            return Err(Error::HttpRequestDenied);
        }
        Ok(())
    }

    fn tell(&self, exchange: &Exchange) {
        tracing::debug!(
            operation = exchange.operation,
            method = %exchange.method,
            host = %exchange.host.rsplit('@').next().unwrap_or_default(),
            path = %without_addresses(&exchange.path),
            status = exchange.status,
            failure = exchange.failure.as_deref(),
            ms = exchange.duration.as_millis(),
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
