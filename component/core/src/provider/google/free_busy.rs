//! Merged busy times of many calendars: freeBusy.query, `POST /freeBusy`.
//! <https://developers.google.com/workspace/calendar/api/v3/reference/freebusy/query>
//! Errors come per calendar, inside an answer that succeeds: such a calendar is unknown, not free.

use std::collections::HashMap;

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{api, fault, time};
use crate::account::{CalendarId, Provider};
use crate::calendar::BusyEvent;
use crate::error::{Error, Kind};
use crate::http::request::{Method, Request};
use crate::http::retry::Replay;
use crate::oauth::scope::Feature;
use crate::schedule::interval::Interval;
use crate::schedule::policy::BusyKind;
use crate::session::Session;

/// Most calendars in one request.
const MAX_CALENDARS: usize = 50;
/// Longest window of one request; Google refuses somewhat more than that.
const MAX_WINDOW: TimeDelta = TimeDelta::days(60);
/// Windows are not halved below this.
const MIN_WINDOW: TimeDelta = TimeDelta::days(1);

/// One request to be made: some of the calendars, by their positions, in one window.
struct Query {
    calendars: Vec<usize>,
    window: Interval,
    is_repeated: bool,
}

/// Busy times of `calendars` in `range`: one answer each, in the same order, all requests of a
/// round in flight together. Google's limits on calendars and on the window are kept, and requests
/// halved when its real ones are lower.
pub async fn query(
    session: &Session<'_>,
    calendars: &[&CalendarId],
    range: Interval,
) -> Vec<Result<Vec<BusyEvent>, Error>> {
    let mut results: Vec<Result<Vec<BusyEvent>, Error>> = calendars.iter().map(|_| Ok(Vec::new())).collect();
    let mut round = first_round(calendars.len(), range);
    while !round.is_empty() {
        let answers = join_all(round.iter().map(|query| send(session, calendars, query))).await;
        let mut next = Vec::new();
        for (query, answer) in round.into_iter().zip(answers) {
            match answer {
                Answer::Calendars(found) => {
                    judge(query, calendars, found, range, &mut results, &mut next);
                }
                Answer::TooLong(error) => match halve_window(&query) {
                    Some(halves) => next.extend(halves),
                    None => fail(&query.calendars, &error, &mut results),
                },
                Answer::TooMany(error) => split(query.calendars, query.window, &error, &mut results, &mut next),
                Answer::Failed(error) => fail(&query.calendars, &error, &mut results),
            }
        }
        round = next;
    }
    results
}

/// The error for a calendar that was asked about and not answered.
#[must_use]
pub fn missing(calendar: &CalendarId) -> Error {
    api::malformed(&format!("calendar `{calendar}`"), "it is missing in the answer about busy times")
}

fn first_round(count: usize, range: Interval) -> Vec<Query> {
    let positions: Vec<usize> = (0..count).collect();
    let mut round = Vec::new();
    let mut rest = Some(range);
    while let Some(window) = rest {
        let cut = window.start().checked_add_signed(MAX_WINDOW).unwrap_or(window.end()).min(window.end());
        rest = Interval::new(cut, window.end());
        let Some(window) = Interval::new(window.start(), cut) else { break };
        round.extend(positions.chunks(MAX_CALENDARS).map(|chunk| Query {
            calendars: chunk.to_vec(),
            window,
            is_repeated: false,
        }));
    }
    round
}

enum Answer {
    Calendars(HashMap<String, Value>),
    TooLong(Error),
    TooMany(Error),
    Failed(Error),
}

async fn send(session: &Session<'_>, calendars: &[&CalendarId], query: &Query) -> Answer {
    let ids = query.calendars.iter().filter_map(|at| calendars.get(*at));
    let items: Vec<Value> = ids.map(|id| json!({"id": id.as_str()})).collect();
    let body = json!({
        "timeMin": time::format(query.window.start()),
        "timeMax": time::format(query.window.end()),
        "items": items,
    });
    let request = Request::new(Method::Post, api::free_busy(session).build()).json(&body);
    let what = "the busy times";
    let response = match session.call(request, Replay::Safe).await {
        Ok(response) => response,
        Err(failure) => return Answer::Failed(failure.into()),
    };
    if response.is_success() {
        return match api::parse::<FreeBusy>(what, &response) {
            Ok(found) => Answer::Calendars(found.calendars.unwrap_or_default()),
            Err(error) => Answer::Failed(error),
        };
    }
    let now = session.world().clock.now();
    let error = fault::error(what, Feature::ReadBusy, &response, now);
    match fault::reason(&response).as_deref() {
        Some("timeRangeTooLong") => Answer::TooLong(error),
        Some("tooManyCalendarsRequested") => Answer::TooMany(error),
        _ => Answer::Failed(error),
    }
}

/// Takes a successful answer apart, calendar by calendar.
fn judge(
    query: Query,
    calendars: &[&CalendarId],
    found: HashMap<String, Value>,
    range: Interval,
    results: &mut [Result<Vec<BusyEvent>, Error>],
    next: &mut Vec<Query>,
) {
    let asked = query.calendars.len();
    let (mut crowd, mut crowd_error, mut repeated) = (Vec::new(), None, Vec::new());
    for at in query.calendars {
        let (Some(id), Some(result)) = (calendars.get(at), results.get_mut(at)) else { continue };
        let entry = found.get(id.as_str()).ok_or_else(|| missing(id));
        match entry.and_then(|entry| read_entry(id, entry, range)) {
            Ok(Entry::Busy(busy)) => {
                if let Ok(known) = result {
                    known.extend(busy);
                }
            }
            Ok(Entry::Refused { reason, .. }) if reason == "internalError" && !query.is_repeated => {
                repeated.push(at);
            }
            Ok(Entry::Refused { reason, error }) if reason == "tooManyCalendarsRequested" => {
                crowd.push(at);
                crowd_error = Some(error);
            }
            Ok(Entry::Refused { error, .. }) | Err(error) => *result = Err(error),
        }
    }
    if !repeated.is_empty() {
        next.push(Query { calendars: repeated, window: query.window, is_repeated: true });
    }
    match crowd_error {
        // Refused together with others: once more without those that were answered.
        Some(_) if crowd.len() < asked => {
            next.push(Query { calendars: crowd, window: query.window, is_repeated: query.is_repeated });
        }
        Some(error) => split(crowd, query.window, &error, results, next),
        None => {}
    }
}

enum Entry {
    Busy(Vec<BusyEvent>),
    Refused { reason: String, error: Error },
}

fn read_entry(id: &CalendarId, entry: &Value, range: Interval) -> Result<Entry, Error> {
    let what = format!("calendar `{id}`");
    let malformed = || api::malformed(&what, "its busy times cannot be read");
    let entry = FreeBusyCalendar::deserialize(entry).map_err(|_| malformed())?;
    if let Some(refusal) = entry.errors.unwrap_or_default().into_iter().next() {
        let reason = refusal.reason.unwrap_or_default();
        let error = refused(&what, &reason);
        return Ok(Entry::Refused { reason, error });
    }
    // Neither busy times nor an error: that says nothing, and nothing is not free.
    let periods = entry.busy.ok_or_else(|| api::malformed(&what, "it has neither busy times nor an error"))?;
    let mut busy = Vec::new();
    for period in periods {
        let bounds = time::parse(&period.start).zip(time::parse(&period.end));
        let (start, end) = bounds.filter(|(start, end)| start <= end).ok_or_else(malformed)?;
        busy.extend(Interval::new(start, end).filter(|one| one.overlaps(range)).map(|interval| BusyEvent {
            interval,
            event_id: None,
            kind: BusyKind::Busy,
        }));
    }
    Ok(Entry::Busy(busy))
}

fn refused(what: &str, reason: &str) -> Error {
    let (kind, message) = match reason {
        "notFound" => (Kind::NotFound, format!("{what} does not exist or is not shared with the account")),
        "groupTooBig" => (Kind::Unsupported, format!("{what} is a group with too many members")),
        "tooManyCalendarsRequested" => {
            (Kind::Unavailable { retry_after: None }, format!("{what}: Google refuses to read it even alone"))
        }
        _ => (Kind::Unavailable { retry_after: None }, format!("{what}: Google could not read its busy times")),
    };
    Error::new(kind, message).at(Provider::Google)
}

fn halve_window(query: &Query) -> Option<[Query; 2]> {
    let length = query.window.length();
    if length < MIN_WINDOW * 2 {
        return None;
    }
    let middle = query.window.start() + TimeDelta::seconds(length.num_seconds() / 2);
    let half = |start, end| {
        let (calendars, is_repeated) = (query.calendars.clone(), query.is_repeated);
        Some(Query { calendars, window: Interval::new(start, end)?, is_repeated })
    };
    Some([half(query.window.start(), middle)?, half(middle, query.window.end())?])
}

/// Asks again in two groups; a single calendar cannot be split and is unknown.
fn split(
    calendars: Vec<usize>,
    window: Interval,
    error: &Error,
    results: &mut [Result<Vec<BusyEvent>, Error>],
    next: &mut Vec<Query>,
) {
    if calendars.len() < 2 {
        fail(&calendars, error, results);
        return;
    }
    let (left, right) = calendars.split_at(calendars.len() / 2);
    next.extend([left, right].map(|group| Query { calendars: group.to_vec(), window, is_repeated: false }));
}

fn fail(calendars: &[usize], error: &Error, results: &mut [Result<Vec<BusyEvent>, Error>]) {
    for at in calendars {
        if let Some(result) = results.get_mut(*at) {
            *result = Err(error.clone());
        }
    }
}

#[derive(Deserialize)]
struct FreeBusy {
    calendars: Option<HashMap<String, Value>>,
}

#[derive(Deserialize)]
struct FreeBusyCalendar {
    busy: Option<Vec<Period>>,
    errors: Option<Vec<Refusal>>,
}

#[derive(Deserialize)]
struct Period {
    start: String,
    end: String,
}

#[derive(Deserialize)]
struct Refusal {
    reason: Option<String>,
}

#[cfg(test)]
mod tests;
