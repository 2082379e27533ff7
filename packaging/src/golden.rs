//! What each artifact imports and exports, as it was accepted: `tests/embed/golden/<name>.wit`.

use std::fs;
use std::path::Path;

use anyhow::Context;

use crate::artifact::Artifact;

/// What differs from the accepted interfaces.
pub fn check(folder: &Path, artifacts: &[Artifact]) -> anyhow::Result<Vec<String>> {
    let mut faults = Vec::new();
    for artifact in artifacts {
        let path = folder.join(format!("{}.wit", artifact.name));
        let accepted = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        faults.extend(differences(&accepted, &artifact.world).map(|line| format!("{}.wasm: {line}", artifact.name)));
    }
    Ok(faults)
}

/// Lines that came or went, each with its sign.
fn differences(accepted: &str, present: &str) -> impl Iterator<Item = String> {
    let missing = |line: &&str, from: &str| !from.lines().any(|other| other == *line);
    let went = accepted.lines().filter(|line| missing(line, present)).map(|line| format!("- {}", line.trim()));
    let came = present.lines().filter(|line| missing(line, accepted)).map(|line| format!("+ {}", line.trim()));
    went.chain(came).collect::<Vec<_>>().into_iter()
}

/// Accepts the present interfaces.
pub fn accept(folder: &Path, artifacts: &[Artifact]) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    for artifact in artifacts {
        fs::write(folder.join(format!("{}.wit", artifact.name)), &artifact.world)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_import_and_a_lost_export_are_named() {
        let accepted = "world root {\n  import a:b/c;\n\n  export f: func();\n}\n";
        let present = "world root {\n  import a:b/c;\n  import wasi:sockets/tcp@0.2.12;\n}\n";
        let found: Vec<String> = differences(accepted, present).collect();
        assert_eq!(found, ["- ", "- export f: func();", "+ import wasi:sockets/tcp@0.2.12;"]);
        assert_eq!(differences(accepted, accepted).count(), 0);
    }

    const PORTABLE: &str = include_str!("../../tests/embed/golden/calendar-portable.wit");
    const TOOLS: &str = include_str!("../../tests/embed/golden/calendar-tools.wit");

    /// What is imported and has something to call: the types of our own packages have not.
    fn imports(world: &str) -> Vec<&str> {
        let names = world.lines().filter_map(|line| line.trim().strip_prefix("import "));
        names.filter(|name| !(name.starts_with("calendar:") && name.contains("/types@"))).collect()
    }

    #[test]
    fn what_needs_no_host_imports_stable_wasi_and_nothing_else() {
        for world in [PORTABLE, TOOLS] {
            assert!(imports(world).len() > 10);
            for name in imports(world) {
                assert!(name.starts_with("wasi:") && name.contains("@0.2."), "{name}");
            }
        }
    }

    #[test]
    fn the_world_of_the_tools_is_flat_and_every_function_is_described() {
        let lines: Vec<&str> = TOOLS.lines().map(str::trim).collect();
        let code = lines.iter().filter(|line| !line.starts_with("///"));
        let words = code.flat_map(|line| line.split(|letter: char| !letter.is_alphanumeric() && letter != '-'));
        for word in words {
            let deep = ["flags", "resource", "own", "borrow", "tuple", "variant", "u64", "s64", "interface"];
            assert!(!deep.contains(&word), "{word}");
        }
        let exports: Vec<usize> =
            lines.iter().enumerate().filter(|(_, line)| line.starts_with("export ")).map(|(at, _)| at).collect();
        assert_eq!(exports.len(), 12);
        for at in exports {
            assert!(lines[at].contains(": func("), "at world level: {}", lines[at]);
            assert!(lines[at - 1].starts_with("///"), "described: {}", lines[at]);
            assert!(!lines[at].contains("user"), "nobody chooses whose calendar it is: {}", lines[at]);
        }
    }
}
