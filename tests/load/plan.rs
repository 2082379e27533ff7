//! How many of what, and which attempt wants which slot.

use calendar_host::types::{BookingRequest, Provider, TimeRange};

/// What can be asked for.
pub const HELP: &str = "\
Usage: tests/load/run [--database WHICH] [--attempts N] [--slots N] [--people N] [--processes N] [--kills N] [--rotations N] [--seed N]

  --database   sqlite, postgres, or both one after the other [default: sqlite]
  --attempts   bookings tried, each with a key of its own [default: 10000]
  --slots      half hours that they want [default: 100]
  --people     whose they are, half of them at Google, half at Outlook [default: 10]
  --processes  that share the store [default: 3]
  --kills      SIGKILLs, each at a random moment; the process is started again [default: 9]
  --rotations  how often all access tokens are ended [default: 4]
  --seed       of everything random [default: 20261122]";

/// The store that the processes share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file in a temporary folder.
    Sqlite,
    /// A server of this run's own.
    Postgres,
}

/// How many of what.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The stores, one after the other.
    pub engines: Vec<Engine>,
    /// Bookings tried.
    pub attempts: usize,
    /// Half hours that they want.
    pub slots: usize,
    /// Whose they are.
    pub people: usize,
    /// Processes that share the store.
    pub processes: usize,
    /// SIGKILLs.
    pub kills: usize,
    /// How often all access tokens are ended.
    pub rotations: usize,
    /// Of everything random.
    pub seed: u64,
    /// The first slot's start; chosen by the parent.
    pub origin: i64,
}

impl Plan {
    /// The plan of a command line.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn of(arguments: &[String]) -> Result<Plan, String> {
        let origin = (chrono::Utc::now().timestamp() / 86_400 + 2) * 86_400;
        let mut plan = Plan {
            engines: vec![Engine::Sqlite],
            attempts: 10_000,
            slots: 100,
            people: 10,
            processes: 3,
            kills: 9,
            rotations: 4,
            seed: 20_261_122,
            origin,
        };
        for pair in arguments.chunks(2) {
            let [name, value] = pair else { return Err(format!("{} needs a value", pair[0])) };
            if name == "--database" {
                plan.engines = match value.as_str() {
                    "sqlite" => vec![Engine::Sqlite],
                    "postgres" => vec![Engine::Postgres],
                    "both" => vec![Engine::Sqlite, Engine::Postgres],
                    _ => return Err(format!("{name}: `{value}` is neither sqlite nor postgres nor both")),
                };
                continue;
            }
            let number: usize = value.parse().map_err(|_| format!("{name}: `{value}` is not a number"))?;
            match name.as_str() {
                "--attempts" => plan.attempts = number,
                "--slots" => plan.slots = number,
                "--people" => plan.people = number,
                "--processes" => plan.processes = number,
                "--kills" => plan.kills = number,
                "--rotations" => plan.rotations = number,
                "--seed" => plan.seed = number as u64,
                "--origin" => plan.origin = number as i64,
                other => return Err(format!("unknown option {other}")),
            }
        }
        let counts = [plan.attempts, plan.slots, plan.people, plan.processes];
        match counts.contains(&0) || plan.slots > plan.attempts || plan.people > plan.slots {
            true => {
                Err("there must be at least one of each, and no more slots than attempts, or people than slots".into())
            }
            false => Ok(plan),
        }
    }

    /// The plan as a command line for a worker.
    pub fn arguments(&self) -> Vec<String> {
        let numbers = [("--attempts", self.attempts as i64), ("--slots", self.slots as i64)]
            .into_iter()
            .chain([("--people", self.people as i64), ("--origin", self.origin)]);
        numbers.flat_map(|(name, number)| [name.to_owned(), number.to_string()]).collect()
    }

    /// The user, and the request, of an attempt. Neighbours in number want different slots.
    pub fn request(&self, attempt: usize) -> (String, BookingRequest) {
        let slot = attempt % self.slots;
        let (person, number) = (slot % self.people, slot / self.people);
        let start = self.origin + number as i64 * 3600;
        let mut request = BookingRequest::new(title(slot), TimeRange { start, end: start + 1800 });
        request.attendees = vec![format!("guest{attempt}@elsewhere.example")];
        request.idempotency_key = Some(format!("attempt-{attempt}"));
        (user(person), request)
    }
}

/// The title of a slot's meeting, whoever books it.
pub fn title(slot: usize) -> String {
    format!("Slot {slot}")
}

/// The host's name of a person.
pub fn user(person: usize) -> String {
    format!("user-{person}")
}

/// The address of a person.
pub fn email(person: usize) -> String {
    format!("person{person}@example.com")
}

/// Where a person's calendar is.
pub fn provider(person: usize) -> Provider {
    if person.is_multiple_of(2) { Provider::Google } else { Provider::Outlook }
}

/// SplitMix64: small, and the same everywhere.
pub struct Dice(pub u64);

impl Dice {
    /// 0 to `sides` - 1.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % sides.max(1) as u64) as usize
    }
}
