//! The mailbox's time zone: `GET /me/mailboxSettings`. All calendars of a mailbox share it.
//! Not here: the zone of a single event.
//!
//! <https://learn.microsoft.com/graph/api/user-get-mailboxsettings>

use serde::Deserialize;

use super::custom_zone::CustomZone;
use super::{fault, request, zones};
use crate::error::Error;
use crate::http::url::Url;
use crate::oauth::scope::Feature;
use crate::schedule::zone::Zone;
use crate::session::Session;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MailboxSettings {
    time_zone: Option<String>,
    working_hours: Option<WorkingHours>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WorkingHours {
    time_zone: Option<CustomZone>,
}

/// The mailbox's zone: the settings' own, else that of its working hours, else the known zone that
/// keeps the same time as the working hours' custom one; none = it cannot be told.
///
/// # Errors
/// `PermissionDenied` when the scope is missing, and whatever made the settings unreadable.
pub async fn zone(session: &Session<'_>) -> Result<Option<Zone>, Error> {
    session.require(Feature::MailboxSettings)?;
    let url = Url::new(session.api())
        .segment("me")
        .segment("mailboxSettings")
        .query("$select", "timeZone,workingHours")
        .build();
    let what = "mailbox settings";
    let response = request::read(session, what, url, request::Body::Text).await?;
    let settings: MailboxSettings = fault::body(what, &response)?;
    if let Some(zone) = settings.time_zone.as_deref().and_then(zones::parse) {
        return Ok(Some(zone));
    }
    let hours = settings.working_hours.and_then(|hours| hours.time_zone);
    Ok(hours.and_then(|zone| zone.known(session.world().clock.now())))
}
