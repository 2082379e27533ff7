//! One call: the command that answers it.

use calendar_host::CalendarHost;
use calendar_host::types::{DeviceAuthorization, DeviceStatus, Provider};
use clap::Args;
use rmcp::model::JsonObject;
use serde::Serialize;
use serde_json::Value;

use super::answer::Answer;
use super::people::People;
use super::tool::{Act, Tool};
use super::words::Words;
use crate::cli::command::{
    agenda, auth, book, busy, calendars, cancel, hold, next, propose, quick_book, release, schedule, show, slots,
    update,
};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::account::Account;
use crate::cli::output::moment::Moment;

/// Where calls are answered: one host, one user.
pub struct Desk {
    /// The host.
    pub host: CalendarHost,
    /// The circumstances in which the server was started.
    pub context: Context,
}

/// Answers a call with the command `$command`.
macro_rules! command {
    ($desk:expr, $words:expr, $($command:ident)::+) => {{
        let (args, context) = $desk.read($words)?;
        Answer::new(&$($command)::+::run(args, &context).await?)
    }};
}

impl Desk {
    /// Answers one call. Dropped, it ends the requests that are under way.
    ///
    /// # Errors
    /// Those of the command.
    pub async fn answer(&self, tool: &Tool, arguments: &JsonObject) -> Result<Answer, Failure> {
        let mut words = Words::new(&tool.fields(), arguments)?;
        let text = |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default();
        match tool.act {
            Act::StartOauthFlow => command!(self, &words, auth::start),
            Act::CompleteOauthFlow => {
                let (host, user) = (&self.host, &self.context.user);
                let account = host.complete_oauth_flow(user, text("callback_url").trim()).await?;
                Answer::new(&Account::new(user, account))
            }
            Act::StartDeviceFlow => {
                let (_, context) = self.read::<Nothing>(&words)?;
                let provider = context.provider().unwrap_or(Provider::Outlook);
                let started = self.host.start_device_flow(&context.user, provider).await?;
                Answer::new(&Device::new(started, &context))
            }
            Act::PollDeviceFlow => {
                let user = &self.context.user;
                let status = self.host.poll_device_flow(user, text("state")).await?;
                Answer::new(&Polled::new(user, status))
            }
            Act::ListAccounts => command!(self, &words, auth::status),
            Act::Disconnect => command!(self, &words, auth::logout),
            Act::ListCalendars => command!(self, &words, calendars),
            Act::GetBusyTimes => command!(self, &words, busy),
            Act::GetSchedule => command!(self, &words, schedule),
            Act::CheckAvailability => self.slots(&words).await,
            Act::FindNextAvailableSlot => command!(self, &words, next),
            Act::ProposeMeetingTimes => self.proposals(&words).await,
            Act::FindSlots => {
                let people = People::write(arguments, &mut words)?;
                self.slots(&words).await.map_err(|failure| people.explain(failure))
            }
            Act::ProposeSlots => {
                let people = People::write(arguments, &mut words)?;
                self.proposals(&words).await.map_err(|failure| people.explain(failure))
            }
            Act::HoldSlot => command!(self, &words, hold),
            Act::ReleaseHold => command!(self, &words, release),
            Act::ListHolds => command!(self, &words, hold::list),
            Act::BookMeeting => command!(self, &words, book),
            Act::QuickBookMeeting => command!(self, &words, quick_book),
            Act::GetEvent => command!(self, &words, show),
            Act::UpdateEvent => command!(self, &words, update),
            Act::CancelEvent => command!(self, &words, cancel),
            Act::GetUpcomingMeetings => command!(self, &words, agenda),
        }
    }

    async fn slots(&self, words: &Words) -> Result<Answer, Failure> {
        command!(self, words, slots)
    }

    async fn proposals(&self, words: &Words) -> Result<Answer, Failure> {
        command!(self, words, propose)
    }

    /// The agenda of the next days, as `get_upcoming_meetings` gives it without arguments.
    ///
    /// # Errors
    /// Those of the command.
    pub async fn agenda(&self) -> Result<Answer, Failure> {
        let words = Words::new(&[], &JsonObject::new())?;
        command!(self, &words, agenda)
    }

    /// The connected accounts, as `list_accounts` gives them.
    ///
    /// # Errors
    /// Those of the command.
    pub async fn accounts(&self) -> Result<Answer, Failure> {
        let words = Words::new(&[], &JsonObject::new())?;
        command!(self, &words, auth::status)
    }

    /// The circumstances of one call.
    ///
    /// # Errors
    /// When an argument that every tool takes is wrong.
    pub fn circumstances(&self, tool: &Tool, arguments: &JsonObject) -> Result<Context, Failure> {
        let shared: Vec<_> = tool.fields().into_iter().filter(|field| OF_ALL.contains(&field.option)).collect();
        let given = arguments.iter().filter(|(name, _)| shared.iter().any(|field| field.name == *name));
        let given: JsonObject = given.map(|(name, value)| (name.clone(), value.clone())).collect();
        Ok(self.read::<Nothing>(&Words::new(&shared, &given)?)?.1)
    }

    fn read<A: Args>(&self, words: &Words) -> Result<(A, Context), Failure> {
        let (args, options) = words.read()?;
        Ok((args, self.context.again(&self.host, options)?))
    }
}

/// The options of every command that a tool may give.
const OF_ALL: [&str; 3] = ["tz", "provider", "account"];

/// The arguments of a tool without a command.
#[derive(Debug, Args)]
struct Nothing {}

/// The code that a person types elsewhere.
#[derive(Debug, Serialize)]
struct Device {
    state: String,
    user_code: String,
    verification_uri: String,
    message: String,
    expires_at: Moment,
    interval_seconds: u32,
}

impl Device {
    fn new(started: DeviceAuthorization, context: &Context) -> Self {
        Self {
            expires_at: Moment::from_seconds(started.expires_at, &context.zone),
            state: started.state,
            user_code: started.user_code,
            verification_uri: started.verification_uri,
            message: started.message,
            interval_seconds: started.interval_seconds,
        }
    }
}

/// Whether the person has typed it.
#[derive(Debug, Serialize)]
struct Polled {
    account: Option<Account>,
    wait_seconds: u32,
}

impl Polled {
    fn new(user: &str, status: DeviceStatus) -> Self {
        let account = status.account.map(|account| Account::new(user, account));
        Self { account, wait_seconds: status.wait_seconds }
    }
}
