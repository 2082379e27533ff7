//! The steps of the demonstration. Each prints what it shows and fails when it is not what it should be.

use std::time::Duration;

use calendar_core::schedule::zone::Zone;
use calendar_host::CalendarHost;
use calendar_host::types::{
    BookingRequest, ErrorCode, EventLocator, Meeting as Record, MeetingStatus, ProposalQuery, Provider, Selection,
    SlotQuery, SlotRules, TimeRange,
};
use chrono::{DateTime, TimeDelta, Utc};

use super::report::Report;
use crate::cli::command::agenda::Agenda;
use crate::cli::command::busy::Busy;
use crate::cli::command::propose::Proposals;
use crate::cli::failure::Failure;
use crate::cli::input::hours::{self, Days, Hours};
use crate::cli::output::account::Account;
use crate::cli::output::meeting::Meeting;
use crate::cli::output::moment::Span;
use crate::cli::output::printer::Printer;
use crate::cli::output::table::Table;

pub(super) const USER: &str = "demo";
const GUEST: &str = "guest@example.com";
const MINUTES: u32 = 45;

/// Who plays, where and when.
pub struct Script<'a> {
    /// The host over the sandbox.
    pub host: &'a CalendarHost,
    /// Tells what happens.
    pub printer: Printer,
    /// The present second.
    pub now: DateTime<Utc>,
    /// The zone of the user.
    pub zone: Zone,
    /// The zone of the guest.
    pub their_zone: Zone,
}

impl Script<'_> {
    /// Plays all steps.
    pub async fn play(&self) -> Result<Report, Failure> {
        let accounts = self.connect().await?;
        let busy = self.week().await?;
        let (free, proposals) = self.propose().await?;
        let meetings = self.book(&free).await?;
        let refusal = self.book_again(&free).await?;
        let agenda = self.agenda(&meetings, &free).await?;
        let cancelled = self.clean_up(&meetings, &accounts).await?;
        let meetings = meetings.into_iter().map(|meeting| Meeting::new(meeting, &self.zone)).collect();
        let (requests, milliseconds) = (0, 0);
        Ok(Report { accounts, busy, proposals, meetings, refusal, agenda, cancelled, requests, milliseconds })
    }

    async fn week(&self) -> Result<Busy, Failure> {
        self.heading(format!("When is Ana busy in the next 7 days, over both accounts? ({})", self.zone))?;
        let mut table = Table::plain();
        for provider in [Provider::Google, Provider::Outlook] {
            list(&mut table, provider.as_str(), &self.busy(Some(provider)).await?);
        }
        let busy = self.busy(None).await?;
        list(&mut table, "together", &busy);
        self.show(&table)?;
        match (busy.busy.is_empty(), busy.unknown.is_empty()) {
            (false, true) => Ok(busy),
            (true, _) => Err(broken("the sandbox has no events this week")),
            (_, false) => Err(broken("a calendar of the sandbox could not be read")),
        }
    }

    async fn busy(&self, provider: Option<Provider>) -> Result<Busy, Failure> {
        let range = self.days(7);
        let selection = Selection { provider, ..Selection::default() };
        let times = self.host.get_busy_times(USER, range, &selection).await?;
        Ok(Busy::new(times, Span::new(&range, &self.zone), &self.zone))
    }

    async fn propose(&self) -> Result<(Vec<TimeRange>, Proposals), Failure> {
        self.heading(format!("Propose three times of {MINUTES} minutes to a guest in {}", self.their_zone))?;
        let query = SlotQuery::new(self.days(14), self.rules()?);
        let invitee_time_zone = Some(self.their_zone.name().to_owned());
        let proposal = ProposalQuery { invitee_time_zone, ..ProposalQuery::new(query, 3) };
        let slots = self.host.propose_meeting_times(USER, &proposal).await?;
        let mut table = Table::plain();
        for (index, range) in slots.slots.iter().enumerate() {
            let (ours, theirs) = (Span::new(range, &self.zone), Span::new(range, &self.their_zone));
            table.row([&format!("{}.", index + 1), &ours.to_string(), "=", &theirs.to_string()]);
        }
        self.show(&table)?;
        if slots.slots.len() != 3 {
            return Err(broken(format!("{} times were proposed instead of 3", slots.slots.len())));
        }
        let free = slots.slots.clone();
        let with = vec![GUEST.to_owned()];
        Ok((free, Proposals::new(slots, &self.zone, Some(&self.their_zone), with, MINUTES)))
    }

    async fn book(&self, free: &[TimeRange]) -> Result<Vec<Record>, Failure> {
        self.heading("Book the first on Google with Meet, the second on Outlook with Teams")?;
        let mut meetings = Vec::new();
        let mut table = Table::plain();
        let plan = [(Provider::Google, "Planning"), (Provider::Outlook, "Review")];
        for ((provider, title), time) in plan.into_iter().zip(free) {
            let booked = self.host.book_meeting(USER, &self.request(title, *time, Some(provider))?).await?;
            let meeting = self.with_link(booked).await?;
            let span = Span::new(&meeting.time, &self.zone);
            table.row([
                provider.as_str(),
                title,
                &span.to_string(),
                meeting.conferencing_link.as_deref().unwrap_or("-"),
            ]);
            meetings.push(meeting);
        }
        self.show(&table)?;
        Ok(meetings)
    }

    /// The meeting once the provider has made its link: some take a moment.
    async fn with_link(&self, mut meeting: Record) -> Result<Record, Failure> {
        for _ in 0..20 {
            if meeting.conferencing_link.is_some() {
                return Ok(meeting);
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
            meeting = self.host.get_event(USER, &locator(&meeting)).await?;
        }
        Err(broken(format!("{} made no video link", meeting.provider)))
    }

    async fn book_again(&self, free: &[TimeRange]) -> Result<serde_json::Value, Failure> {
        self.heading("Try to book the later of these times once more")?;
        // The earlier one may be the last free time for more than a week.
        let booked = free.iter().take(2).max_by_key(|time| time.start);
        let time = *booked.ok_or_else(|| broken("there is no booked time"))?;
        match self.host.book_meeting(USER, &self.request("Something else", time, None)?).await {
            Err(error) if error.code == ErrorCode::Conflict && !error.alternatives.is_empty() => {
                let refusal = Failure::from(error);
                self.show(&format!("refused, as it should be:\n{}", refusal.human(&self.zone)))?;
                serde_json::to_value(refusal.view(&self.zone)).map_err(broken)
            }
            Err(error) if error.code == ErrorCode::Conflict => Err(broken("the refusal offers no other times")),
            Err(error) => Err(error.into()),
            Ok(_) => Err(broken("a taken time was booked twice")),
        }
    }

    async fn agenda(&self, meetings: &[Record], free: &[TimeRange]) -> Result<Agenda, Failure> {
        self.heading("The agenda up to the last of them")?;
        let end = free.iter().take(meetings.len()).map(|range| range.end).max().unwrap_or_default();
        let range = TimeRange { start: self.now.timestamp(), end };
        let list = self.host.get_upcoming_meetings(USER, range, &Selection::default(), None).await?;
        let agenda = Agenda::new(list, &self.zone);
        let mut table = Table::plain();
        for meeting in &agenda.meetings {
            let time = if meeting.is_all_day { "all day".to_owned() } else { meeting.time.clock() };
            let link = meeting.conferencing_link.as_deref().unwrap_or("");
            table.row([&meeting.time.start.day(), &time, meeting.name(), meeting.provider, link]);
        }
        self.show(&table)?;
        let has = |booked: &Record| agenda.meetings.iter().any(|meeting| meeting.event_id == booked.event_id);
        if meetings.iter().all(has) { Ok(agenda) } else { Err(broken("a booked meeting is not in the agenda")) }
    }

    async fn clean_up(&self, meetings: &[Record], accounts: &[Account]) -> Result<Vec<Meeting>, Failure> {
        self.heading("Cancel both, disconnect both")?;
        let mut cancelled = Vec::new();
        for meeting in meetings {
            let meeting =
                self.host.cancel_event(USER, &locator(meeting), Some("It was only a demonstration"), None).await?;
            if meeting.status != MeetingStatus::Cancelled {
                return Err(broken(format!("the meeting on {} was not cancelled", meeting.provider)));
            }
            cancelled.push(Meeting::new(meeting, &self.zone));
        }
        for account in accounts {
            self.host.disconnect(USER, &account.account).await?;
        }
        if !self.host.list_accounts(USER).await?.is_empty() {
            return Err(broken("an account is still connected"));
        }
        self.show(&format!("{} meetings cancelled, {} accounts disconnected", cancelled.len(), accounts.len()))?;
        Ok(cancelled)
    }

    fn request(&self, title: &str, time: TimeRange, provider: Option<Provider>) -> Result<BookingRequest, Failure> {
        Ok(BookingRequest {
            title: title.to_owned(),
            time,
            time_zone: Some(self.zone.name().to_owned()),
            attendees: vec![GUEST.to_owned()],
            description: Some("Booked by `calendar-host demo`".to_owned()),
            location: None,
            video: true,
            target: Selection { provider, ..Selection::default() },
            idempotency_key: None,
            buffer_before_minutes: None,
            buffer_after_minutes: None,
            alternatives: Some(self.rules()?),
            hold: None,
        })
    }

    fn rules(&self) -> Result<SlotRules, Failure> {
        let (hours, days): (Result<Hours, _>, Result<Days, _>) = ("09:00-17:00".parse(), "mon-fri".parse());
        Ok(SlotRules {
            working_hours: hours::weekly(&hours.map_err(broken)?, &days.map_err(broken)?),
            minimum_notice_minutes: Some(60),
            ..SlotRules::new(MINUTES, self.zone.name())
        })
    }

    fn days(&self, days: i64) -> TimeRange {
        TimeRange { start: self.now.timestamp(), end: (self.now + TimeDelta::days(days)).timestamp() }
    }

    pub(super) fn heading(&self, text: impl std::fmt::Display) -> Result<(), Failure> {
        self.printer.narrate(format!("\n{text}"))
    }

    pub(super) fn show(&self, what: &impl std::fmt::Display) -> Result<(), Failure> {
        what.to_string().lines().try_for_each(|line| self.printer.narrate(format!("  {line}")))
    }
}

fn list(table: &mut Table, name: &str, busy: &Busy) {
    for (index, span) in busy.busy.iter().enumerate() {
        table.row([if index == 0 { name } else { "" }, &span.to_string()]);
    }
}

fn locator(meeting: &Record) -> EventLocator {
    EventLocator {
        event_id: meeting.event_id.clone(),
        provider: Some(meeting.provider),
        account: Some(meeting.account.clone()),
        calendar: Some(meeting.calendar.clone()),
    }
}

pub(super) fn broken(what: impl std::fmt::Display) -> Failure {
    Failure::new(
        ErrorCode::Internal,
        format!("the demonstration did not go as it should: {what}"),
        "run it again with -vv and report what it prints",
    )
}
