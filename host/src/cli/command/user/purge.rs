//! `user purge`: nothing of the user stays here.

use std::fmt;

use calendar_host::people::Purged;
use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::text;

/// Delete everything that is stored of the user; events in calendars stay
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host auth logout --all --user ana       revoke the grants at the providers first
  calendar-host user export --user ana > ana.json  keep a copy
  calendar-host user purge --user ana --yes")]
pub struct PurgeArgs {
    /// Really: it cannot be undone
    #[arg(long)]
    yes: bool,
}

/// What went.
#[derive(Debug, Serialize)]
pub struct Report {
    user: String,
    deleted: Purged,
    /// What the user still has to do.
    notice: Option<String>,
}

/// Deletes it.
pub async fn run(args: PurgeArgs, context: &Context) -> Result<Report, Failure> {
    if !args.yes {
        return Err(Failure::usage(
            format!("everything that is stored of the user {} would be deleted for good", text::line(&context.user)),
            "repeat it with --yes; `calendar-host user export` makes a copy first",
        ));
    }
    let deleted = context.host().await?.purge_user(&context.user).await?;
    let notices = [
        (deleted.grants > 0).then_some(
            "the grants were deleted here but not revoked: remove this application in the account settings of the provider",
        ),
        deleted.log_pending.then_some(
            "what was deleted can still be read from calendar.db-wal, because another program holds the database open \
             for reading: end it and run this command again",
        ),
    ];
    let notices: Vec<_> = notices.into_iter().flatten().collect();
    let notice = (!notices.is_empty()).then(|| notices.join("; "));
    Ok(Report { user: context.user.clone(), deleted, notice })
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Purged { grants, other_values, bookings, events, audit_records, log_pending: _ } = self.deleted;
        write!(
            formatter,
            "Deleted of {}: {grants} grants, {bookings} bookings, {events} events, {other_values} other values, \
             {audit_records} audit records",
            text::line(&self.user)
        )?;
        self.notice.as_ref().map_or(Ok(()), |notice| write!(formatter, "\n  {notice}"))
    }
}
