//! Other people's time: `POST /me/calendar/getSchedule`, at most 20 addresses and less than 62
//! days a request, at most four requests at once. It reads default calendars only.
//! Not here: personal accounts, which have no getSchedule, and the account's own time where it is refused (`personal`), and what the answer for
//! one address means (`answer`).
//!
//! <https://learn.microsoft.com/graph/api/calendar-getschedule>

mod answer;
mod hours;
mod personal;
mod refusal;

use chrono::TimeDelta;
use futures_util::stream::{self, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};

use super::time::DateTimeTimeZone;
use super::{fault, request};
use crate::account::Email;
use crate::error::Error;
use crate::http::request::Method;
use crate::http::response::Response;
use crate::http::retry::Replay;
use crate::http::url::Url;
use crate::oauth::scope::Feature;
use crate::person::{Schedule, layered};
use crate::schedule::interval::Interval;
use crate::session::Session;
use answer::Entry;

/// Requests in flight together; the service allows four per mailbox.
const IN_FLIGHT: usize = 4;
/// Most addresses in one request.
const MAX_PEOPLE: usize = 20;
/// Longest window of one request: the service refuses 62 days.
const MAX_WINDOW: TimeDelta = TimeDelta::days(61);
/// Windows are not halved below this.
const MIN_WINDOW: TimeDelta = TimeDelta::days(1);
/// Minutes of a digit of `availabilityView`. Windows begin and end on its multiples.
const STEP_MINUTES: i64 = 15;

/// One request to be made: some of the people, by their positions, in one window.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Query {
    people: Vec<usize>,
    window: Interval,
}

/// What a request came to.
enum Answer {
    Schedules(Vec<Value>),
    TooLong(Error),
    Malformed(Error),
    Failed(Error),
}

/// The time of `people` in `range`: one answer each, in the same order.
pub async fn read(session: &Session<'_>, people: &[Email], range: Interval) -> Vec<Result<Schedule, Error>> {
    if let Err(denied) = session.require(Feature::ReadBusy) {
        return people.iter().map(|_| Err(denied.clone())).collect();
    }
    if personal::is_personal(session) {
        return personal::read(session, people, range).await;
    }
    let mut results: Vec<Result<Schedule, Error>> = people.iter().map(|_| Ok(Schedule::default())).collect();
    let mut round = first_round(people.len(), range);
    while !round.is_empty() {
        let sent = round.iter().map(|query| send(session, people, query));
        let answers: Vec<Answer> = stream::iter(sent).buffered(IN_FLIGHT).collect().await;
        let mut next = Vec::new();
        for (query, answer) in round.into_iter().zip(answers) {
            match answer {
                Answer::Schedules(found) => judge(session, &query, people, &found, &mut results, &mut next),
                Answer::TooLong(error) => retry(halves(&query), &query, &error, &mut results, &mut next),
                Answer::Malformed(error) => retry(split(&query), &query, &error, &mut results, &mut next),
                Answer::Failed(error) => fail(&query, &error, &mut results),
            }
        }
        round = next;
    }
    personal::fill_own(session, people, range, &mut results).await;
    let cut = |schedule: Schedule| Schedule { items: layered(&schedule.items, range), ..schedule };
    results.into_iter().map(|result| result.map(cut)).collect()
}

/// `range`, widened to whole quarters of an hour, in pieces; each with all people, by twenties.
fn first_round(count: usize, range: Interval) -> Vec<Query> {
    let positions: Vec<usize> = (0..count).collect();
    let step = STEP_MINUTES * 60;
    let before = range.start_second().rem_euclid(step);
    let after = (-range.end_second()).rem_euclid(step);
    let mut rest = Some(range.grown_by(before, after));
    let mut round = Vec::new();
    while let Some(left) = rest {
        let cut = left.start().checked_add_signed(MAX_WINDOW).map_or(left.end(), |cut| cut.min(left.end()));
        rest = Interval::new(cut, left.end());
        let Some(window) = Interval::new(left.start(), cut) else { break };
        round.extend(positions.chunks(MAX_PEOPLE).map(|people| Query { people: people.to_vec(), window }));
    }
    round
}

async fn send(session: &Session<'_>, people: &[Email], query: &Query) -> Answer {
    let addresses: Vec<&str> = query.people.iter().filter_map(|at| people.get(*at)).map(Email::as_str).collect();
    let body = json!({
        "schedules": addresses,
        "startTime": DateTimeTimeZone::utc(query.window.start()),
        "endTime": DateTimeTimeZone::utc(query.window.end()),
        "availabilityViewInterval": STEP_MINUTES,
    });
    let url = Url::new(session.api()).segment("me").segment("calendar").segment("getSchedule").build();
    let request = request::request(session, Method::Post, url, request::Body::Text).json(&body);
    let what = "the schedules of other people";
    let response = match session.call(request, Replay::Safe).await {
        Ok(response) => response,
        Err(failure) => return Answer::Failed(failure.into()),
    };
    if response.is_success() {
        return match fault::body::<Schedules>(what, &response) {
            Ok(found) => Answer::Schedules(found.value),
            Err(error) => Answer::Failed(error),
        };
    }
    let error = fault::error(what, &response);
    match response.status {
        400 if is_too_long(&response) => Answer::TooLong(error),
        400 => Answer::Malformed(error),
        _ => Answer::Failed(error),
    }
}

#[derive(Deserialize)]
struct Schedules {
    value: Vec<Value>,
}

/// Whether the service's limit on the window is lower than the documented one.
fn is_too_long(response: &Response) -> bool {
    let body: Option<Value> = response.json().ok();
    let code = body.as_ref().and_then(|body| body.pointer("/error/code")?.as_str());
    code.is_some_and(|code| code.eq_ignore_ascii_case("ErrorTimeIntervalTooBig"))
}

/// Takes a successful answer apart, address by address.
fn judge(
    session: &Session<'_>,
    query: &Query,
    people: &[Email],
    found: &[Value],
    results: &mut [Result<Schedule, Error>],
    next: &mut Vec<Query>,
) {
    let now = session.world().clock.now();
    let mut crowded = Query { people: Vec::new(), window: query.window };
    let mut crowded_error = None;
    for at in &query.people {
        let (Some(person), Some(result)) = (people.get(*at), results.get_mut(*at)) else { continue };
        match answer::read(person, found, query.window, now) {
            Entry::Known(more) => {
                if let Ok(known) = result {
                    known.items.extend(more.items);
                    known.hours = known.hours.take().or(more.hours);
                }
            }
            Entry::TooMany(error) => {
                crowded.people.push(*at);
                crowded_error = Some(error);
            }
            Entry::Unknown(error) => *result = Err(error),
        }
    }
    if let Some(error) = crowded_error {
        retry(halves(&crowded), &crowded, &error, results, next);
    }
}

/// Asks again in smaller pieces, or gives up where there are none.
fn retry(
    pieces: Option<[Query; 2]>,
    query: &Query,
    error: &Error,
    results: &mut [Result<Schedule, Error>],
    next: &mut Vec<Query>,
) {
    match pieces {
        Some(pieces) => next.extend(pieces),
        None => fail(query, error, results),
    }
}

/// The same people in each half of the window.
fn halves(query: &Query) -> Option<[Query; 2]> {
    let length = query.window.length();
    if length < MIN_WINDOW * 2 {
        return None;
    }
    let step = STEP_MINUTES * 60;
    let middle = query.window.start() + TimeDelta::seconds(length.num_seconds() / 2 / step * step);
    let half = |start, end| Some(Query { people: query.people.clone(), window: Interval::new(start, end)? });
    Some([half(query.window.start(), middle)?, half(middle, query.window.end())?])
}

/// Half of the people each: one of the addresses may be what the service refuses.
fn split(query: &Query) -> Option<[Query; 2]> {
    if query.people.len() < 2 {
        return None;
    }
    let (left, right) = query.people.split_at(query.people.len() / 2);
    Some([left, right].map(|people| Query { people: people.to_vec(), window: query.window }))
}

fn fail(query: &Query, error: &Error, results: &mut [Result<Schedule, Error>]) {
    for at in &query.people {
        if let Some(result) = results.get_mut(*at) {
            *result = Err(error.clone());
        }
    }
}

#[cfg(test)]
mod tests;
