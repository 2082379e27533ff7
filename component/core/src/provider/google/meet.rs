//! The Meet link of an event just booked: Google makes it after the event. Not here: asking for it
//! (`insertion`), and later looks at it (`events::get`).

use chrono::TimeDelta;

use super::events;
use crate::calendar::Calendar;
use crate::meeting::{Conferencing, Meeting, NewEvent};
use crate::oauth::scope::Feature;
use crate::session::Session;

/// Waits between looks at a link in the making.
const WAITS: [TimeDelta; 3] = [TimeDelta::seconds(1), TimeDelta::seconds(2), TimeDelta::seconds(4)];

/// Waits a little for the link, inside the deadline, and says how it stands. The booking stands
/// whatever becomes of the link.
pub async fn settle(session: &Session<'_>, calendar: &Calendar, event: &NewEvent, mut meeting: Meeting) -> Meeting {
    let world = session.world();
    for wait in WAITS {
        if meeting.conferencing != Conferencing::Pending || world.clock.now() + wait >= world.deadline {
            break;
        }
        world.clock.sleep(wait).await;
        let read = events::read(session, &calendar.id, &meeting.event_id, Feature::WriteEvents);
        match read.await {
            Ok(fresh) => meeting = fresh.meeting,
            Err(_) => break,
        }
    }
    if event.video && meeting.conferencing == Conferencing::None {
        meeting.conferencing = match calendar.supports_video {
            true => Conferencing::Failed,
            false => Conferencing::Unsupported,
        };
    }
    meeting
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::create::create;
    use super::super::event_id::event_id;
    use super::super::sample::{calendar, new_event, refusal, wire};
    use super::*;
    use crate::account::Provider;
    use crate::http::response::Response;
    use crate::scripted::{START, Stage, block_on, json as answer};

    fn booked(members: Value) -> Response {
        let id = event_id(&calendar().account, &calendar().id, "booking-42", 0);
        let mut event = wire(members);
        event["id"] = json!(id.as_str());
        event["attendees"] = json!([{"email": "lee@customer.example"}]);
        answer(200, event)
    }

    fn made(code: &str) -> Value {
        let request = json!({"requestId": "r", "status": {"statusCode": code}});
        json!({"conferenceData": {"createRequest": request}})
    }

    fn ready() -> Value {
        let entry = json!({"entryPointType": "video", "uri": "https://meet.google.com/x"});
        json!({"conferenceData": {"entryPoints": [entry], "createRequest": {"status": {"statusCode": "success"}}}})
    }

    /// Books with a link; the state of the link and how long that took.
    fn book(calendar: &Calendar, seconds: i64, replies: Vec<Response>) -> (Conferencing, i64) {
        let mut stage = Stage::new();
        stage.deadline = START + TimeDelta::seconds(seconds);
        for reply in replies {
            stage.http.push(reply);
        }
        let event = NewEvent { video: true, ..new_event() };
        let meeting = block_on(create(&stage.session(Provider::Google), calendar, &event)).unwrap();
        assert_eq!(stage.http.left(), 0);
        let body = stage.http.sent_json(0);
        assert_eq!(body.get("conferenceData").is_some(), calendar.supports_video);
        let version = format!("conferenceDataVersion={}", u8::from(calendar.supports_video));
        assert!(stage.http.lines()[0].ends_with(&version));
        use crate::ports::Clock;
        (meeting.conferencing, (stage.clock.now() - START).num_seconds())
    }

    #[test]
    fn a_link_is_waited_for_as_long_as_it_is_worth_it() {
        let link = || Conferencing::Ready("https://meet.google.com/x".to_owned());
        let (pending, ready) = (|| booked(made("pending")), || booked(ready()));
        for (deadline, replies, expected, took) in [
            (60, vec![ready()], link(), 0),
            (60, vec![pending(), ready()], link(), 1),
            (60, vec![pending(), pending(), ready()], link(), 3),
            (60, vec![pending(), pending(), pending(), ready()], link(), 7),
            (60, vec![pending(), pending(), pending(), pending()], Conferencing::Pending, 7),
            (60, vec![pending(), booked(made("failure"))], Conferencing::Failed, 1),
            (60, vec![booked(made("failure"))], Conferencing::Failed, 0),
            // Google left the request out: no link will come.
            (60, vec![booked(json!({}))], Conferencing::Failed, 0),
            // The booking stands even when nobody can look at it any more.
            (60, vec![pending(), refusal(403, "forbidden")], Conferencing::Pending, 1),
            // Not past the deadline.
            (1, vec![pending()], Conferencing::Pending, 0),
            (3, vec![pending(), pending()], Conferencing::Pending, 1),
        ] {
            assert_eq!(book(&calendar(), deadline, replies), (expected, took));
        }
    }

    #[test]
    fn a_calendar_without_links_is_booked_without_one() {
        let plain = Calendar { supports_video: false, ..calendar() };
        assert_eq!(book(&plain, 60, vec![booked(json!({}))]), (Conferencing::Unsupported, 0));
    }
}
