//! Records of the interface as records of the tools.

use crate::bindings::calendar::scheduling::types::{Error, ErrorCode, UnknownSource};
use crate::bindings::calendar::scheduling::{authorization, availability, calendars, meetings};
use crate::bindings::calendar::tools::types::{
    Account, Agenda, BusyTimes, Calendar, CalendarList, Failure, FreeSlots, Meeting, PersonSchedule,
};
use crate::time;

/// A refused argument.
#[must_use]
pub fn invalid(message: String, remedy: &str) -> Failure {
    Failure {
        code: ErrorCode::InvalidArgument,
        message,
        remedy: remedy.to_owned(),
        retry_after_seconds: None,
        alternatives: Vec::new(),
    }
}

/// An error of the interface.
#[must_use]
pub fn failure(error: Error) -> Failure {
    Failure {
        code: error.code,
        message: error.message,
        remedy: error.remedy,
        retry_after_seconds: error.retry_after_seconds,
        alternatives: error.alternatives.into_iter().map(time::period).collect(),
    }
}

/// An account.
#[must_use]
pub fn account(account: authorization::Account) -> Account {
    Account {
        id: account.id,
        provider: account.provider,
        email: account.email,
        is_active: account.state == authorization::AccountState::Active,
        remedy: account.remedy,
    }
}

/// A calendar.
#[must_use]
pub fn calendar(calendar: calendars::Calendar) -> Calendar {
    Calendar {
        account: calendar.account,
        id: calendar.id,
        name: calendar.name,
        time_zone: calendar.time_zone,
        is_primary: calendar.is_primary,
        is_writable: matches!(calendar.access, calendars::Access::Write | calendars::Access::Owner),
    }
}

/// Calendars.
#[must_use]
pub fn calendars(list: calendars::CalendarList) -> CalendarList {
    CalendarList { calendars: list.calendars.into_iter().map(calendar).collect(), unknown: unknown(list.unknown) }
}

/// Busy times.
#[must_use]
pub fn busy(times: availability::BusyTimes) -> BusyTimes {
    BusyTimes { busy: times.busy.into_iter().map(time::period).collect(), unknown: unknown(times.unknown) }
}

/// Free slots.
#[must_use]
pub fn slots(slots: availability::Slots) -> FreeSlots {
    FreeSlots {
        slots: slots.slots.into_iter().map(time::period).collect(),
        nearest: slots.nearest.into_iter().map(time::period).collect(),
        reasons: slots.reasons.iter().map(|reason| format!("{}: {}", reason.reason, reason.count)).collect(),
        unknown: unknown(slots.unknown),
    }
}

/// Another person's time.
#[must_use]
pub fn person(person: availability::PersonSchedule) -> PersonSchedule {
    PersonSchedule {
        email: person.email,
        busy: person.busy.into_iter().map(|item| time::period(item.time)).collect(),
        unknown: person.unknown.map(|unknown| unknown.reason),
    }
}

/// A meeting.
#[must_use]
pub fn meeting(meeting: meetings::Meeting) -> Meeting {
    let status = match meeting.status {
        meetings::MeetingStatus::Confirmed => "confirmed",
        meetings::MeetingStatus::Tentative => "tentative",
        meetings::MeetingStatus::Cancelled => "cancelled",
    };
    Meeting {
        event_id: meeting.event_id,
        account: meeting.account,
        calendar: meeting.calendar,
        title: meeting.title,
        start: time::text(meeting.time.start),
        end: time::text(meeting.time.end),
        attendees: meeting.attendees.into_iter().map(|attendee| attendee.email).collect(),
        location: meeting.location,
        video_link: meeting.conferencing_link,
        status: status.to_owned(),
    }
}

/// Meetings.
#[must_use]
pub fn agenda(list: meetings::MeetingList) -> Agenda {
    Agenda { meetings: list.meetings.into_iter().map(meeting).collect(), unknown: unknown(list.unknown) }
}

/// A line for each source.
#[must_use]
pub fn unknown(sources: Vec<UnknownSource>) -> Vec<String> {
    let line = |source: UnknownSource| match source.calendar {
        Some(calendar) => format!("{} ({calendar}): {}", source.account, source.reason),
        None => format!("{}: {}", source.account, source.reason),
    };
    sources.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::calendar::scheduling::types::TimeRange;

    #[test]
    fn a_conflict_keeps_its_alternatives() {
        let error = Error {
            code: ErrorCode::Conflict,
            message: "taken".to_owned(),
            remedy: "choose another time".to_owned(),
            retry_after_seconds: Some(3),
            provider: None,
            provider_request_id: None,
            alternatives: vec![TimeRange { start: 0, end: 1800 }],
        };
        let failure = failure(error);
        assert_eq!((failure.code, failure.retry_after_seconds), (ErrorCode::Conflict, Some(3)));
        assert_eq!(failure.alternatives[0].end, "1970-01-01T00:30:00Z");
    }

    #[test]
    fn a_source_that_could_not_be_read_is_named() {
        let source = |calendar: Option<&str>| UnknownSource {
            account: "google:1".to_owned(),
            calendar: calendar.map(str::to_owned),
            code: ErrorCode::Unavailable,
            reason: "the provider is down".to_owned(),
        };
        let lines = unknown(vec![source(None), source(Some("team"))]);
        assert_eq!(lines, ["google:1: the provider is down", "google:1 (team): the provider is down"]);
    }
}
