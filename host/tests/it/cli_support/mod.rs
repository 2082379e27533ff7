//! Runs the real program in an empty folder, without anything of the environment it is tested in.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a run of the program left.
pub struct Run {
    /// The exit code.
    pub exit: i32,
    /// Data.
    pub stdout: String,
    /// Everything else.
    pub stderr: String,
}

impl Run {
    /// Stdout as the one JSON document it must be.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {:?}", self.stdout))
    }

    /// A field of the error on stdout.
    pub fn error(&self, field: &str) -> String {
        let json = self.json();
        json["error"][field].as_str().unwrap_or_else(|| panic!("no {field} in {json}")).to_owned()
    }
}

/// Runs the program with `line` in `folder`, where its data goes as well.
pub fn run_in(folder: &Path, line: &[&str], variables: &[(&str, &str)]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_calendar-host"))
        .args(line)
        .current_dir(folder)
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .env("HOME", folder)
        .env("TZ", "UTC")
        // Compiled code may be shared: it depends on the component alone.
        .env("CALENDAR_HOST_CACHE_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled"))
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("Unicode");
    Run { exit: output.status.code().expect("an exit code"), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Runs the program with `line` in an empty folder.
pub fn run(line: &[&str]) -> Run {
    let folder = tempfile::tempdir().expect("a folder");
    run_in(folder.path(), line, &[])
}
