//! Busy times of more calendars than may be asked at once.

use serde_json::{Value, json};

use super::super::busy;
use super::super::double::{Graph, Outcome, block_on, calendar, event, graph, range, refusal, reply, timeout};
use crate::calendar::{CalendarBusy, Detail};
use crate::error::Kind;
use crate::http::request::{Method, Request};
use crate::ports::Clock;
use crate::scripted::START;

/// A Graph whose batches answer what `part` says of a calendar's number, in reverse order, and whose
/// single reads answer an event.
fn batching(part: impl Fn(usize) -> Value + 'static) -> Graph {
    graph(move |request: &Request| match request.method {
        Method::Post => {
            let sent: Value = serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
            let numbers = sent["requests"].as_array().unwrap().iter().rev();
            let answers = numbers.map(|one| {
                let mut answer = part(number_of(one["url"].as_str().unwrap()));
                answer["id"] = one["id"].clone();
                answer
            });
            reply(200, json!({"responses": answers.collect::<Vec<_>>()}))
        }
        _ => reply(200, json!({"value": [event(json!({"id": "alone"}))]})),
    })
}

fn number_of(url: &str) -> usize {
    let path = url.strip_prefix("/me/calendars/c").unwrap();
    path.split('/').next().unwrap().parse().unwrap()
}

fn good(number: usize) -> Value {
    json!({"status": 200, "headers": {"Content-Type": "application/json"},
        "body": {"value": [event(json!({"id": format!("e{number}")}))]}})
}

fn refused(status: u16, code: &str) -> Value {
    json!({"status": status, "headers": {}, "body": {"error": {"code": code, "message": "no"}}})
}

fn read(graph: &Graph, count: usize) -> Vec<CalendarBusy> {
    let calendars: Vec<_> = (0..count).map(|number| calendar(&format!("c{number}"))).collect();
    let day = range("2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z");
    block_on(busy::read(&graph.session(), &calendars, day, Detail::Events))
}

fn ids(answers: &[CalendarBusy]) -> Vec<String> {
    let id = |one: &CalendarBusy| one.busy.as_ref().unwrap()[0].event_id.as_ref().unwrap().as_str().to_owned();
    answers.iter().map(id).collect()
}

#[test]
fn up_to_four_calendars_are_read_one_by_one_and_more_in_batches_of_twenty() {
    for (count, requests) in [(4, 4), (5, 1), (20, 1), (21, 2), (45, 3)] {
        let graph = batching(good);
        let answers = read(&graph, count);
        assert_eq!(graph.requests().len(), requests, "{count} calendars");
        if count > 4 {
            assert!(graph.lines().iter().all(|line| line == "POST /$batch"), "{:?}", graph.lines());
            assert_eq!(ids(&answers), (0..count).map(|number| format!("e{number}")).collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_part_is_the_read_that_would_be_made_alone() {
    let graph = batching(good);
    read(&graph, 5);
    let part = &graph.sent(0)["requests"][4];
    assert_eq!((part["id"].as_str(), part["method"].as_str()), (Some("4"), Some("GET")));
    let url = part["url"].as_str().unwrap();
    assert!(
        url.starts_with("/me/calendars/c4/calendarView?startDateTime=2026-06-10") && url.contains("$top=500"),
        "{url}"
    );
    let prefer = part["headers"]["Prefer"].as_str().unwrap();
    assert!(prefer.contains("outlook.timezone=\"UTC\"") && prefer.contains("IdType=\"ImmutableId\""), "{prefer}");
}

#[test]
fn a_part_that_is_refused_is_unknown_and_the_others_are_known() {
    let graph = batching(|number| if number == 2 { refused(403, "ErrorAccessDenied") } else { good(number) });
    let answers = read(&graph, 6);
    assert_eq!(answers[2].busy.as_ref().unwrap_err().kind, Kind::PermissionDenied);
    assert_eq!(answers.iter().filter(|one| one.busy.is_ok()).count(), 5);
    assert_eq!(graph.requests().len(), 1);
}

#[test]
fn parts_refused_for_a_moment_are_read_alone_after_the_longest_wait() {
    let graph = batching(|number| match number {
        1 => json!({"status": 429, "headers": {"Retry-After": "3"}, "body": {"error": {"code": "TooManyRequests"}}}),
        2 => json!({"status": 503, "headers": {"Retry-After": 7}, "body": {"error": {"code": "x"}}}),
        3 => refused(401, "InvalidAuthenticationToken"),
        _ => good(number),
    });
    let answers = read(&graph, 6);
    assert_eq!(ids(&answers), ["e0", "alone", "alone", "alone", "e4", "e5"]);
    assert_eq!((graph.stage.clock.now() - START).num_seconds(), 7);
    assert_eq!(graph.requests().len(), 4);
}

#[test]
fn a_part_that_is_missing_or_cannot_be_read_is_never_free() {
    for odd in [json!({}), json!({"status": "200"}), json!({"status": 200}), json!({"status": 200, "body": "PGh0bWw+"})]
    {
        let shown = odd.to_string();
        let graph = batching(move |number| if number == 3 { odd.clone() } else { good(number) });
        let answers = read(&graph, 5);
        match &answers[3].busy {
            Ok(events) => assert_eq!(events[0].event_id.as_ref().unwrap().as_str(), "alone", "{shown}"),
            Err(error) => assert_eq!(error.kind, Kind::Protocol, "{shown}"),
        }
        assert_eq!(ids(&answers[4..]), ["e4"]);
    }
}

#[test]
fn a_service_that_takes_no_batches_is_read_one_by_one() {
    let graph = graph(|request: &Request| match request.method {
        Method::Post => refusal(405, "Request_BadRequest"),
        _ => reply(200, json!({"value": [event(json!({"id": "alone"}))]})),
    });
    assert_eq!(ids(&read(&graph, 5)), vec!["alone"; 5]);
    assert_eq!(graph.requests().len(), 6);
}

#[test]
fn a_batch_without_an_answer_leaves_all_its_calendars_unknown() {
    let lost: fn(&Request) -> Outcome = |_| timeout();
    let answers = read(&graph(lost), 5);
    assert!(answers.iter().all(|one| one.busy.as_ref().unwrap_err().kind == Kind::Timeout), "{answers:?}");
    let odd: fn(&Request) -> Outcome = |_| reply(200, json!({"responses": 7}));
    let answers = read(&graph(odd), 5);
    assert!(answers.iter().all(|one| one.busy.as_ref().unwrap_err().kind == Kind::Protocol), "{answers:?}");
}

#[test]
fn the_pages_after_the_first_are_read_alone() {
    let graph = batching(|number| {
        let mut answer = good(number);
        if number == 4 {
            answer["body"]["@odata.nextLink"] =
                json!("https://graph.microsoft.com/v1.0/me/calendars/c4/calendarView?$skip=1");
        }
        answer
    });
    let answers = read(&graph, 5);
    assert_eq!(answers[4].busy.as_ref().unwrap().len(), 2);
    assert_eq!(graph.lines(), ["POST /$batch", "GET /me/calendars/c4/calendarView"]);
}
