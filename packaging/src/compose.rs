//! Composition: one component's exports for another one's imports.

use anyhow::Context;
use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions};

/// `socket`, with every import that `plug` exports supplied by it.
pub fn plug(socket: &[u8], plug: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut graph = CompositionGraph::new();
    let mut register = |name: &str, bytes: &[u8]| {
        let package = Package::from_bytes(name, None, bytes.to_vec(), graph.types_mut())?;
        anyhow::Ok(graph.register_package(package)?)
    };
    let (plug, socket) = (register("calendar:plug", plug)?, register("calendar:socket", socket)?);
    wac_graph::plug(&mut graph, vec![plug], socket).context("nothing fits")?;
    graph.encode(EncodeOptions::default()).context("the composition cannot be written")
}
