//! The sandbox held against what the vendors document, in one program.

mod faults;
mod google_contract;
mod google_events;
mod google_free_busy;
mod google_guests;
mod google_lists;
mod microsoft_batch;
mod microsoft_contract;
mod microsoft_delta;
mod microsoft_errors;
mod microsoft_events;
mod microsoft_schedule;
mod microsoft_seed;
mod microsoft_series;
mod microsoft_support;
mod microsoft_transactions;
mod microsoft_view;
mod oauth_device;
mod oauth_entra;
mod oauth_google;
mod start;
mod support;
mod tls;
