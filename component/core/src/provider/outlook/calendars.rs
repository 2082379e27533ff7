//! `GET /me/calendars`, all pages, with the mailbox's zone read at the same time.
//! Not here: other people's free/busy.
//!
//! <https://learn.microsoft.com/graph/api/user-list-calendars>

use futures_util::future::join;
use serde::Deserialize;

use super::page::Pages;
use super::{fault, mailbox, request};
use crate::account::{CalendarId, Provider};
use crate::calendar::{Access, Calendar};
use crate::error::Error;
use crate::http::url::Url;
use crate::oauth::scope::Feature;
use crate::session::Session;

const SELECT: &str = "id,name,isDefaultCalendar,canEdit,canShare,owner,allowedOnlineMeetingProviders";

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct WireCalendar {
    id: Option<String>,
    name: Option<String>,
    is_default_calendar: Option<bool>,
    can_edit: Option<bool>,
    can_share: Option<bool>,
    owner: Option<Owner>,
    allowed_online_meeting_providers: Option<Vec<Option<String>>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Owner {
    address: Option<String>,
}

/// All calendars of the mailbox, primary first, then by name. A mailbox whose settings cannot be
/// read has calendars without a zone: only all-day events then make a calendar unknown.
///
/// # Errors
/// Whatever made the list unreadable; never a part of the list.
pub async fn list(session: &Session<'_>) -> Result<Vec<Calendar>, Error> {
    session.require(Feature::ListCalendars)?;
    let url = Url::new(session.api())
        .segment("me")
        .segment("calendars")
        .query("$select", SELECT)
        .query("$top", "100")
        .build();
    let pages = Pages::new(session, "list of calendars", url, request::Body::Text);
    let (list, zone) = join(pages.all::<WireCalendar>(), mailbox::zone(session)).await;
    let zone = zone.ok().flatten().map(|zone| zone.name().to_owned());
    let calendars: Result<Vec<Calendar>, Error> =
        list?.into_iter().map(|wire| calendar(session, wire, zone.clone())).collect();
    let mut calendars = calendars?;
    calendars.sort_by(|left, right| {
        (!left.is_primary, &left.name, left.id.as_str()).cmp(&(!right.is_primary, &right.name, right.id.as_str()))
    });
    Ok(calendars)
}

/// Selected by default: the default calendar, and every other one that is the user's own and can
/// be edited. Not: holidays and birthdays (own, but read-only), and calendars of other people,
/// whose appointments do not take the user's time.
fn calendar(session: &Session<'_>, wire: WireCalendar, time_zone: Option<String>) -> Result<Calendar, Error> {
    let Some(id) = wire.id.filter(|id| !id.is_empty()) else {
        return Err(fault::protocol("list of calendars", "has a calendar without id"));
    };
    let is_primary = wire.is_default_calendar == Some(true);
    let can_edit = wire.can_edit == Some(true);
    let owner = wire.owner.and_then(|owner| owner.address);
    // Only the person who created a calendar can share it.
    let is_own = is_primary
        || wire.can_share == Some(true)
        || owner.is_some_and(|owner| session.email().is_some_and(|own| own.eq_ignore_ascii_case(&owner)));
    let has_teams = wire
        .allowed_online_meeting_providers
        .into_iter()
        .flatten()
        .flatten()
        .any(|provider| provider.eq_ignore_ascii_case("teamsForBusiness"));
    Ok(Calendar {
        account: session.account().clone(),
        provider: Provider::Outlook,
        id: CalendarId::new(id),
        name: wire.name.unwrap_or_default(),
        time_zone,
        access: match (can_edit, is_own) {
            (true, true) => Access::Owner,
            (true, false) => Access::Write,
            (false, _) => Access::Read,
        },
        is_primary,
        is_selected: is_primary || (can_edit && is_own),
        supports_video: can_edit && has_teams,
    })
}

#[cfg(test)]
mod tests;
