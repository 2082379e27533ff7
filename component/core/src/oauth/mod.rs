//! OAuth 2.0 as pure functions: RFC 6749 (authorization code), RFC 7636 (PKCE), RFC 8628 (device
//! authorization), RFC 7009 (revocation) and the claims of an OpenID id token, for Google and
//! Microsoft Entra ID.
//!
//! ```text
//! endpoint, scope, pkce, state -> authorization ─ browser ─> callback -> token -> id_token -> grant
//! endpoint, scope -> device ─ a person, elsewhere ─> polls ──────────────┘
//!                                                             fault: what a refusal means
//! ```
//!
//! No input or output, no clock, no randomness: those are arguments. The flow itself is
//! `op::authorization`; keeping a grant alive is `session`.

pub mod authorization;
pub mod callback;
pub mod claims;
pub mod device;
pub mod endpoint;
pub mod fault;
pub mod grant;
pub mod id_token;
pub mod pkce;
pub mod revocation;
pub mod scope;
pub mod state;
pub mod token;
