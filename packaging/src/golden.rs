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
}
