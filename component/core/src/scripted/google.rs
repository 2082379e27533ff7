//! A Google whose calendars hold events, as far as reading, checking and booking touch it. Times
//! are UTC; freeBusy.query leaves out what Google leaves out.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Value, json};

use super::Stage;
use super::http::{Outcome, json as answer};
use crate::http::request::{Method, Request};

/// One calendar, in the words of `calendarList`.
#[derive(Clone, Copy)]
pub struct Listed {
    /// Its id, which needs no escaping in an address.
    pub id: &'static str,
    /// `owner`, `reader`, `freeBusyReader`.
    pub role: &'static str,
    /// Shown by the user, so that it counts.
    pub is_selected: bool,
}

/// Events by calendar and id.
type Events = BTreeMap<(String, String), Value>;

/// The calendars and what is in them.
#[derive(Clone)]
pub struct Google {
    listed: Rc<Vec<Listed>>,
    events: Rc<RefCell<Events>>,
}

impl Google {
    /// Answers every request to Google from now on. The first calendar is the primary one.
    pub fn on(stage: &Stage, listed: &[Listed]) -> Google {
        let google = Google { listed: Rc::new(listed.to_vec()), events: Rc::default() };
        for method in [Method::Get, Method::Post, Method::Patch] {
            let here = google.clone();
            stage.http.always(method, "/calendar/v3/", move |request: &Request| here.answer(request));
        }
        google
    }

    /// Puts an event into a calendar, from and to an instant, or a date, with further members.
    pub fn add(&self, calendar: &str, id: &str, (from, to): (&str, &str), members: Value) {
        let time = |text: &str| match text.len() {
            10 => json!({"date": text}),
            _ => json!({"dateTime": text}),
        };
        let mut event = json!({"id": id, "etag": "\"1\"", "status": "confirmed", "start": time(from), "end": time(to)});
        for (name, value) in members.as_object().unwrap() {
            event[name] = value.clone();
        }
        self.events.borrow_mut().insert((calendar.into(), id.into()), event);
    }

    /// The starts of a calendar's events, sorted.
    #[must_use]
    pub fn starts(&self, calendar: &str) -> Vec<String> {
        let mut starts: Vec<_> =
            self.of(calendar).iter().map(|one| one["start"]["dateTime"].as_str().unwrap().to_owned()).collect();
        starts.sort();
        starts
    }

    fn of(&self, calendar: &str) -> Vec<Value> {
        let events = self.events.borrow();
        events.iter().filter(|((of, _), _)| of == calendar).map(|(_, event)| event.clone()).collect()
    }

    fn answer(&self, request: &Request) -> Outcome {
        let path = request.url.split('?').next().unwrap();
        let (_, path) = path.split_once("/calendar/v3/").unwrap();
        let parts: Vec<_> = path.split('/').collect();
        let body = || serde_json::from_slice::<Value>(request.body.as_deref().unwrap()).unwrap();
        Ok(match (request.method, parts.as_slice()) {
            (Method::Get, ["users", "me", "calendarList"]) => answer(200, self.list()),
            (Method::Post, ["freeBusy"]) => answer(200, self.free_busy(&body())),
            (Method::Get, ["calendars", id, "events"]) => answer(200, json!({"items": self.of(id), "timeZone": "UTC"})),
            (Method::Get, ["calendars", id, "events", event]) => {
                match self.events.borrow().get(&((*id).to_owned(), (*event).to_owned())) {
                    Some(event) => answer(200, event.clone()),
                    None => answer(404, json!({"error": {"code": 404, "errors": [{"reason": "notFound"}]}})),
                }
            }
            (Method::Post, ["calendars", id, "events"]) => self.insert(id, body()),
            (Method::Patch, ["calendars", id, "events", event]) => self.patch(id, event, body()),
            _ => panic!("Google does not know {} {path}", request.method.as_str()),
        })
    }

    fn list(&self) -> Value {
        let item = |(index, one): (usize, &Listed)| {
            json!({"id": one.id, "summary": one.id, "timeZone": "UTC", "accessRole": one.role,
                "primary": index == 0, "selected": one.is_selected})
        };
        json!({"items": self.listed.iter().enumerate().map(item).collect::<Vec<_>>()})
    }

    fn free_busy(&self, asked: &Value) -> Value {
        let takes_time = |event: &Value| {
            let mut guests = event["attendees"].as_array().into_iter().flatten();
            event["status"] != "cancelled"
                && event["transparency"] != "transparent"
                && event["eventType"] != "workingLocation"
                && !guests.any(|one| one["self"] == true && one["responseStatus"] == "declined")
        };
        let instant = |time: &Value| match time["date"].as_str() {
            Some(date) => json!(format!("{date}T00:00:00Z")),
            None => time["dateTime"].clone(),
        };
        let period = |event: &Value| json!({"start": instant(&event["start"]), "end": instant(&event["end"])});
        let mut calendars = json!({});
        for item in asked["items"].as_array().unwrap() {
            let id = item["id"].as_str().unwrap();
            let busy: Vec<_> = self.of(id).iter().filter(|one| takes_time(one)).map(period).collect();
            calendars[id] = json!({"busy": busy});
        }
        json!({ "calendars": calendars })
    }

    fn patch(&self, calendar: &str, id: &str, changes: Value) -> crate::http::response::Response {
        let mut events = self.events.borrow_mut();
        let event = events.get_mut(&(calendar.to_owned(), id.to_owned())).unwrap();
        for (name, value) in changes.as_object().unwrap() {
            event[name] = value.clone();
        }
        answer(200, event.clone())
    }

    fn insert(&self, calendar: &str, mut event: Value) -> crate::http::response::Response {
        let key = (calendar.to_owned(), event["id"].as_str().unwrap().to_owned());
        if self.events.borrow().contains_key(&key) {
            return answer(409, json!({"error": {"code": 409, "errors": [{"reason": "duplicate"}]}}));
        }
        event["status"] = json!("confirmed");
        event["etag"] = json!("\"1\"");
        event["organizer"] = json!({"email": "ana@example.com", "self": true});
        self.events.borrow_mut().insert(key, event.clone());
        answer(200, event)
    }
}
