//! Page tokens and sync tokens: opaque to clients, readable to us, bound to what they were given for.

use super::error::Outcome;
use super::query::invalid;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// Where the next page starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageToken {
    /// Items already given.
    pub offset: usize,
    /// Tick when the first page was made: what the sync token at the end will say.
    pub tick: u64,
    /// Fingerprint of the other parameters.
    pub of: String,
    /// Whether the empty page before the next items was given.
    pub emptied: bool,
}

/// What has been seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncToken {
    /// Changes up to this tick are known.
    pub tick: u64,
    /// Epoch of the calendar; an older one is dead.
    pub epoch: u64,
    /// Fingerprint of the parameters that must not change.
    pub of: String,
}

/// Writes a token.
pub fn write<T: Serialize>(token: &T) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(token).unwrap_or_default())
}

/// Reads a token.
pub fn read<T: for<'a> Deserialize<'a>>(text: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

/// Reads a page token given for these parameters, or starts at the first page.
///
/// # Errors
/// 400 for a token that was not given for them.
pub fn page(text: Option<&str>, of: &str, tick: u64) -> Outcome<PageToken> {
    match text {
        None => Ok(PageToken { offset: 0, tick, of: of.to_owned(), emptied: false }),
        Some(text) => read(text).filter(|token: &PageToken| token.of == of).ok_or_else(|| invalid("pageToken", text)),
    }
}

/// A page cut out of all items.
pub struct Page<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// Token of the next page; `None` on the last.
    pub next: Option<String>,
}

/// Cuts the page a token asks for. `empty_first` puts an empty page before every page with items.
pub fn cut<T>(items: Vec<T>, token: &PageToken, size: usize, empty_first: bool) -> Page<T> {
    let left = items.len().saturating_sub(token.offset);
    if empty_first && !token.emptied && left > 0 {
        let next = write(&PageToken { emptied: true, ..token.clone() });
        return Page { items: Vec::new(), next: Some(next) };
    }
    let more = left > size;
    let next = more.then(|| write(&PageToken { offset: token.offset + size, emptied: false, ..token.clone() }));
    Page { items: items.into_iter().skip(token.offset).take(size).collect(), next }
}
