//! The generated side of the world `tools`.
#![allow(
    missing_docs,
    unsafe_code,
    clippy::too_many_arguments,
    reason = "generated code; the documentation is in wit/"
)]

wit_bindgen::generate!({
    world: "calendar:tools/tools",
    path: ["../../wit", "wit"],
    generate_all,
    additional_derives: [PartialEq],
});

// A native library cannot link the symbol names of exports.
#[cfg(target_os = "wasi")]
use crate::exports::Tools;
#[cfg(target_os = "wasi")]
export!(Tools);
