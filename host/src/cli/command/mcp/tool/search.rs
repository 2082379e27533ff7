//! Tools that find free time.

use serde_json::{Value, json};

use super::field::Field;
use super::{Act, Effect, Tool, schema, shared};

const PROPOSAL: &[Field] = &[
    Field::whole("options", "options", (1, 20), "How many times to propose; 3 when left out").example("3"),
    Field::text("invitee_time_zone", "with-tz", "The IANA zone of the other side: times are shown in it, too")
        .example(r#""America/New_York""#),
    Field::text("preferred_hours", "prefer", "Hours the person likes best, in time_zone: 09:00-12:00"),
    Field::text("invitee_preferred_hours", "invitee-prefer", "Hours the other side likes best, in invitee_time_zone"),
];

const PEOPLE: &[Field] = &[
    Field::own("participants", participants, "Who takes part, and when each is busy").required(),
    Field::whole(
        "need",
        "need",
        (1, 200),
        "At least so many of those who are not optional must be free; all when left out",
    ),
];

const MAX: Field =
    Field::whole("max", "max", (1, 5000), "Stop after this many slots; 1000 when left out").example("20");
const EXPLAIN: Field = Field::flag("explain", "explain", "Give every start that is not free, with its reasons");

pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "check_availability",
        title: "Free slots",
        about: "Lists the person's free slots, over all accounts; 7 days when `to` is left out. `slots` empty: `reasons` \
                counts why, `nearest` has the next ones. As long as something is in `unknown` no slot is offered: say what \
                could not be read instead of guessing.",
        fields: &[shared::RANGE, shared::RULES, &[MAX], shared::CALENDARS, shared::ACCOUNT, shared::ZONE],
        example: r#"{"duration_minutes": 45, "from": "tomorrow", "to": "+5d", "hours": "09:00-12:00", "max": 10}"#,
        effect: Effect::Reads,
        answer: schema::slots,
        act: Act::CheckAvailability,
    },
    Tool {
        name: "find_next_available_slot",
        title: "The first free slot",
        about: "Finds the person's first free slot, over all accounts; searches 30 days when `to` is left out. To book it \
                at once use quick_book_meeting.",
        fields: &[shared::RANGE, shared::RULES, shared::CALENDARS, shared::ACCOUNT, shared::ZONE],
        example: r#"{"duration_minutes": 90, "hours": "08:00-12:00", "days": "tue,thu"}"#,
        effect: Effect::Reads,
        answer: schema::slots,
        act: Act::FindNextAvailableSlot,
    },
    Tool {
        name: "propose_meeting_times",
        title: "Times to propose",
        about: "Proposes a few of the person's free slots, spread over days and times of day, the best first: what to offer \
                to somebody who shall choose. Only the person's own calendars are read; use get_schedule for others.",
        fields: &[
            PROPOSAL,
            &[Field::texts("attendees", "with", "E-mail addresses the times are for; only carried into the answer")],
            shared::RANGE,
            shared::RULES,
            shared::CALENDARS,
            shared::ACCOUNT,
            shared::ZONE,
        ],
        example: r#"{"options": 3, "duration_minutes": 45, "attendees": ["ben@example.com"],
                     "invitee_time_zone": "America/New_York", "from": "tomorrow", "to": "+10d"}"#,
        effect: Effect::Reads,
        answer: schema::proposals,
        act: Act::ProposeMeetingTimes,
    },
    Tool {
        name: "find_slots",
        title: "Free slots of given times",
        about: "Computes free slots of busy times that you bring along, for one person or several: no account is read. For \
                calendars that you have from elsewhere, such as an iCalendar file.",
        fields: &[PEOPLE, shared::RANGE, shared::RULES, &[MAX, EXPLAIN], shared::ZONE],
        example: r#"{"participants": [{"name": "ann", "busy": [{"start": "2026-03-09T09:00:00Z", "end": "2026-03-09T10:00:00Z"}]}],
                     "from": "2026-03-09", "to": "2026-03-10", "duration_minutes": 30, "time_zone": "Europe/London"}"#,
        effect: Effect::Reads,
        answer: schema::slots,
        act: Act::FindSlots,
    },
    Tool {
        name: "propose_slots",
        title: "Times to propose of given times",
        about: "As find_slots, but only a few slots, spread over days and times of day, the best first, each with what is \
                not perfect about it.",
        fields: &[PEOPLE, PROPOSAL, shared::RANGE, shared::RULES, shared::ZONE],
        example: r#"{"participants": [{"name": "ann", "busy": []}, {"name": "ben", "is_optional": true,
                     "busy": [{"start": "2026-03-09T09:00:00Z", "end": "2026-03-09T10:00:00Z"}]}],
                     "from": "2026-03-09", "to": "2026-03-13", "options": 3}"#,
        effect: Effect::Reads,
        answer: schema::proposals,
        act: Act::ProposeSlots,
    },
];

/// The schema of `participants`.
fn participants() -> Value {
    let time = json!({"type": "string", "format": "date-time", "description": "With offset: 2026-10-04T09:00:00Z"});
    let kinds = [
        "busy",
        "tentative",
        "not-answered",
        "out-of-office",
        "focus-time",
        "all-day",
        "private",
        "working-elsewhere",
        "time-off",
        "held",
        "booking",
    ];
    let busy = json!({
        "type": "object",
        "properties": {
            "start": time, "end": time, "calendar": {"type": "string"},
            "kind": {"type": "string", "enum": kinds, "description": "busy when left out"},
        },
        "required": ["start", "end"],
        "additionalProperties": false,
    });
    let unknown = json!({
        "type": "object",
        "properties": {"start": time, "end": time, "calendar": {"type": "string"}, "cause": {"type": "string"}},
        "required": ["start", "end"],
        "additionalProperties": false,
    });
    json!({
        "type": "array",
        "minItems": 1,
        "maxItems": 200,
        "items": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": 64},
                "is_optional": {"type": "boolean", "description": "Welcome, but not needed"},
                "busy": {"type": "array", "items": busy, "description": "When this person is busy"},
                "unknown": {"type": "array", "items": unknown, "description": "When it is not known"},
                "icalendar": {"type": "string", "description": "In place of busy and unknown: a whole iCalendar file"},
            },
            "required": ["name"],
            "additionalProperties": false,
        },
    })
}
