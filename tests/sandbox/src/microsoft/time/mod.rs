//! Time as Graph writes it: zone names, `dateTimeTimeZone`, recurrence patterns and the digits of an availability view.

pub mod availability;
pub mod moment;
pub mod pattern;
pub mod range;
pub mod zone_names;
pub mod zones;
