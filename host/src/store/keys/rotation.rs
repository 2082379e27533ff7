//! The keys of the store: which there are, and one in the place of another. How and why: `store/keys.rs`.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Store;
use super::ring::{Held, Ring};
use super::rows::{self, Change, Mark, Row, TABLES, Table};
use crate::config::Key;
use crate::keys::{KeyEntry, KeyError, KeyList, Origin, Progress, Role, Rotation, SealedRows};

/// Rows that are sealed anew in one transaction.
const BATCH: u32 = 100;

/// What is known before anything is changed.
struct Before {
    counts: BTreeMap<String, SealedRows>,
    retired: BTreeSet<String>,
}

impl Store {
    /// Every key, and every key that is missing, with the rows that it sealed.
    pub(crate) async fn key_list(&self) -> Result<KeyList, KeyError> {
        self.keys.reload().await?;
        let mut before = self.keys_before().await?;
        if before.counts.keys().any(|id| self.keys.ring().find(id).is_none()) {
            // Missing, or of a rotation that came by just now.
            self.keys.reload().await?;
            before = self.keys_before().await?;
        }
        let (ring, Before { mut counts, retired }) = (self.keys.ring(), before);
        let mut keys = Vec::new();
        for (index, held) in ring.iter().enumerate() {
            keys.push(KeyEntry {
                id: held.id().to_owned(),
                role: if index == 0 { Role::Current } else { Role::Old },
                origin: Some(held.origin),
                is_retired: retired.contains(held.id()),
                rows: counts.remove(held.id()).unwrap_or_default(),
            });
        }
        keys.extend(counts.into_iter().map(|(id, rows)| {
            let is_retired = retired.contains(&id);
            KeyEntry { id, role: Role::Missing, origin: None, is_retired, rows }
        }));
        Ok(KeyList { source: self.keys.source.origin(), keys })
    }

    /// Makes a new key the one that seals, or finishes what an earlier rotation began; then seals everything by it.
    pub(crate) async fn rotate_keys(
        &self,
        keep_old: bool,
        now: i64,
        tell: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Rotation, KeyError> {
        let _turn = self.keys.take_turn()?.ok_or(KeyError::Busy)?;
        self.keys.reload().await?;
        let before = self.keys_before().await?;
        let is_new = self.make_current(&before).await?;
        let ring = self.keys.ring();
        let current = ring.current().id();
        tell(Progress::Begun { current: current.to_owned(), is_new });

        let others: Vec<&str> = ring.others().iter().map(Held::id).collect();
        // A key that was only given to open, and opens nothing, may be the next one: it was not replaced.
        let is_replaced = |held: &&Held| held.origin != Origin::OldKeys || before.counts.contains_key(held.id());
        let replaced: Vec<&str> = ring.others().iter().filter(is_replaced).map(Held::id).collect();
        rows::retire(self, &replaced, now).await?;
        let total = others.iter().filter_map(|id| before.counts.get(*id)).map(SealedRows::total).sum();
        let mut resealed = 0;
        for table in &TABLES {
            let mut mark = Mark::default();
            loop {
                let batch = rows::batch(self, table, current, &mut mark, BATCH).await?;
                if batch.is_empty() {
                    break;
                }
                let done = self.reseal(table, batch, &ring).await?;
                resealed += done;
                if done > 0 {
                    tell(Progress::Sealed { done: resealed, total });
                }
            }
        }
        let log_pending = !self.empty_log().await;
        let left = rows::counts(self).await?;
        let dropped = if keep_old { Vec::new() } else { self.drop_unused(&ring, &left).await? };
        let kept =
            others.iter().filter(|id| !dropped.iter().any(|gone| gone == *id)).map(ToString::to_string).collect();
        let unreadable = left.iter().filter(|(id, _)| *id != current).map(|(_, rows)| rows.total()).sum();
        Ok(Rotation { current: current.to_owned(), is_new, resealed, unreadable, dropped, kept, log_pending })
    }

    async fn keys_before(&self) -> Result<Before, KeyError> {
        Ok(Before { counts: rows::counts(self).await?, retired: rows::retired(self).await? })
    }

    /// Puts a new key before the others, unless an earlier rotation is to be finished; whether it did.
    async fn make_current(&self, before: &Before) -> Result<bool, KeyError> {
        let ring = self.keys.ring();
        let id = ring.current().id();
        let is_retired = before.retired.contains(id);
        if !is_retired && self.is_unfinished(before, &ring).await? {
            return Ok(false);
        }
        if ring.current().origin == Origin::Environment {
            let is_over = |held: &Held| before.retired.contains(held.id()) || before.counts.contains_key(held.id());
            return match (is_retired, ring.others()) {
                (true, _) => Err(KeyError::Retired(id.to_owned())),
                (false, []) => Err(KeyError::Environment),
                (false, others) if others.iter().any(is_over) => Ok(false),
                (false, _) => Err(KeyError::Unused),
            };
        }
        let mut keys = vec![Key::random().map_err(|_| KeyError::Random)?];
        keys.extend(kept_here(&ring, |_| true));
        self.keys.replace(keys).await?;
        Ok(true)
    }

    /// Whether an earlier rotation, or a change of settings, did not come to its end: an old key that is kept here may
    /// still seal, or opens a row. Rows that it cannot open never will be sealed anew.
    async fn is_unfinished(&self, before: &Before, ring: &Ring) -> Result<bool, KeyError> {
        let may_seal = |held: &Held| held.origin != Origin::OldKeys && !before.retired.contains(held.id());
        if ring.others().iter().any(may_seal) {
            return Ok(true);
        }
        for table in &TABLES {
            let mut mark = Mark::default();
            loop {
                let batch = rows::batch(self, table, ring.current().id(), &mut mark, BATCH).await?;
                if batch.is_empty() {
                    break;
                }
                if batch.iter().any(|row| self.keys.unseal(row.key.place(), &row.sealed).is_ok()) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Seals rows by the present key; how many. Those that no key opens are left alone.
    async fn reseal(&self, table: &Table, batch: Vec<Row>, ring: &Ring) -> Result<u64, KeyError> {
        let mut changes = Vec::new();
        for row in batch {
            let Ok(value) = self.keys.unseal(row.key.place(), &row.sealed) else { continue };
            let sealed = ring.current().sealer.seal(row.key.place(), &value).map_err(|_| KeyError::Random)?;
            changes.push(Change { row, sealed });
        }
        Ok(rows::reseal(self, table, &changes).await?)
    }

    /// Drops the keys of which no row is left; which.
    async fn drop_unused(&self, ring: &Ring, left: &BTreeMap<String, SealedRows>) -> Result<Vec<String>, KeyError> {
        let is_needed = |held: &Held| held.id() == ring.current().id() || left.contains_key(held.id());
        let unused = ring.others().iter().filter(|held| held.origin != Origin::OldKeys && !is_needed(held));
        let dropped: Vec<String> = unused.map(|held| held.id().to_owned()).collect();
        if !dropped.is_empty() {
            self.keys.replace(kept_here(ring, is_needed)).await?;
        }
        Ok(dropped)
    }
}

/// The keys of the file or the keyring, the one that seals first.
fn kept_here(ring: &Ring, is_wanted: impl Fn(&Held) -> bool) -> Vec<Key> {
    let kept = ring.iter().filter(|held| held.origin != Origin::OldKeys && is_wanted(held));
    kept.map(|held| held.sealer.key().clone()).collect()
}

#[cfg(test)]
mod tests;
