//! Tools that read calendars as they are.

use super::field::Field;
use super::{Act, Effect, Tool, schema, shared};

pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "list_calendars",
        title: "Calendars",
        about: "Lists the calendars of all connected accounts, with their ids, what may be done with them, and whether they \
                count as busy (`is_selected`). What could not be read is in `unknown`.",
        fields: &[shared::ACCOUNT],
        example: "{}",
        effect: Effect::Reads,
        answer: schema::calendars,
        act: Act::ListCalendars,
    },
    Tool {
        name: "get_busy_times",
        title: "When the person is busy",
        about: "Reads when the person is busy, over all accounts, merged and without titles; 7 days when `to` is left out. \
                To find free time use check_availability instead: it knows working hours, buffers and clock changes. An \
                entry in `unknown` means the person may be busy at any time: unknown is not free.",
        fields: &[shared::RANGE, shared::CALENDARS, shared::ACCOUNT, shared::ZONE],
        example: r#"{"from": "2026-03-09T00:00", "to": "2026-03-14T00:00", "time_zone": "Europe/Berlin"}"#,
        effect: Effect::Reads,
        answer: schema::busy,
        act: Act::GetBusyTimes,
    },
    Tool {
        name: "get_schedule",
        title: "When other people are busy",
        about: "Reads when other people are busy, by e-mail address, as far as they share it with the person's accounts; 7 \
                days when `to` is left out. Somebody with `unknown` set could not be read: that is not the same as free.",
        fields: &[
            &[Field::texts("emails", "", "Whose time: 1 to 50 e-mail addresses")
                .required()
                .example(r#"["ben@example.com"]"#)],
            shared::RANGE,
            shared::ACCOUNT,
            shared::ZONE,
        ],
        example: r#"{"emails": ["ben@example.com"], "from": "today", "to": "+2d"}"#,
        effect: Effect::Reads,
        answer: schema::people,
        act: Act::GetSchedule,
    },
    Tool {
        name: "get_upcoming_meetings",
        title: "Upcoming meetings",
        about: "Lists the person's meetings over all accounts, by start: what is left of today and 6 days more, unless \
                `days` or `to` is given. The ids are those that get_event, update_event and cancel_event take.",
        fields: &[
            &[
                Field::whole("days", "days", (1, 62), "So many local days, the first one included; not with `to`")
                    .example("1"),
                Field::whole("max", "max", (1, 1000), "At most this many meetings; 250 when left out"),
            ],
            shared::RANGE,
            shared::CALENDARS,
            shared::ACCOUNT,
            shared::ZONE,
        ],
        example: r#"{"days": 1}"#,
        effect: Effect::Reads,
        answer: schema::agenda,
        act: Act::GetUpcomingMeetings,
    },
    Tool {
        name: "get_event",
        title: "One event",
        about: "Reads one event as it is now, with guests, their answers, video link and `etag`. An event that was booked \
                here is found by its id alone; others need `calendar` when they are not in the primary one.",
        fields: &[shared::EVENT, shared::CALENDAR, shared::ACCOUNT, shared::ZONE],
        example: r#"{"event_id": "evt_4711"}"#,
        effect: Effect::Reads,
        answer: schema::meeting,
        act: Act::GetEvent,
    },
];
