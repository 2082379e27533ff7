//! Builds the package `calendar-component` for wasm32-wasip2 and names the file for
//! `include_bytes!` in `src/host.rs` (`CALENDAR_COMPONENT_PATH`).
//!
//! The inner cargo has a target folder of its own, or it would wait for the outer one for ever.
//! `CALENDAR_COMPONENT_WASM=<file>` embeds a component that was built elsewhere instead.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-wasip2";

fn main() {
    println!("cargo::rerun-if-env-changed=CALENDAR_COMPONENT_WASM");
    let wasm = match env::var_os("CALENDAR_COMPONENT_WASM").filter(|path| !path.is_empty()) {
        Some(path) => given(Path::new(&path)),
        None => build(),
    };
    println!("cargo::rustc-env=CALENDAR_COMPONENT_PATH={}", wasm.display());
    println!("cargo::rerun-if-changed=migrations");
}

fn given(path: &Path) -> PathBuf {
    let path = path.canonicalize().unwrap_or_else(|error| fail(&format!("CALENDAR_COMPONENT_WASM: {error}")));
    println!("cargo::rerun-if-changed={}", path.display());
    path
}

fn build() -> PathBuf {
    let workspace = variable("CARGO_MANIFEST_DIR").parent().map_or_else(|| fail("no workspace"), Path::to_path_buf);
    for input in ["component", "wit", "Cargo.lock", "Cargo.toml"] {
        println!("cargo::rerun-if-changed={}", workspace.join(input).display());
    }
    ensure_target();
    let folder = target_folder();
    let mut cargo = clean(Command::new(variable("CARGO")));
    cargo.current_dir(&workspace).args(["build", "--package", "calendar-component", "--lib"]);
    cargo.args(["--target", TARGET, "--profile", "component"]).arg("--target-dir").arg(&folder);
    if env::var_os("CARGO_NET_OFFLINE").is_some_and(|offline| offline == "true") {
        cargo.arg("--offline");
    }
    let output = cargo.output().unwrap_or_else(|error| fail(&format!("cargo does not start: {error}")));
    if !output.status.success() {
        eprintln!("{}", String::from_utf8_lossy(&output.stderr));
        fail("building calendar-component failed, see above");
    }
    let wasm = folder.join(TARGET).join("component").join("calendar_component.wasm");
    if !wasm.is_file() {
        fail(&format!("calendar-component built no {}", wasm.display()));
    }
    wasm
}

/// `<target>/component-build`: three levels above `<target>/<profile>/build/<package>/out`, and
/// one more when the host itself is cross-compiled; shared by all profiles.
fn target_folder() -> PathBuf {
    let out = variable("OUT_DIR");
    let root = out
        .ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file() || folder.join(".rustc_info.json").is_file());
    root.unwrap_or(&out).join("component-build")
}

/// A command without what the outer cargo set for the host: flags, wrappers, target folder.
fn clean(mut command: Command) -> Command {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let keep = ["CARGO_HOME", "CARGO_NET_OFFLINE", "CARGO_TERM_COLOR"].contains(&text.as_ref())
            || ["CARGO_REGISTRIES_", "CARGO_REGISTRY_", "CARGO_HTTP_", "CARGO_NET_", "CARGO_SOURCE_"]
                .iter()
                .any(|prefix| text.starts_with(prefix));
        let inherited = text.starts_with("CARGO")
            || [
                "RUSTFLAGS",
                "RUSTC",
                "RUSTC_WRAPPER",
                "RUSTC_WORKSPACE_WRAPPER",
                "RUSTC_LINKER",
                "RUSTDOC",
                "CLIPPY_ARGS",
            ]
            .contains(&text.as_ref())
            || ["TARGET", "HOST", "OUT_DIR", "OPT_LEVEL", "PROFILE", "DEBUG", "NUM_JOBS"].contains(&text.as_ref());
        if inherited && !keep {
            command.env_remove(&name);
        }
    }
    command
}

fn ensure_target() {
    let hint = format!("the target {TARGET} is missing: run `rustup target add {TARGET}`");
    if has_target() {
        return;
    }
    let added = Command::new("rustup").args(["target", "add", TARGET]).output();
    if !added.is_ok_and(|output| output.status.success()) || !has_target() {
        fail(&hint);
    }
}

/// Whether the compiler's folder holds the target's libraries.
fn has_target() -> bool {
    let output = clean(Command::new(variable("RUSTC"))).args(["--print", "target-libdir", "--target", TARGET]).output();
    output.is_ok_and(|output| {
        output.status.success() && Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir()
    })
}

fn variable(name: &str) -> PathBuf {
    env::var_os(name).map_or_else(|| fail(&format!("{name} is not set; cargo sets it")), PathBuf::from)
}

fn fail(message: &str) -> ! {
    println!("cargo::error={message}");
    std::process::exit(1);
}
