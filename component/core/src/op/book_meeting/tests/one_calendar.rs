//! Google's calendar of one person, as far as booking touches it.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use serde_json::{Value, json};

use crate::http::request::Method;
use crate::http::response::TransportError;
use crate::scripted::{Stage, json};

/// What happens elsewhere at some moment.
type Happening = Box<dyn FnMut()>;

/// Google's calendar of one person, as far as booking touches it.
#[derive(Clone, Default)]
pub(in crate::op::book_meeting) struct OneCalendar {
    pub(in crate::op::book_meeting) events: Rc<RefCell<BTreeMap<String, Value>>>,
    /// Event creations whose answer is lost on the way back.
    pub(in crate::op::book_meeting) lost: Rc<Cell<u32>>,
    /// Whether somebody else is busy all week.
    pub(in crate::op::book_meeting) busy: Rc<Cell<bool>>,
    /// What others enter at the moment at which an event is created.
    pub(in crate::op::book_meeting) rivals: Rc<RefCell<Vec<Value>>>,
    /// So many more lists show the rivals; then they are gone. None = they stay.
    pub(in crate::op::book_meeting) rivals_leave_after: Rc<Cell<Option<u32>>>,
    /// What happens elsewhere once, after an event was created and before its answer.
    pub(in crate::op::book_meeting) on_create: Rc<RefCell<Option<Happening>>>,
    /// How the links of video calls are seen, one look after the other; null = a look that fails.
    pub(in crate::op::book_meeting) links: Rc<RefCell<VecDeque<Value>>>,
    /// What happens at each look at an event.
    pub(in crate::op::book_meeting) on_look: Rc<RefCell<Option<Happening>>>,
    /// No video calls are allowed.
    pub(in crate::op::book_meeting) is_plain: Rc<Cell<bool>>,
    /// Deletions so far, and whether they fail.
    pub(in crate::op::book_meeting) deletions: Rc<Cell<u32>>,
    pub(in crate::op::book_meeting) is_stuck: Rc<Cell<bool>>,
}

impl OneCalendar {
    pub(in crate::op::book_meeting) fn on(stage: &Stage) -> OneCalendar {
        let calendar = OneCalendar::default();
        let here = calendar.clone();
        stage.http.always(Method::Get, "/users/me/calendarList", move |_: &crate::http::request::Request| {
            let kinds = if here.is_plain.get() { json!([]) } else { json!(["hangoutsMeet"]) };
            Ok(json(
                200,
                json!({"kind": "calendar#calendarList", "items": [{"id": "ana@example.com", "summary": "Ana",
                "timeZone": "UTC", "accessRole": "owner", "primary": true, "selected": true,
                "conferenceProperties": {"allowedConferenceSolutionTypes": kinds}}]}),
            ))
        });
        let here = calendar.clone();
        stage.http.always(Method::Post, "/freeBusy", move |_: &crate::http::request::Request| {
            let busy = match here.busy.get() {
                true => json!([{"start": "2026-06-10T00:00:00Z", "end": "2026-06-12T00:00:00Z"}]),
                false => json!([]),
            };
            Ok(json(200, json!({"calendars": {"ana@example.com": {"busy": busy}}})))
        });
        let here = calendar.clone();
        stage.http.always(Method::Post, "/events", move |request: &crate::http::request::Request| {
            let mut event: Value = serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
            let id = event["id"].as_str().unwrap().to_owned();
            if here.events.borrow().contains_key(&id) {
                let error = json!({"error": {"code": 409, "errors": [{"reason": "duplicate"}]}});
                return Ok(json(409, error));
            }
            event["status"] = json!("confirmed");
            event["etag"] = json!("\"1\"");
            event["organizer"] = json!({"email": "ana@example.com", "self": true});
            if let Some(link) = here.links.borrow_mut().pop_front() {
                event["conferenceData"] = link;
            }
            here.events.borrow_mut().insert(id, event.clone());
            for rival in here.rivals.borrow().iter() {
                here.events.borrow_mut().insert(rival["id"].as_str().unwrap().to_owned(), rival.clone());
            }
            if let Some(mut happens) = here.on_create.borrow_mut().take() {
                happens();
            }
            if here.lost.get() > 0 {
                here.lost.set(here.lost.get() - 1);
                return Err(TransportError::Lost("google".into()));
            }
            Ok(json(200, event))
        });
        let here = calendar.clone();
        stage.http.always(Method::Get, "/events/", move |request: &crate::http::request::Request| {
            let path = request.url.split('?').next().unwrap();
            if let Some(happens) = here.on_look.borrow_mut().as_mut() {
                happens();
            }
            match here.events.borrow_mut().get_mut(path.rsplit('/').next().unwrap()) {
                Some(event) => {
                    match here.links.borrow_mut().pop_front() {
                        Some(Value::Null) => {
                            return Ok(json(403, json!({"error": {"code": 403, "errors": [{"reason": "forbidden"}]}})));
                        }
                        Some(link) => event["conferenceData"] = link,
                        None => {}
                    }
                    Ok(json(200, event.clone()))
                }
                None => Ok(json(404, json!({"error": {"code": 404, "errors": [{"reason": "notFound"}]}}))),
            }
        });
        let here = calendar.clone();
        stage.http.always(Method::Get, "/events?", move |_: &crate::http::request::Request| Ok(json(200, here.list())));
        let here = calendar.clone();
        stage.http.always(Method::Delete, "/events/", move |request: &crate::http::request::Request| {
            here.deletions.set(here.deletions.get() + 1);
            if here.is_stuck.get() {
                return Ok(json(503, json!({"error": {"code": 503, "errors": [{"reason": "backendError"}]}})));
            }
            let path = request.url.split('?').next().unwrap();
            // The id stays taken.
            here.events.borrow_mut().get_mut(path.rsplit('/').next().unwrap()).unwrap()["status"] = json!("cancelled");
            Ok(json(204, Value::Null))
        });
        calendar
    }

    fn list(&self) -> Value {
        if let Some(left) = self.rivals_leave_after.get() {
            self.rivals_leave_after.set(left.checked_sub(1));
            if left == 0 {
                for rival in self.rivals.borrow_mut().drain(..) {
                    self.events.borrow_mut().remove(rival["id"].as_str().unwrap());
                }
            }
        }
        json!({"items": self.events.borrow().values().collect::<Vec<_>>(), "timeZone": "UTC"})
    }

    pub(in crate::op::book_meeting) fn count(&self) -> usize {
        self.events.borrow().len()
    }
}
