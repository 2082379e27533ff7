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

/// Asks for the lease `key`.
pub(super) fn take(world: &World<'_>, key: &str, now: DateTime<Utc>) -> Lease {
    match world.tokens.save(key, &world.random.bytes(16), None, Some(now + LIFE)) {
        Ok(version) => Lease::Held(version),
        Err(TokenStoreError::VersionMismatch) => Lease::Taken,
        Err(_) => Lease::None,
    }
}

/// Gives a lease back, if it is still ours. A failure costs others at most the lease's life.
pub(super) fn give_back(world: &World<'_>, key: &str, lease: Lease) {
    if let Lease::Held(version) = lease {
        let _ = world.tokens.delete(key, Some(version));
    }
}
