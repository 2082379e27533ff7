//! Arguments that several tools take.

use super::field::Field;

/// The zone of a call.
pub const ZONE: &[Field] = &[Field::text(
    "time_zone",
    "tz",
    "IANA zone in which times without offset are read, and all times are shown; the server's own when left out",
)
.example(r#""Europe/Berlin""#)];

/// Which account answers.
pub const ACCOUNT: &[Field] = &[
    Field::choice("provider", "provider", &["google", "outlook"], "Only accounts at this provider"),
    Field::text("account", "account", "Only this account: its id from list_accounts, or its e-mail address"),
];

/// The calendars that are read.
pub const CALENDARS: &[Field] = &[Field::texts(
    "calendars",
    "calendar",
    "Only these calendars, by id from list_calendars; every calendar that counts as busy when left out",
)];

/// The calendar that is written to.
pub const CALENDAR: &[Field] =
    &[Field::text("calendar", "calendar", "The calendar, by id; the account's primary calendar when left out")];

/// The range of a question.
pub const RANGE: &[Field] = &[
    Field::text(
        "from",
        "from",
        "Start of the range, inclusive; now when left out. 2026-03-09T09:00:00+01:00, 2026-03-09T09:00 (in time_zone), \
         2026-03-09, \"tomorrow 09:00\", now, +2h, +3d",
    )
    .example(r#""2026-03-09T00:00""#),
    Field::text("to", "to", "End of the range, exclusive, written like `from`; at most 62 days later")
        .example(r#""2026-03-14T00:00""#),
];

/// What makes a slot.
pub const RULES: &[Field] = &[
    Field::whole("duration_minutes", "duration", (1, 1440), "Length of the meeting; 30 when left out").example("45"),
    Field::text(
        "hours",
        "hours",
        "Working hours in time_zone: 09:00-12:00,13:00-17:00, 22:00-02:00 (over midnight), all; 09:00-17:00 when left out",
    )
    .example(r#""09:00-12:00,13:00-17:00""#),
    Field::text("days", "days", "Working days: mon-fri, mon,wed,fri, all; mon-fri when left out").example(r#""mon-thu""#),
    Field::texts("overrides", "override", "Other hours on single dates: 2026-10-04=10:00-12:00, 2026-10-04=closed"),
    Field::texts("holidays", "holiday", "Days off: 2026-12-24, 2026-12-24..2026-12-26"),
    Field::texts("stays", "stay", "Days in another zone: 2026-10-01..2026-10-08=Asia/Tokyo"),
    Field::whole("buffer_minutes", "buffer", (0, 1440), "Free time kept before and after the meeting"),
    Field::whole("buffer_before_minutes", "buffer-before", (0, 1440), "Only before, in place of buffer_minutes"),
    Field::whole("buffer_after_minutes", "buffer-after", (0, 1440), "Only after, in place of buffer_minutes"),
    Field::flag("buffers_inside_hours", "buffers-inside", "The buffers, too, must lie inside working hours"),
    Field::whole("minimum_notice_minutes", "notice", (0, 525_600), "A slot starts at least this long after now"),
    Field::whole("horizon_days", "horizon", (0, 730), "A slot starts before the end of the day this many days ahead"),
    Field::whole("step_minutes", "step", (1, 1440), "Slots start at multiples of this after midnight; 30 when left out"),
    Field::whole("offset_minutes", "offset", (0, 1440), "Shifts these starts"),
    Field::choice(
        "anchor",
        "anchor",
        &["local-midnight", "window-start", "packed"],
        "What starts are counted from: midnight, the begin of working hours, or of each free gap",
    ),
    Field::text("grid_time_zone", "grid-tz", "The zone whose midnight that is; time_zone when left out"),
    Field::texts("limits", "limit", "At most so many meetings, or minutes of meetings: 2/day, 90m/week, 3h/month"),
    Field::choice("tentative", "tentative", &["block", "allow"], "Whether tentative entries block their time"),
    Field::texts(
        "statuses",
        "status",
        "What other entries do: STATUS=block, allow or penalise; STATUS is tentative, not-answered, out-of-office, \
         focus-time, all-day, private or working-elsewhere",
    ),
];

/// Names one event.
pub const EVENT: &[Field] =
    &[Field::text("event_id", "", "The event's id, as book_meeting and get_upcoming_meetings give it")
        .required()
        .example(r#""evt_4711""#)];
