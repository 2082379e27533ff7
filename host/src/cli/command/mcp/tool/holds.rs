//! Tools that keep a time free for a while.

use super::field::Field;
use super::meetings::START;
use super::{Act, Effect, Tool, schema, shared};

pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "hold_slot",
        title: "Hold a time",
        about: "Keeps a time free while the person decides: for 5 minutes, or `ttl_seconds`, every other search and booking \
                of theirs takes it for busy. Nothing is entered in a calendar and nobody is told. A taken time is refused \
                with free ones in `alternatives`. Then call book_meeting with the `id` as `hold`, or release_hold.",
        fields: &[
            &[
                Field::text("start", "start", START).required().example(r#""2026-03-09T15:00:00+01:00""#),
                Field::whole("duration_minutes", "duration", (1, 1440), "Its length; 30 when left out; not with `end`")
                    .example("45"),
                Field::text("end", "end", "When it ends, in place of duration_minutes"),
                Field::whole(
                    "buffer_minutes",
                    "buffer",
                    (0, 1440),
                    "Free time demanded, and held, before and after it",
                ),
                Field::whole("ttl_seconds", "ttl", (1, 3600), "How long it is held; 300 when left out").example("900"),
                Field::text(
                    "key",
                    "key",
                    "The same key is the same hold, not prolonged; a hold of its own when left out",
                )
                .example(r#""order-17""#),
            ],
            shared::CALENDAR,
            shared::ACCOUNT,
            shared::ZONE,
        ],
        example: r#"{"start": "2026-03-09T15:00", "duration_minutes": 45, "time_zone": "Europe/Berlin", "ttl_seconds": 900}"#,
        effect: Effect::Holds,
        answer: schema::hold,
        act: Act::HoldSlot,
    },
    Tool {
        name: "release_hold",
        title: "Let go of a held time",
        about: "Ends a hold before its time. A booking that takes the hold ends it, too. Releasing what is not held any more \
                is fine: `was_held` is false then.",
        fields: &[
            &[Field::text("id", "", "The hold's id, as hold_slot and list_holds give it")
                .required()
                .example(r#""hold-order-17""#)],
            shared::ZONE,
        ],
        example: r#"{"id": "hold-order-17"}"#,
        effect: Effect::Holds,
        answer: schema::released,
        act: Act::ReleaseHold,
    },
    Tool {
        name: "list_holds",
        title: "Held times",
        about: "Lists the times that are held for the person now, by start, with when each hold ends by itself. Booked \
                meetings are in get_upcoming_meetings.",
        fields: &[shared::ZONE],
        example: "{}",
        effect: Effect::Reads,
        answer: schema::holds,
        act: Act::ListHolds,
    },
];
