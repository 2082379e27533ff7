//! Addresses of Google's resources, and reading them: one request, one complete answer, or an
//! error that says what could not be read. Not here: writing (`create`, `update`, `cancel`).

use std::collections::HashSet;

use serde::de::DeserializeOwned;

use super::fault;
use crate::account::{CalendarId, EventId, Provider};
use crate::error::{Error, Kind};
use crate::http::request::{Method, Request};
use crate::http::response::Response;
use crate::http::retry::Replay;
use crate::http::url::Url;
use crate::oauth::scope::Feature;
use crate::session::Session;

/// Most pages read of one list. Google may send short and even empty pages, but not for ever.
const MAX_PAGES: usize = 200;

/// `/users/me/calendarList`
#[must_use]
pub fn calendar_list(session: &Session<'_>) -> Url {
    Url::new(session.api()).segment("users").segment("me").segment("calendarList")
}

/// `/freeBusy`
#[must_use]
pub fn free_busy(session: &Session<'_>) -> Url {
    Url::new(session.api()).segment("freeBusy")
}

/// `/calendars/{calendar}/events`
#[must_use]
pub fn events(session: &Session<'_>, calendar: &CalendarId) -> Url {
    Url::new(session.api()).segment("calendars").segment(calendar.as_str()).segment("events")
}

/// `/calendars/{calendar}/events/{event}`
#[must_use]
pub fn event(session: &Session<'_>, calendar: &CalendarId, event: &EventId) -> Url {
    events(session, calendar).segment(event.as_str())
}

/// Sends a request that only reads, and returns its successful answer.
///
/// # Errors
/// Transport failures, and refusals by `fault::error`.
pub async fn read(session: &Session<'_>, request: Request, what: &str, feature: Feature) -> Result<Response, Error> {
    let response = session.call(request, Replay::Safe).await.map_err(Error::from)?;
    accept(session, response, what, feature)
}

/// The answer, if it is a success.
///
/// # Errors
/// As `fault::error` judges a refusal.
pub fn accept(session: &Session<'_>, response: Response, what: &str, feature: Feature) -> Result<Response, Error> {
    if response.is_success() {
        return Ok(response);
    }
    Err(fault::error(what, feature, &response, session.world().clock.now()))
}

/// Reads the body of a successful answer.
///
/// # Errors
/// `Protocol` when it is not JSON of that shape.
pub fn parse<T: DeserializeOwned>(what: &str, response: &Response) -> Result<T, Error> {
    // The parser's own message may quote the body: only the position is told.
    response.json().map_err(|error| malformed(what, &format!("at line {} column {}", error.line(), error.column())))
}

/// The error for an answer that its documentation does not allow.
#[must_use]
pub fn malformed(what: &str, detail: &str) -> Error {
    let message = format!("{what}: Google's answer is malformed, {detail}");
    Error::new(Kind::Protocol, message).at(Provider::Google)
}

/// One page of a list.
pub trait Page: DeserializeOwned {
    /// Where the next page is, if there is one.
    fn next(&self) -> Option<&str>;
}

/// Reads a list page by page, until its end or until `take` says that it has enough.
///
/// # Errors
/// As [`read`]; whatever `take` returns; `Protocol` when the pages run in a circle or do not end.
pub async fn read_pages<P: Page>(
    session: &Session<'_>,
    address: Url,
    what: &str,
    feature: Feature,
    mut take: impl FnMut(P) -> Result<Reading, Error>,
) -> Result<(), Error> {
    let mut seen = HashSet::new();
    let mut token: Option<String> = None;
    for _ in 0..MAX_PAGES {
        let url = match &token {
            Some(token) => address.clone().query("pageToken", token),
            None => address.clone(),
        };
        let response = read(session, Request::new(Method::Get, url.build()), what, feature).await?;
        let page: P = parse(what, &response)?;
        let next = page.next().filter(|token| !token.is_empty()).map(str::to_owned);
        if take(page)? == Reading::Done {
            return Ok(());
        }
        let Some(next) = next else { return Ok(()) };
        if !seen.insert(next.clone()) {
            return Err(malformed(what, "its pages run in a circle"));
        }
        token = Some(next);
    }
    Err(malformed(what, "its pages do not end"))
}

/// Whether a list is read further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The next page, too.
    More,
    /// It is enough.
    Done,
}
