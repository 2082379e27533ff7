//! One file of `dist/`: its bytes and what is said about them.

use std::fmt::{self, Write};
use std::fs;
use std::path::Path;

use anyhow::Context;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::interface;

/// A component to ship.
pub struct Artifact {
    /// Its name, without `.wasm`.
    pub name: &'static str,
    /// The component.
    pub bytes: Vec<u8>,
    /// Size when packed by gzip.
    pub gzip: usize,
    /// Of the bytes, hexadecimal.
    pub sha256: String,
    /// What it imports and exports, as WIT.
    pub world: String,
    /// The same with every package it mentions.
    pub interface: String,
}

impl Artifact {
    /// Measures and describes a component.
    pub fn new(name: &'static str, bytes: Vec<u8>) -> anyhow::Result<Self> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        std::io::Write::write_all(&mut packer, &bytes)?;
        let gzip = packer.finish()?.len();
        let mut sha256 = String::new();
        for byte in Sha256::digest(&bytes) {
            write!(sha256, "{byte:02x}")?;
        }
        let (world, interface) = interface::text(&bytes).with_context(|| format!("{name} cannot be read"))?;
        Ok(Self { name, bytes, gzip, sha256, world, interface })
    }

    /// Writes component and interface.
    pub fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let write = |extension: &str, bytes: &[u8]| {
            let path = folder.join(format!("{}.{extension}", self.name));
            fs::write(&path, bytes).with_context(|| format!("{} cannot be written", path.display()))
        };
        write("wasm", &self.bytes)?;
        write("wit", self.interface.as_bytes())
    }
}

impl fmt::Display for Artifact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = format!("{}.wasm", self.name);
        let [raw, gzip] = [self.bytes.len(), self.gzip].map(|size| size.div_ceil(1000));
        write!(f, "{name:<23} {raw:>5} KB {gzip:>5} KB gzip  sha256 {}", self.sha256)
    }
}
