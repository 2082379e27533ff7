//! The operations of the matrix, the request of each that counts, and the columns.

use calendar_host::types::Provider;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    ListCalendars,
    GetBusyTimes,
    CheckAvailability,
    FindNextAvailableSlot,
    ProposeMeetingTimes,
    GetSchedule,
    GetUpcomingMeetings,
    GetEvent,
    HoldSlot,
    BookMeeting,
    QuickBookMeeting,
    Retitle,
    Move,
    CancelEvent,
    CompleteOauthFlow,
    StartDeviceFlow,
    PollDeviceFlow,
    Refresh,
    Disconnect,
}

pub const OPERATIONS: [Operation; 19] = [
    Operation::ListCalendars,
    Operation::GetBusyTimes,
    Operation::CheckAvailability,
    Operation::FindNextAvailableSlot,
    Operation::ProposeMeetingTimes,
    Operation::GetSchedule,
    Operation::GetUpcomingMeetings,
    Operation::GetEvent,
    Operation::HoldSlot,
    Operation::BookMeeting,
    Operation::QuickBookMeeting,
    Operation::Retitle,
    Operation::Move,
    Operation::CancelEvent,
    Operation::CompleteOauthFlow,
    Operation::StartDeviceFlow,
    Operation::PollDeviceFlow,
    Operation::Refresh,
    Operation::Disconnect,
];

/// A column: what the fault hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The request that counts, once.
    Once,
    /// The request that counts, every time; the others of the operation work.
    Always,
    /// Every request to the provider's calendar API, from the first one on.
    Down,
}

impl Operation {
    pub fn name(self) -> &'static str {
        match self {
            Self::ListCalendars => "list-calendars",
            Self::GetBusyTimes => "get-busy-times",
            Self::CheckAvailability => "check-availability",
            Self::FindNextAvailableSlot => "find-next-available-slot",
            Self::ProposeMeetingTimes => "propose-meeting-times",
            Self::GetSchedule => "get-schedule",
            Self::GetUpcomingMeetings => "get-upcoming-meetings",
            Self::GetEvent => "get-event",
            Self::HoldSlot => "hold-slot",
            Self::BookMeeting => "book-meeting",
            Self::QuickBookMeeting => "quick-book-meeting",
            Self::Retitle => "update-event, the title",
            Self::Move => "update-event, the time",
            Self::CancelEvent => "cancel-event",
            Self::CompleteOauthFlow => "complete-oauth-flow",
            Self::StartDeviceFlow => "start-device-flow",
            Self::PollDeviceFlow => "poll-device-flow",
            Self::Refresh => "list-calendars, the access token expired",
            Self::Disconnect => "disconnect",
        }
    }

    /// Google grants no calendar permission by device code.
    pub fn exists_at(self, provider: Provider) -> bool {
        provider == Provider::Outlook || !matches!(self, Self::StartDeviceFlow | Self::PollDeviceFlow)
    }

    /// Whether a new account stands at its end.
    pub fn connects(self) -> bool {
        matches!(self, Self::CompleteOauthFlow | Self::PollDeviceFlow)
    }

    /// Whether something is made or changed in a calendar.
    pub fn is_write(self) -> bool {
        matches!(self, Self::BookMeeting | Self::QuickBookMeeting | Self::Retitle | Self::Move | Self::CancelEvent)
    }

    /// Whether the request that counts goes to the authorization server.
    pub fn is_sign_in(self) -> bool {
        self.connects() || matches!(self, Self::StartDeviceFlow | Self::Refresh | Self::Disconnect)
    }

    /// Whether the answer names what could not be read instead of failing.
    pub fn names_unknowns(self) -> bool {
        matches!(
            self,
            Self::GetBusyTimes
                | Self::CheckAvailability
                | Self::FindNextAvailableSlot
                | Self::ProposeMeetingTimes
                | Self::GetSchedule
                | Self::GetUpcomingMeetings
        )
    }

    /// Whether the request that counts is among the first ones.
    pub fn begins_with_it(self) -> bool {
        matches!(
            self,
            Self::ListCalendars
                | Self::GetSchedule
                | Self::GetEvent
                | Self::CompleteOauthFlow
                | Self::StartDeviceFlow
                | Self::PollDeviceFlow
                | Self::Disconnect
        )
    }

    /// Whether the request that counts comes after others only as long as the calendars are not known.
    pub fn begins_with_it_once_known(self) -> bool {
        matches!(
            self,
            Self::GetBusyTimes
                | Self::CheckAvailability
                | Self::FindNextAvailableSlot
                | Self::ProposeMeetingTimes
                | Self::HoldSlot
        )
    }

    pub fn columns(self) -> &'static [Reach] {
        match self.is_write() {
            true => &[Reach::Once, Reach::Always, Reach::Down],
            false => &[Reach::Once, Reach::Always],
        }
    }

    /// Method and part of the path of the request that counts.
    pub fn request(self, provider: Provider) -> (&'static str, &'static str) {
        let by = |google, outlook| if provider == Provider::Google { google } else { outlook };
        match self {
            Self::ListCalendars => by(("GET", "/users/me/calendarList"), ("GET", "/me/calendars")),
            Self::GetBusyTimes
            | Self::CheckAvailability
            | Self::FindNextAvailableSlot
            | Self::ProposeMeetingTimes
            | Self::HoldSlot => by(("POST", "/freeBusy"), ("GET", "/calendarView")),
            Self::GetSchedule => by(("POST", "/freeBusy"), ("POST", "/getSchedule")),
            Self::GetUpcomingMeetings => by(("GET", "/events"), ("GET", "/calendarView")),
            Self::GetEvent => ("GET", "/events/"),
            Self::BookMeeting | Self::QuickBookMeeting => ("POST", "/events"),
            Self::Retitle | Self::Move => ("PATCH", "/events/"),
            Self::CancelEvent => by(("DELETE", "/events/"), ("POST", "/cancel")),
            Self::StartDeviceFlow => ("POST", "/devicecode"),
            Self::CompleteOauthFlow | Self::PollDeviceFlow | Self::Refresh => ("POST", "/token"),
            Self::Disconnect => ("POST", "/revoke"),
        }
    }
}
