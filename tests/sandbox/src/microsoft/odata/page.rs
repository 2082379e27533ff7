//! Pages: how many items one answer holds, and the token that continues after it. The token is opaque to callers.

use crate::microsoft::error::GraphError;
use crate::microsoft::switches::Switches;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Items already given.
    pub offset: usize,
    /// Page size chosen by the first request.
    pub size: usize,
    /// Whether the empty page due here, if any, was given.
    pub after_empty: bool,
}

/// One page out of a whole list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, possibly none although more follow.
    pub items: Vec<T>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Place>,
}

impl Place {
    /// The first place: the size asked for, else the server's, never above the server's limit.
    pub fn first(top: Option<usize>, preferred: Option<usize>, skip: usize, switches: &Switches) -> Self {
        let size = top.or(preferred).unwrap_or(switches.page_size).min(switches.page_limit).max(1);
        Self { offset: skip, size, after_empty: false }
    }

    /// Reads a token made by `token`.
    ///
    /// # Errors
    /// 400 for anything else.
    pub fn from_token(text: &str) -> Result<Self, GraphError> {
        let refuse = || GraphError::bad("ErrorInvalidUrlQuery", "The skip token is not valid.");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| refuse())?;
        let place: Self = serde_json::from_slice(&bytes).map_err(|_| refuse())?;
        if place.size == 0 { Err(refuse()) } else { Ok(place) }
    }

    /// The token that continues here.
    pub fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Cuts the page that begins here.
    pub fn cut<T>(self, all: Vec<T>, empty_pages: bool) -> Page<T> {
        let more = all.len() > self.offset;
        if empty_pages && more && !self.after_empty {
            return Page { items: Vec::new(), next: Some(Self { after_empty: true, ..self }) };
        }
        let end = self.offset.saturating_add(self.size);
        let next = (all.len() > end).then_some(Self { offset: end, size: self.size, after_empty: false });
        Page { items: all.into_iter().skip(self.offset).take(self.size).collect(), next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(mut place: Place, total: usize, empty: bool) -> Vec<usize> {
        let mut sizes = Vec::new();
        loop {
            let page = place.cut((0..total).collect(), empty);
            sizes.push(page.items.len());
            match page.next {
                Some(next) => place = Place::from_token(&next.token()).unwrap(),
                None => return sizes,
            }
        }
    }

    #[test]
    fn pages_cover_everything_once() {
        let place = Place::first(Some(2), None, 0, &Switches::default());
        assert_eq!(walk(place, 5, false), [2, 2, 1]);
        assert_eq!(walk(place, 4, false), [2, 2]);
        assert_eq!(walk(place, 0, false), [0]);
    }

    #[test]
    fn empty_pages_come_before_each_full_one() {
        let place = Place::first(Some(2), None, 0, &Switches::default());
        assert_eq!(walk(place, 3, true), [0, 2, 0, 1]);
    }

    #[test]
    fn the_size_is_what_was_asked_for_within_the_servers_limit() {
        let switches = Switches { page_size: 10, page_limit: 3, ..Switches::default() };
        assert_eq!(Place::first(Some(50), None, 0, &switches).size, 3);
        assert_eq!(Place::first(None, Some(2), 0, &switches).size, 2);
        assert!(Place::from_token("rubbish").is_err());
    }
}
