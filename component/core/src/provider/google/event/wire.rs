//! The members of an event that we read, as Google names them.
//! <https://developers.google.com/workspace/calendar/api/v3/reference/events#resource>
//! Not here: what they mean (`super`).

use serde::Deserialize;

use crate::provider::google::time::WireTime;

/// One event of an answer.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs, reason = "the members are Google's, documented on the page above")]
pub struct WireEvent {
    pub id: Option<String>,
    pub etag: Option<String>,
    pub status: Option<String>,
    pub event_type: Option<String>,
    pub transparency: Option<String>,
    pub visibility: Option<String>,
    pub summary: Option<String>,
    pub description: Option<String>,
    pub location: Option<String>,
    pub start: Option<WireTime>,
    pub end: Option<WireTime>,
    pub recurring_event_id: Option<String>,
    pub recurrence: Option<Vec<String>>,
    pub attendees: Option<Vec<WireAttendee>>,
    pub attendees_omitted: Option<bool>,
    pub organizer: Option<WirePerson>,
    pub conference_data: Option<ConferenceData>,
    pub hangout_link: Option<String>,
    pub extended_properties: Option<ExtendedProperties>,
    pub html_link: Option<String>,
}

/// One guest.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs, reason = "the members are Google's")]
pub struct WireAttendee {
    pub email: Option<String>,
    pub display_name: Option<String>,
    pub response_status: Option<String>,
    pub optional: Option<bool>,
    #[serde(rename = "self")]
    pub is_self: Option<bool>,
}

/// The organizer.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the members are Google's")]
pub struct WirePerson {
    pub email: Option<String>,
    #[serde(rename = "self")]
    pub is_self: Option<bool>,
}

/// The video call, or the request for one.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs, reason = "the members are Google's")]
pub struct ConferenceData {
    pub create_request: Option<CreateRequest>,
    pub entry_points: Option<Vec<EntryPoint>>,
}

/// The state of a request for a video call.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the members are Google's")]
pub struct CreateRequest {
    pub status: Option<RequestStatus>,
}

/// `pending`, `success` or `failure`.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs, reason = "the members are Google's")]
pub struct RequestStatus {
    pub status_code: Option<String>,
}

/// One way to join.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[allow(missing_docs, reason = "the members are Google's")]
pub struct EntryPoint {
    pub entry_point_type: Option<String>,
    pub uri: Option<String>,
}

/// Properties of this copy of the event.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
#[allow(missing_docs, reason = "the members are Google's")]
pub struct ExtendedProperties {
    pub private: Option<PrivateProperties>,
}

/// Ours among them.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct PrivateProperties {
    /// The idempotency key.
    pub bk: Option<String>,
    /// The fingerprint of what was asked for.
    pub fp: Option<String>,
}
