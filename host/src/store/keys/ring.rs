//! The keys of a process, in their order: the first seals, all open.

use crate::config::Key;
use crate::keys::Origin;
use calendar_seal::Sealer;

/// A key, and where it is from.
pub(super) struct Held {
    pub(super) sealer: Sealer,
    pub(super) origin: Origin,
}

impl Held {
    pub(super) fn id(&self) -> &str {
        self.sealer.id()
    }
}

/// At least one key; none twice.
pub(super) struct Ring(Vec<Held>);

impl Ring {
    /// The keys that are kept in `origin`, of which there is one at least, before those that only open.
    pub(super) fn new(own: Vec<Key>, origin: Origin, old: &[Key]) -> Self {
        let mut ring: Vec<Held> = Vec::new();
        let own = own.into_iter().map(|key| (key, origin));
        for (key, origin) in own.chain(old.iter().map(|key| (key.clone(), Origin::OldKeys))) {
            let sealer = Sealer::new(key);
            if !ring.iter().any(|held| held.id() == sealer.id()) {
                ring.push(Held { sealer, origin });
            }
        }
        Self(ring)
    }

    /// The one that seals.
    pub(super) fn current(&self) -> &Held {
        &self.0[0]
    }

    /// Those that only open.
    pub(super) fn others(&self) -> &[Held] {
        &self.0[1..]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Held> {
        self.0.iter()
    }

    pub(super) fn find(&self, id: &str) -> Option<&Held> {
        self.iter().find(|held| held.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_key_seals_and_a_key_that_is_given_twice_is_held_once() {
        let key = |byte| Key::new([byte; 32]);
        let ring = Ring::new(vec![key(1), key(2)], Origin::File, &[key(2), key(3), key(1)]);
        let id = |byte| Sealer::new(key(byte)).id().to_owned();
        assert_eq!(ring.current().id(), id(1));
        let others: Vec<_> = ring.others().iter().map(|held| (held.id().to_owned(), held.origin)).collect();
        assert_eq!(others, [(id(2), Origin::File), (id(3), Origin::OldKeys)]);
        assert!(ring.find(&id(3)).is_some() && ring.find(&id(4)).is_none());
    }
}
