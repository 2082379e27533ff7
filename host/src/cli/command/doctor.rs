//! `doctor`: what is wrong with settings, files, network and accounts, and what to do about it.

use std::fmt;

use calendar_host::doctor::{self, Examination, Finding, Level};
use clap::Args;
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::output::text;

/// Check settings, files, network, clock and accounts
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  calendar-host doctor
  calendar-host doctor --user ana --json

Looks at the settings, the data folder, key and database, every address of the providers, this
machine's clock beside theirs, and the accounts of --user: grants, scopes, calendars. Each finding
is ok, warning or problem, with what to do. Exit code 0 when there is no problem, else 7.")]
pub struct DoctorArgs {}

/// All findings, in the order they were made.
#[derive(Debug, Serialize)]
struct Report {
    findings: Vec<Finding>,
    problems: usize,
    warnings: usize,
}

/// Looks at everything and prints the report.
pub async fn run(_: DoctorArgs, context: &Context) -> Result<(), Failure> {
    let findings = findings(context).await;
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    let (problems, warnings) = (count(Level::Problem), count(Level::Warning));
    context.printer.print(&Report { findings, problems, warnings })?;
    match problems {
        0 => Ok(()),
        _ => Err(Failure::host("there are problems", "see the report").told()),
    }
}

async fn findings(context: &Context) -> Vec<Finding> {
    let config = match context.config() {
        Ok(config) => config,
        Err(failure) => return vec![unusable(&failure)],
    };
    let Examination { mut findings, is_ready } = doctor::examine(&config, context.now).await;
    // Opening the host would make what is missing, bring tables up to date, and fail where a file already did.
    let is_in_the_way = |finding: &Finding| {
        finding.level == Level::Problem
            && ["settings", "data-folder", "key", "database", "tls"].contains(&finding.check)
    };
    if !is_ready || findings.iter().any(is_in_the_way) {
        return findings;
    }
    match context.open(config).await {
        Ok(host) => findings.extend(doctor::accounts(&host, &context.user).await),
        Err(failure) => findings.push(unusable(&failure)),
    }
    findings
}

fn unusable(failure: &Failure) -> Finding {
    Finding::unusable(failure.error().message.clone(), failure.error().remedy.clone())
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            let level = match finding.level {
                Level::Ok => "ok     ",
                Level::Warning => "warning",
                Level::Problem => "PROBLEM",
            };
            write!(formatter, "{level}  {}", finding.check)?;
            if let Some(subject) = &finding.subject {
                write!(formatter, " ({})", text::line(subject))?;
            }
            write!(formatter, ": {}", text::line(&finding.message))?;
            if let Some(remedy) = &finding.remedy {
                write!(formatter, "\n         -> {}", text::line(remedy))?;
            }
            writeln!(formatter)?;
        }
        write!(formatter, "{} problems, {} warnings", self.problems, self.warnings)
    }
}
