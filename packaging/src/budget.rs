//! How large each artifact may be: `tests/embed/golden/sizes.json`, in bytes. Growing by more than 5 % is a fault.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::artifact::Artifact;

const FILE: &str = "sizes.json";

/// The accepted sizes of an artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Sizes {
    raw: usize,
    gzip: usize,
}

impl Sizes {
    fn of(artifact: &Artifact) -> Self {
        Self { raw: artifact.bytes.len(), gzip: artifact.gzip }
    }
}

/// What has grown too large.
pub fn check(folder: &Path, artifacts: &[Artifact]) -> anyhow::Result<Vec<String>> {
    let path = folder.join(FILE);
    let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let accepted: BTreeMap<String, Sizes> =
        serde_json::from_str(&text).with_context(|| format!("{}", path.display()))?;
    let mut faults = Vec::new();
    for artifact in artifacts {
        match accepted.get(artifact.name) {
            Some(sizes) => faults.extend(excess(artifact.name, *sizes, Sizes::of(artifact))),
            None => faults.push(format!("{}.wasm has no accepted size in {FILE}", artifact.name)),
        }
    }
    Ok(faults)
}

fn excess(name: &str, accepted: Sizes, present: Sizes) -> Vec<String> {
    let pairs = [("raw", accepted.raw, present.raw), ("gzip", accepted.gzip, present.gzip)];
    let grown = pairs.into_iter().filter(|(_, accepted, present)| *present > accepted + accepted / 20);
    grown.map(|(what, from, to)| format!("{name}.wasm grew by more than 5 %: {from} -> {to} bytes {what}")).collect()
}

/// Accepts the present sizes.
pub fn accept(folder: &Path, artifacts: &[Artifact]) -> anyhow::Result<()> {
    let sizes: BTreeMap<&str, Sizes> = artifacts.iter().map(|artifact| (artifact.name, Sizes::of(artifact))).collect();
    fs::write(folder.join(FILE), serde_json::to_string_pretty(&sizes)? + "\n")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_per_cent_is_allowed_and_one_byte_more_is_not() {
        let accepted = Sizes { raw: 1000, gzip: 400 };
        assert!(excess("a", accepted, Sizes { raw: 1050, gzip: 420 }).is_empty());
        assert!(excess("a", accepted, Sizes { raw: 10, gzip: 10 }).is_empty());
        let faults = excess("a", accepted, Sizes { raw: 1051, gzip: 421 });
        assert_eq!(
            faults,
            [
                "a.wasm grew by more than 5 %: 1000 -> 1051 bytes raw",
                "a.wasm grew by more than 5 %: 400 -> 421 bytes gzip"
            ]
        );
    }
}
