//! The records and enums of the interface, as Rust types.
//!
//! The shared vocabulary (`wit/types.wit`) is written out here so that [`Error`] can have a
//! message for people; wasmtime checks it against the component when the host opens. Everything
//! else is generated from the WIT files. Instants are whole seconds since 1970-01-01T00:00:00Z.
#![allow(unsafe_code, reason = "the derived lifting and lowering of wasmtime")]

use wasmtime::component::{ComponentType, Lift, Lower};

pub use crate::runtime::bindings::exports::calendar::scheduling::authorization::{
    Account, AccountState, AuthorizationRequest, DeviceAuthorization, DeviceStatus, Disconnection,
};
pub use crate::runtime::bindings::exports::calendar::scheduling::availability::{
    Anchor, BookingLimit, BusyTimes, DateOverride, Holiday, Period, PersonSchedule, ProposalQuery, RefusalCount,
    ScheduleHours, ScheduleItem, ScheduleStatus, SlotQuery, SlotRules, Slots, StatusPolicy, Stay, Treatment,
    UnknownSchedule, Weekday, WorkingHours,
};
pub use crate::runtime::bindings::exports::calendar::scheduling::calendars::{Access, Calendar, CalendarList};
pub use crate::runtime::bindings::exports::calendar::scheduling::holds::{Hold, HoldRequest};
pub use crate::runtime::bindings::exports::calendar::scheduling::meetings::{
    Attendee, BookingRequest, ConferencingStatus, EventLocator, Meeting, MeetingChanges, MeetingList, MeetingStatus,
    Participation, QuickBookingRequest,
};
pub use crate::runtime::bindings::exports::calendar::scheduling::slots::{
    Attendance, BusyGroup, BusyKind, Candidate, Explain, FindQuery, Flaw, FoundSlots, Participant, Preferences,
    Presence, Proposal, Proposals, Quorum, Refusal, RefusedStart, Role, RoundRobin, Slot, UnknownRange,
};

/// Whole seconds since 1970-01-01T00:00:00Z, without leap seconds. Years 1970 to 9999.
pub type Instant = i64;

/// A half-open interval: `start` belongs to it, `end` does not.
#[derive(ComponentType, Lift, Lower, Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[component(record)]
pub struct TimeRange {
    /// First second inside.
    pub start: Instant,
    /// First second after.
    pub end: Instant,
}

impl TimeRange {
    /// Whether the two share a second; touching is not sharing.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Who keeps the calendar.
#[derive(ComponentType, Lift, Lower, Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[component(enum)]
#[repr(u8)]
pub enum Provider {
    /// Google Calendar, API v3.
    #[component(name = "google")]
    Google,
    /// Microsoft Outlook and Exchange Online, Graph v1.0.
    #[component(name = "outlook")]
    Outlook,
}

impl Provider {
    /// The interface's word for it: `google` or `outlook`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Outlook => "outlook",
        }
    }
}

impl std::fmt::Display for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Errors by meaning. Codes are stable; texts are not.
#[derive(ComponentType, Lift, Lower, Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[component(enum)]
#[repr(u8)]
pub enum ErrorCode {
    /// An argument breaks a documented rule; the message names the field.
    #[component(name = "invalid-argument")]
    InvalidArgument,
    /// The user has no connected account that could serve this.
    #[component(name = "not-authenticated")]
    NotAuthenticated,
    /// The grant ended: the user must connect again.
    #[component(name = "reauthorization-required")]
    ReauthorizationRequired,
    /// The account lacks the scope or the role; the message names it.
    #[component(name = "permission-denied")]
    PermissionDenied,
    /// An administrator of the user's organisation must allow the application first.
    #[component(name = "admin-consent-required")]
    AdminConsentRequired,
    /// No such account, calendar or event.
    #[component(name = "not-found")]
    NotFound,
    /// The time is taken, or the idempotency key was used for another meeting.
    #[component(name = "conflict")]
    Conflict,
    /// The event changed since it was read (`if-match`).
    #[component(name = "precondition-failed")]
    PreconditionFailed,
    /// The provider asks to slow down.
    #[component(name = "rate-limited")]
    RateLimited,
    /// The provider or the way to it is down; trying later can help.
    #[component(name = "unavailable")]
    Unavailable,
    /// The deadline passed before the answer came.
    #[component(name = "timeout")]
    Timeout,
    /// The host's egress policy refused the outbound request.
    #[component(name = "denied-by-host")]
    DeniedByHost,
    /// The host's token or booking store failed.
    #[component(name = "storage")]
    Storage,
    /// The provider answered something its documentation does not allow.
    #[component(name = "protocol")]
    Protocol,
    /// This provider, account or calendar cannot do it.
    #[component(name = "unsupported")]
    Unsupported,
    /// A defect of the component or of the host.
    #[component(name = "internal")]
    Internal,
}

impl ErrorCode {
    /// The interface's word for it, for example `invalid-argument`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidArgument => "invalid-argument",
            Self::NotAuthenticated => "not-authenticated",
            Self::ReauthorizationRequired => "reauthorization-required",
            Self::PermissionDenied => "permission-denied",
            Self::AdminConsentRequired => "admin-consent-required",
            Self::NotFound => "not-found",
            Self::Conflict => "conflict",
            Self::PreconditionFailed => "precondition-failed",
            Self::RateLimited => "rate-limited",
            Self::Unavailable => "unavailable",
            Self::Timeout => "timeout",
            Self::DeniedByHost => "denied-by-host",
            Self::Storage => "storage",
            Self::Protocol => "protocol",
            Self::Unsupported => "unsupported",
            Self::Internal => "internal",
        }
    }
}

/// What every operation returns when it fails. `Display` prints the message; the remedy is for a
/// line of its own.
#[derive(ComponentType, Lift, Lower, Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
#[component(record)]
pub struct Error {
    /// The meaning.
    pub code: ErrorCode,
    /// What failed, on which account, calendar or field. One sentence fragment, no secrets.
    pub message: String,
    /// What a person does next.
    pub remedy: String,
    /// Wait at least this long before trying again; `None` = not known, or trying again is useless.
    #[component(name = "retry-after-seconds")]
    pub retry_after_seconds: Option<u32>,
    /// The provider that caused it; `None` = no provider was involved.
    pub provider: Option<Provider>,
    /// The provider's own id of the failed request, for its support.
    #[component(name = "provider-request-id")]
    pub provider_request_id: Option<String>,
    /// With `conflict`: the nearest free times of the same length, by distance; else empty.
    pub alternatives: Vec<TimeRange>,
}

impl Error {
    /// An error of the host itself, without provider.
    pub(crate) fn of_host(code: ErrorCode, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            remedy: remedy.into(),
            retry_after_seconds: None,
            provider: None,
            provider_request_id: None,
            alternatives: Vec::new(),
        }
    }
}

/// A calendar, or a whole account, that could not be read. Unknown is not free.
#[derive(ComponentType, Lift, Lower, Debug, Clone, PartialEq, Eq)]
#[component(record)]
pub struct UnknownSource {
    /// The account, as in [`Account::id`].
    pub account: String,
    /// The calendar's id; `None` = the whole account.
    pub calendar: Option<String>,
    /// Why, as an error code.
    pub code: ErrorCode,
    /// Why, for a person, with what to do about it.
    pub reason: String,
}

/// Which calendars an operation uses. The default is every selected calendar of every account.
#[derive(ComponentType, Lift, Lower, Debug, Clone, Default, PartialEq, Eq)]
#[component(record)]
pub struct Selection {
    /// Only this provider; `None` = all.
    pub provider: Option<Provider>,
    /// Only this account (its id or e-mail address); `None` = all.
    pub account: Option<String>,
    /// Exactly these calendar ids; empty = every selected calendar.
    pub calendars: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_prints_its_message_and_nothing_else() {
        let error = Error::of_host(ErrorCode::Timeout, "the call took longer than 60 s", "raise the limit");
        assert_eq!(error.to_string(), "the call took longer than 60 s");
        assert_eq!(error.code.as_str(), "timeout");
    }
}
