//! The scripted day of `tests/embed/README.md` through the Rust library. Prints its JSON.

use anyhow::{Context, ensure};
use bytes::Bytes;
use calendar_host::types::{
    Account, BookingRequest, Error, EventLocator, Instant, Meeting, Provider, Selection, SlotQuery, SlotRules,
    TimeRange, Weekday, WorkingHours,
};
use calendar_host::{CalendarHost, Config};
use chrono::{DateTime, SecondsFormat};
use http_body_util::Empty;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

const USER: &str = "ana";
const DAY: i64 = 86_400;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let host = CalendarHost::open(Config::from_env()?).await?;
    let change: Instant = std::env::var("DAY_CHANGE").context("DAY_CHANGE")?.parse().context("DAY_CHANGE")?;
    println!("{:#}", day(&host, change).await?);
    Ok(())
}

async fn day(host: &CalendarHost, change: Instant) -> anyhow::Result<Value> {
    let accounts = [
        connect(host, Provider::Google, "ana@example.com").await?,
        connect(host, Provider::Outlook, "ana@contoso.example").await?,
    ];
    let everything = Selection::default();
    let calendars = host.list_calendars(USER, &everything).await?.calendars;

    let week = TimeRange { start: change - 6 * DAY, end: change + 18 * 3600 };
    let found = host.check_availability(USER, &SlotQuery::new(week, rules())).await?;

    let mut request = BookingRequest::new("Day", *found.slots.last().context("no free slot")?);
    request.time_zone = Some("Europe/Berlin".to_owned());
    request.attendees = vec!["customer@example.org".to_owned()];
    request.description = Some("The night the clocks change".to_owned());
    request.target = Selection { provider: Some(Provider::Google), ..Selection::default() };
    request.idempotency_key = Some("day-1".to_owned());
    let booked = host.book_meeting(USER, &request).await?;
    let again = host.book_meeting(USER, &request).await?;
    request.title = "Other".to_owned();
    request.idempotency_key = Some("day-2".to_owned());
    let conflict = refused(host.book_meeting(USER, &request).await)?;
    let cancelled = host.cancel_event(USER, &EventLocator::new(&booked.event_id), None, None).await?;
    let nowhere = EventLocator { provider: Some(Provider::Google), ..EventLocator::new("nonexistent") };
    let unknown = refused(host.get_event(USER, &nowhere).await)?;
    let agenda = host.get_upcoming_meetings(USER, week, &everything, None).await?.meetings;

    let reasons = found.reasons.iter().map(|one| json!({ "count": one.count, "reason": one.reason }));
    Ok(json!({
        "accounts": accounts,
        "agenda": agenda.iter().map(|one| json!({ "time": period(one.time), "title": one.title })).collect::<Vec<_>>(),
        "booked": meeting(&booked),
        "booked_again": again.event_id == booked.event_id,
        "calendars": calendars.iter().map(|one| json!({
            "access": word(&one.access), "is_primary": one.is_primary, "name": one.name,
        })).collect::<Vec<_>>(),
        "cancelled": meeting(&cancelled),
        "conflict": conflict,
        "slots": {
            "reasons": reasons.collect::<Vec<_>>(),
            "slots": found.slots.into_iter().map(period).collect::<Vec<_>>(),
            "unknown": found.unknown.len(),
        },
        "unknown_event": unknown,
    }))
}

async fn connect(host: &CalendarHost, provider: Provider, email: &str) -> anyhow::Result<Value> {
    let request = host.start_oauth_flow(USER, provider, None, Some(email)).await?;
    let browser = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let answer = browser.get(request.url.parse()?).await?;
    let callback = answer.headers().get("location").context("no consent")?.to_str()?;
    let Account { email, id, provider, state, .. } = host.complete_oauth_flow(USER, callback).await?;
    Ok(json!({ "email": email, "id": id, "provider": provider.as_str(), "state": word(&state) }))
}

fn rules() -> SlotRules {
    let weekdays = [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
    let windows = weekdays.into_iter().map(|weekday| (weekday, 540, 720)).chain([(Weekday::Sunday, 60, 300)]);
    let window = |(weekday, start_minute, end_minute)| WorkingHours { weekday, start_minute, end_minute };
    let mut rules = SlotRules::new(30, "Europe/Berlin");
    rules.working_hours = Some(windows.map(window).collect());
    rules.buffer_before_minutes = Some(10);
    rules
}

fn meeting(one: &Meeting) -> Value {
    let attendee = |person: &calendar_host::types::Attendee| json!({ "email": person.email, "participation": word(&person.participation) });
    json!({
        "account": one.account,
        "attendees": one.attendees.iter().map(attendee).collect::<Vec<_>>(),
        "calendar": one.calendar,
        "conferencing": word(&one.conferencing),
        "event_id": one.event_id,
        "idempotency_key": one.idempotency_key,
        "status": word(&one.status),
        "time": period(one.time),
        "title": one.title,
    })
}

fn refused<T>(outcome: Result<T, Error>) -> anyhow::Result<Value> {
    ensure!(outcome.is_err(), "the call was not refused");
    let error = outcome.err().context("an error")?;
    let alternatives: Vec<Value> = error.alternatives.into_iter().map(period).collect();
    Ok(json!({ "alternatives": alternatives, "code": error.code.as_str() }))
}

fn period(time: TimeRange) -> Value {
    json!({ "end": text(time.end), "start": text(time.start) })
}

fn text(instant: Instant) -> String {
    DateTime::from_timestamp(instant, 0).unwrap_or_default().to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The interface's word for a generated enum, which prints as `Access::FreeBusy`: in kebab-case.
fn word(case: &impl std::fmt::Debug) -> String {
    let (name, mut word) = (format!("{case:?}"), String::new());
    for letter in name.rsplit("::").next().unwrap_or_default().chars() {
        if letter.is_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.extend(letter.to_lowercase());
    }
    word
}
