//! Tools that book, change and cancel meetings.

use super::field::Field;
use super::{Act, Effect, Tool, schema, shared};

const SUBJECT: &[Field] = &[
    Field::text("title", "title", "The title, which everybody invited reads").required().example(r#""Planning""#),
    Field::texts("attendees", "with", "Whom to invite, by e-mail address; the provider sends the invitations")
        .example(r#"["ben@example.com"]"#),
    Field::flag("video", "video", "Ask for a Meet or Teams link"),
    Field::text("location", "location", "Where it takes place"),
    Field::text("description", "description", "Text for everybody invited"),
    Field::text(
        "idempotency_key",
        "key",
        "The same key never makes a second meeting; derived from the request when left out. Choose one for each meeting, \
         and keep it when you repeat the call",
    )
    .example(r#""planning-2026-w11""#),
];

pub(super) const START: &str = "When it starts: 2026-03-09T15:00:00+01:00, or 2026-03-09T15:00 in time_zone; a civil time that the clock \
                     skips or shows twice is refused with the candidates";

pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "book_meeting",
        title: "Book a meeting",
        about: "Books a meeting at a fixed time. All calendars are read again first: a taken time is refused with free ones \
                in `alternatives`; offer these to the person. After a timeout or an unclear outcome repeat the same call \
                with the same arguments: it never makes a second meeting.",
        fields: &[
            SUBJECT,
            &[
                Field::text("start", "start", START).required().example(r#""2026-03-09T15:00:00+01:00""#),
                Field::whole("duration_minutes", "duration", (1, 1440), "Its length; 30 when left out; not with `end`")
                    .example("45"),
                Field::text("end", "end", "When it ends, in place of duration_minutes"),
                Field::whole("buffer_minutes", "buffer", (0, 1440), "Free time demanded before and after it"),
                Field::text(
                    "hours",
                    "hours",
                    "When the time is taken: offer times within these hours only: 09:00-17:00",
                ),
                Field::text("days", "days", "When the time is taken: offer times on these days only: mon-fri"),
                Field::text(
                    "hold",
                    "hold",
                    "The id from hold_slot, when this time was held: the booking takes the hold",
                ),
            ],
            shared::CALENDAR,
            shared::ACCOUNT,
            shared::ZONE,
        ],
        example: r#"{"title": "Planning", "start": "2026-03-09T15:00", "duration_minutes": 45, "time_zone": "Europe/Berlin",
                     "attendees": ["ben@example.com"], "video": true, "idempotency_key": "planning-2026-w11"}"#,
        effect: Effect::Books,
        answer: schema::meeting,
        act: Act::BookMeeting,
    },
    Tool {
        name: "quick_book_meeting",
        title: "Book the first free slot",
        about: "Books a meeting at the person's first free slot; searches 14 days when `to` is left out. Give an \
                idempotency_key, or `from` and `to`: only then is a repeated call the same call.",
        fields: &[SUBJECT, shared::RANGE, shared::RULES, shared::CALENDAR, shared::ACCOUNT, shared::ZONE],
        example: r#"{"title": "Sync", "duration_minutes": 30, "attendees": ["ben@example.com"], "idempotency_key": "sync-1"}"#,
        effect: Effect::Books,
        answer: schema::meeting,
        act: Act::QuickBookMeeting,
    },
    Tool {
        name: "update_event",
        title: "Change an event",
        about: "Changes an event; guests are told. Only what is given changes. A new time is checked like a new booking. \
                With `if_match` (the `etag` of get_event) the event is changed only while it is still that version.",
        fields: &[
            shared::EVENT,
            &[
                Field::text("title", "title", "New title"),
                Field::text("start", "start", "New start; the length stays unless duration_minutes or `end` is given")
                    .example(r#""2026-03-09T16:00:00+01:00""#),
                Field::whole("duration_minutes", "duration", (1, 1440), "New length; not with `end`"),
                Field::text("end", "end", "New end"),
                Field::texts("add_attendees", "with", "Whom to invite in addition"),
                Field::texts("remove_attendees", "without", "Whom to invite no more"),
                Field::text("description", "description", "New text; empty clears it"),
                Field::text("location", "location", "New place; empty clears it"),
                Field::text("if_match", "if-match", "Change only this version"),
            ],
            shared::CALENDAR,
            shared::ACCOUNT,
            shared::ZONE,
        ],
        example: r#"{"event_id": "evt_4711", "start": "2026-03-09T16:00:00+01:00", "add_attendees": ["lee@example.com"]}"#,
        effect: Effect::Changes,
        answer: schema::meeting,
        act: Act::UpdateEvent,
    },
    Tool {
        name: "cancel_event",
        title: "Cancel an event",
        about: "Cancels an event; guests are told. An event of somebody else is declined and removed from the person's \
                own calendar only. Cancelling twice is fine. With `if_match` (the `etag` of get_event) it is cancelled \
                only while it is still that version.",
        fields: &[
            shared::EVENT,
            &[
                Field::text("comment", "comment", "A word to the guests, where the provider takes one"),
                Field::text("if_match", "if-match", "Cancel only this version"),
            ],
            shared::CALENDAR,
            shared::ACCOUNT,
            shared::ZONE,
        ],
        example: r#"{"event_id": "evt_4711", "comment": "Moved to next week"}"#,
        effect: Effect::Changes,
        answer: schema::meeting,
        act: Act::CancelEvent,
    },
];
