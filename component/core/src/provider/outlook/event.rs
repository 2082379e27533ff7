//! Graph's event JSON -> [`Meeting`]. Unknown members are ignored, missing ones mean "not said".
//! Not here: which events take time (`busy`), and what is sent (`create`, `update`).
//!
//! <https://learn.microsoft.com/graph/api/resources/event>

mod wire;

use super::property;
use super::time::{self, BadTime};
use super::{fault, meeting_block, zones};
use crate::account::{CalendarId, EventId, Provider};
use crate::error::Error;
use crate::meeting::{Attendee, Conferencing, Meeting, Participation, Status};
use crate::schedule::interval::Interval;
use crate::schedule::zone::Zone;
use crate::session::Session;
use wire::Recipient;
pub use wire::{Event, WireAttendee};

/// The members a [`Meeting`] is made of, for `$select`.
pub const SELECT: &str = "id,subject,body,start,end,isAllDay,showAs,isCancelled,responseStatus,type,seriesMasterId,location,attendees,organizer,isOrganizer,isOnlineMeeting,onlineMeetingProvider,onlineMeeting,webLink,transactionId,originalStartTimeZone";

impl Event {
    /// Whether it is a matter of dates.
    #[must_use]
    pub fn is_all_day(&self) -> bool {
        self.is_all_day == Some(true)
    }

    /// When it is; none = it has no length.
    ///
    /// # Errors
    /// [`BadTime`], `Malformed` when start or end is missing.
    pub fn interval(&self, mailbox: Option<&Zone>) -> Result<Option<Interval>, BadTime> {
        let (Some(start), Some(end)) = (&self.start, &self.end) else {
            return Err(BadTime::Malformed);
        };
        if self.is_all_day() { time::all_day(start, end, mailbox) } else { time::timed(start, end) }
    }

    /// The answer of the mailbox's owner, in lower case; empty = not said.
    #[must_use]
    pub fn response(&self) -> String {
        lower(self.response_status.as_ref().and_then(|status| status.response.as_deref()))
    }

    /// The `showAs` word in lower case; empty = not said.
    #[must_use]
    pub fn show_as(&self) -> String {
        lower(self.show_as.as_deref())
    }

    /// The `sensitivity` word in lower case; empty = not said.
    #[must_use]
    pub fn sensitivity(&self) -> String {
        lower(self.sensitivity.as_deref())
    }

    /// Whether it stands: `isCancelled`, then a tentative `showAs`.
    #[must_use]
    pub fn status(&self) -> Status {
        if self.is_cancelled == Some(true) {
            Status::Cancelled
        } else if self.show_as() == "tentative" {
            Status::Tentative
        } else {
            Status::Confirmed
        }
    }

    /// The text people wrote; the block that joins the online meeting is left out of plain text.
    fn description(&self) -> Option<String> {
        let body = self.body.as_ref()?;
        let content = body.content.as_deref()?;
        let is_text = lower(body.content_type.as_deref()) == "text";
        let text = match self.join_url().filter(|_| is_text) {
            Some(link) => meeting_block::without(content, link),
            None => content,
        };
        (!text.trim().is_empty()).then(|| text.to_owned())
    }

    /// The video link.
    #[must_use]
    pub fn join_url(&self) -> Option<&str> {
        let link = self.online_meeting.as_ref().and_then(|meeting| meeting.join_url.as_deref());
        link.or(self.online_meeting_url.as_deref()).filter(|link| !link.is_empty())
    }

    /// The meeting this event is; none = it has no length. `mailbox` places all-day events.
    ///
    /// # Errors
    /// `Protocol` when id or times are missing or make no sense.
    pub fn meeting(
        self,
        session: &Session<'_>,
        calendar: &CalendarId,
        mailbox: Option<&Zone>,
    ) -> Result<Option<Meeting>, Error> {
        let time = self.interval(mailbox).map_err(|bad| bad_time("event", bad))?;
        let Some(time) = time else { return Ok(None) };
        let Some(event_id) = self.id.clone().filter(|id| !id.is_empty()) else {
            return Err(fault::protocol("event", "has no id"));
        };
        let own = |address: &str| session.email().is_some_and(|own| own.eq_ignore_ascii_case(address));
        let marks = self.single_value_extended_properties.as_deref().unwrap_or_default();
        Ok(Some(Meeting {
            event_id: EventId::new(event_id),
            account: session.account().clone(),
            provider: Provider::Outlook,
            calendar: calendar.clone(),
            title: self.subject.clone().unwrap_or_default(),
            time,
            is_all_day: self.is_all_day(),
            time_zone: self.original_start_time_zone.as_deref().and_then(zones::iana),
            attendees: self
                .attendees
                .iter()
                .flatten()
                .filter_map(attendee)
                .filter(|attendee| !own(&attendee.email))
                .collect(),
            organizer: self.organizer.as_ref().and_then(address),
            is_organizer: self.is_organizer == Some(true),
            location: filled(self.location.as_ref().and_then(|place| place.display_name.as_ref())),
            description: self.description(),
            conferencing: match self.join_url() {
                Some(link) => Conferencing::Ready(link.to_owned()),
                None if self.is_online_meeting == Some(true) => Conferencing::Pending,
                None => Conferencing::None,
            },
            status: self.status(),
            is_declined: self.response() == "declined",
            web_link: filled(self.web_link.as_ref()),
            series_id: filled(self.series_master_id.as_ref()).map(EventId::new),
            is_series: self.r#type.as_deref() == Some("seriesMaster"),
            idempotency_key: property::key(marks).map(str::to_owned),
            etag: filled(self.etag.as_ref()),
        }))
    }
}

/// A time that makes no sense: the provider's fault, except where only the mailbox's zone lacks.
#[must_use]
pub fn bad_time(what: &str, bad: BadTime) -> Error {
    match bad {
        BadTime::Malformed => fault::protocol(what, bad.to_string()),
        BadTime::UnknownZone | BadTime::NoMailboxZone => {
            Error::new(crate::error::Kind::Unavailable { retry_after: None }, format!("{what} {bad}"))
                .at(Provider::Outlook)
                .with_remedy(
                    "Connect the account again and allow its mailbox settings, and choose a standard time zone there.",
                )
        }
    }
}

fn lower(text: Option<&str>) -> String {
    text.unwrap_or_default().trim().to_ascii_lowercase()
}

fn filled(text: Option<&String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty()).cloned()
}

fn address(recipient: &Recipient) -> Option<String> {
    filled(recipient.email_address.as_ref()?.address.as_ref())
}

fn attendee(wire: &WireAttendee) -> Option<Attendee> {
    let who = wire.email_address.as_ref()?;
    let answer = lower(wire.status.as_ref().and_then(|status| status.response.as_deref()));
    Some(Attendee {
        email: filled(who.address.as_ref())?,
        name: filled(who.name.as_ref()),
        participation: match answer.as_str() {
            "accepted" | "organizer" => Participation::Accepted,
            "declined" => Participation::Declined,
            "tentativelyaccepted" => Participation::Tentative,
            _ => Participation::NeedsAction,
        },
        is_optional: lower(wire.r#type.as_deref()) == "optional",
    })
}
