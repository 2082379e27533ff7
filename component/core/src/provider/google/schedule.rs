//! Other people's time by e-mail address: a person's main calendar has the address as its id, so
//! freeBusy answers it as far as it is shared with the account. Google tells neither what takes the
//! time nor the hours people work.
//! <https://developers.google.com/workspace/calendar/api/concepts/events-calendars>

use super::free_busy;
use crate::account::{CalendarId, Email};
use crate::calendar::BusyEvent;
use crate::error::Error;
use crate::oauth::scope::Feature;
use crate::person::{Item, Schedule, Status, layered};
use crate::schedule::interval::Interval;
use crate::session::Session;

/// The time of `people` in `range`: one answer each, in the same order. Who does not share it with
/// the account, or has no calendar at Google, is `NotFound`: Google does not tell the two apart.
pub async fn read(session: &Session<'_>, people: &[Email], range: Interval) -> Vec<Result<Schedule, Error>> {
    if let Err(denied) = session.require(Feature::ReadBusy) {
        return people.iter().map(|_| Err(denied.clone())).collect();
    }
    // Ids of main calendars are lower-case addresses.
    let ids: Vec<CalendarId> =
        people.iter().map(|person| CalendarId::new(person.as_str().to_ascii_lowercase())).collect();
    let answers = free_busy::query(session, &ids.iter().collect::<Vec<_>>(), range).await;
    answers.into_iter().map(|answer| answer.map(|busy| schedule(&busy, range))).collect()
}

fn schedule(busy: &[BusyEvent], range: Interval) -> Schedule {
    let items: Vec<Item> = busy.iter().map(|one| Item { time: one.interval, status: Status::Busy }).collect();
    Schedule { items: layered(&items, range), hours: None }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::sample::{range, refusal};
    use super::*;
    use crate::account::Provider;
    use crate::error::Kind;
    use crate::scripted::{START, Stage, block_on, grant, json as answer};

    fn ask(stage: &Stage, people: &[&str], range: Interval) -> Vec<Result<Schedule, Error>> {
        let people: Vec<Email> = people.iter().map(|one| Email::new(*one)).collect();
        block_on(read(&stage.session(Provider::Google), &people, range))
    }

    fn day() -> Interval {
        range("2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z")
    }

    #[test]
    fn people_are_asked_for_by_address_and_an_address_that_fails_stays_alone() {
        let stage = Stage::new();
        let period = |start: &str, end: &str| json!({"start": start, "end": end});
        stage.http.push(answer(
            200,
            json!({"kind": "calendar#freeBusy", "groups": {}, "calendars": {
                "ben@example.com": {"busy": [
                    period("2026-06-10T12:00:00Z", "2026-06-10T13:00:00Z"),
                    period("2026-06-09T22:00:00Z", "2026-06-10T01:00:00Z"),
                    period("2026-06-10T12:30:00Z", "2026-06-10T14:00:00Z"),
                ]},
                "free@example.com": {"busy": []},
                "gone@example.com": {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []},
            }}),
        ));
        let found =
            ask(&stage, &["Ben@Example.com", "free@example.com", "gone@example.com", "mute@example.com"], day());
        let busy = |start, end| Item { time: range(start, end), status: Status::Busy };
        let items = vec![
            busy("2026-06-10T00:00:00Z", "2026-06-10T01:00:00Z"),
            busy("2026-06-10T12:00:00Z", "2026-06-10T14:00:00Z"),
        ];
        assert_eq!(found[0], Ok(Schedule { items, hours: None }));
        assert_eq!(found[1], Ok(Schedule::default()));
        assert_eq!(found[2].as_ref().unwrap_err().kind, Kind::NotFound);
        assert!(found[2].as_ref().unwrap_err().message.contains("gone@example.com"));
        assert_eq!(found[3].as_ref().unwrap_err().kind, Kind::Protocol, "missing in the answer is not free");
        assert_eq!(stage.http.sent_json(0)["items"][0], json!({"id": "ben@example.com"}));
        assert_eq!(stage.http.requests().len(), 1);
    }

    #[test]
    fn a_refusal_of_the_whole_request_is_told_of_every_address() {
        for (status, reason, kind) in [
            (403, "insufficientPermissions", Kind::PermissionDenied),
            (403, "accessNotConfigured", Kind::PermissionDenied),
            (403, "domainPolicy", Kind::AdminConsentRequired),
            (400, "invalid", Kind::InvalidArgument),
        ] {
            let stage = Stage::new();
            stage.http.push(refusal(status, reason));
            let found = ask(&stage, &["ben@example.com", "cy@example.com"], day());
            assert_eq!(found.len(), 2);
            assert!(found.iter().all(|one| one.as_ref().unwrap_err().kind == kind), "{reason}: {found:?}");
        }
    }

    #[test]
    fn without_the_scope_nothing_is_sent() {
        let stage = Stage::new();
        let mut grant = grant(Provider::Google, START);
        grant.scopes = vec!["calendar.events".into()];
        stage.store(&grant);
        let found = ask(&stage, &["ben@example.com"], day());
        assert_eq!(found[0].as_ref().unwrap_err().kind, Kind::PermissionDenied);
        assert_eq!(stage.http.lines(), Vec::<String>::new());
    }

    #[test]
    fn fifty_people_and_sixty_two_days_make_two_requests() {
        let stage = Stage::new();
        stage.http.always(
            crate::http::request::Method::Post,
            "/freeBusy",
            |request: &crate::http::request::Request| {
                let sent: Value = serde_json::from_slice(request.body.as_ref().unwrap()).unwrap();
                let ids = sent["items"].as_array().unwrap().iter();
                let entry = |item: &Value| (item["id"].as_str().unwrap().to_owned(), json!({"busy": []}));
                Ok(answer(200, json!({"calendars": ids.map(entry).collect::<serde_json::Map<_, _>>()})))
            },
        );
        let people: Vec<String> = (0..50).map(|n| format!("p{n}@example.com")).collect();
        let people: Vec<&str> = people.iter().map(String::as_str).collect();
        let found = ask(&stage, &people, range("2026-06-01T00:00:00Z", "2026-08-02T00:00:00Z"));
        assert!(found.iter().all(|one| *one == Ok(Schedule::default())));
        assert_eq!(stage.http.requests().len(), 2, "sixty days and two");
    }
}
