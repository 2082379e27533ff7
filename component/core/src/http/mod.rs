//! HTTP as plain data: requests and responses, addresses built from encoded parts, and the one
//! decision whether to try again. Not here: sending (a port), and what a vendor's status means.

pub mod date;
pub mod exchange;
pub mod request;
pub mod response;
pub mod retry;
pub mod url;
