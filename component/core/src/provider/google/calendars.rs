//! The account's calendars: calendarList.list, `GET /users/me/calendarList`.
//! <https://developers.google.com/workspace/calendar/api/v3/reference/calendarList/list>
//! Not here: the settings of a calendar itself (calendars.get).

use serde::Deserialize;

use super::api::{self, Page, Reading};
use crate::account::{CalendarId, Provider};
use crate::calendar::{Access, Calendar};
use crate::error::Error;
use crate::http::request::{Method, Request};
use crate::oauth::scope::Feature;
use crate::schedule::zone::Zone;
use crate::session::Session;

const WHAT: &str = "the calendar list";
/// The word for a calendar that can make Meet links.
const MEET: &str = "hangoutsMeet";

/// All calendars of the account, primary first, then by name. Hidden and deleted ones are left
/// out, but never the primary one: it holds the person's own time.
///
/// # Errors
/// `PermissionDenied` without the scope; whatever made the list unreadable; `Protocol`.
pub async fn list(session: &Session<'_>) -> Result<Vec<Calendar>, Error> {
    session.require(Feature::ListCalendars)?;
    let address = api::calendar_list(session).query("maxResults", "250");
    let mut calendars = Vec::new();
    api::read_pages(session, address, WHAT, Feature::ListCalendars, |page: ListPage| {
        for entry in page.items.unwrap_or_default() {
            calendars.extend(entry.calendar(session)?);
        }
        Ok(Reading::More)
    })
    .await?;
    calendars
        .sort_by(|a: &Calendar, b: &Calendar| (!a.is_primary, &a.name, &a.id).cmp(&(!b.is_primary, &b.name, &b.id)));
    calendars.dedup_by(|a, b| a.id == b.id);
    Ok(calendars)
}

/// The zone of one calendar, in which its all-day events are read: calendarList.get.
///
/// # Errors
/// As [`list`]; `Protocol` when Google names none, or one that does not exist.
pub async fn zone(session: &Session<'_>, calendar: &CalendarId) -> Result<Zone, Error> {
    session.require(Feature::ListCalendars)?;
    let what = format!("calendar `{calendar}`");
    let url = api::calendar_list(session).segment(calendar.as_str()).build();
    let request = Request::new(Method::Get, url);
    let response = api::read(session, request, &what, Feature::ListCalendars).await?;
    let entry: ListEntry = api::parse(&what, &response)?;
    entry
        .time_zone
        .as_deref()
        .and_then(|name| Zone::parse(name).ok())
        .ok_or_else(|| api::malformed(&what, "its time zone is missing or unknown"))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListPage {
    items: Option<Vec<ListEntry>>,
    next_page_token: Option<String>,
}

impl Page for ListPage {
    fn next(&self) -> Option<&str> {
        self.next_page_token.as_deref()
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ListEntry {
    id: Option<String>,
    summary: Option<String>,
    summary_override: Option<String>,
    time_zone: Option<String>,
    access_role: Option<String>,
    primary: Option<bool>,
    selected: Option<bool>,
    hidden: Option<bool>,
    deleted: Option<bool>,
    conference_properties: Option<ConferenceProperties>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ConferenceProperties {
    allowed_conference_solution_types: Option<Vec<String>>,
}

impl ListEntry {
    /// The calendar; none = not one of the account's visible calendars.
    fn calendar(self, session: &Session<'_>) -> Result<Option<Calendar>, Error> {
        let is_primary = self.primary.unwrap_or_default();
        let is_hidden = self.hidden.unwrap_or_default() && !is_primary;
        if is_hidden || self.deleted.unwrap_or_default() {
            return Ok(None);
        }
        let Some(id) = self.id.filter(|id| !id.is_empty()) else {
            return Err(api::malformed(WHAT, "an entry has no id"));
        };
        let titles = [self.summary_override, self.summary];
        let name = titles.into_iter().flatten().find(|title| !title.is_empty());
        Ok(Some(Calendar {
            account: session.account().clone(),
            provider: Provider::Google,
            name: name.unwrap_or_else(|| id.clone()),
            id: CalendarId::new(id),
            time_zone: self.time_zone,
            access: access(self.access_role.as_deref()),
            is_primary,
            is_selected: is_primary || self.selected.unwrap_or_default(),
            supports_video: self
                .conference_properties
                .and_then(|properties| properties.allowed_conference_solution_types)
                .is_some_and(|types| types.iter().any(|one| one == MEET)),
        }))
    }
}

/// A role Google adds one day counts as the weakest.
fn access(role: Option<&str>) -> Access {
    match role {
        Some("owner") => Access::Owner,
        Some("writer" | "writerWithoutPrivateAccess") => Access::Write,
        Some("reader") => Access::Read,
        _ => Access::FreeBusy,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::sample::{HOSTILE, refusal};
    use super::*;
    use crate::error::Kind;
    use crate::http::response::Response;
    use crate::oauth::scope;
    use crate::scripted::{Stage, block_on, grant, json as answer};

    const LIST: &str = "https://www.googleapis.com/calendar/v3/users/me/calendarList?maxResults=250";

    fn list_of(stage: &Stage) -> Result<Vec<Calendar>, Error> {
        block_on(list(&stage.session(Provider::Google)))
    }

    fn one(entry: Value) -> Calendar {
        let stage = Stage::new();
        stage.http.on(Method::Get, "calendarList", answer(200, json!({"items": [entry]})));
        list_of(&stage).unwrap().remove(0)
    }

    #[test]
    fn reads_every_page_even_after_empty_ones_and_puts_the_primary_calendar_first() {
        let stage = Stage::new();
        let page = |items: Value, next: &str| answer(200, json!({"items": items, "nextPageToken": next}));
        stage.http.push(page(json!([{"id": "b", "summary": "B"}, {"id": "x", "deleted": true}]), "t 1"));
        stage.http.push(page(json!([]), "t2"));
        stage.http.push(answer(200, json!({"nextPageToken": "t3"})));
        stage.http.push(answer(
            200,
            json!({"nextSyncToken": "s", "items": [
                {"id": "ana@example.com", "summary": "Zoe", "primary": true},
                {"id": "a", "summary": "A"},
                {"id": "y", "hidden": true},
            ]}),
        ));
        let calendars = list_of(&stage).unwrap();
        let ids: Vec<_> = calendars.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, ["ana@example.com", "a", "b"]);
        let pages = ["", "&pageToken=t%201", "&pageToken=t2", "&pageToken=t3"];
        assert_eq!(stage.http.lines(), pages.map(|page| format!("GET {LIST}{page}")));
    }

    #[test]
    fn reads_every_member_of_an_entry() {
        let full = one(json!({
            "id": "team7@group.calendar.google.com", "summary": "Team", "summaryOverride": "Our team",
            "timeZone": "Europe/Berlin", "accessRole": "writer", "selected": true,
            "conferenceProperties": {"allowedConferenceSolutionTypes": ["eventHangout", "hangoutsMeet"]},
        }));
        let expected = Calendar {
            account: crate::scripted::account(Provider::Google),
            provider: Provider::Google,
            id: CalendarId::new("team7@group.calendar.google.com"),
            name: "Our team".into(),
            time_zone: Some("Europe/Berlin".into()),
            access: Access::Write,
            is_primary: false,
            is_selected: true,
            supports_video: true,
        };
        assert_eq!(full, expected);
        let bare = one(json!({"id": "c"}));
        assert_eq!((bare.name.as_str(), bare.access), ("c", Access::FreeBusy));
        assert!(!bare.is_selected && !bare.is_primary && !bare.supports_video);
    }

    #[test]
    fn every_role_has_its_access() {
        for (role, expected) in [
            ("freeBusyReader", Access::FreeBusy),
            ("reader", Access::Read),
            ("writerWithoutPrivateAccess", Access::Write),
            ("writer", Access::Write),
            ("owner", Access::Owner),
            ("a new role", Access::FreeBusy),
        ] {
            assert_eq!(one(json!({"id": "c", "accessRole": role})).access, expected, "{role}");
        }
    }

    #[test]
    fn the_primary_calendar_counts_even_when_it_is_hidden_and_not_selected() {
        let primary = one(json!({"id": "c", "primary": true, "hidden": true, "selected": false}));
        assert!(primary.is_primary && primary.is_selected);
    }

    #[test]
    fn a_list_is_never_returned_in_part() {
        let stage = Stage::new();
        stage.http.push(answer(200, json!({"items": [{"id": "a"}], "nextPageToken": "t"})));
        stage.http.push(refusal(403, "forbidden"));
        assert_eq!(list_of(&stage).unwrap_err().kind, Kind::PermissionDenied);
    }

    #[test]
    fn pages_in_a_circle_and_pages_without_end_are_protocol_errors() {
        let stage = Stage::new();
        stage.http.always(Method::Get, "calendarList", answer(200, json!({"nextPageToken": "t"})));
        assert_eq!(list_of(&stage).unwrap_err().kind, Kind::Protocol);
        assert_eq!(stage.http.requests().len(), 2);
        let stage = Stage::new();
        let mut page = 0;
        stage.http.always(Method::Get, "calendarList", move |_: &Request| {
            page += 1;
            Ok(answer(200, json!({"nextPageToken": page.to_string()})))
        });
        assert_eq!(list_of(&stage).unwrap_err().kind, Kind::Protocol);
        assert_eq!(stage.http.requests().len(), 200);
    }

    #[test]
    fn hostile_answers_are_protocol_errors() {
        for body in HOSTILE {
            let stage = Stage::new();
            let response = Response { status: 200, headers: Vec::new(), body: body.into() };
            stage.http.push(response);
            let read = list_of(&stage);
            // The tenth one is a proper list: it holds an event, but all we need is its id.
            if !body.contains("\"start\": 1") {
                assert_eq!(read.unwrap_err().kind, Kind::Protocol, "{body}");
            }
        }
    }

    #[test]
    fn without_the_scope_nothing_is_sent() {
        let stage = Stage::new();
        let mut poor = grant(Provider::Google, crate::scripted::START);
        poor.scopes = scope::normalise(Provider::Google, "https://www.googleapis.com/auth/calendar.freebusy");
        stage.store(&poor);
        assert_eq!(list_of(&stage).unwrap_err().kind, Kind::PermissionDenied);
        assert_eq!(stage.http.lines(), Vec::<String>::new());
    }
}
