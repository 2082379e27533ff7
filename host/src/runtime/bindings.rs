//! The Rust side of the world `calendar`, generated from the WIT files; nothing else.
#![allow(missing_docs, unsafe_code, clippy::all, reason = "generated; the WIT files are the documentation")]

wasmtime::component::bindgen!({
    path: "../wit",
    world: "calendar",
    imports: { default: async | trappable },
    exports: { default: async },
    additional_derives: [PartialEq, Eq, Clone],
    with: { "calendar:scheduling/types": crate::runtime::vocabulary },
});
