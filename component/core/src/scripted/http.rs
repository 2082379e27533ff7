//! Scripted HTTP.

use std::cell::RefCell;
use std::collections::VecDeque;

use chrono::TimeDelta;
use serde_json::Value;

use super::yield_once;
use crate::http::request::{Method, Request};
use crate::http::response::{Response, TransportError};
use crate::ports::{Http, Pending};

/// What a request comes to.
pub type Outcome = Result<Response, TransportError>;

/// An answer to be: a response, a transport error, or what a closure says.
pub enum Reply {
    /// This.
    Fixed(Outcome),
    /// What the closure makes of the request.
    Made(Box<dyn FnMut(&Request) -> Outcome>),
}

impl From<Response> for Reply {
    fn from(response: Response) -> Self {
        Reply::Fixed(Ok(response))
    }
}

impl From<TransportError> for Reply {
    fn from(error: TransportError) -> Self {
        Reply::Fixed(Err(error))
    }
}

impl From<Outcome> for Reply {
    fn from(outcome: Outcome) -> Self {
        Reply::Fixed(outcome)
    }
}

impl<F: FnMut(&Request) -> Outcome + 'static> From<F> for Reply {
    fn from(make: F) -> Self {
        Reply::Made(Box::new(make))
    }
}

impl Reply {
    fn play(&mut self, request: &Request) -> Outcome {
        match self {
            Reply::Fixed(outcome) => outcome.clone(),
            Reply::Made(make) => make(request),
        }
    }
}

struct Rule {
    method: Option<Method>,
    part: String,
    reply: Reply,
}

impl Rule {
    fn fits(&self, request: &Request) -> bool {
        self.method.is_none_or(|method| method == request.method) && request.url.contains(&self.part)
    }
}

/// Answers laid out beforehand. A request takes the first unused rule of [`Script::on`] or
/// [`Script::push`] that fits, else the newest lasting rule of [`Script::always`], else it panics.
#[derive(Default)]
pub struct Script {
    once: RefCell<VecDeque<Rule>>,
    lasting: RefCell<Vec<Rule>>,
    requests: RefCell<Vec<Request>>,
}

impl Script {
    /// Answers the next request, whatever it is.
    pub fn push(&self, reply: impl Into<Reply>) {
        let rule = Rule { method: None, part: String::new(), reply: reply.into() };
        self.once.borrow_mut().push_back(rule);
    }

    /// Answers one request with this method whose address contains `part`.
    pub fn on(&self, method: Method, part: &str, reply: impl Into<Reply>) {
        let rule = Rule { method: Some(method), part: part.to_owned(), reply: reply.into() };
        self.once.borrow_mut().push_back(rule);
    }

    /// Answers every such request that no unused rule fits.
    pub fn always(&self, method: Method, part: &str, reply: impl Into<Reply>) {
        let rule = Rule { method: Some(method), part: part.to_owned(), reply: reply.into() };
        self.lasting.borrow_mut().insert(0, rule);
    }

    /// Everything sent so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.requests.borrow().clone()
    }

    /// Everything sent so far, as `METHOD address`.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let line = |one: &Request| format!("{} {}", one.method.as_str(), one.url);
        self.requests.borrow().iter().map(line).collect()
    }

    /// How many sent addresses contain `part`.
    #[must_use]
    pub fn count(&self, part: &str) -> usize {
        self.requests.borrow().iter().filter(|one| one.url.contains(part)).count()
    }

    /// JSON body of the request number `index`.
    #[must_use]
    pub fn sent_json(&self, index: usize) -> Value {
        let requests = self.requests.borrow();
        serde_json::from_slice(requests[index].body.as_ref().unwrap()).unwrap()
    }

    /// Unused answers of [`Script::on`] and [`Script::push`].
    #[must_use]
    pub fn left(&self) -> usize {
        self.once.borrow().len()
    }

    fn answer(&self, request: &Request) -> Outcome {
        self.requests.borrow_mut().push(request.clone());
        let position = self.once.borrow().iter().position(|rule| rule.fits(request));
        let used = position.and_then(|index| self.once.borrow_mut().remove(index));
        if let Some(mut rule) = used {
            return rule.reply.play(request);
        }
        let mut lasting = self.lasting.borrow_mut();
        match lasting.iter_mut().find(|rule| rule.fits(request)) {
            Some(rule) => rule.reply.play(request),
            None => panic!("no answer is scripted for {} {}", request.method.as_str(), request.url),
        }
    }
}

impl Http for Script {
    /// The others of a join get a turn before the answer comes.
    fn send(&self, request: Request, _limit: TimeDelta) -> Pending<'_, Outcome> {
        Box::pin(async move {
            let outcome = self.answer(&request);
            yield_once().await;
            outcome
        })
    }
}

/// A JSON response.
#[must_use]
pub fn json(status: u16, body: Value) -> Response {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Response { status, headers, body: body.to_string().into_bytes() }
}

/// A response without a body.
#[must_use]
pub fn empty(status: u16) -> Response {
    Response { status, headers: Vec::new(), body: Vec::new() }
}

/// The response with one more header line.
#[must_use]
pub fn with_header(mut response: Response, name: &str, value: &str) -> Response {
    response.headers.push((name.to_owned(), value.to_owned()));
    response
}
