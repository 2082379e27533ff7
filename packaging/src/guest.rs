//! Builds a guest for wasm32-wasip2, in the folder and profile that `calendar-host` uses: `calendar.wasm` is the file the
//! host embeds.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, bail};

const TARGET: &str = "wasm32-wasip2";

/// The component that a package builds.
pub fn build(workspace: &Path, package: &str) -> anyhow::Result<Vec<u8>> {
    let program = env::current_exe()?;
    let target = program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    let folder = target.map_or_else(|| workspace.join("target"), Path::to_path_buf).join("component-build");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(workspace).args(["build", "--package", package, "--lib", "--target", TARGET]);
    cargo.args(["--profile", "component", "--target-dir"]).arg(&folder);
    for flags in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS", "CARGO_TARGET_DIR"] {
        cargo.env_remove(flags);
    }
    let status = cargo.status().context("cargo does not start")?;
    if !status.success() {
        bail!("{package} cannot be built for {TARGET}; if the target is missing: rustup target add {TARGET}");
    }
    let file = folder.join(TARGET).join("component").join(format!("{}.wasm", package.replace('-', "_")));
    fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))
}
