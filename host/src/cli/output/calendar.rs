//! Calendars as they are shown by `calendars`.

use std::fmt;

use calendar_host::types::{Access, Calendar as Record, CalendarList};
use serde::Serialize;

use super::table::Table;
use super::unknown::{self, Unknown};

/// The calendars of the user's accounts.
#[derive(Debug, Serialize)]
pub struct Calendars {
    calendars: Vec<Calendar>,
    unknown: Vec<Unknown>,
}

#[derive(Debug, Serialize)]
struct Calendar {
    account: String,
    provider: &'static str,
    /// What `--calendar` takes.
    id: String,
    name: String,
    /// IANA zone; none = the provider does not say.
    time_zone: Option<String>,
    access: &'static str,
    is_primary: bool,
    /// Counted when no `--calendar` is given.
    is_selected: bool,
    supports_video: bool,
}

impl From<CalendarList> for Calendars {
    fn from(list: CalendarList) -> Self {
        let calendars = list.calendars.into_iter().map(Calendar::from).collect();
        Self { calendars, unknown: Unknown::all(list.unknown) }
    }
}

impl From<Record> for Calendar {
    fn from(record: Record) -> Self {
        Self {
            account: record.account,
            provider: record.provider.as_str(),
            id: record.id,
            name: record.name,
            time_zone: record.time_zone,
            access: match record.access {
                Access::FreeBusy => "free-busy",
                Access::Read => "read",
                Access::Write => "write",
                Access::Owner => "owner",
            },
            is_primary: record.is_primary,
            is_selected: record.is_selected,
            supports_video: record.supports_video,
        }
    }
}

impl fmt::Display for Calendars {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let yes = |is: bool| if is { "yes" } else { "-" };
        let mut table =
            Table::new(&["PROVIDER", "NAME", "ACCESS", "COUNTED", "PRIMARY", "VIDEO", "ZONE", "ID", "ACCOUNT"]);
        for calendar in &self.calendars {
            table.row([
                calendar.provider,
                &calendar.name,
                calendar.access,
                yes(calendar.is_selected),
                yes(calendar.is_primary),
                yes(calendar.supports_video),
                calendar.time_zone.as_deref().unwrap_or("-"),
                &calendar.id,
                &calendar.account,
            ]);
        }
        write!(formatter, "{table}{}", unknown::lines(&self.unknown))
    }
}
