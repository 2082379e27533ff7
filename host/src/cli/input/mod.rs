//! From words on the command line to the host's records. Refuses what it would have to guess; every refusal names
//! the option and says what to write instead.

pub mod busy;
pub mod date;
pub mod files;
pub mod hours;
pub mod limit;
pub mod minutes;
pub mod range;
pub mod rules;
pub mod search;
pub mod selection;
pub mod since;
pub mod status;
pub mod when;
pub mod zone;
