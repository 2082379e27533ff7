//! The generated side of `wit/` and of the adapter's own world. The records of the ledger are written to the file
//! as they are: what a later version adds is optional there.
#![allow(missing_docs, unsafe_code, reason = "generated code; the documentation is in wit/")]

wit_bindgen::generate!({
    world: "calendar:portable/portable",
    path: ["../../wit", "wit"],
    generate_all,
    additional_derives: [PartialEq, Clone, serde::Serialize, serde::Deserialize],
});

// A native library cannot link the symbol names of exports.
#[cfg(target_os = "wasi")]
use crate::exports::Adapter;
#[cfg(target_os = "wasi")]
export!(Adapter);
