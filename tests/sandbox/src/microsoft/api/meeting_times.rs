//! `POST .../findMeetingTimes`: suggestions in the documented form. The vendor's algorithm is its own and may change at any time;
//! this one tries every half hour. <https://learn.microsoft.com/graph/api/user-findmeetingtimes>

use super::schedule::{busy, refuse_personal};
use crate::microsoft::call::{Answer, Call, Outcome};
use crate::microsoft::error::GraphError;
use crate::microsoft::mailbox::occurrence::Item;
use crate::microsoft::mailbox::owner::Mailbox;
use crate::microsoft::odata::body;
use crate::microsoft::scopes;
use crate::microsoft::store::Store;
use crate::microsoft::time::availability::severity;
use crate::microsoft::time::moment::{Moment, instant_object};
use crate::microsoft::time::range::Range;
use crate::microsoft::time::zones;
use crate::state::State;
use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, Utc};
use serde_json::{Value, json};

const STEP: TimeDelta = TimeDelta::minutes(30);
const MOST_CANDIDATES: i64 = 20;

/// Suggestions, best first.
///
/// # Errors
/// 400 for bad parameters, 403 without a shared reading scope or for a personal account.
pub fn find(state: &State, call: &Call) -> Outcome {
    call.need(scopes::SUGGEST)?;
    let sent = body::optional_object(&call.body)?;
    let store = state.microsoft();
    let own = store.require(&call.grant.user_email)?;
    refuse_personal(own, &store)?;
    let length = match body::text(&sent, "meetingDuration") {
        None => TimeDelta::minutes(30),
        Some(text) => duration(text)
            .ok_or_else(|| GraphError::bad("ErrorInvalidRequest", format!("'{text}' is not a duration.")))?,
    };
    let constraint = body::member(&sent, "timeConstraint").cloned().unwrap_or_default();
    let domain = body::text(&constraint, "activityDomain").unwrap_or("work").to_ascii_lowercase();
    let least = body::number(&sent, "minimumAttendeePercentage").unwrap_or(50.0);
    let count = body::integer(&sent, "maxCandidates").unwrap_or(MOST_CANDIDATES).clamp(1, MOST_CANDIDATES);
    let with_reason = body::boolean(&sent, "returnSuggestionReasons").unwrap_or(false);
    let organizer_optional = body::boolean(&sent, "isOrganizerOptional").unwrap_or(false);
    let attendees = body::member(&sent, "attendees").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut found: Vec<(f64, DateTime<Utc>, Value)> = Vec::new();
    let mut organizer_was_busy = false;
    for range in ranges(&constraint, call.now)? {
        let own_items = busy(own, range);
        let guests: Vec<Guest<'_>> = attendees.iter().map(|one| Guest::read(&store, one, range)).collect();
        let mut start = range.from;
        while start + length <= range.to {
            let slot = Range { from: start, to: start + length };
            start += STEP;
            if !in_domain(own, slot, &domain) {
                continue;
            }
            let organizer = worst(&own_items, slot);
            if severity(&organizer) >= 2 && !organizer_optional {
                organizer_was_busy = true;
                continue;
            }
            let (confidence, availability) = chances(&guests, slot);
            if confidence + f64::EPSILON < least {
                continue;
            }
            let show = |at| instant_object(at, &call.prefer.zone, &call.prefer.zone_name);
            let mut one = json!({
                "confidence": confidence, "organizerAvailability": organizer, "locations": [], "attendeeAvailability": availability,
                "meetingTimeSlot": {"start": show(slot.from), "end": show(slot.to)},
            });
            if with_reason {
                one["suggestionReason"] =
                    json!("Suggested because it is one of the nearest times when all attendees are available.");
            }
            found.push((confidence, slot.from, one));
        }
    }
    found.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    found.truncate(usize::try_from(count).unwrap_or_default());
    let suggestions: Vec<Value> = found
        .into_iter()
        .zip(1..)
        .map(|((_, _, mut one), order)| {
            one["order"] = json!(order);
            one
        })
        .collect();
    let reason = match (suggestions.is_empty(), organizer_was_busy) {
        (false, _) => "",
        (true, true) => "organizerUnavailable",
        (true, false) if attendees.is_empty() => "unknown",
        (true, false) => "attendeesUnavailable",
    };
    let context = call.context("microsoft.graph.meetingTimeSuggestionsResult");
    Ok(Answer::json(
        200,
        json!({"@odata.context": context, "emptySuggestionsReason": reason, "meetingTimeSuggestions": suggestions}),
    ))
}

/// The periods to look at: the next two weeks when none are given.
fn ranges(constraint: &Value, now: DateTime<Utc>) -> Result<Vec<Range>, GraphError> {
    let slots = body::member(constraint, "timeSlots").and_then(Value::as_array).cloned().unwrap_or_default();
    if slots.is_empty() {
        let from = next_step(now);
        return Ok(vec![Range { from, to: from + TimeDelta::days(14) }]);
    }
    let edge = |slot: &Value, name: &str| {
        let value = body::member(slot, name)
            .ok_or_else(|| GraphError::bad("ErrorInvalidRequest", format!("A time slot needs '{name}'.")))?;
        Moment::read(value, name).map(|moment| moment.instant())
    };
    slots.iter().map(|slot| Ok(Range { from: edge(slot, "start")?, to: edge(slot, "end")? })).collect()
}

/// The first full step at or after an instant.
fn next_step(now: DateTime<Utc>) -> DateTime<Utc> {
    let step = STEP.num_seconds();
    let past = now.timestamp().rem_euclid(step);
    DateTime::from_timestamp(now.timestamp() + (step - past) % step, 0).unwrap_or(now)
}

/// `work`: inside working hours; `personal`: these hours on every day; `unrestricted`: always.
fn in_domain(mailbox: &Mailbox, slot: Range, domain: &str) -> bool {
    if domain == "unrestricted" {
        return true;
    }
    let hours = &mailbox.working_hours;
    let zone = body::member(hours, "timeZone")
        .and_then(|zone| body::text(zone, "name"))
        .and_then(zones::find)
        .unwrap_or_else(|| mailbox.zone());
    let time = |name: &str| {
        NaiveTime::parse_from_str(body::text(hours, name).unwrap_or_default().get(..8).unwrap_or_default(), "%H:%M:%S")
            .unwrap_or_default()
    };
    let (start, end) = (zone.wall(slot.from), zone.wall(slot.to));
    let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let day = names.get(start.weekday().num_days_from_monday() as usize).copied().unwrap_or_default();
    let days = body::member(hours, "daysOfWeek").and_then(Value::as_array).cloned().unwrap_or_default();
    let is_day =
        domain == "personal" || days.iter().any(|one| one.as_str().is_some_and(|one| one.eq_ignore_ascii_case(day)));
    is_day && start.date() == end.date() && start.time() >= time("startTime") && end.time() <= time("endTime")
}

/// Somebody invited, with what his calendar holds; `None` when nobody here knows it.
struct Guest<'a> {
    kind: String,
    address: String,
    items: Option<Vec<Item<'a>>>,
}

impl<'a> Guest<'a> {
    fn read(store: &'a Store, sent: &Value, range: Range) -> Self {
        let email = body::member(sent, "emailAddress");
        let address = email.and_then(|email| body::text(email, "address")).unwrap_or_default().to_owned();
        let items = store.mailbox(&address).filter(|mailbox| !mailbox.personal).map(|mailbox| busy(mailbox, range));
        Self { kind: body::text(sent, "type").unwrap_or("required").to_ascii_lowercase(), address, items }
    }
}

/// The most severe status in a slot.
fn worst(items: &[Item<'_>], slot: Range) -> String {
    let meeting = items.iter().filter(|item| item.start < slot.to && item.end > slot.from);
    let worst = meeting.map(|item| item.event.fact("showAs")).max_by_key(|status| severity(status));
    worst.filter(|status| severity(status) > 0).unwrap_or("free").to_owned()
}

/// The average chance that guests come (free 100, unknown 49, busy 0), and what each one's calendar says.
fn chances(guests: &[Guest<'_>], slot: Range) -> (f64, Vec<Value>) {
    let mut sum = 0.0;
    let mut shown = Vec::new();
    for guest in guests {
        let status = guest.items.as_ref().map_or_else(|| "unknown".to_owned(), |items| worst(items, slot));
        sum += match status.as_str() {
            "free" => 100.0,
            "unknown" => 49.0,
            _ => 0.0,
        };
        let attendee = json!({"type": guest.kind, "emailAddress": {"address": guest.address}});
        shown.push(json!({"availability": status, "attendee": attendee}));
    }
    let count = u32::try_from(guests.len()).unwrap_or(u32::MAX);
    (if guests.is_empty() { 100.0 } else { sum / f64::from(count) }, shown)
}

/// An ISO 8601 duration of days, hours, minutes and seconds, longer than zero.
fn duration(text: &str) -> Option<TimeDelta> {
    let span: jiff::SignedDuration = text.parse().ok().or_else(|| {
        let span: jiff::Span = text.parse().ok()?;
        span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).ok()
    })?;
    Some(TimeDelta::seconds(span.as_secs())).filter(|length| *length > TimeDelta::zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_in_all_their_units() {
        assert_eq!(duration("PT1H30M"), Some(TimeDelta::minutes(90)));
        assert_eq!(duration("P1DT1H"), Some(TimeDelta::hours(25)));
        assert_eq!(duration("PT0S"), None);
        assert_eq!(duration("an hour"), None);
    }

    #[test]
    fn a_search_without_slots_starts_at_the_next_half_hour() {
        let now = DateTime::from_timestamp(1_780_000_001, 0).unwrap();
        let ranges = ranges(&Value::Null, now).unwrap();
        let from = ranges.first().unwrap().from;
        assert!(from >= now && from - now < STEP && from.timestamp() % 1_800 == 0);
    }
}
