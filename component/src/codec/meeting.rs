//! Meetings, outbound.

use calendar_core::meeting::{Conferencing, Meeting, Participation, Status};
use calendar_core::op::sources::UnknownSource;

use super::{provider_out, range_out, unknown_out};
use crate::bindings::exports::calendar::scheduling::meetings as wit;

/// One meeting.
#[must_use]
pub fn meeting_out(meeting: Meeting) -> wit::Meeting {
    let (conferencing_link, conferencing) = match meeting.conferencing {
        Conferencing::None => (None, wit::ConferencingStatus::None),
        Conferencing::Ready(link) => (Some(link), wit::ConferencingStatus::Ready),
        Conferencing::Pending => (None, wit::ConferencingStatus::Pending),
        Conferencing::Failed => (None, wit::ConferencingStatus::Failed),
        Conferencing::Unsupported => (None, wit::ConferencingStatus::Unsupported),
    };
    wit::Meeting {
        event_id: meeting.event_id.as_str().to_owned(),
        account: meeting.account.as_str().to_owned(),
        provider: provider_out(meeting.provider),
        calendar: meeting.calendar.as_str().to_owned(),
        title: meeting.title,
        time: range_out(meeting.time),
        is_all_day: meeting.is_all_day,
        time_zone: meeting.time_zone,
        attendees: meeting
            .attendees
            .into_iter()
            .map(|one| wit::Attendee {
                email: one.email,
                name: one.name,
                participation: participation_out(one.participation),
                is_optional: one.is_optional,
            })
            .collect(),
        organizer: meeting.organizer,
        is_organizer: meeting.is_organizer,
        location: meeting.location,
        description: meeting.description,
        conferencing_link,
        conferencing,
        status: match meeting.status {
            Status::Confirmed => wit::MeetingStatus::Confirmed,
            Status::Tentative => wit::MeetingStatus::Tentative,
            Status::Cancelled => wit::MeetingStatus::Cancelled,
        },
        web_link: meeting.web_link,
        series_id: meeting.series_id.map(|id| id.as_str().to_owned()),
        idempotency_key: meeting.idempotency_key,
        etag: meeting.etag,
    }
}

fn participation_out(answer: Participation) -> wit::Participation {
    match answer {
        Participation::NeedsAction => wit::Participation::NeedsAction,
        Participation::Accepted => wit::Participation::Accepted,
        Participation::Declined => wit::Participation::Declined,
        Participation::Tentative => wit::Participation::Tentative,
    }
}

/// An agenda.
#[must_use]
pub fn list_out((meetings, unknown): (Vec<Meeting>, Vec<UnknownSource>)) -> wit::MeetingList {
    wit::MeetingList { meetings: meetings.into_iter().map(meeting_out).collect(), unknown: unknown_out(unknown) }
}
