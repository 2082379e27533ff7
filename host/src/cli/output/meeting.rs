//! Meetings as they are shown by `book`, `show`, `update`, `cancel` and `agenda`.

use std::fmt;

use calendar_core::schedule::zone::Zone;
use calendar_host::types::{Attendee as AttendeeRecord, ConferencingStatus, Meeting as Record};
use calendar_host::types::{MeetingStatus, Participation};
use serde::Serialize;

use super::moment::{Moment, Span};
use super::table::Table;
use super::text;

/// One meeting of a calendar.
#[derive(Debug, Clone, Serialize)]
pub struct Meeting {
    /// The provider's id, as `show`, `update` and `cancel` take it.
    pub event_id: String,
    /// The account's stable name.
    pub account: String,
    /// `google` or `outlook`.
    pub provider: &'static str,
    /// The calendar's id.
    pub calendar: String,
    /// Empty = the provider hides it.
    pub title: String,
    /// When it starts and ends.
    #[serde(flatten)]
    pub time: Span,
    /// Given as dates only.
    pub is_all_day: bool,
    /// IANA zone in which it was entered.
    pub time_zone: Option<String>,
    /// Invited people.
    pub attendees: Vec<Attendee>,
    /// Who invited.
    pub organizer: Option<String>,
    /// The user's account organises it.
    pub is_organizer: bool,
    /// Where.
    pub location: Option<String>,
    /// Text, as the provider keeps it.
    pub description: Option<String>,
    /// Link of the video call.
    pub conferencing_link: Option<String>,
    /// State of that link.
    pub conferencing: &'static str,
    /// Whether it stands.
    pub status: &'static str,
    /// The page of the event at the provider.
    pub web_link: Option<String>,
    /// The master event of an occurrence.
    pub series_id: Option<String>,
    /// The key it was booked with.
    pub idempotency_key: Option<String>,
    /// The version, as `--if-match` takes it.
    pub etag: Option<String>,
}

/// An invited person.
#[derive(Debug, Clone, Serialize)]
pub struct Attendee {
    /// E-mail address.
    pub email: String,
    /// Display name, if known.
    pub name: Option<String>,
    /// The answer so far.
    pub participation: &'static str,
    /// The meeting takes place without this person, too.
    pub is_optional: bool,
}

impl Meeting {
    /// `record` in `zone`.
    pub fn new(record: Record, zone: &Zone) -> Self {
        Self {
            event_id: record.event_id,
            account: record.account,
            provider: record.provider.as_str(),
            calendar: record.calendar,
            title: record.title,
            time: Span {
                start: Moment::from_seconds(record.time.start, zone),
                end: Moment::from_seconds(record.time.end, zone),
            },
            is_all_day: record.is_all_day,
            time_zone: record.time_zone,
            attendees: record.attendees.into_iter().map(Attendee::from).collect(),
            organizer: record.organizer,
            is_organizer: record.is_organizer,
            location: record.location,
            description: record.description,
            conferencing_link: record.conferencing_link,
            conferencing: conferencing(record.conferencing),
            status: status(record.status),
            web_link: record.web_link,
            series_id: record.series_id,
            idempotency_key: record.idempotency_key,
            etag: record.etag,
        }
    }

    /// The title, or what stands for a hidden one.
    pub fn name(&self) -> &str {
        if self.title.is_empty() { "(no title)" } else { &self.title }
    }

    /// The link, or what is known about it.
    pub fn video(&self) -> &str {
        match (&self.conferencing_link, self.conferencing) {
            (Some(link), _) => link,
            (None, "none") => "-",
            (None, state) => state,
        }
    }
}

impl From<AttendeeRecord> for Attendee {
    fn from(record: AttendeeRecord) -> Self {
        let participation = match record.participation {
            Participation::NeedsAction => "needs-action",
            Participation::Accepted => "accepted",
            Participation::Declined => "declined",
            Participation::Tentative => "tentative",
        };
        Self { email: record.email, name: record.name, participation, is_optional: record.is_optional }
    }
}

impl fmt::Display for Meeting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::plain();
        table.row(["title", self.name()]);
        table.row(["when", &self.time.to_string()]);
        if let Some(zone) = &self.time_zone {
            table.row(["zone", zone]);
        }
        table.row(["status", self.status]);
        table.row(["calendar", &format!("{} {} ({})", self.provider, self.account, self.calendar)]);
        for (index, attendee) in self.attendees.iter().enumerate() {
            let optional = if attendee.is_optional { ", optional" } else { "" };
            let label = if index == 0 { "with" } else { "" };
            table.row([label, &format!("{} ({}{optional})", attendee.email, attendee.participation)]);
        }
        if let Some(organizer) = self.organizer.as_ref().filter(|_| !self.is_organizer) {
            table.row(["organizer", organizer]);
        }
        let optional = [("location", &self.location), ("page", &self.web_link), ("series", &self.series_id)];
        for (label, value) in optional.iter().filter_map(|(label, value)| Some((label, value.as_ref()?))) {
            table.row([label, value]);
        }
        if self.video() != "-" {
            table.row(["video", self.video()]);
        }
        table.row(["event", &self.event_id]);
        if let Some(key) = &self.idempotency_key {
            table.row(["key", key]);
        }
        table.fmt(formatter)?;
        match self.description.as_deref().filter(|text| !text.trim().is_empty()) {
            Some(description) => write!(formatter, "\n\n{}", text::paragraph(description.trim())),
            None => Ok(()),
        }
    }
}

fn status(status: MeetingStatus) -> &'static str {
    match status {
        MeetingStatus::Confirmed => "confirmed",
        MeetingStatus::Tentative => "tentative",
        MeetingStatus::Cancelled => "cancelled",
    }
}

fn conferencing(state: ConferencingStatus) -> &'static str {
    match state {
        ConferencingStatus::None => "none",
        ConferencingStatus::Ready => "ready",
        ConferencingStatus::Pending => "pending",
        ConferencingStatus::Failed => "failed",
        ConferencingStatus::Unsupported => "unsupported",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calendar_host::types::{Provider, TimeRange};

    fn meeting() -> Meeting {
        let record = Record {
            event_id: "abc123".into(),
            account: "google:1".into(),
            provider: Provider::Google,
            calendar: "ana@example.com".into(),
            title: "Plan\u{1b}]0;x\u{7}ning".into(),
            time: TimeRange { start: 1_772_964_000, end: 1_772_965_800 },
            is_all_day: false,
            time_zone: Some("Europe/Berlin".into()),
            attendees: vec![AttendeeRecord {
                email: "ben@example.com".into(),
                name: None,
                participation: Participation::NeedsAction,
                is_optional: false,
            }],
            organizer: Some("ana@example.com".into()),
            is_organizer: true,
            location: Some("Room 1".into()),
            description: Some("Line one\nLine two".into()),
            conferencing_link: Some("https://meet.google.com/abc-defg-hij".into()),
            conferencing: ConferencingStatus::Ready,
            status: MeetingStatus::Confirmed,
            web_link: None,
            series_id: None,
            idempotency_key: Some("key-1".into()),
            etag: Some("\"1\"".into()),
        };
        Meeting::new(record, &Zone::parse("Europe/Berlin").expect("a zone"))
    }

    #[test]
    fn a_meeting_is_a_short_list_for_people() {
        insta::assert_snapshot!(meeting(), @r"
        title     Plan ]0;x ning
        when      Sun 2026-03-08 11:00-11:30 +01:00
        zone      Europe/Berlin
        status    confirmed
        calendar  google google:1 (ana@example.com)
        with      ben@example.com (needs-action)
        location  Room 1
        video     https://meet.google.com/abc-defg-hij
        event     abc123
        key       key-1

        Line one
        Line two
        ");
    }

    #[test]
    fn a_meeting_has_the_keys_of_the_contract_for_programs() {
        let json = serde_json::to_value(meeting()).expect("json");
        let keys = ["event_id", "provider", "calendar", "title", "start", "end", "attendees", "conferencing_link"];
        for key in keys {
            assert!(json.get(key).is_some(), "{key}");
        }
        assert_eq!(json["start"], "2026-03-08T11:00:00+01:00");
        assert_eq!(json["status"], "confirmed");
        assert_eq!(json["attendees"][0]["email"], "ben@example.com");
    }

    #[test]
    fn a_link_that_is_not_there_yet_is_said_to_be_pending() {
        let pending = Meeting { conferencing_link: None, conferencing: "pending", ..meeting() };
        assert_eq!(pending.video(), "pending");
    }
}
