//! The interface of a component as WIT text, and its descriptions as the custom section `package-docs`, which agent
//! runtimes show to a model.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, bail};
use wasm_encoder::{ComponentSection, CustomSection};
use wit_component::{DecodedWasm, WitPrinter};
use wit_parser::{Docs, PackageId, PackageMetadata, Resolve, WorldId, WorldItem};

/// What it imports and exports; the same with every package it mentions.
pub fn text(component: &[u8]) -> anyhow::Result<(String, String)> {
    let (resolve, package, _) = decode(component)?;
    let others: Vec<PackageId> = resolve.packages.iter().map(|(id, _)| id).filter(|id| *id != package).collect();
    let mut printer = WitPrinter::default();
    printer.print(&resolve, package, &[])?;
    let world = String::from(printer.output);
    let mut printer = WitPrinter::default();
    printer.print(&resolve, package, &others)?;
    Ok((world, String::from(printer.output)))
}

/// The component with the descriptions of the functions its world exports, taken from the WIT in `folders`, the last of
/// which holds the world.
pub fn with_docs(component: &[u8], folders: &[&Path]) -> anyhow::Result<Vec<u8>> {
    let mut source = Resolve::default();
    let mut last = None;
    for folder in folders {
        last = Some(source.push_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?.0);
    }
    let docs = last.map(|package| docs_of_functions(&source, package)).unwrap_or_default();

    let (mut resolve, package, world) = decode(component)?;
    for item in resolve.worlds[world].exports.values_mut() {
        if let WorldItem::Function(function) = item {
            function.docs =
                docs.get(&function.name).with_context(|| format!("{} is not described", function.name))?.clone();
        }
    }
    let data = PackageMetadata::extract(&resolve, package).encode()?;
    let mut described = component.to_vec();
    CustomSection { name: PackageMetadata::SECTION_NAME.into(), data: data.into() }.append_to_component(&mut described);
    Ok(described)
}

fn docs_of_functions(resolve: &Resolve, package: PackageId) -> HashMap<String, Docs> {
    let worlds = resolve.packages[package].worlds.values();
    let exports = worlds.flat_map(|world| resolve.worlds[*world].exports.values());
    let functions = exports.filter_map(|item| match item {
        WorldItem::Function(function) if function.docs.contents.is_some() => Some(function),
        _ => None,
    });
    functions.map(|function| (function.name.clone(), function.docs.clone())).collect()
}

fn decode(component: &[u8]) -> anyhow::Result<(Resolve, PackageId, WorldId)> {
    let DecodedWasm::Component(resolve, world) = wit_component::decode(component)? else {
        bail!("it is not a component")
    };
    let package = resolve.worlds[world].package.context("its world has no package")?;
    Ok((resolve, package, world))
}
