//! The questions of the benchmark: the same one in the terms of the guest, the host and the peer.

use calendar_component::bindings::calendar::scheduling::types::TimeRange as GuestRange;
use calendar_component::bindings::exports::calendar::scheduling::{availability as guest_rules, slots as guest};
use calendar_core::schedule::interval::Interval;
use calendar_host::types::{
    BusyGroup, BusyKind, Explain, FindQuery, Participant, Role, SlotRules, TimeRange, Weekday, WorkingHours,
};
use truth_engine::{EventStream, ExpandedEvent};

pub const MONTH: i64 = 30;
pub const YEAR: i64 = 365;

const DAY: i64 = 86_400;
/// 2026-03-01T00:00:00Z: New York's clock changes on the 8th.
const START: i64 = 1_772_323_200;

/// One question, three times.
pub struct Question {
    pub guest: guest::FindQuery,
    pub host: FindQuery,
    pub streams: Vec<EventStream>,
}

impl Question {
    /// One person with `count` events of 5 to 60 minutes at pseudo-random minutes of `days` days, in random order.
    pub fn of_one(count: usize, days: i64) -> Question {
        Question::new(vec![events(count, days, 7)], days)
    }

    /// One person without any event, for one hour.
    pub fn of_nothing() -> Question {
        let mut question = Question::new(vec![Vec::new()], 1);
        question.host.range.end = START + 3600;
        question.guest.range.end = START + 3600;
        question
    }

    /// One person whose `count` events never overlap or touch.
    pub fn apart(count: usize, days: i64) -> Question {
        let step = days * DAY / i64::try_from(count).unwrap();
        let mut events: Vec<TimeRange> = (0..i64::try_from(count).unwrap())
            .map(|number| TimeRange { start: START + number * step, end: START + number * step + step / 2 })
            .collect();
        // Some order that is not sorted.
        events.sort_by_key(|one| one.start.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64.cast_signed()));
        Question::new(vec![events], days)
    }

    /// `persons` persons, all needed, with `count` events each.
    pub fn of_many(persons: usize, count: usize, days: i64) -> Question {
        Question::new((0..persons).map(|seed| events(count, days, u64::try_from(seed).unwrap() + 1)).collect(), days)
    }

    /// The span of the question.
    pub fn span(&self) -> Interval {
        Interval::of_seconds(self.host.range.start, self.host.range.end).unwrap()
    }

    fn new(people: Vec<Vec<TimeRange>>, days: i64) -> Question {
        let range = TimeRange { start: START, end: START + days * DAY };
        let host = FindQuery {
            range,
            now: START - DAY,
            rules: rules(),
            participants: people.iter().enumerate().map(|(number, busy)| participant(number, busy)).collect(),
            quorums: Vec::new(),
            round_robin: None,
            max_slots: Some(5000),
            explain: Some(Explain::Summary),
        };
        let streams = people.iter().enumerate().map(|(number, busy)| stream(number, busy)).collect();
        Question { guest: guest_query(&host), host, streams }
    }
}

fn events(count: usize, days: i64, seed: u64) -> Vec<TimeRange> {
    let mut state = seed;
    let mut next = |bound: i64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(state >> 33).unwrap() % bound
    };
    let event = |_| {
        let start = START + 60 * next(days * 1440);
        TimeRange { start, end: start + 60 * (5 + next(55)) }
    };
    (0..count).map(event).collect()
}

fn rules() -> SlotRules {
    let weekdays = [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];
    let hours = weekdays.map(|weekday| WorkingHours { weekday, start_minute: 540, end_minute: 1020 });
    SlotRules {
        working_hours: Some(hours.to_vec()),
        buffer_before_minutes: Some(5),
        buffer_after_minutes: Some(10),
        step_minutes: Some(15),
        ..SlotRules::new(30, "America/New_York")
    }
}

fn participant(number: usize, busy: &[TimeRange]) -> Participant {
    let busy = BusyGroup::new(BusyKind::Busy, busy.iter().copied());
    Participant {
        id: format!("p{number}"),
        role: Role::Required,
        rules: None,
        busy: vec![busy],
        unknown: Vec::new(),
        known: None,
    }
}

fn stream(number: usize, busy: &[TimeRange]) -> EventStream {
    let event = |one: &TimeRange| {
        let interval = Interval::of_seconds(one.start, one.end).unwrap();
        ExpandedEvent { start: interval.start(), end: interval.end() }
    };
    EventStream { stream_id: number.to_string(), events: busy.iter().map(event).collect() }
}

/// The same query in the component's own types.
fn guest_query(query: &FindQuery) -> guest::FindQuery {
    let range = |one: &TimeRange| GuestRange { start: one.start, end: one.end };
    let days = [
        guest_rules::Weekday::Monday,
        guest_rules::Weekday::Tuesday,
        guest_rules::Weekday::Wednesday,
        guest_rules::Weekday::Thursday,
        guest_rules::Weekday::Friday,
    ];
    let hours = days.map(|weekday| guest_rules::WorkingHours { weekday, start_minute: 540, end_minute: 1020 });
    let rules = guest_rules::SlotRules {
        duration_minutes: query.rules.duration_minutes,
        time_zone: query.rules.time_zone.clone(),
        working_hours: Some(hours.to_vec()),
        overrides: Vec::new(),
        holidays: Vec::new(),
        travel: Vec::new(),
        buffer_before_minutes: query.rules.buffer_before_minutes,
        buffer_after_minutes: query.rules.buffer_after_minutes,
        buffers_inside_hours: None,
        minimum_notice_minutes: None,
        horizon_days: None,
        step_minutes: query.rules.step_minutes,
        offset_minutes: None,
        anchor: None,
        grid_time_zone: None,
        limits: Vec::new(),
        statuses: None,
    };
    let participant = |one: &Participant| guest::Participant {
        id: one.id.clone(),
        role: guest::Role::Required,
        rules: None,
        busy: one
            .busy
            .iter()
            .map(|group| guest::BusyGroup {
                kind: guest::BusyKind::Busy,
                calendar: None,
                starts: group.starts.clone(),
                ends: group.ends.clone(),
                buffer_before_minutes: None,
                buffer_after_minutes: None,
            })
            .collect(),
        unknown: Vec::new(),
        known: None,
    };
    guest::FindQuery {
        range: range(&query.range),
        now: query.now,
        rules,
        participants: query.participants.iter().map(participant).collect(),
        quorums: Vec::new(),
        round_robin: None,
        max_slots: query.max_slots,
        explain: Some(guest::Explain::Summary),
    }
}
