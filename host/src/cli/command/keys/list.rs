//! `keys list`: every key, where it is from, and what it sealed.

use std::fmt;

use calendar_host::keys::{KeyList, Origin, Role, SealingKeys};
use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::table::Table;

/// List the keys by id, where each is from, and how many values it sealed
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host keys list
  calendar-host keys list --json

The current key seals, old ones only open. What a missing key sealed cannot be opened: add the key
to CALENDAR_HOST_OLD_KEYS, or connect the accounts again. A retired key was replaced by a rotation
and never seals again.")]
pub struct ListArgs {}

/// The keys, the one that seals first.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Keys(KeyList);

/// Reads keys and rows.
pub async fn run(_: ListArgs, context: &Context) -> Result<Keys, Failure> {
    let keys = SealingKeys::open(&context.config()?).await?;
    Ok(Keys(keys.list().await.map_err(super::failed)?))
}

impl fmt::Display for Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(&["KEY", "ROLE", "FROM", "GRANTS", "LISTS", "SHORT-LIVED", ""]);
        for key in &self.0.keys {
            let role = match key.role {
                Role::Current => "current",
                Role::Old => "old",
                Role::Missing => "missing",
            };
            let origin = match key.origin {
                Some(Origin::Environment) => "CALENDAR_HOST_KEY",
                Some(Origin::OldKeys) => "CALENDAR_HOST_OLD_KEYS",
                Some(Origin::File) => "key file",
                Some(Origin::Keyring) => "keyring",
                None => "-",
            };
            let [grants, lists, short_lived] =
                [key.rows.grants, key.rows.calendar_lists, key.rows.short_lived].map(|count| count.to_string());
            let note = if key.is_retired { "retired" } else { "" };
            table.row([&key.id, role, origin, &grants, &lists, &short_lived, note]);
        }
        table.fmt(formatter)
    }
}
