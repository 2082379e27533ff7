//! The slot engine against its specification, an oracle and its properties, in one program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod schedule_answer_properties;
mod schedule_bounds;
mod schedule_examples;
mod schedule_group_oracle;
mod schedule_group_properties;
mod schedule_groups;
mod schedule_limit_examples;
mod schedule_peer;
mod schedule_properties;
mod schedule_round_robin;
mod schedule_support;
mod schedule_zone_examples;
mod schedule_zones;
