//! Who is asking, and whether the scopes admit it.
//! <https://developers.google.com/workspace/calendar/api/auth>

use super::calendar::{Audience, Calendar, Role};
use super::error::{Failure, Outcome};
use crate::oauth::access::{Grant, Unauthorized};
use crate::state::State;
use crate::vendor::Vendor;
use http::HeaderMap;

/// Scopes by what they admit, without their common prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// `calendarList.list`.
    CalendarList,
    /// `calendarList.get`.
    CalendarListEntry,
    /// `calendars.get`.
    Calendar,
    /// `freeBusy.query`.
    FreeBusy,
    /// `events.list`, `get`, `instances`.
    ReadEvents,
    /// `events.insert`, `patch`, `update`, `delete`.
    WriteEvents,
    /// `events.move`.
    MoveEvent,
}

impl Need {
    fn scopes(self) -> &'static [&'static str] {
        match self {
            Self::CalendarList => {
                &["calendar", "calendar.readonly", "calendar.calendarlist", "calendar.calendarlist.readonly"]
            }
            Self::CalendarListEntry => &[
                "calendar",
                "calendar.readonly",
                "calendar.calendarlist",
                "calendar.calendarlist.readonly",
                "calendar.app.created",
            ],
            Self::Calendar => &[
                "calendar",
                "calendar.readonly",
                "calendar.calendars",
                "calendar.calendars.readonly",
                "calendar.app.created",
            ],
            Self::FreeBusy => &["calendar", "calendar.readonly", "calendar.freebusy", "calendar.events.freebusy"],
            Self::ReadEvents => &[
                "calendar",
                "calendar.readonly",
                "calendar.events",
                "calendar.events.readonly",
                "calendar.events.owned",
                "calendar.events.owned.readonly",
                "calendar.events.freebusy",
                "calendar.events.public.readonly",
                "calendar.app.created",
            ],
            Self::WriteEvents => &["calendar", "calendar.events", "calendar.events.owned", "calendar.app.created"],
            Self::MoveEvent => &["calendar", "calendar.events", "calendar.events.owned"],
        }
    }
}

/// How far a grant reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Every calendar the account may see.
    All,
    /// Calendars the account owns: the scopes `...owned`.
    Owned,
    /// Calendars everybody may read: the scope `...public.readonly`.
    Public,
    /// Calendars made by the client itself, of which there are none here: the scope `calendar.app.created`.
    Nothing,
    /// When time is taken, without any detail: the scope `calendar.events.freebusy`.
    Times,
}

/// Who asks.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Address of the account.
    pub email: String,
    /// How far the scopes reach.
    pub reach: Reach,
}

impl Caller {
    /// The role that is left of `role` on a calendar under this grant.
    ///
    /// # Errors
    /// 403 `forbidden` for a calendar out of reach.
    pub fn role(&self, calendar: &Calendar, role: Role) -> Outcome<Role> {
        let within = match self.reach {
            Reach::All => return Ok(role),
            Reach::Times => return Ok(Role::FreeBusyReader),
            Reach::Owned => role == Role::Owner,
            Reach::Public => calendar.shares.iter().any(|(to, role)| *to == Audience::Default && *role >= Role::Reader),
            Reach::Nothing => false,
        };
        if within { Ok(role) } else { Err(Failure::new(403, "forbidden", "Forbidden")) }
    }
}

fn reach(grant: &Grant, need: Need) -> Reach {
    let has = |names: &[&str]| {
        names.iter().any(|name| need.scopes().contains(name) && grant.has_any(&[&format!("{PREFIX}{name}")]))
    };
    let narrow = ["calendar.events.owned", "calendar.events.owned.readonly"];
    let rest = ["calendar.app.created", "calendar.events.public.readonly", "calendar.events.freebusy"];
    let wide: Vec<&str> =
        need.scopes().iter().copied().filter(|name| !narrow.contains(name) && !rest.contains(name)).collect();
    if has(&wide) || need == Need::FreeBusy {
        Reach::All
    } else if has(&narrow) {
        Reach::Owned
    } else if has(&["calendar.events.public.readonly"]) {
        Reach::Public
    } else if has(&["calendar.events.freebusy"]) {
        Reach::Times
    } else {
        Reach::Nothing
    }
}

const PREFIX: &str = "https://www.googleapis.com/auth/";

/// The account behind a request.
///
/// # Errors
/// 401 `required` or `authError`; 403 `insufficientPermissions`.
pub fn check(state: &State, headers: &HeaderMap, need: Need) -> Outcome<Caller> {
    let grant = state.authenticate(Vendor::Google, headers).map_err(|why| match why {
        Unauthorized::Missing => {
            let failure = Failure::new(401, "required", "Login Required.");
            Failure { location: Some(("header", "Authorization".to_owned())), ..failure }
        }
        Unauthorized::Unknown | Unauthorized::Expired | Unauthorized::Revoked => {
            let failure = Failure::new(401, "authError", "Invalid Credentials");
            Failure { location: Some(("header", "Authorization".to_owned())), ..failure }
        }
    })?;
    let wanted: Vec<String> = need.scopes().iter().map(|name| format!("{PREFIX}{name}")).collect();
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    if !grant.has_any(&wanted) {
        return Err(Failure::new(403, "insufficientPermissions", "Request had insufficient authentication scopes."));
    }
    Ok(Caller { reach: reach(&grant, need), email: grant.user_email })
}
