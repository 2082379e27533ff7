//! Builds the three artifacts into `dist/`, each with the text of its interface, and checks that nothing came in or grew
//! unnoticed. `cargo run -p calendar-dist`
//!
//! | artifact | is | imports |
//! |---|---|---|
//! | `calendar.wasm` | `component/` | WASI 0.2 and the interfaces a host supplies |
//! | `calendar-portable.wasm` | that, composed with `component/portable/` | WASI 0.2 |
//! | `calendar-tools.wasm` | that, composed with `component/tools/`, its functions described in `package-docs` | WASI 0.2 |

mod artifact;
mod budget;
mod compose;
mod golden;
mod guest;
mod interface;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use artifact::Artifact;
use clap::Parser;

/// Build calendar.wasm, calendar-portable.wasm and calendar-tools.wasm into dist/, and check imports, exports and sizes
#[derive(Debug, Parser)]
#[command(
    name = "calendar-dist",
    after_help = "\
Examples:
  cargo run -p calendar-dist              build, print sizes and sums, check
  cargo run -p calendar-dist -- --accept  after reading what changed: let it be so from now on

Exit codes: 0 everything is as accepted, 1 something changed or grew by more than 5 %, 2 it cannot be built."
)]
struct Arguments {
    /// Write the present imports, exports and sizes to tests/embed/golden instead of comparing
    #[arg(long)]
    accept: bool,

    /// The folder to write to
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(faults) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(faults) => {
            for fault in faults {
                eprintln!("error: {fault}");
            }
            eprintln!("hint: read what changed; when it is meant, run `cargo run -p calendar-dist -- --accept`");
            ExitCode::from(1)
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Builds, writes, prints; what is not as accepted.
fn run(arguments: &Arguments) -> anyhow::Result<Vec<String>> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the workspace")?;
    let out = arguments.out.clone().unwrap_or_else(|| workspace.join("dist"));
    fs::create_dir_all(&out).with_context(|| format!("{} cannot be made", out.display()))?;

    let core = guest::build(workspace, "calendar-component")?;
    let portable = compose::plug(&core, &guest::build(workspace, "calendar-portable")?)?;
    let tools = compose::plug(&guest::build(workspace, "calendar-tools")?, &portable)?;
    let tools = interface::with_docs(&tools, &[&workspace.join("wit"), &workspace.join("component/tools/wit")])?;

    let artifacts = [
        Artifact::new("calendar", core)?,
        Artifact::new("calendar-portable", portable)?,
        Artifact::new("calendar-tools", tools)?,
    ];
    for artifact in &artifacts {
        artifact.write(&out)?;
        println!("{artifact}");
    }
    let sums: String = artifacts.iter().map(|one| format!("{}  {}.wasm\n", one.sha256, one.name)).collect();
    fs::write(out.join("SHA256SUMS"), sums).context("SHA256SUMS cannot be written")?;

    let accepted = workspace.join("tests/embed/golden");
    if arguments.accept {
        golden::accept(&accepted, &artifacts)?;
        budget::accept(&accepted, &artifacts)?;
        return Ok(Vec::new());
    }
    let mut faults = golden::check(&accepted, &artifacts)?;
    faults.extend(budget::check(&accepted, &artifacts)?);
    Ok(faults)
}
