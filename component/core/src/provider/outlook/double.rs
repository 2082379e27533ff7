//! For tests: a Graph that answers by script, on top of `crate::scripted`. Not in any build.

use std::cell::RefCell;
use std::rc::Rc;

use serde_json::{Value, json};

use crate::account::{CalendarId, Provider};
use crate::calendar::{Access, Calendar};
use crate::http::request::{Method, Request};
use crate::http::response::{Response, TransportError};
use crate::schedule::interval::Interval;
use crate::scripted::{self, Stage};
use crate::session::Session;

pub use crate::scripted::block_on;

/// One answer, or why there is none.
pub type Outcome = Result<Response, TransportError>;

/// A scripted Graph with one connected account.
pub struct Graph {
    /// The world around it.
    pub stage: Stage,
}

impl Graph {
    /// The account, open for calls.
    pub fn session(&self) -> Session<'_> {
        self.stage.session(Provider::Outlook)
    }

    /// Connects the account with these scopes only.
    pub fn grant(&self, scopes: &[&str]) {
        let mut grant = scripted::grant(Provider::Outlook, scripted::START);
        grant.scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        self.stage.store(&grant);
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Request> {
        self.stage.http.requests()
    }

    /// The requests so far as `METHOD path`, without base and query.
    pub fn lines(&self) -> Vec<String> {
        let line = |request: &Request| {
            let path = request.url.split('?').next().unwrap_or_default();
            let path = path.strip_prefix("https://graph.microsoft.com/v1.0").unwrap_or(path);
            format!("{} {path}", request.method.as_str())
        };
        self.requests().iter().map(line).collect()
    }

    /// The body of the request with this number, counted from 0.
    pub fn sent(&self, number: usize) -> Value {
        self.stage.http.sent_json(number)
    }
}

/// An answer with a JSON body.
pub fn reply(status: u16, body: Value) -> Outcome {
    Ok(scripted::json(status, body))
}

/// A refusal in Graph's envelope.
pub fn refusal(status: u16, code: &str) -> Outcome {
    reply(status, json!({ "error": { "code": code, "message": "no" } }))
}

/// A success that says whatever it says.
pub fn raw(body: &str) -> Outcome {
    Ok(Response { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() })
}

/// No answer in time.
pub fn timeout() -> Outcome {
    Err(TransportError::Timeout("graph.microsoft.com:443".into()))
}

/// A Graph that answers each request with `answer`.
pub fn graph(answer: impl FnMut(&Request) -> Outcome + 'static) -> Graph {
    let stage = Stage::new();
    let answer = Rc::new(RefCell::new(answer));
    for method in [Method::Get, Method::Post, Method::Patch, Method::Delete] {
        let answer = answer.clone();
        stage.http.always(method, "", move |request: &Request| (answer.borrow_mut())(request));
    }
    Graph { stage }
}

/// A Graph that gives these answers in this order; one more request is a failed test.
pub fn in_order(replies: Vec<Outcome>) -> Graph {
    let stage = Stage::new();
    for reply in replies {
        stage.http.push(reply);
    }
    Graph { stage }
}

/// A calendar of its own, in Berlin, with Teams.
pub fn calendar(id: &str) -> Calendar {
    Calendar {
        account: scripted::account(Provider::Outlook),
        provider: Provider::Outlook,
        id: CalendarId::new(id),
        name: "Calendar".into(),
        time_zone: Some("Europe/Berlin".into()),
        access: Access::Owner,
        is_primary: true,
        is_selected: true,
        supports_video: true,
    }
}

/// A range of instants.
pub fn range(start: &str, end: &str) -> Interval {
    Interval::new(start.parse().unwrap(), end.parse().unwrap()).unwrap()
}

/// An event from 10:00 to 10:30 on 2026-06-10, UTC, with further or other members.
pub fn event(members: Value) -> Value {
    let mut event = json!({
        "@odata.etag": "W/\"1\"", "id": "AAMk1", "subject": "Demo", "showAs": "busy",
        "isAllDay": false, "isCancelled": false, "isOrganizer": true,
        "responseStatus": { "response": "organizer", "time": "0001-01-01T00:00:00Z" },
        "start": { "dateTime": "2026-06-10T10:00:00.0000000", "timeZone": "UTC" },
        "end": { "dateTime": "2026-06-10T10:30:00.0000000", "timeZone": "UTC" },
        "attendees": [], "originalStartTimeZone": "UTC",
    });
    for (name, value) in members.as_object().unwrap() {
        event[name] = value.clone();
    }
    event
}
