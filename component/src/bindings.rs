//! The generated side of `wit/`: records, imports, and the traits the exports implement.
#![allow(missing_docs, unsafe_code, reason = "generated code; the documentation is in wit/")]

wit_bindgen::generate!({
    world: "calendar",
    path: "../wit",
});

// A native library cannot link the symbol names of exports.
#[cfg(target_os = "wasi")]
use crate::exports::Component;
#[cfg(target_os = "wasi")]
export!(Component);
