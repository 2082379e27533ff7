//! Who refreshes, among several instances: a short lease in the token store. It only saves the
//! provider needless requests: what keeps the grant right is the compare-and-set of the save.

use chrono::{DateTime, TimeDelta, Utc};

use crate::ports::{TokenStoreError, World};

/// How long a lease lives when its holder does not give it back.
const LIFE: TimeDelta = TimeDelta::seconds(30);

/// What became of asking for a lease.
pub(super) enum Lease {
    /// Ours; the version gives it back.
    Held(i64),
    /// Somebody else refreshes.
    Taken,
    /// The store has no leases at present; nobody can be waited for.
    None,
}

/// Asks for the lease `key`: one that is free, or `from` a holder that is believed to be gone. Of all who ask for it, one
/// gets it.
pub(super) fn take(world: &World<'_>, key: &str, from: Option<i64>, now: DateTime<Utc>) -> Lease {
    match world.tokens.save(key, &world.random.bytes(16), from, Some(now + LIFE)) {
        Ok(version) => Lease::Held(version),
        Err(TokenStoreError::VersionMismatch) => Lease::Taken,
        Err(_) => Lease::None,
    }
}

/// Who holds the lease: its version. None = it is free by now, or nobody knows.
pub(super) fn holder(world: &World<'_>, key: &str) -> Option<i64> {
    world.tokens.load(key).ok().flatten().map(|entry| entry.version)
}

/// Gives a lease back, if it is still ours. A failure costs others at most the lease's life.
pub(super) fn give_back(world: &World<'_>, key: &str, lease: Lease) {
    if let Lease::Held(version) = lease {
        let _ = world.tokens.delete(key, Some(version));
    }
}
