//! `keys rotate`: another key seals, and everything is sealed by it.

use std::fmt;

use calendar_host::keys::{Progress, Rotation, SealingKeys};
use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;

/// Make a new sealing key and seal everything by it, while other processes go on
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host keys rotate
  calendar-host keys rotate --keep-old   backups of the database stay readable
  calendar-host keys rotate --json

May be interrupted at any moment: nothing becomes unreadable, and the same command goes on. Old keys
open until nothing is sealed by them, then they are dropped. A key in CALENDAR_HOST_KEY is yours to
change: set a new one there, the old one in CALENDAR_HOST_OLD_KEYS, restart every process, run this.
Exit code 7 when values are left that no key opens; they are left as they are.")]
pub struct RotateArgs {
    /// Keep old keys that nothing is sealed by any more
    #[arg(long)]
    keep_old: bool,
}

/// What was done, and what is left to do.
#[derive(Debug, Serialize)]
struct Report {
    #[serde(flatten)]
    rotation: Rotation,
    /// What a person still has to do.
    notice: Option<String>,
}

/// Rotates and prints the report.
pub async fn run(args: RotateArgs, context: &Context) -> Result<(), Failure> {
    let keys = SealingKeys::open(&context.config()?).await?;
    let printer = context.printer;
    let rotation = keys.rotate(args.keep_old, |progress| printer.note(told(&progress))).await.map_err(super::failed)?;
    let is_complete = rotation.unreadable == 0;
    let notices = [
        (!is_complete).then_some(
            "values are left that no key opens: a key is missing (`calendar-host keys list`), or they are damaged; \
             restore the key, or connect those accounts again",
        ),
        (is_complete && context.variable("CALENDAR_HOST_OLD_KEYS").is_some())
            .then_some("nothing needs CALENDAR_HOST_OLD_KEYS any more; remove it when every process has the current key"),
        rotation.log_pending.then_some(
            "what old keys sealed can still be read from calendar.db-wal until the program ends that holds the database \
             open for reading, and something is written",
        ),
    ];
    let notices: Vec<_> = notices.into_iter().flatten().collect();
    let notice = (!notices.is_empty()).then(|| notices.join("; "));
    printer.print(&Report { rotation, notice })?;
    match is_complete {
        true => Ok(()),
        false => Err(Failure::host("values are left that no key opens", "see the report").told()),
    }
}

fn told(progress: &Progress) -> String {
    match progress {
        Progress::Begun { current, is_new: true } => format!("the new key {current} seals from now on"),
        Progress::Begun { current, is_new: false } => format!("going on: the key {current} seals"),
        Progress::Sealed { done, total } => format!("{done} of {total} values sealed anew"),
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rotation { current, resealed, unreadable, dropped, kept, .. } = &self.rotation;
        write!(formatter, "Sealed by the key {current}: {resealed} values anew")?;
        if *unreadable > 0 {
            write!(formatter, "; {unreadable} cannot be opened")?;
        }
        for (what, ids) in [("dropped", dropped), ("kept, to open only", kept)] {
            if !ids.is_empty() {
                write!(formatter, "\n  {what}: {}", ids.join(" "))?;
            }
        }
        self.notice.as_ref().map_or(Ok(()), |notice| write!(formatter, "\n  {notice}"))
    }
}
