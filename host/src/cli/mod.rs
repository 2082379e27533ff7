//! The command line: what can be asked, and who answers.
//!
//! `input` reads words into the host's records, `command` has one file per command, `output` turns results into text
//! and JSON, `failure` and `exit` say what went wrong. Data goes to stdout, everything else to stderr.

pub mod command;
mod context;
mod environment;
mod exit;
mod failure;
mod globals;
mod input;
mod limits;
pub mod log;
mod output;
mod parse;
mod version;

use std::path::Path;

use calendar_core::schedule::zone::Zone;
use clap::{Parser, Subcommand};

use command::{
    agenda, audit, auth, book, busy, calendars, cancel, demo, doctor, hold, keys, mcp, next, propose, quick_book,
    release, sandbox, schedule, show, slots, stats, update, user,
};
use context::Context;
use environment::Environment;
pub use exit::Exit;
use failure::Failure;
use globals::Globals;
pub use output::printer::Printer;
pub use parse::parse;

/// Google Calendar and Microsoft Outlook from the command line: free time, exactly; meetings, without double-booking.
///
/// Connect an account with `auth login`, look with `busy`, `slots` and `agenda`, book with `book`.
/// Settings come from the environment and from `.env` in the current directory.
#[derive(Debug, Parser)]
#[command(name = "calendar-host", version = version::line(), after_help = AFTER_HELP, after_long_help = after_long_help())]
#[command(arg_required_else_help = true, max_term_width = 110)]
pub struct Cli {
    #[command(flatten)]
    globals: Globals,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::DemoArgs),
    Sandbox(sandbox::SandboxArgs),
    Auth(auth::AuthArgs),
    Calendars(calendars::CalendarsArgs),
    Busy(busy::BusyArgs),
    Schedule(schedule::ScheduleArgs),
    Slots(slots::SlotsArgs),
    Next(next::NextArgs),
    Propose(propose::ProposeArgs),
    Book(book::BookArgs),
    QuickBook(quick_book::QuickBookArgs),
    Hold(hold::HoldArgs),
    Release(release::ReleaseArgs),
    Holds(hold::list::HoldsArgs),
    Agenda(agenda::AgendaArgs),
    Show(show::ShowArgs),
    Update(update::UpdateArgs),
    Cancel(cancel::CancelArgs),
    Mcp(mcp::McpArgs),
    Audit(audit::AuditArgs),
    Stats(stats::StatsArgs),
    Doctor(doctor::DoctorArgs),
    Keys(keys::KeysArgs),
    User(user::UserArgs),
}

const AFTER_HELP: &str = "\
Examples:
  calendar-host demo                                 see everything work, without any account
  calendar-host auth login google                    connect an account in the browser
  calendar-host slots --duration 45 --tz Europe/Berlin
  calendar-host book --title Planning --start \"tomorrow 10:00\" --with ben@example.com --video";

fn after_long_help() -> String {
    [AFTER_HELP, input::when::HELP, exit::HELP].join("\n\n")
}

impl Cli {
    /// Who reads the output.
    pub fn printer(&self) -> Printer {
        Printer::new(self.globals.json)
    }

    /// How much is told on stderr: 0 to 2.
    pub fn verbosity(&self) -> u8 {
        self.globals.verbose
    }

    /// How the log is written.
    pub fn log_format(&self) -> log::Format {
        self.globals.log_format
    }

    /// Runs the command and writes its result, or why there is none.
    pub async fn run(self) -> Exit {
        let printer = self.printer();
        let environment = match &self.command {
            Command::Demo(_) => Ok(Environment::default()),
            _ => Environment::load(Path::new(".env")),
        };
        let context = environment.and_then(|environment| Context::new(self.globals, environment));
        let (zone, result) = match context {
            Ok(context) => (context.zone.clone(), self.command.run(&context).await),
            Err(failure) => (Zone::utc(), Err(failure)),
        };
        match result {
            Ok(()) => Exit::Success,
            Err(failure) => {
                if !failure.is_told() {
                    printer.failure(&failure, &zone);
                }
                failure.exit()
            }
        }
    }
}

impl Command {
    async fn run(self, context: &Context) -> Result<(), Failure> {
        let printer = context.printer;
        match self {
            Self::Demo(args) => demo::run(args, context).await,
            Self::Sandbox(args) => sandbox::run(args, context).await,
            Self::Auth(args) => auth::run(args, context).await,
            Self::Calendars(args) => printer.print(&calendars::run(args, context).await?),
            Self::Busy(args) => printer.print(&busy::run(args, context).await?),
            Self::Schedule(args) => printer.print(&schedule::run(args, context).await?),
            Self::Slots(args) => printer.print(&slots::run(args, context).await?),
            Self::Next(args) => printer.print(&next::run(args, context).await?),
            Self::Propose(args) => printer.print(&propose::run(args, context).await?),
            Self::Book(args) => printer.print(&book::run(args, context).await?),
            Self::QuickBook(args) => printer.print(&quick_book::run(args, context).await?),
            Self::Hold(args) => printer.print(&hold::run(args, context).await?),
            Self::Release(args) => printer.print(&release::run(args, context).await?),
            Self::Holds(args) => printer.print(&hold::list::run(args, context).await?),
            Self::Agenda(args) => printer.print(&agenda::run(args, context).await?),
            Self::Show(args) => printer.print(&show::run(args, context).await?),
            Self::Update(args) => printer.print(&update::run(args, context).await?),
            Self::Cancel(args) => printer.print(&cancel::run(args, context).await?),
            Self::Mcp(args) => mcp::run(args, context).await,
            Self::Audit(args) => printer.print(&audit::run(args, context).await?),
            Self::Stats(args) => printer.print(&stats::run(args, context).await?),
            Self::Doctor(args) => doctor::run(args, context).await,
            Self::Keys(args) => keys::run(args, context).await,
            Self::User(args) => user::run(args, context).await,
        }
    }
}
