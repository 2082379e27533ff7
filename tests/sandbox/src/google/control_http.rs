//! Google's part of the control plane over HTTP, below `/_sandbox/google`.

use super::calendar::Role;
use super::control::Control;
use crate::error::Error;
use crate::state::State;
use axum::extract::{Path, State as Shared};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The routes below `/_sandbox/google`.
pub fn control_router(state: Arc<State>) -> Router {
    Router::new()
        .route("/switches", get(switches).put(switch))
        .route("/users", post(insert_user))
        .route("/users/{user}", axum::routing::delete(remove_user))
        .route("/users/{user}/calendars", post(insert_calendar))
        .route("/users/{user}/calendars/{calendar}/events", get(events).post(insert_event))
        .route("/users/{user}/calendars/{calendar}/events/{event}", axum::routing::delete(forget_event))
        .route("/users/{user}/respond", post(respond))
        .route("/calendars/{calendar}", axum::routing::delete(remove_calendar))
        .route("/calendars/{calendar}/share", post(share))
        .route("/calendars/{calendar}/expire_sync_tokens", post(expire_sync_tokens))
        .with_state(Control::new(state))
}

type Handle = Shared<Control>;

fn end<T: IntoResponse>(done: Result<T, Error>) -> Response {
    match done {
        Ok(value) => value.into_response(),
        Err(error @ Error::NotFound(_)) => {
            (StatusCode::NOT_FOUND, Json(json!({"error": error.to_string()}))).into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, Json(json!({"error": error.to_string()}))).into_response(),
    }
}

fn found(hit: bool) -> StatusCode {
    if hit { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

async fn switches(Shared(control): Handle) -> Json<Value> {
    Json(json!(control.switches()))
}

/// Members that are given change, the others stay.
async fn switch(Shared(control): Handle, Json(change): Json<Value>) -> Response {
    let mut all = json!(control.switches());
    super::draft::merge(&mut all, &change);
    match serde_json::from_value(all) {
        Ok(switches) => {
            control.switch(|now| *now = switches);
            Json(json!(control.switches())).into_response()
        }
        Err(error) => end::<()>(Err(Error::Invalid(error.to_string()))),
    }
}

#[derive(Deserialize)]
struct User {
    email: String,
    name: String,
    zone: String,
}

async fn insert_user(Shared(control): Handle, Json(user): Json<User>) -> Response {
    end(control.insert_user(&user.email, &user.name, &user.zone).map(|()| StatusCode::CREATED))
}

async fn remove_user(Shared(control): Handle, Path(user): Path<String>) -> StatusCode {
    found(control.remove_user(&user))
}

#[derive(Deserialize)]
struct NewCalendar {
    summary: String,
    zone: String,
}

async fn insert_calendar(Shared(control): Handle, Path(user): Path<String>, Json(new): Json<NewCalendar>) -> Response {
    end(control
        .insert_calendar(&user, &new.summary, &new.zone)
        .map(|id| (StatusCode::CREATED, Json(json!({"id": id})))))
}

async fn remove_calendar(Shared(control): Handle, Path(id): Path<String>) -> StatusCode {
    found(control.remove_calendar(&id))
}

async fn events(Shared(control): Handle, Path((user, calendar)): Path<(String, String)>) -> Json<Vec<Value>> {
    Json(control.events(&user, &calendar))
}

async fn insert_event(
    Shared(control): Handle,
    Path((user, calendar)): Path<(String, String)>,
    Json(body): Json<Value>,
) -> Response {
    end(control.insert_event(&user, &calendar, &body).map(Json))
}

async fn forget_event(
    Shared(control): Handle,
    Path((user, calendar, event)): Path<(String, String, String)>,
) -> StatusCode {
    found(control.forget_event(&user, &calendar, &event))
}

#[derive(Deserialize)]
struct Answer {
    event: String,
    response: String,
}

async fn respond(Shared(control): Handle, Path(user): Path<String>, Json(answer): Json<Answer>) -> Response {
    end(control.respond(&user, &answer.event, &answer.response).map(|()| StatusCode::NO_CONTENT))
}

#[derive(Deserialize)]
struct Share {
    with: String,
    role: Role,
}

async fn share(Shared(control): Handle, Path(id): Path<String>, Json(share): Json<Share>) -> Response {
    end(control.share(&id, &share.with, share.role).map(|()| StatusCode::NO_CONTENT))
}

async fn expire_sync_tokens(Shared(control): Handle, Path(id): Path<String>) -> StatusCode {
    control.expire_sync_tokens(&id);
    StatusCode::NO_CONTENT
}
