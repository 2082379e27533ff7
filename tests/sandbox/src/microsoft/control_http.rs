//! The same control over HTTP, as JSON, for a second process:
//!
//! ```text
//! GET|PUT  /switches                     all switches; a PUT may name only some
//! POST     /users                        {"email", "name", "zone", "personal"}
//! DELETE   /users/{email}
//! GET|POST /users/{email}/calendars      POST {"name", "owner": {"name", "address"}} -> {"id"}
//! GET|POST /users/{email}/events         ?calendar=ID; POST an event in Graph's JSON
//! ```

use super::control::Control;
use super::switches::Switches;
use crate::error::Error;
use crate::state::State;
use axum::extract::{Path, Query, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// The routes, to be mounted below the control plane's path.
pub fn router(state: Arc<State>) -> Router {
    Router::new()
        .route("/switches", get(switches).put(set_switches))
        .route("/users", post(add_user))
        .route("/users/{email}", delete(remove_user))
        .route("/users/{email}/calendars", get(calendars).post(add_calendar))
        .route("/users/{email}/events", get(events).post(add_event))
        .with_state(Control::new(state))
}

#[derive(Deserialize)]
struct User {
    email: String,
    name: String,
    zone: String,
    #[serde(default)]
    personal: bool,
}

#[derive(Deserialize)]
struct NewCalendar {
    name: String,
    owner: Option<Owner>,
}

#[derive(Deserialize)]
struct Owner {
    name: String,
    address: String,
}

#[derive(Deserialize)]
struct Where {
    calendar: Option<String>,
}

async fn switches(Shared(control): Shared<Control>) -> Json<Switches> {
    Json(control.switches())
}

async fn set_switches(Shared(control): Shared<Control>, Json(sent): Json<Value>) -> Response {
    let mut whole = json!(control.switches());
    for (name, value) in sent.as_object().into_iter().flatten() {
        whole[name] = value.clone();
    }
    match serde_json::from_value::<Switches>(whole) {
        Ok(new) => {
            control.set_switches(|switches| *switches = new);
            Json(control.switches()).into_response()
        }
        Err(error) => failed(&Error::Invalid(error.to_string())),
    }
}

async fn add_user(Shared(control): Shared<Control>, Json(user): Json<User>) -> Response {
    match control.insert_user(&user.email, &user.name, &user.zone, user.personal) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => failed(&error),
    }
}

async fn remove_user(Shared(control): Shared<Control>, Path(email): Path<String>) -> StatusCode {
    if control.remove_user(&email) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}

async fn calendars(Shared(control): Shared<Control>, Path(email): Path<String>) -> Json<Vec<Value>> {
    Json(control.calendars(&email))
}

async fn add_calendar(
    Shared(control): Shared<Control>,
    Path(email): Path<String>,
    Json(new): Json<NewCalendar>,
) -> Response {
    let owner = new.owner.as_ref().map(|owner| (owner.name.as_str(), owner.address.as_str()));
    match control.insert_calendar(&email, &new.name, owner) {
        Ok(id) => Json(json!({ "id": id })).into_response(),
        Err(error) => failed(&error),
    }
}

async fn events(
    Shared(control): Shared<Control>,
    Path(email): Path<String>,
    Query(place): Query<Where>,
) -> Json<Vec<Value>> {
    Json(control.events(&email, place.calendar.as_deref()))
}

async fn add_event(
    Shared(control): Shared<Control>,
    Path(email): Path<String>,
    Query(place): Query<Where>,
    Json(event): Json<Value>,
) -> Response {
    match control.insert_event(&email, place.calendar.as_deref(), &event) {
        Ok(event) => Json(event).into_response(),
        Err(error) => failed(&error),
    }
}

fn failed(error: &Error) -> Response {
    let status = if matches!(error, Error::NotFound(_)) { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST };
    (status, Json(json!({ "error": error.to_string() }))).into_response()
}
