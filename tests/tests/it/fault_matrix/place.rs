//! Where cells are tried: a stage of its own, one person with an empty calendar at each provider,
//! and an hour of its own for every cell.

use calendar_host::Limits;
use calendar_host::types::{EventLocator, Meeting, Provider, TimeRange};
use calendar_sandbox::config::Config;
use calendar_sandbox::mail::MailKind;
use calendar_tests::people::{CUSTOMER, GOOGLE, GOOGLE_TWO, OUTLOOK, vendor};
use calendar_tests::query::booking;
use calendar_tests::stage::{Setup, Stage};
use chrono::{TimeDelta, Utc};
use serde_json::Value;
use std::time::Duration;

use super::fault::Fault;
use super::scene::Scene;

/// How long the host keeps what was learned: after that, a pause that a provider asked for is forgotten.
const MEMORY: Duration = Duration::from_secs(2);

/// Life of the sandbox's access tokens.
const LIFE: TimeDelta = TimeDelta::seconds(3599);

const LEE: &str = "lee@contoso.example";

pub struct Place {
    pub stage: Stage,
    /// The user connected at each provider, if the last cell left one in order.
    users: [Option<String>; 2],
    serial: i64,
    begun: i64,
}

/// One event as the provider holds it.
#[derive(Debug)]
pub struct Held {
    pub title: String,
    pub start: i64,
    pub is_live: bool,
}

impl Place {
    pub async fn new(gated: bool) -> Place {
        let limits =
            Limits { request: Duration::from_secs(3), concurrent_calls: 2, cache: MEMORY, ..Limits::default() };
        let setup = Setup { sandbox: Config::empty(), limits: Some(limits), gated, ..Setup::default() };
        let stage = Stage::set(setup).await;
        let control = stage.sandbox.control();
        control.google().insert_user(GOOGLE, "Ana", "UTC").expect("a known zone");
        control.microsoft().insert_user(OUTLOOK, "Ana", "UTC", false).expect("a known zone");
        control.google().insert_user(GOOGLE_TWO, "Ben", "UTC").expect("a known zone");
        control.microsoft().insert_user(LEE, "Lee", "UTC", false).expect("a known zone");
        control.device_interval(0);
        let begun = (Utc::now().timestamp() / 86_400 + 2) * 86_400;
        Place { stage, users: [None, None], serial: 0, begun }
    }

    pub fn email(provider: Provider) -> &'static str {
        if provider == Provider::Google { GOOGLE } else { OUTLOOK }
    }

    /// Somebody else of the same organisation.
    pub fn colleague(provider: Provider) -> &'static str {
        if provider == Provider::Google { GOOGLE_TWO } else { LEE }
    }

    /// A user who has connected the account of this provider, and no other.
    pub async fn user(&mut self, provider: Provider) -> String {
        if let Some(user) = &self.users[provider as usize] {
            return user.clone();
        }
        let user = self.new_user();
        self.stage.connect(&user, provider, Self::email(provider)).await;
        self.users[provider as usize] = Some(user.clone());
        user
    }

    /// A user who has connected nothing.
    pub fn new_user(&mut self) -> String {
        self.serial += 1;
        format!("user-{}", self.serial)
    }

    /// The next cell connects anew.
    pub fn forget(&mut self, provider: Provider) {
        self.users[provider as usize] = None;
    }

    /// An hour that no other cell uses.
    pub fn hour(&mut self) -> TimeRange {
        self.serial += 1;
        let start = self.begun + self.serial * 3600;
        TimeRange { start, end: start + 3600 }
    }

    /// A meeting in the first half of an hour.
    pub async fn book(&self, user: &str, title: &str, hour: TimeRange) -> (Meeting, EventLocator) {
        let meeting = self.stage.host.book_meeting(user, &booking(title, half(hour, 0))).await;
        let meeting = meeting.expect("a meeting to begin with");
        let locator = EventLocator::new(&meeting.event_id);
        (meeting, locator)
    }

    /// Moves the provider's clock, and lets tokens issued from now on end while it is ahead.
    pub fn shift_clock(&self, minutes: i64) {
        self.stage.sandbox.control().set_clock(Utc::now() + TimeDelta::minutes(minutes));
    }

    /// Tokens that the host thinks good and a clock that is ahead ten minutes does not.
    pub fn short_tokens(&self) {
        self.stage.sandbox.control().token_lifetime(TimeDelta::minutes(8));
    }

    /// The end of all faults.
    pub fn heal(&self) {
        let control = self.stage.sandbox.control();
        control.clear_faults();
        control.reset_clock();
        control.token_lifetime(LIFE);
        if let Some(gate) = &self.stage.gate {
            gate.open();
        }
    }

    /// Waits until the host has forgotten a pause that was asked for.
    pub async fn rest_after(&self, fault: &Fault) {
        if fault.asks_for_a_pause() {
            tokio::time::sleep(MEMORY).await;
        }
    }

    /// What the provider holds in an hour.
    pub fn held(&self, provider: Provider, hour: TimeRange) -> Vec<Held> {
        let control = self.stage.sandbox.control();
        let (events, title) = match provider {
            Provider::Google => (control.google().events(GOOGLE, GOOGLE), "summary"),
            Provider::Outlook => (control.microsoft().events(OUTLOOK, None), "subject"),
        };
        let events = events.iter().map(|event| Held {
            title: event[title].as_str().unwrap_or_default().to_owned(),
            start: instant(&event["start"]["dateTime"]),
            is_live: event["status"] != "cancelled"
                && event["isCancelled"] != true
                && event["@sandbox.deleted"] != true,
        });
        events.filter(|one| (hour.start..hour.end).contains(&one.start)).collect()
    }

    /// How many holds a user has on the first half of an hour.
    pub async fn holds(&self, scene: &Scene) -> usize {
        let holds = self.stage.host.list_holds(&scene.user).await.expect("the ledger answers");
        holds.iter().filter(|one| one.time == half(scene.hour, 0)).count()
    }

    /// Messages to the guest about meetings with one of these titles.
    pub fn mails(&self, provider: Provider, kind: MailKind, titles: &[&str]) -> usize {
        let mails = self.stage.sandbox.control().mails();
        let counts = mails.iter().filter(|one| {
            let is_title = titles.contains(&one.subject.as_str());
            one.vendor == vendor(provider) && one.kind == kind && one.to == CUSTOMER && is_title
        });
        counts.count()
    }
}

/// The first or second half of an hour.
pub fn half(hour: TimeRange, which: i64) -> TimeRange {
    let start = hour.start + which * 1800;
    TimeRange { start, end: start + 1800 }
}

/// Google's RFC 3339, or Graph's time without a zone, which is UTC here.
fn instant(text: &Value) -> i64 {
    let text = text.as_str().unwrap_or_default();
    let utc = || format!("{text}Z");
    let parsed = text.parse::<chrono::DateTime<Utc>>().or_else(|_| utc().parse());
    parsed.map_or(0, |at| at.timestamp())
}
