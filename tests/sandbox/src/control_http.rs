//! The control plane over HTTP, for programs in another process: the same things `control` does, as JSON below `/_sandbox`.

use crate::control::Control;
use crate::fault::Fault;
use crate::oauth::client::Client;
use crate::vendor::Vendor;
use crate::{google, microsoft};
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, TimeDelta, Utc};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

/// The routes below `/_sandbox`.
pub(crate) fn router(control: Control) -> Router {
    let state = control.state().clone();
    Router::new()
        .route(
            "/_sandbox",
            get(|| async { Json(json!({"sandbox": "calendar", "version": env!("CARGO_PKG_VERSION")})) }),
        )
        .route("/_sandbox/clock", get(clock).post(set_clock).delete(reset_clock))
        .route("/_sandbox/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/_sandbox/exchanges", get(exchanges).delete(clear_exchanges))
        .route("/_sandbox/mails", get(mails).delete(clear_mails))
        .route("/_sandbox/people", get(people))
        .route("/_sandbox/oauth/auto_approve", post(auto_approve))
        .route("/_sandbox/oauth/token_lifetime", post(token_lifetime))
        .route("/_sandbox/oauth/expire", post(expire))
        .route("/_sandbox/oauth/revoke", post(revoke))
        .route("/_sandbox/oauth/client", post(register))
        .route("/_sandbox/oauth/device", post(device))
        .route("/_sandbox/oauth/device_interval", post(device_interval))
        .route("/_sandbox/oauth/access_token", post(access_token))
        .with_state(control)
        .nest("/_sandbox/google", google::control_router(state.clone()))
        .nest("/_sandbox/microsoft", microsoft::control_router(state))
}

async fn clock(State(control): State<Control>) -> Json<Value> {
    Json(json!({"now": control.now()}))
}

/// Give `set` or `freeze` an instant, or `advance_seconds` a number.
#[derive(Deserialize)]
struct ClockChange {
    set: Option<DateTime<Utc>>,
    freeze: Option<DateTime<Utc>>,
    advance_seconds: Option<i64>,
}

async fn set_clock(State(control): State<Control>, Json(change): Json<ClockChange>) -> Json<Value> {
    if let Some(at) = change.set {
        control.set_clock(at);
    }
    if let Some(at) = change.freeze {
        control.freeze_clock(at);
    }
    if let Some(seconds) = change.advance_seconds {
        control.advance_clock(TimeDelta::seconds(seconds));
    }
    Json(json!({"now": control.now()}))
}

async fn reset_clock(State(control): State<Control>) -> Json<Value> {
    control.state().clock.reset();
    Json(json!({"now": control.now()}))
}

async fn faults(State(control): State<Control>) -> Json<Vec<Fault>> {
    Json(control.faults())
}

async fn add_fault(State(control): State<Control>, Json(fault): Json<Fault>) -> StatusCode {
    control.fault(fault);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(control): State<Control>) -> StatusCode {
    control.clear_faults();
    StatusCode::NO_CONTENT
}

async fn exchanges(State(control): State<Control>) -> Json<Value> {
    Json(json!(control.exchanges()))
}

async fn clear_exchanges(State(control): State<Control>) -> StatusCode {
    control.clear_exchanges();
    StatusCode::NO_CONTENT
}

async fn mails(State(control): State<Control>) -> Json<Value> {
    Json(json!(control.mails()))
}

async fn clear_mails(State(control): State<Control>) -> StatusCode {
    control.clear_mails();
    StatusCode::NO_CONTENT
}

async fn people(State(control): State<Control>) -> Json<Value> {
    let all =
        [Vendor::Google, Vendor::Microsoft].map(|vendor| (vendor.name().to_owned(), json!(control.people(vendor))));
    Json(Value::Object(all.into_iter().collect()))
}

#[derive(Deserialize)]
struct Switch {
    on: bool,
}

async fn auto_approve(State(control): State<Control>, Json(switch): Json<Switch>) -> StatusCode {
    control.auto_approve(switch.on);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Lifetime {
    seconds: u32,
}

async fn token_lifetime(State(control): State<Control>, Json(lifetime): Json<Lifetime>) -> StatusCode {
    control.token_lifetime(TimeDelta::seconds(lifetime.seconds.into()));
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Account {
    vendor: Vendor,
    #[serde(default)]
    email: String,
    #[serde(default)]
    scopes: Vec<String>,
}

async fn expire(State(control): State<Control>, Json(account): Json<Account>) -> StatusCode {
    control.expire_access_tokens(account.vendor);
    StatusCode::NO_CONTENT
}

async fn revoke(State(control): State<Control>, Json(account): Json<Account>) -> Json<Value> {
    Json(json!({"revoked": control.revoke(account.vendor, &account.email)}))
}

/// `email` allows, none declines.
#[derive(Deserialize)]
struct DeviceAnswer {
    user_code: String,
    email: Option<String>,
}

async fn device(State(control): State<Control>, Json(answer): Json<DeviceAnswer>) -> StatusCode {
    match control.answer_device(&answer.user_code, answer.email.as_deref()) {
        true => StatusCode::NO_CONTENT,
        false => StatusCode::NOT_FOUND,
    }
}

#[derive(Deserialize)]
struct Interval {
    seconds: u32,
}

async fn device_interval(State(control): State<Control>, Json(interval): Json<Interval>) -> StatusCode {
    control.device_interval(interval.seconds);
    StatusCode::NO_CONTENT
}

async fn register(State(control): State<Control>, Json(client): Json<Client>) -> StatusCode {
    control.register_client(client);
    StatusCode::NO_CONTENT
}

async fn access_token(State(control): State<Control>, Json(account): Json<Account>) -> Json<Value> {
    let scopes: Vec<&str> = account.scopes.iter().map(String::as_str).collect();
    Json(json!({"access_token": control.access_token(account.vendor, &account.email, &scopes)}))
}
