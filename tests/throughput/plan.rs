//! What is measured.

use calendar_host::types::{Provider, TimeRange};

/// What can be asked for.
pub const HELP: &str = "\
Usage: tests/throughput/run [--seconds N] [--users N,N,...]

  --seconds  how long each line is measured [default: 10]
  --users    users at once, each of whom calls again as soon as the answer is there [default: 1,100,1000]";

/// Meetings in everybody's calendar.
pub const MEETINGS: usize = 10;

/// The operation that is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Free half hours of five days; every call asks the provider.
    Slots,
    /// The same, with busy times kept for a minute.
    SlotsCached,
    /// The meetings of the next days.
    Upcoming,
}

impl Call {
    /// As in the table.
    pub fn name(self) -> &'static str {
        match self {
            Call::Slots => "free slots, asked live",
            Call::SlotsCached => "free slots, busy times kept 60 s",
            Call::Upcoming => "upcoming meetings",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Call::Slots => "slots",
            Call::SlotsCached => "slots-cached",
            Call::Upcoming => "upcoming",
        }
    }
}

/// What is measured.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How long each line takes.
    pub seconds: u64,
    /// Users at once, a line each.
    pub users: Vec<usize>,
    /// The operation of a worker.
    pub call: Call,
    /// A midnight from which meetings and searches count; chosen by the parent.
    pub origin: i64,
}

impl Plan {
    /// The plan of a command line.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn of(arguments: &[String]) -> Result<Plan, String> {
        let origin = (chrono::Utc::now().timestamp() / 86_400 + 1) * 86_400;
        let mut plan = Plan { seconds: 10, users: vec![1, 100, 1000], call: Call::Slots, origin };
        for pair in arguments.chunks(2) {
            let [name, value] = pair else { return Err(format!("{} needs a value", pair[0])) };
            let number = |text: &str| text.parse::<usize>().map_err(|_| format!("{name}: `{text}` is not a number"));
            match name.as_str() {
                "--seconds" => plan.seconds = number(value)? as u64,
                "--users" => plan.users = value.split(',').map(number).collect::<Result<_, _>>()?,
                "--origin" => plan.origin = number(value)? as i64,
                "--call" => {
                    let calls = [Call::Slots, Call::SlotsCached, Call::Upcoming];
                    let found = calls.into_iter().find(|call| call.word() == value);
                    plan.call = found.ok_or_else(|| format!("{name}: unknown call `{value}`"))?;
                }
                other => return Err(format!("unknown option {other}")),
            }
        }
        match plan.seconds == 0 || plan.users.contains(&0) {
            true => Err("there must be at least one second and one user".into()),
            false => Ok(plan),
        }
    }

    /// The plan as a command line for a worker.
    pub fn arguments(&self) -> Vec<String> {
        let users: Vec<String> = self.users.iter().map(usize::to_string).collect();
        [
            ("--seconds", self.seconds.to_string()),
            ("--users", users.join(",")),
            ("--origin", self.origin.to_string()),
            ("--call", self.call.word().to_owned()),
        ]
        .into_iter()
        .flat_map(|(name, value)| [name.to_owned(), value])
        .collect()
    }

    /// A meeting of everybody's: two a day, an hour each.
    pub fn meeting(&self, number: usize) -> TimeRange {
        let start = self.origin + (number / 2) as i64 * 86_400 + (9 + (number % 2) as i64 * 4) * 3600;
        TimeRange { start, end: start + 3600 }
    }
}

/// The host's name of a user.
pub fn user(number: usize) -> String {
    format!("user-{number}")
}

/// The address of a user.
pub fn email(number: usize) -> String {
    format!("person{number}@example.com")
}

/// Where a user's calendar is.
pub fn provider(number: usize) -> Provider {
    if number.is_multiple_of(2) { Provider::Google } else { Provider::Outlook }
}
