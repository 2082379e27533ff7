//! Collections, page by page, along `@odata.nextLink`. A page may be empty and still have a
//! successor. Not here: what the items mean.
//!
//! <https://learn.microsoft.com/graph/paging>

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{fault, request};
use crate::error::Error;
use crate::http::response::Response;
use crate::http::url::origin;
use crate::session::Session;

/// More pages than any mailbox needs: beyond it the service is going round in circles.
const MAX_PAGES: usize = 500;

#[derive(Deserialize)]
struct Page<T> {
    value: Vec<T>,
    #[serde(rename = "@odata.nextLink")]
    next_link: Option<String>,
}

/// A collection being read.
pub struct Pages<'a, 'w> {
    session: &'a Session<'w>,
    what: String,
    body: request::Body,
    next: Option<String>,
    first: Option<Response>,
    seen: Vec<String>,
}

impl<'a, 'w> Pages<'a, 'w> {
    /// The collection that begins at `url`; `what` names it in errors.
    #[must_use]
    pub fn new(session: &'a Session<'w>, what: &str, url: String, body: request::Body) -> Self {
        Self { session, what: what.to_owned(), body, next: Some(url), first: None, seen: Vec::new() }
    }

    /// The collection whose first page was read already, as part of a batch.
    #[must_use]
    pub fn begun(mut self, first: Option<Response>) -> Self {
        self.first = first;
        self
    }

    /// The next page's items; none = that was the last page.
    ///
    /// # Errors
    /// Whatever made the page unreadable; `Protocol` for a link that leaves the configured API's
    /// origin, that was followed already, or that comes after too many others.
    pub async fn next<T: DeserializeOwned>(&mut self) -> Result<Option<Vec<T>>, Error> {
        let Some(url) = self.next.take() else { return Ok(None) };
        let response = match self.first.take() {
            Some(response) if response.is_success() => response,
            Some(response) => return Err(fault::error(&self.what, &response)),
            None => request::read(self.session, &self.what, url.clone(), self.body).await?,
        };
        let page: Page<T> = fault::body(&self.what, &response)?;
        self.seen.push(url);
        if let Some(link) = page.next_link {
            self.next = Some(self.checked(link)?);
        }
        Ok(Some(page.value))
    }

    /// All items of all pages.
    ///
    /// # Errors
    /// As [`Pages::next`]; never a part of the collection.
    pub async fn all<T: DeserializeOwned>(mut self) -> Result<Vec<T>, Error> {
        let mut items = Vec::new();
        while let Some(page) = self.next().await? {
            items.extend(page);
        }
        Ok(items)
    }

    fn checked(&self, link: String) -> Result<String, Error> {
        let protocol = |reason| Err(fault::protocol(&self.what, reason));
        let origin_of_link = origin(&link);
        if origin_of_link.is_none() || origin_of_link != origin(self.session.api()) {
            return protocol("has a next link that leads to another server");
        }
        if self.seen.contains(&link) {
            return protocol("has a next link that was followed already");
        }
        if self.seen.len() >= MAX_PAGES {
            return protocol("has more pages than are read");
        }
        Ok(link)
    }
}
