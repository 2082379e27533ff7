//! Finds the event that an earlier attempt with the same key may have made.
//! Not here: what follows from finding it (`create`).
//!
//! <https://learn.microsoft.com/graph/api/singlevaluelegacyextendedproperty-get>

use chrono::TimeDelta;

use super::event::Event;
use super::events::with_marks;
use super::page::Pages;
use super::property;
use super::request::{Body, events_url, pause};
use crate::account::CalendarId;
use crate::error::Error;
use crate::session::Session;

/// What is looked for.
pub struct Mark<'a> {
    /// The idempotency key.
    pub key: &'a str,
    /// The retry key made from it.
    pub transaction: &'a str,
}

/// The event with this mark; none = there is none now.
///
/// # Errors
/// Whatever made the calendar unreadable.
pub async fn find(session: &Session<'_>, calendar: &CalendarId, mark: &Mark<'_>) -> Result<Option<Event>, Error> {
    let url = with_marks(events_url(session, calendar.as_str()))
        .query("$filter", &property::filter(mark.key))
        .query("$top", "50")
        .build();
    let mut pages = Pages::new(session, "search for an earlier attempt", url, Body::Text);
    while let Some(events) = pages.next::<Event>().await? {
        if let Some(found) = events.into_iter().find(|event| mark.is_on(event)) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Two looks, a second apart: what was just written may take a moment to be found.
///
/// # Errors
/// As [`find`].
pub async fn find_twice(session: &Session<'_>, calendar: &CalendarId, mark: &Mark<'_>) -> Result<Option<Event>, Error> {
    if let Some(found) = find(session, calendar, mark).await? {
        return Ok(Some(found));
    }
    if !pause(session, TimeDelta::seconds(1)).await {
        return Ok(None);
    }
    find(session, calendar, mark).await
}

impl Mark<'_> {
    /// The search ignores case and knows no generations: the exact key, and the retry key where
    /// the service shows it. A cancelled event without one is an earlier generation's.
    fn is_on(&self, event: &Event) -> bool {
        let marks = event.single_value_extended_properties.as_deref().unwrap_or_default();
        let same_attempt = match event.transaction_id.as_deref() {
            Some(transaction) => transaction.eq_ignore_ascii_case(self.transaction),
            None => event.is_cancelled != Some(true),
        };
        property::key(marks) == Some(self.key) && same_attempt
    }
}
