//! All mailboxes of Microsoft's side, and what the service remembers beside them.

use super::api::delta::Snapshot;
use super::error::GraphError;
use super::mailbox::owner::Mailbox;
use super::mailbox::transaction::Used;
use super::switches::Switches;
use std::collections::BTreeMap;

/// Everything Microsoft's side of the sandbox remembers.
#[derive(Debug, Default)]
pub struct Store {
    /// How the service behaves where there is a choice.
    pub switches: Switches,
    mailboxes: BTreeMap<String, Mailbox>,
    /// Transaction ids used so far.
    pub transactions: Vec<Used>,
    /// What delta links remember, by token.
    pub snapshots: BTreeMap<String, Snapshot>,
    /// Requests under way, by mailbox.
    pub under_way: BTreeMap<String, usize>,
    version: u64,
}

impl Store {
    /// Adds a mailbox, in place of one with the same address.
    pub fn add(&mut self, mailbox: Mailbox) {
        self.remove_mailbox(&mailbox.address);
        self.mailboxes.insert(mailbox.address.to_lowercase(), mailbox);
    }

    /// Removes a mailbox with all it holds and all that was remembered of it; `false` when there was none.
    pub fn remove_mailbox(&mut self, address: &str) -> bool {
        self.transactions.retain(|used| !used.mailbox.eq_ignore_ascii_case(address));
        self.snapshots.retain(|_, snapshot| !snapshot.is_of(address));
        self.mailboxes.remove(&address.to_lowercase()).is_some()
    }

    /// A mailbox by address, case ignored.
    pub fn mailbox(&self, address: &str) -> Option<&Mailbox> {
        self.mailboxes.get(&address.to_lowercase())
    }

    /// A mailbox to change.
    pub fn mailbox_mut(&mut self, address: &str) -> Option<&mut Mailbox> {
        self.mailboxes.get_mut(&address.to_lowercase())
    }

    /// A mailbox that must exist.
    ///
    /// # Errors
    /// 404 `MailboxNotEnabledForRESTAPI`.
    pub fn require(&self, address: &str) -> Result<&Mailbox, GraphError> {
        self.mailbox(address).ok_or_else(no_mailbox)
    }

    /// As `require`, to change it.
    ///
    /// # Errors
    /// As `require`.
    pub fn require_mut(&mut self, address: &str) -> Result<&mut Mailbox, GraphError> {
        self.mailbox_mut(address).ok_or_else(no_mailbox)
    }

    /// All mailboxes, by address.
    pub fn mailboxes(&self) -> impl Iterator<Item = &Mailbox> {
        self.mailboxes.values()
    }

    /// The number of the latest change.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The number of the next change.
    pub fn next_version(&mut self) -> u64 {
        self.version += 1;
        self.version
    }
}

fn no_mailbox() -> GraphError {
    let message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise.";
    GraphError::new(404, "MailboxNotEnabledForRESTAPI", message)
}
