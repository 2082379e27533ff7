//! The people who can sign in. Their calendars are kept by each vendor's store.

use crate::vendor::Vendor;
use serde::{Deserialize, Serialize};
use std::sync::Mutex;

/// One account at one vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The vendor whose account this is.
    pub vendor: Vendor,
    /// Sign-in address; unique within a vendor, compared without case.
    pub email: String,
    /// Name shown to people.
    pub name: String,
    /// The account's stable id: Google's `sub`, Entra's `oid`.
    pub subject: String,
    /// Entra tenant id; `None` at Google.
    pub tenant: Option<String>,
    /// Whether this is a personal Microsoft account.
    pub personal: bool,
}

/// The tenant id Microsoft gives to every personal account.
pub const PERSONAL_TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// The tenant id of the sandbox's organisation.
pub const WORK_TENANT: &str = "72f988bf-0000-4000-8000-2d7cd011db47";

impl Person {
    /// A Google account.
    pub fn google(email: &str, name: &str) -> Self {
        let subject = format!("1{:020}", digest(email) % 100_000_000_000_000_000_000);
        Self { vendor: Vendor::Google, email: email.into(), name: name.into(), subject, tenant: None, personal: false }
    }

    /// A Microsoft account, of work or personal.
    pub fn microsoft(email: &str, name: &str, personal: bool) -> Self {
        let subject = uuid::Builder::from_random_bytes(digest(email).to_be_bytes()).into_uuid().to_string();
        let tenant = Some(if personal { PERSONAL_TENANT } else { WORK_TENANT }.to_owned());
        Self { vendor: Vendor::Microsoft, email: email.into(), name: name.into(), subject, tenant, personal }
    }
}

/// A stable number of an address, so that the same address has the same id in every run.
fn digest(email: &str) -> u128 {
    use sha2::Digest;
    let hash = sha2::Sha256::digest(email.to_lowercase().as_bytes());
    hash.iter().take(16).fold(0, |sum, byte| (sum << 8) | u128::from(*byte))
}

/// Everybody who can sign in, in the order they were added.
#[derive(Debug, Default)]
pub struct People(Mutex<Vec<Person>>);

impl People {
    /// Adds an account; one with the same address at the same vendor is replaced.
    pub fn add(&self, person: Person) {
        let mut people = self.lock();
        people.retain(|other| other.vendor != person.vendor || !other.email.eq_ignore_ascii_case(&person.email));
        people.push(person);
    }

    /// Removes an account; `false` when there was none.
    pub fn remove(&self, vendor: Vendor, email: &str) -> bool {
        let mut people = self.lock();
        let before = people.len();
        people.retain(|person| person.vendor != vendor || !person.email.eq_ignore_ascii_case(email));
        people.len() < before
    }

    /// Finds an account by address, or by its stable id.
    pub fn find(&self, vendor: Vendor, hint: &str) -> Option<Person> {
        self.of(vendor).into_iter().find(|person| person.email.eq_ignore_ascii_case(hint) || person.subject == hint)
    }

    /// The accounts of one vendor.
    pub fn of(&self, vendor: Vendor) -> Vec<Person> {
        self.lock().iter().filter(|person| person.vendor == vendor).cloned().collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Person>> {
        self.0.lock().expect("people lock")
    }
}
