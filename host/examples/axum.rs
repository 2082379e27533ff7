//! A web service that schedules for many people at once: one host, a call per request, errors as HTTP.
//!
//! ```sh
//! calendar-host sandbox --port 8787 --env .env        # or your own OAuth clients
//! set -a; . ./.env; export GOOGLE_REDIRECT_URI=http://127.0.0.1:3000/oauth/google/callback
//! cargo run -p calendar-host --example axum
//! curl -X POST -H 'x-user: ana' http://127.0.0.1:3000/connect/google    # open the address that it answers, consent
//! curl -H 'x-user: ana' 'ADDRESS'                     # where the browser was sent to: it has no x-user by itself
//! curl -H 'x-user: ana' 'http://127.0.0.1:3000/free?minutes=30&zone=Europe/Berlin'
//! ```

use axum::extract::{FromRequestParts, Path, Query, RawQuery, State};
use axum::http::{StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use calendar_host::types::{
    BookingRequest, Error, ErrorCode, Provider, SlotQuery, SlotRules, Slots, TimeRange, UnknownSource,
};
use calendar_host::{CalendarHost, Config};
use serde::Deserialize;
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Once: engine, compiled component, database, connections. Clones of it share all of that.
    let host = CalendarHost::open(Config::from_env()?).await?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, router(host)).await?)
}

/// The service. Every request runs in an instance of its own; how many at once, and what each may use, is said by
/// `Limits`.
pub fn router(host: CalendarHost) -> Router {
    Router::new()
        .route("/connect/{provider}", post(connect))
        .route("/oauth/{provider}/callback", get(callback))
        .route("/free", get(free))
        .route("/meetings", post(book))
        .with_state(host)
}

/// Who asks. Here a header says so; in your service your session does, and nothing that the browser can choose.
struct User(String);

impl<S: Sync> FromRequestParts<S> for User {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let user = parts.headers.get("x-user").and_then(|value| value.to_str().ok());
        user.map(|user| Self(user.to_owned())).ok_or((StatusCode::UNAUTHORIZED, "who are you?"))
    }
}

/// An error of the calendars as an answer of HTTP.
struct Refused(Error);

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self(error) = self;
        let status = match error.code {
            ErrorCode::InvalidArgument | ErrorCode::Unsupported => StatusCode::BAD_REQUEST,
            // Not 401: it is not our session that is missing, but the account's grant. Send the person to /connect.
            ErrorCode::NotAuthenticated | ErrorCode::ReauthorizationRequired => StatusCode::CONFLICT,
            ErrorCode::PermissionDenied | ErrorCode::AdminConsentRequired => StatusCode::FORBIDDEN,
            ErrorCode::NotFound => StatusCode::NOT_FOUND,
            ErrorCode::Conflict => StatusCode::CONFLICT,
            ErrorCode::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            ErrorCode::RateLimited | ErrorCode::Unavailable | ErrorCode::Timeout => StatusCode::SERVICE_UNAVAILABLE,
            ErrorCode::Internal | ErrorCode::Protocol | ErrorCode::DeniedByHost | ErrorCode::Storage => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        let alternatives: Vec<Value> = error.alternatives.iter().map(span).collect();
        let body = json!({
            "code": error.code.as_str(), "message": error.message, "remedy": error.remedy, "alternatives": alternatives,
        });
        let mut answer = (status, Json(body)).into_response();
        if let Some(seconds) = error.retry_after_seconds {
            answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        answer
    }
}

/// The provider that a path names.
struct At(Provider);

impl<S: Send + Sync> FromRequestParts<S> for At {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        match Path::<String>::from_request_parts(parts, state).await.as_deref().map(String::as_str) {
            Ok("google") => Ok(Self(Provider::Google)),
            Ok("outlook") => Ok(Self(Provider::Outlook)),
            _ => Err(StatusCode::NOT_FOUND),
        }
    }
}

/// Where the person goes to consent.
async fn connect(State(host): State<CalendarHost>, User(user): User, At(provider): At) -> Result<Json<Value>, Refused> {
    let flow = host.start_oauth_flow(&user, provider, None, None).await?;
    Ok(Json(json!({"open": flow.url})))
}

/// Where the provider sends the browser afterwards: the configured redirect address. `state` in the query is bound to the
/// user: somebody else's callback is refused.
async fn callback(
    State(host): State<CalendarHost>,
    User(user): User,
    At(provider): At,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Refused> {
    let address = host.redirect_uri(provider).unwrap_or_default();
    let account = host.complete_oauth_flow(&user, &format!("{address}?{}", query.unwrap_or_default())).await?;
    Ok(Json(json!({"account": account.id, "email": account.email})))
}

#[derive(Deserialize)]
struct Wish {
    minutes: u32,
    zone: String,
    from: Option<i64>,
}

async fn free(
    State(host): State<CalendarHost>,
    User(user): User,
    Query(wish): Query<Wish>,
) -> Result<Json<Value>, Refused> {
    let start = wish.from.unwrap_or_else(now);
    let range = TimeRange { start, end: start + 7 * 24 * 3600 };
    let found = host.check_availability(&user, &SlotQuery::new(range, SlotRules::new(wish.minutes, wish.zone))).await?;
    let Slots { slots, unknown, .. } = found;
    // Unknown is not free: say what could not be read; do not offer an empty list as "nothing is free".
    let unknown: Vec<Value> = unknown.iter().map(|UnknownSource { reason, .. }| json!(reason)).collect();
    Ok(Json(json!({"slots": slots.iter().map(span).collect::<Vec<_>>(), "unknown": unknown})))
}

#[derive(Deserialize)]
struct Booking {
    title: String,
    start: i64,
    end: i64,
    /// Chosen by the page: a second click is the same booking.
    key: String,
}

async fn book(
    State(host): State<CalendarHost>,
    User(user): User,
    Json(wish): Json<Booking>,
) -> Result<Json<Value>, Refused> {
    let mut request = BookingRequest::new(wish.title, TimeRange { start: wish.start, end: wish.end });
    request.idempotency_key = Some(wish.key);
    let meeting = host.book_meeting(&user, &request).await?;
    Ok(Json(json!({"event": meeting.event_id, "time": span(&meeting.time)})))
}

/// Seconds since 1970; your service may prefer RFC 3339.
fn span(range: &TimeRange) -> Value {
    json!({"start": range.start, "end": range.end})
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
