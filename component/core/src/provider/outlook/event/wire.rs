//! The members of an event that are read, as Graph names them.
//! <https://learn.microsoft.com/graph/api/resources/event>
//! Not here: what they mean (`super`).

use serde::Deserialize;

use crate::provider::outlook::property::Property;
use crate::provider::outlook::time::DateTimeTimeZone;

/// An event as Graph sends it, as far as it is used.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Event {
    /// Version.
    #[serde(rename = "@odata.etag")]
    pub etag: Option<String>,
    /// Id.
    pub id: Option<String>,
    /// Title.
    pub subject: Option<String>,
    /// Text.
    pub body: Option<ItemBody>,
    /// First moment, or first date.
    pub start: Option<DateTimeTimeZone>,
    /// First moment after, or first date after.
    pub end: Option<DateTimeTimeZone>,
    /// Given as dates.
    pub is_all_day: Option<bool>,
    /// `free`, `tentative`, `busy`, `oof`, `workingElsewhere`, `unknown`.
    pub show_as: Option<String>,
    /// `normal`, `personal`, `private`, `confidential`.
    pub sensitivity: Option<String>,
    /// The organizer called it off.
    pub is_cancelled: Option<bool>,
    /// The organizer wants an answer.
    pub response_requested: Option<bool>,
    /// The mailbox owner's answer.
    pub response_status: Option<ResponseStatus>,
    /// `singleInstance`, `occurrence`, `exception`, `seriesMaster`.
    pub r#type: Option<String>,
    /// Series.
    pub series_master_id: Option<String>,
    /// Where.
    pub location: Option<Location>,
    /// Invited people.
    pub attendees: Option<Vec<WireAttendee>>,
    /// Who invited.
    pub organizer: Option<Recipient>,
    /// The mailbox owner invited.
    pub is_organizer: Option<bool>,
    /// Has, or will have, a video link.
    pub is_online_meeting: Option<bool>,
    /// Older place of the link.
    pub online_meeting_url: Option<String>,
    /// The video link, once it is made.
    pub online_meeting: Option<OnlineMeeting>,
    /// The page in Outlook.
    pub web_link: Option<String>,
    /// Retry key.
    pub transaction_id: Option<String>,
    /// Zone in which it was entered.
    pub original_start_time_zone: Option<String>,
    /// Our marks, when expanded.
    pub single_value_extended_properties: Option<Vec<Property>>,
}

/// Text of an event.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ItemBody {
    /// `text` or `html`.
    pub content_type: Option<String>,
    /// The text.
    pub content: Option<String>,
}

/// An answer to an invitation.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ResponseStatus {
    /// `none`, `organizer`, `tentativelyAccepted`, `accepted`, `declined`, `notResponded`.
    pub response: Option<String>,
}

/// A place.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Location {
    /// Its name.
    pub display_name: Option<String>,
}

/// An invited person.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WireAttendee {
    /// `required`, `optional`, `resource`.
    pub r#type: Option<String>,
    /// Who.
    pub email_address: Option<EmailAddress>,
    /// The answer.
    pub status: Option<ResponseStatus>,
}

/// A person.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Recipient {
    /// Who.
    pub email_address: Option<EmailAddress>,
}

/// An address with its display name.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct EmailAddress {
    /// Address.
    pub address: Option<String>,
    /// Display name.
    pub name: Option<String>,
}

/// A video call.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OnlineMeeting {
    /// The link.
    pub join_url: Option<String>,
}
