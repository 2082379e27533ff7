//! What the demonstration did: a closing line for people, everything for programs.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;

use crate::cli::command::agenda::Agenda;
use crate::cli::command::busy::Busy;
use crate::cli::command::propose::Proposals;
use crate::cli::output::account::Account;
use crate::cli::output::meeting::Meeting;

/// The results of all steps.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The connected accounts.
    pub accounts: Vec<Account>,
    /// The week.
    pub busy: Busy,
    /// What was offered.
    pub proposals: Proposals,
    /// What was booked, one on each provider.
    pub meetings: Vec<Meeting>,
    /// Why the second booking of a taken time was refused.
    pub refusal: Value,
    /// The agenda with both meetings.
    pub agenda: Agenda,
    /// The meetings after they were cancelled.
    pub cancelled: Vec<Meeting>,
    /// Requests to both providers.
    pub requests: u64,
    /// How long it all took.
    pub milliseconds: u128,
}

impl Report {
    /// Adds what is only known at the end.
    pub fn finish(&mut self, requests: u64, duration: Duration) {
        (self.requests, self.milliseconds) = (requests, duration.as_millis());
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (accounts, meetings, requests) = (self.accounts.len(), self.meetings.len(), self.requests);
        let (seconds, tenths) = (self.milliseconds / 1000, self.milliseconds % 1000 / 100);
        write!(
            formatter,
            "\nDone in {seconds}.{tenths} s: {accounts} accounts connected, {meetings} meetings booked and cancelled, \
             1 double-booking refused, {requests} requests, none left this machine.\n\
             Next: `calendar-host sandbox` to play with it, `calendar-host auth login google` for your own calendar."
        )
    }
}
