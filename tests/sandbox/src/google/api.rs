//! The paths below `/calendar/v3` and their handlers: decode, call, encode.

use super::auth::{self, Caller, Need};
use super::error::{Failure, Outcome};
use super::guests::Notice;
use super::query::{Query, invalid};
use super::view::Viewer;
use super::write::{Order, Written};
use super::{calendar_list, fields, free_busy, instances, list};
use crate::state::State;
use crate::vendor::Vendor;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State as Shared};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::Value;
use std::sync::Arc;

type Whole = Shared<Arc<State>>;

/// The API below `/calendar/v3`.
pub fn router(state: Arc<State>) -> Router {
    let events = "/calendar/v3/calendars/{calendar}/events";
    let event = "/calendar/v3/calendars/{calendar}/events/{event}";
    Router::new()
        .route("/calendar/v3/users/me/calendarList", get(calendar_list))
        .route("/calendar/v3/users/me/calendarList/{calendar}", get(calendar_list_entry))
        .route("/calendar/v3/calendars/{calendar}", get(calendar))
        .route("/calendar/v3/freeBusy", post(free_busy_query))
        .route(events, get(list_events).post(insert_event))
        .route(event, get(get_event).patch(patch_event).put(update_event).delete(delete_event))
        .route(&format!("{event}/instances"), get(list_instances))
        .route(&format!("{event}/move"), post(move_event))
        .fallback(|| async { Failure::not_found() })
        .method_not_allowed_fallback(|| async { Failure::new(405, "httpMethodNotAllowed", "Method Not Allowed") })
        .with_state(state)
}

/// What every handler starts with.
struct Call<'a> {
    state: &'a State,
    headers: &'a HeaderMap,
    query: Query,
    caller: Caller,
}

impl<'a> Call<'a> {
    fn open(state: &'a State, headers: &'a HeaderMap, raw: Option<&str>, need: Need) -> Outcome<Self> {
        let caller = auth::check(state, headers, need)?;
        let query = Query::parse(raw.unwrap_or_default());
        if let Some(other) = query.get("alt").filter(|alt| *alt != "json") {
            return Err(invalid("alt", other));
        }
        Ok(Self { state, headers, query, caller })
    }

    fn order<'b>(&'b self, calendar: &'b str) -> Outcome<Order<'b>> {
        if let Ok((found, role)) = self.state.google().calendar(calendar, &self.caller.email) {
            self.caller.role(found, role)?;
        }
        Ok(Order {
            actor: &self.caller.email,
            calendar,
            send: self.query.send_updates()?,
            conference_version: self.query.conference_version()?,
            if_match: header(self.headers, &header::IF_MATCH),
            now: self.state.clock.now(),
        })
    }

    fn answer(&self, body: Value) -> Outcome<Response> {
        let etag = body.get("etag").and_then(Value::as_str).and_then(|text| HeaderValue::from_str(text).ok());
        let not_modified = etag.is_some()
            && header(self.headers, &header::IF_NONE_MATCH).map(str::as_bytes)
                == etag.as_ref().map(HeaderValue::as_bytes);
        if not_modified {
            return Ok(StatusCode::NOT_MODIFIED.into_response());
        }
        let mut response = axum::Json(fields::select(body, self.query.get("fields"))?).into_response();
        response.headers_mut().extend(etag.map(|etag| (header::ETAG, etag)));
        Ok(response)
    }

    /// The event as the caller sees it in this calendar.
    fn shown(&self, calendar: &str, event: &super::event::Event) -> Outcome<Value> {
        let store = self.state.google();
        let (calendar, role) = store.calendar(calendar, &self.caller.email)?;
        let role = self.caller.role(calendar, role)?;
        let zone = self.query.zone()?.map_or_else(|| calendar.zone(), |(_, zone)| zone);
        let most_attendees = self.query.number("maxAttendees")?;
        let now = self.state.clock.now();
        Ok(Viewer { calendar, email: &self.caller.email, role, zone, most_attendees, now }.show(event))
    }

    /// Checks what the answer will need, so that nothing fails once the change is made.
    fn check_answer(&self) -> Outcome<()> {
        self.query.zone()?;
        self.query.number("maxAttendees")?;
        fields::select(Value::Null, self.query.get("fields")).map(|_| ())
    }

    fn written(&self, calendar: &str, written: Written) -> Outcome<Response> {
        post_all(self.state, written.1);
        let body = self.shown(calendar, &written.0)?;
        let mut response = axum::Json(fields::select(body, self.query.get("fields"))?).into_response();
        response.headers_mut().extend(HeaderValue::from_str(&written.0.etag()).ok().map(|etag| (header::ETAG, etag)));
        Ok(response)
    }
}

/// Logs messages.
pub(super) fn post_all(state: &State, notices: Vec<Notice>) {
    for one in notices {
        state.send_mail(Vendor::Google, one.kind, &one.to, &one.organizer, &one.event_id, &one.subject);
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn json(body: &Bytes) -> Outcome<Value> {
    serde_json::from_slice(body).map_err(|_| Failure::new(400, "parseError", "Parse Error"))
}

fn end(outcome: Outcome<Response>) -> Response {
    outcome.unwrap_or_else(IntoResponse::into_response)
}

async fn calendar_list(Shared(state): Whole, headers: HeaderMap, RawQuery(raw): RawQuery) -> Response {
    end(Call::open(&state, &headers, raw.as_deref(), Need::CalendarList).and_then(|call| {
        let body = calendar_list::list(&state.google(), &call.caller.email, &call.query)?;
        call.answer(body)
    }))
}

async fn calendar_list_entry(
    Shared(state): Whole,
    Path(id): Path<String>,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Response {
    end(Call::open(&state, &headers, raw.as_deref(), Need::CalendarListEntry).and_then(|call| {
        let body = calendar_list::entry(&state.google(), &id, &call.caller.email)?;
        call.answer(body)
    }))
}

async fn calendar(
    Shared(state): Whole,
    Path(id): Path<String>,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Response {
    end(Call::open(&state, &headers, raw.as_deref(), Need::Calendar).and_then(|call| {
        let body = calendar_list::metadata(&state.google(), &id, &call.caller.email)?;
        call.answer(body)
    }))
}

async fn free_busy_query(Shared(state): Whole, headers: HeaderMap, RawQuery(raw): RawQuery, body: Bytes) -> Response {
    end(Call::open(&state, &headers, raw.as_deref(), Need::FreeBusy).and_then(|call| {
        let body = free_busy::query(&state.google(), &call.caller.email, &json(&body)?)?;
        call.answer(body)
    }))
}

async fn list_events(
    Shared(state): Whole,
    Path(id): Path<String>,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Response {
    end(Call::open(&state, &headers, raw.as_deref(), Need::ReadEvents).and_then(|call| {
        let body = list::events(&mut state.google(), &id, &call.caller, &call.query, state.clock.now())?;
        call.answer(body)
    }))
}

type Ids = Path<(String, String)>;

async fn list_instances(
    Shared(state): Whole,
    Path((id, event)): Ids,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Response {
    end(Call::open(&state, &headers, raw.as_deref(), Need::ReadEvents).and_then(|call| {
        let body = list::instances(&state.google(), &id, &event, &call.caller, &call.query, state.clock.now())?;
        call.answer(body)
    }))
}

async fn get_event(
    Shared(state): Whole,
    Path((id, event)): Ids,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Response {
    end(Call::open(&state, &headers, raw.as_deref(), Need::ReadEvents).and_then(|call| {
        let found = {
            let store = state.google();
            instances::find(store.calendar(&id, &call.caller.email)?.0, &event)?
        };
        let body = call.shown(&id, &found)?;
        call.answer(body)
    }))
}

async fn insert_event(
    Shared(state): Whole,
    Path(id): Path<String>,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
    body: Bytes,
) -> Response {
    end(Call::open(&state, &headers, raw.as_deref(), Need::WriteEvents).and_then(|call| {
        call.check_answer()?;
        let order = call.order(&id)?;
        let written = state.google().insert(&order, &json(&body)?)?;
        call.written(&id, written)
    }))
}

async fn patch_event(state: Whole, ids: Ids, headers: HeaderMap, raw: RawQuery, body: Bytes) -> Response {
    change_event(state, ids, headers, raw, body, false)
}

async fn update_event(state: Whole, ids: Ids, headers: HeaderMap, raw: RawQuery, body: Bytes) -> Response {
    change_event(state, ids, headers, raw, body, true)
}

fn change_event(
    Shared(state): Whole,
    Path((id, event)): Ids,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
    body: Bytes,
    whole: bool,
) -> Response {
    end(Call::open(&state, &headers, raw.as_deref(), Need::WriteEvents).and_then(|call| {
        call.check_answer()?;
        let order = call.order(&id)?;
        let written = state.google().change(&order, &event, &json(&body)?, whole)?;
        call.written(&id, written)
    }))
}

async fn delete_event(
    Shared(state): Whole,
    Path((id, event)): Ids,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Response {
    end(Call::open(&state, &headers, raw.as_deref(), Need::WriteEvents).and_then(|call| {
        let order = call.order(&id)?;
        let notices = state.google().delete(&order, &event)?;
        post_all(&state, notices);
        Ok(StatusCode::NO_CONTENT.into_response())
    }))
}

async fn move_event(
    Shared(state): Whole,
    Path((id, event)): Ids,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Response {
    end(Call::open(&state, &headers, raw.as_deref(), Need::MoveEvent).and_then(|call| {
        call.check_answer()?;
        let destination = call
            .query
            .get("destination")
            .ok_or_else(|| Failure::required("Required parameter: destination").at("destination"))?;
        let order = call.order(&id)?;
        call.order(destination)?;
        let written = state.google().move_event(&order, &event, destination)?;
        call.written(destination, written)
    }))
}
