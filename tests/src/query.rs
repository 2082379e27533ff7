//! Queries and requests with everything at its default, for tests to change.

use calendar_host::types::{
    BookingRequest, BusyGroup, BusyKind, Candidate, FindQuery, Participant, Quorum, Role, RoundRobin, SlotQuery,
    SlotRules, TimeRange, UnknownRange,
};
use chrono::{DateTime, Utc};

use crate::people::CUSTOMER;

/// RFC 3339 to seconds.
pub fn at(text: &str) -> i64 {
    text.parse::<DateTime<Utc>>().expect("RFC 3339").timestamp()
}

/// Seconds to the UTC wall time that both vendors read, without an offset.
pub fn wall(seconds: i64) -> String {
    DateTime::<Utc>::from_timestamp(seconds, 0).expect("an instant").format("%Y-%m-%dT%H:%M:%S").to_string()
}

/// A range of RFC 3339 instants.
pub fn range(start: &str, end: &str) -> TimeRange {
    TimeRange { start: at(start), end: at(end) }
}

/// A range that starts `start` seconds from `origin` and is `minutes` long.
pub fn minutes_from(origin: i64, minutes: i64) -> TimeRange {
    TimeRange { start: origin, end: origin + minutes * 60 }
}

/// A slot query for meetings of `minutes` around the clock, over all selected calendars.
pub fn slots(range: TimeRange, minutes: u32, zone: &str) -> SlotQuery {
    SlotQuery::new(range, SlotRules::new(minutes, zone))
}

/// Half-hour slots on the wall clock of Lord Howe over two months, in which the clock changes by half an hour.
pub fn find(participants: Vec<Participant>) -> FindQuery {
    let rules = SlotRules::new(30, "Australia/Lord_Howe");
    FindQuery::new(
        range("2026-10-01T00:00:00Z", "2026-11-30T00:00:00Z"),
        at("2026-09-30T00:00:00Z"),
        rules,
        participants,
    )
}

/// Busy times on the calendar `team`.
pub fn busy(ranges: Vec<TimeRange>) -> BusyGroup {
    BusyGroup { calendar: Some("team".to_owned()), ..BusyGroup::new(BusyKind::Busy, ranges) }
}

/// `count` meetings of a quarter of an hour at pseudo-random minutes of the 60 days from 2026-10-01.
pub fn scattered(seed: i64, count: i64) -> Vec<TimeRange> {
    let origin = at("2026-10-01T00:00:00Z");
    let start = |number: i64| origin + (seed + number * 7_919 + number * number * 13) % 86_400 * 60;
    (0..count).map(|number| minutes_from(start(number), 15)).collect()
}

/// One person with these busy times.
pub fn one(ranges: Vec<TimeRange>) -> FindQuery {
    find(vec![Participant::new("ana", vec![busy(ranges)])])
}

/// Six persons: one required, one optional, a quorum of two of three, and a round robin of four.
pub fn six() -> FindQuery {
    let person = |(seed, id): (i64, &str), role| Participant {
        role,
        ..Participant::new(id, vec![busy(scattered(seed * 3_571, 500))])
    };
    let ids = ["ana", "ben", "cem", "dea", "eli", "fay"];
    let roles = [Role::Required, Role::Optional, Role::Member, Role::Member, Role::Member, Role::Optional];
    let mut query = find((1..).zip(ids).zip(roles).map(|(one, role)| person(one, role)).collect());
    query.range = range("2026-10-01T00:00:00Z", "2026-10-26T00:00:00Z");
    query.participants[4].rules =
        Some(SlotRules { buffer_before_minutes: Some(10), ..SlotRules::new(1, "Asia/Kathmandu") });
    let time = range("2026-10-03T00:00:00Z", "2026-10-04T00:00:00Z");
    query.participants[5].unknown = vec![UnknownRange { time, calendar: None, cause: "no access".into() }];
    let members = ids[2..5].iter().map(|id| (*id).to_owned()).collect();
    query.quorums = vec![Quorum { name: "crew".into(), need: 2, members }];
    let candidate = |(load, id): (u32, &str)| Candidate {
        participant: id.to_owned(),
        weight: 1 + load % 2,
        load,
        last_assigned: (load > 2).then(|| at("2026-09-29T00:00:00Z") + i64::from(load)),
    };
    query.round_robin =
        Some(RoundRobin { candidates: (1..).zip(ids.into_iter().skip(2)).map(candidate).collect(), keep: None });
    query
}

/// A booking with one guest on the default calendar.
pub fn booking(title: &str, time: TimeRange) -> BookingRequest {
    let mut request = BookingRequest::new(title, time);
    request.attendees = vec![CUSTOMER.to_owned()];
    request
}
