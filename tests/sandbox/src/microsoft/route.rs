//! From a path to its handler. Paths are matched without regard to case, ids excepted.

use super::api::{actions, batch, calendars, delta, events, instances, me, meeting_times, schedule, settings, view};
use super::call::{Answer, Call, Outcome};
use super::error::GraphError;
use crate::state::State;
use http::{HeaderName, Method};

/// Which calendar a path speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place<'a> {
    /// None named: the default one for views and new events, all of them for finding an event.
    Any,
    /// `calendar`: the default one.
    Default,
    /// `calendars/{id}`.
    Named(&'a str),
}

/// Answers a call. Errors are still in our words.
///
/// # Errors
/// What Graph would refuse, and 404 for paths it does not have.
pub fn dispatch(state: &State, call: &Call) -> Outcome {
    let words: Vec<String> = call.path.iter().map(|segment| segment.to_ascii_lowercase()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let rest = match words.as_slice() {
        ["$batch"] if call.method == Method::POST => return batch::run(state, call),
        ["me", ..] => 1,
        ["users", _, ..] => {
            own_only(state, call)?;
            2
        }
        _ => return Err(no_segment(call)),
    };
    let segments = call.path.get(rest..).unwrap_or_default();
    let words = words.get(rest..).unwrap_or_default();
    let answer = route(state, call, words, segments)?;
    Ok(match call.prefer.applied.as_str() {
        "" => answer,
        applied => answer.header(HeaderName::from_static("preference-applied"), applied),
    })
}

fn route(state: &State, call: &Call, words: &[&str], segments: &[String]) -> Outcome {
    let id = |index: usize| segments.get(index).map_or("", String::as_str);
    let get = call.method == Method::GET;
    let post = call.method == Method::POST;
    match words {
        [] if get => me::get(state, call),
        ["mailboxsettings"] if get => settings::get(state, call, None),
        ["mailboxsettings", member] if get => settings::get(state, call, Some(member)),
        ["outlook", call_name] if get && call_name.starts_with("supportedtimezones") => {
            settings::time_zones(state, call, call_name)
        }
        ["findmeetingtimes"] if post => meeting_times::find(state, call),
        ["calendars"] if get => calendars::list(state, call),
        ["calendars"] if post => calendars::create(state, call),
        ["calendargroups", _, "calendars", ..] => {
            route(state, call, words.get(2..).unwrap_or_default(), segments.get(2..).unwrap_or_default())
        }
        ["calendar"] if get => calendars::get(state, call, Place::Default),
        ["calendars", _] if get => calendars::get(state, call, Place::Named(id(1))),
        ["calendars", _] if call.method == Method::DELETE => calendars::delete(state, call, id(1)),
        ["calendar", rest @ ..] => {
            in_calendar(state, call, Place::Default, rest, segments.get(1..).unwrap_or_default())
        }
        ["calendars", _, rest @ ..] => {
            in_calendar(state, call, Place::Named(id(1)), rest, segments.get(2..).unwrap_or_default())
        }
        _ => in_calendar(state, call, Place::Any, words, segments),
    }
}

fn in_calendar(state: &State, call: &Call, place: Place<'_>, words: &[&str], segments: &[String]) -> Outcome {
    let event = segments.get(1).map_or("", String::as_str);
    match (call.method.as_str(), words) {
        ("POST", ["getschedule"]) if place != Place::Any => schedule::get(state, call),
        ("GET", ["calendarview"]) => view::list(state, call, place),
        ("GET", ["calendarview", "delta"]) => delta::get(state, call, place),
        ("GET", ["events"]) => events::list(state, call, place),
        ("POST", ["events"]) => events::create(state, call, place),
        ("GET", ["events", _]) => events::get(state, call, place, event),
        ("PATCH", ["events", _]) => events::update(state, call, place, event),
        ("DELETE", ["events", _]) => events::delete(state, call, place, event),
        ("GET", ["events", _, "instances"]) => instances::list(state, call, place, event),
        ("POST", ["events", _, action]) => actions::run(state, call, place, event, action),
        (_, ["events" | "calendarview" | "getschedule"] | ["events", _]) => Err(GraphError::new(
            405,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
        )),
        _ => Err(no_segment(call)),
    }
}

/// Other people's mailboxes are nobody else's affair here.
fn own_only(state: &State, call: &Call) -> Result<(), GraphError> {
    let wanted = call.path.get(1).map_or("", String::as_str);
    let store = state.microsoft();
    let found = store
        .mailboxes()
        .find(|one| one.address.eq_ignore_ascii_case(wanted) || one.subject.eq_ignore_ascii_case(wanted));
    match found {
        Some(mailbox) if mailbox.address.eq_ignore_ascii_case(&call.grant.user_email) => Ok(()),
        Some(_) => Err(GraphError::access_denied()),
        None => Err(GraphError::new(404, "ErrorInvalidUser", format!("The requested user '{wanted}' is invalid."))),
    }
}

fn no_segment(call: &Call) -> GraphError {
    let last = call.path.last().map_or("", String::as_str);
    GraphError::bad("BadRequest", format!("Resource not found for the segment '{last}'."))
}

/// Answers a call, errors as Graph writes them.
pub fn answer(state: &State, call: &Call, request_id: &str) -> Answer {
    let client = super::error::client_request_id(&call.headers, request_id);
    dispatch(state, call)
        .unwrap_or_else(|error| Answer::json(error.status, error.envelope(call.now, request_id, &client)))
}
