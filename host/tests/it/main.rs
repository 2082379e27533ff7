//! The library and the command line as their users meet them, in one program.

mod axum;
mod cli_cache;
mod cli_database;
mod cli_demo;
mod cli_device;
mod cli_errors;
mod cli_help;
mod cli_holds;
mod cli_keyring;
mod cli_keys;
mod cli_sandbox;
mod cli_slots_file;
mod cli_slots_files;
mod cli_support;
mod cli_user;
mod crash;
mod doctor;
mod embedding;
mod mcp;
mod mcp_support;
