//! The OData conventions Graph keeps: query options, `Prefer`, members in any case, filters, projections and pages.

pub mod body;
pub mod filter;
pub mod filter_syntax;
pub mod page;
pub mod prefer;
pub mod query;
pub mod shape;
