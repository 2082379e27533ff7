//! The exports: each one operation of the interface, for the user of the environment.

use crate::answer::{self, invalid};
use crate::bindings::Guest;
use crate::bindings::calendar::scheduling::types::{Provider, Selection};
use crate::bindings::calendar::scheduling::{authorization, availability, calendars, meetings};
use crate::bindings::calendar::tools::types::{
    Account, Agenda, BusyTimes, CalendarList, Connection, Failure, FreeSlots, Meeting, PersonSchedule,
};
use crate::{hours, time};

/// The component.
pub struct Tools;

/// Slots of one answer unless the caller says otherwise.
const SLOTS: u32 = 20;

fn user() -> Result<String, Failure> {
    let user = std::env::var("CALENDAR_USER").unwrap_or_default();
    if user.trim().is_empty() {
        let message = "the environment variable CALENDAR_USER is not set".to_owned();
        return Err(invalid(message, "whoever runs this component sets it to the name of the one user it serves"));
    }
    Ok(user)
}

fn everything() -> Selection {
    Selection { provider: None, account: None, calendars: Vec::new() }
}

fn locator(event_id: String) -> meetings::EventLocator {
    meetings::EventLocator { event_id, provider: None, account: None, calendar: None }
}

impl Guest for Tools {
    fn list_accounts() -> Result<Vec<Account>, Failure> {
        let accounts = authorization::list_accounts(&user()?).map_err(answer::failure)?;
        Ok(accounts.into_iter().map(answer::account).collect())
    }

    fn start_connecting(provider: Provider) -> Result<Connection, Failure> {
        let request = authorization::start_oauth_flow(&user()?, provider, None, None).map_err(answer::failure)?;
        Ok(Connection { url: request.url, expires_at: time::text(request.expires_at) })
    }

    fn finish_connecting(callback_url: String) -> Result<Account, Failure> {
        authorization::complete_oauth_flow(&user()?, &callback_url).map(answer::account).map_err(answer::failure)
    }

    fn list_calendars() -> Result<CalendarList, Failure> {
        calendars::list_calendars(&user()?, &everything()).map(answer::calendars).map_err(answer::failure)
    }

    fn get_busy_times(start: String, end: String) -> Result<BusyTimes, Failure> {
        let range = time::range(&start, &end)?;
        availability::get_busy_times(&user()?, range, &everything()).map(answer::busy).map_err(answer::failure)
    }

    fn find_free_slots(
        start: String,
        end: String,
        duration_minutes: u32,
        time_zone: String,
        day_starts: Option<String>,
        day_ends: Option<String>,
        max_slots: Option<u32>,
    ) -> Result<FreeSlots, Failure> {
        let rules = availability::SlotRules {
            duration_minutes,
            time_zone,
            working_hours: hours::windows(day_starts.as_deref(), day_ends.as_deref())?,
            overrides: Vec::new(),
            holidays: Vec::new(),
            travel: Vec::new(),
            buffer_before_minutes: None,
            buffer_after_minutes: None,
            buffers_inside_hours: None,
            minimum_notice_minutes: None,
            horizon_days: None,
            step_minutes: None,
            offset_minutes: None,
            anchor: None,
            grid_time_zone: None,
            limits: Vec::new(),
            statuses: None,
        };
        let range = time::range(&start, &end)?;
        let max_slots = Some(max_slots.unwrap_or(SLOTS));
        let query = availability::SlotQuery { range, rules, selection: everything(), max_slots };
        availability::check_availability(&user()?, &query).map(answer::slots).map_err(answer::failure)
    }

    fn get_schedule(emails: Vec<String>, start: String, end: String) -> Result<Vec<PersonSchedule>, Failure> {
        let range = time::range(&start, &end)?;
        let people = availability::get_schedule(&user()?, &emails, range, &everything()).map_err(answer::failure)?;
        Ok(people.into_iter().map(answer::person).collect())
    }

    fn book_meeting(
        title: String,
        start: String,
        end: String,
        time_zone: Option<String>,
        attendees: Vec<String>,
        description: Option<String>,
        location: Option<String>,
        video: bool,
    ) -> Result<Meeting, Failure> {
        let request = meetings::BookingRequest {
            title,
            time: time::range(&start, &end)?,
            time_zone,
            attendees,
            description,
            location,
            video,
            target: everything(),
            idempotency_key: None,
            buffer_before_minutes: None,
            buffer_after_minutes: None,
            alternatives: None,
            hold: None,
        };
        meetings::book_meeting(&user()?, &request).map(answer::meeting).map_err(answer::failure)
    }

    fn get_meeting(event_id: String) -> Result<Meeting, Failure> {
        meetings::get_event(&user()?, &locator(event_id)).map(answer::meeting).map_err(answer::failure)
    }

    fn move_meeting(event_id: String, start: String, end: String) -> Result<Meeting, Failure> {
        let changes = meetings::MeetingChanges {
            title: None,
            time: Some(time::range(&start, &end)?),
            time_zone: None,
            add_attendees: Vec::new(),
            remove_attendees: Vec::new(),
            description: None,
            location: None,
            if_match: None,
        };
        let moved = meetings::update_event(&user()?, &locator(event_id), &changes);
        moved.map(answer::meeting).map_err(answer::failure)
    }

    fn cancel_meeting(event_id: String, comment: Option<String>) -> Result<Meeting, Failure> {
        let cancelled = meetings::cancel_event(&user()?, &locator(event_id), comment.as_deref(), None);
        cancelled.map(answer::meeting).map_err(answer::failure)
    }

    fn list_meetings(start: String, end: String) -> Result<Agenda, Failure> {
        let range = time::range(&start, &end)?;
        let found = meetings::get_upcoming_meetings(&user()?, range, &everything(), None);
        found.map(answer::agenda).map_err(answer::failure)
    }
}
