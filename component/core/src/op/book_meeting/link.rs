//! The video link of a meeting just booked: both providers make it some seconds after the event, and the booking stands
//! whatever becomes of it. Waited for when everything else is done. Not here: asking for it (`provider::create`).

use chrono::TimeDelta;

use super::attempt::Attempt;
use crate::booking::Reservation;
use crate::meeting::{Conferencing, Meeting};
use crate::provider;
use crate::session::Session;

/// Waits before each look.
const WAITS: [TimeDelta; 3] = [TimeDelta::seconds(1), TimeDelta::seconds(2), TimeDelta::seconds(4)];

impl Attempt<'_, '_> {
    /// Looks for a link in the making, as far as the deadline allows, and says how it stands. A failed look changes
    /// nothing; the version follows what was seen last.
    pub(super) async fn await_link(&self, reservation: &Reservation, mut meeting: Meeting) -> Meeting {
        for wait in WAITS {
            if meeting.conferencing != Conferencing::Pending || self.world.clock.now() + wait >= self.world.deadline {
                break;
            }
            self.world.clock.sleep(wait).await;
            if let Ok(seen) = provider::get(self.session, &self.calendar.id, &meeting.event_id).await {
                meeting = Meeting { conferencing: seen.conferencing, etag: seen.etag.or(meeting.etag), ..meeting };
                if matches!(meeting.conferencing, Conferencing::Ready(_)) {
                    // The ledger knows the meeting already; without its link it is not wrong.
                    let _ = self.commit(reservation, &meeting);
                }
            }
        }
        if self.request.video && meeting.conferencing == Conferencing::None {
            meeting.conferencing = missing(self.calendar.supports_video);
        }
        meeting
    }
}

/// Why there is no link although one was asked for.
fn missing(supports_video: bool) -> Conferencing {
    if supports_video { Conferencing::Failed } else { Conferencing::Unsupported }
}

/// The same of a meeting that was booked earlier, with a link.
pub(super) async fn explained(session: &Session<'_>, meeting: Meeting) -> Meeting {
    if meeting.conferencing != Conferencing::None {
        return meeting;
    }
    let calendars = provider::calendars(session).await.unwrap_or_default();
    let supports_video = calendars.iter().find(|one| one.id == meeting.calendar).is_none_or(|one| one.supports_video);
    Meeting { conferencing: missing(supports_video), ..meeting }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::tests::{request, stage};
    use super::super::{BookingRequest, book_meeting};
    use super::*;
    use crate::booking::BookingState;
    use crate::http::request::Method;
    use crate::ports::Clock;
    use crate::scripted::{START, block_on, user};

    fn made(code: &str) -> Value {
        json!({"createRequest": {"requestId": "r", "status": {"statusCode": code}}})
    }

    fn ready() -> Value {
        let entry = json!({"entryPointType": "video", "uri": "https://meet.google.com/x"});
        json!({"entryPoints": [entry], "createRequest": {"status": {"statusCode": "success"}}})
    }

    fn link() -> Conferencing {
        Conferencing::Ready("https://meet.google.com/x".to_owned())
    }

    /// Books with a link that is seen like this, the first time in the answer to the creation; null = a look that fails.
    /// The state of the link, what the ledger keeps of it, and how many seconds that took.
    fn book(seconds: i64, looks: Vec<Value>) -> (Conferencing, Option<String>, i64) {
        let (mut stage, calendar) = stage();
        stage.deadline = START + TimeDelta::seconds(seconds);
        calendar.links.borrow_mut().extend(looks);
        let request = BookingRequest { video: true, ..request("Demo") };
        let meeting = block_on(book_meeting(stage.world(), &user(), &request)).unwrap();
        assert!(calendar.links.borrow().is_empty());
        let kept = stage.bookings.all().remove(0);
        assert_eq!(kept.state, BookingState::Committed);
        let took = (stage.clock.now() - START).num_seconds();
        (meeting.conferencing, kept.event.unwrap().conferencing_link, took)
    }

    #[test]
    fn a_link_is_waited_for_as_long_as_it_is_worth_it() {
        let (pending, lost) = (|| made("pending"), || Value::Null);
        for (deadline, looks, expected, took) in [
            (60, vec![ready()], link(), 0),
            (60, vec![pending(), ready()], link(), 1),
            (60, vec![pending(), pending(), ready()], link(), 3),
            (60, vec![pending(), lost(), ready()], link(), 3),
            (60, vec![pending(), pending(), pending(), ready()], link(), 7),
            (60, vec![pending(), pending(), pending(), pending()], Conferencing::Pending, 7),
            (60, vec![pending(), made("failure")], Conferencing::Failed, 1),
            (60, vec![made("failure")], Conferencing::Failed, 0),
            // Google left the request out: no link will come.
            (60, vec![json!({})], Conferencing::Failed, 0),
            // Not past the deadline.
            (1, vec![pending()], Conferencing::Pending, 0),
            (3, vec![pending(), pending()], Conferencing::Pending, 1),
        ] {
            let kept = (expected == link()).then(|| "https://meet.google.com/x".to_owned());
            assert_eq!(book(deadline, looks.clone()), (expected, kept, took), "{looks:?}");
        }
    }

    #[test]
    fn a_calendar_without_links_is_booked_without_one() {
        let (stage, calendar) = stage();
        calendar.is_plain.set(true);
        let request = BookingRequest { video: true, ..request("Demo") };
        for _ in 0..2 {
            let meeting = block_on(book_meeting(stage.world(), &user(), &request)).unwrap();
            assert_eq!(meeting.conferencing, Conferencing::Unsupported);
        }
    }

    #[test]
    fn a_link_that_could_not_be_made_has_not_been_made_the_next_time_either() {
        let (stage, calendar) = stage();
        calendar.links.borrow_mut().extend([json!({}), json!({})]);
        let request = BookingRequest { video: true, ..request("Demo") };
        for _ in 0..2 {
            let meeting = block_on(book_meeting(stage.world(), &user(), &request)).unwrap();
            assert_eq!(meeting.conferencing, Conferencing::Failed);
        }
    }

    #[test]
    fn the_meeting_is_read_back_and_recorded_before_its_link_is_waited_for() {
        let (stage, calendar) = stage();
        calendar.links.borrow_mut().extend([made("pending"), ready()]);
        let seen = stage.bookings.clone();
        let when_looked = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
        *calendar.on_look.borrow_mut() = Some(Box::new({
            let when_looked = when_looked.clone();
            move || when_looked.borrow_mut().push(seen.all().remove(0).state)
        }));
        let request = BookingRequest { video: true, ..request("Demo") };
        block_on(book_meeting(stage.world(), &user(), &request)).unwrap();
        assert_eq!(*when_looked.borrow(), [BookingState::Committed]);
        let asked = stage.http.requests();
        let created = asked.iter().position(|one| one.method == Method::Post && one.url.contains("/events")).unwrap();
        assert!(asked[created + 1].url.contains("/events?"), "read back at once: {}", asked[created + 1].url);
    }
}
