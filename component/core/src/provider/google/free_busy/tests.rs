use serde_json::Map;

use super::super::sample::{HOSTILE, range, refusal};
use super::*;
use crate::http::response::{Response, TransportError};
use crate::scripted::{Stage, block_on, json as answer};

fn day() -> Interval {
    range("2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z")
}

fn ids(count: usize) -> Vec<CalendarId> {
    (0..count).map(|n| CalendarId::new(format!("c{n}"))).collect()
}

type Results = Vec<Result<Vec<BusyEvent>, Error>>;

fn ask(stage: &Stage, ids: &[CalendarId], range: Interval) -> Results {
    let ids: Vec<_> = ids.iter().collect();
    block_on(query(&stage.session(Provider::Google), &ids, range))
}

fn answered(calendars: Value) -> Response {
    answer(200, json!({"kind": "calendar#freeBusy", "groups": {}, "calendars": calendars}))
}

fn kind(result: &Result<Vec<BusyEvent>, Error>) -> Kind {
    result.as_ref().unwrap_err().kind.clone()
}

fn sent_ids(request: &Request) -> Vec<String> {
    let body: Value = serde_json::from_slice(request.body.as_ref().unwrap()).unwrap();
    let items = body["items"].as_array().unwrap().iter();
    items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

fn sent_window(request: &Request) -> (String, String) {
    let body: Value = serde_json::from_slice(request.body.as_ref().unwrap()).unwrap();
    (body["timeMin"].as_str().unwrap().to_owned(), body["timeMax"].as_str().unwrap().to_owned())
}

/// Every calendar asked about is busy from 9 to 10, wherever the window is.
fn busy_at_nine(request: &Request) -> Response {
    let period = json!({"start": "2026-06-10T09:00:00Z", "end": "2026-06-10T10:00:00Z"});
    let entries = sent_ids(request).into_iter().map(|id| (id, json!({"busy": [period]})));
    answered(Value::Object(entries.collect::<Map<_, _>>()))
}

#[test]
fn one_request_reads_many_calendars_and_errors_stay_with_their_calendar() {
    let stage = Stage::new();
    stage.http.push(answered(json!({
        "c0": {"busy": [{"start": "2026-06-10T10:30:00+02:00", "end": "2026-06-10T09:00:00.000Z"}]},
        "c1": {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []},
        "c2": {"busy": []},
        "c3": {},
        "c5": {"errors": [{"domain": "global", "reason": "a new word"}]},
        "c6": {"errors": [{"domain": "global", "reason": "groupTooBig"}]},
        "c7": {"errors": [{}]},
    })));
    let results = ask(&stage, &ids(8), day());
    let entry = BusyEvent {
        interval: range("2026-06-10T08:30:00Z", "2026-06-10T09:00:00Z"),
        event_id: None,
        kind: BusyKind::Busy,
    };
    assert_eq!(results[0], Ok(vec![entry]));
    assert_eq!(kind(&results[1]), Kind::NotFound);
    assert_eq!(results[2], Ok(Vec::new()));
    assert_eq!(kind(&results[3]), Kind::Protocol, "to say nothing is not to say free");
    assert_eq!(kind(&results[4]), Kind::Protocol, "missing in the answer is not free");
    assert_eq!(kind(&results[5]), Kind::Unavailable { retry_after: None });
    assert_eq!(kind(&results[6]), Kind::Unsupported);
    assert_eq!(kind(&results[7]), Kind::Unavailable { retry_after: None });
    assert!(results[1].as_ref().unwrap_err().message.contains("c1"));
    assert_eq!(stage.http.lines(), ["POST https://www.googleapis.com/calendar/v3/freeBusy"]);
    let (from, to) = sent_window(&stage.http.requests()[0]);
    assert_eq!((from.as_str(), to.as_str()), ("2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z"));
}

#[test]
fn times_outside_the_range_and_without_length_are_dropped_and_others_not_clipped() {
    let stage = Stage::new();
    let period = |start: &str, end: &str| json!({"start": start, "end": end});
    stage.http.push(answered(json!({"c0": {"busy": [
        period("2026-06-11T00:00:00Z", "2026-06-11T01:00:00Z"),
        period("2026-06-09T23:00:00Z", "2026-06-10T00:00:00Z"),
        period("2026-06-10T12:00:00Z", "2026-06-10T12:00:00Z"),
        period("2026-06-09T23:00:00Z", "2026-06-10T01:00:00Z"),
    ]}})));
    let busy = ask(&stage, &ids(1), day()).remove(0).unwrap();
    let intervals: Vec<_> = busy.iter().map(|one| one.interval).collect();
    assert_eq!(intervals, [range("2026-06-09T23:00:00Z", "2026-06-10T01:00:00Z")]);
}

#[test]
fn more_than_fifty_calendars_and_sixty_days_take_several_requests() {
    let stage = Stage::new();
    stage.http.always(Method::Post, "/freeBusy", |request: &Request| Ok(busy_at_nine(request)));
    let all = ids(120);
    let results = ask(&stage, &all, range("2026-06-01T00:00:00Z", "2026-08-30T00:00:00Z"));
    assert!(results.iter().all(|result| !result.as_ref().unwrap().is_empty()));
    let sizes: Vec<_> = stage.http.requests().iter().map(|one| sent_ids(one).len()).collect();
    assert_eq!(sizes, [50, 50, 20, 50, 50, 20]);
    let windows: Vec<_> = stage.http.requests().iter().step_by(3).map(sent_window).collect();
    let text = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        windows,
        [text("2026-06-01T00:00:00Z", "2026-07-31T00:00:00Z"), text("2026-07-31T00:00:00Z", "2026-08-30T00:00:00Z"),]
    );
}

#[test]
fn windows_are_halved_until_google_takes_them() {
    let stage = Stage::new();
    stage.http.always(Method::Post, "/freeBusy", |request: &Request| {
        let (from, to) = sent_window(request);
        let length = time::parse(&to).unwrap() - time::parse(&from).unwrap();
        let is_long = length > TimeDelta::days(20);
        Ok(if is_long { refusal(400, "timeRangeTooLong") } else { busy_at_nine(request) })
    });
    let results = ask(&stage, &ids(2), range("2026-06-01T00:00:00Z", "2026-07-31T00:00:00Z"));
    assert!(results.iter().all(Result::is_ok));
    // 60 days, two halves, four quarters.
    assert_eq!(stage.http.requests().len(), 7);
    let mut covered: Vec<_> = stage.http.requests()[3..].iter().map(sent_window).collect();
    covered.sort();
    assert!(covered.windows(2).all(|pair| pair[0].1 == pair[1].0), "{covered:?}");
}

#[test]
fn a_service_that_takes_no_window_at_all_is_given_up() {
    let stage = Stage::new();
    stage.http.always(Method::Post, "/freeBusy", refusal(400, "timeRangeTooLong"));
    let results = ask(&stage, &ids(1), range("2026-06-01T00:00:00Z", "2026-06-09T00:00:00Z"));
    assert_eq!(kind(&results[0]), Kind::InvalidArgument);
    assert_eq!(stage.http.requests().len(), 1 + 2 + 4 + 8);
}

#[test]
fn groups_are_halved_until_google_takes_them() {
    // Once as the refusal of the whole request, once as the error of every calendar in it.
    let crowded: [fn(&Request) -> Response; 2] = [
        |_| refusal(400, "tooManyCalendarsRequested"),
        |request| {
            let error = json!({"errors": [{"reason": "tooManyCalendarsRequested"}]});
            let entries = sent_ids(request).into_iter().map(|id| (id, error.clone()));
            answered(Value::Object(entries.collect::<Map<_, _>>()))
        },
    ];
    for crowded in crowded {
        let stage = Stage::new();
        stage.http.always(Method::Post, "/freeBusy", move |request: &Request| {
            let is_crowded = sent_ids(request).len() > 20;
            Ok(if is_crowded { crowded(request) } else { busy_at_nine(request) })
        });
        let results = ask(&stage, &ids(50), day());
        assert!(results.iter().all(|result| result.as_ref().is_ok_and(|busy| busy.len() == 1)));
        assert_eq!(stage.http.requests().len(), 1 + 2 + 4);
    }
}

#[test]
fn calendars_refused_beside_others_are_asked_about_again_without_them() {
    let stage = Stage::new();
    let error = json!({"errors": [{"reason": "tooManyCalendarsRequested"}]});
    stage.http.push(answered(json!({"c0": {"busy": []}, "c1": error})));
    stage.http.push(answered(json!({"c1": error})));
    let results = ask(&stage, &ids(2), day());
    assert_eq!(results[0], Ok(Vec::new()));
    assert_eq!(kind(&results[1]), Kind::Unavailable { retry_after: None });
    assert_eq!(sent_ids(&stage.http.requests()[1]), ["c1"]);
    assert_eq!(stage.http.requests().len(), 2);
}

#[test]
fn an_internal_error_of_one_calendar_is_repeated_once() {
    let error = || json!({"errors": [{"reason": "internalError"}]});
    let stage = Stage::new();
    stage.http.push(answered(json!({"c0": {"busy": []}, "c1": error(), "c2": error()})));
    stage.http.push(answered(json!({"c1": {"busy": []}, "c2": error()})));
    let results = ask(&stage, &ids(3), day());
    assert_eq!((&results[0], &results[1]), (&Ok(Vec::new()), &Ok(Vec::new())));
    assert_eq!(kind(&results[2]), Kind::Unavailable { retry_after: None });
    assert_eq!(sent_ids(&stage.http.requests()[1]), ["c1", "c2"]);
    assert_eq!(stage.http.requests().len(), 2);
}

#[test]
fn a_calendar_that_fails_in_one_window_is_unknown() {
    let stage = Stage::new();
    stage.http.push(answered(json!({"c0": {"busy": []}})));
    stage.http.push(answered(json!({"c0": {"errors": [{"reason": "notFound"}]}})));
    let results = ask(&stage, &ids(1), range("2026-06-01T00:00:00Z", "2026-08-30T00:00:00Z"));
    assert_eq!(kind(&results[0]), Kind::NotFound);
}

#[test]
fn a_failed_request_makes_its_calendars_unknown_and_no_others() {
    let stage = Stage::new();
    stage.http.always(Method::Post, "/freeBusy", |request: &Request| {
        let is_first = sent_ids(request).contains(&"c0".to_owned());
        if is_first { Ok(refusal(403, "domainPolicy")) } else { Ok(busy_at_nine(request)) }
    });
    let results = ask(&stage, &ids(51), day());
    assert!(results[..50].iter().all(|result| kind(result) == Kind::AdminConsentRequired));
    assert!(results[50].is_ok());
    let stage = Stage::new();
    stage.http.always(Method::Post, "/freeBusy", TransportError::Denied("www.googleapis.com:443".into()));
    assert_eq!(kind(&ask(&stage, &ids(1), day())[0]), Kind::DeniedByHost);
}

#[test]
fn a_read_is_repeated_when_google_is_busy_or_silent() {
    let stage = Stage::new();
    stage.http.push(TransportError::Lost("www.googleapis.com".into()));
    stage.http.push(refusal(503, "backendError"));
    stage.http.push(refusal(403, "rateLimitExceeded"));
    stage.http.push(answered(json!({"c0": {"busy": []}})));
    assert_eq!(ask(&stage, &ids(1), day()), [Ok(Vec::new())]);
}

#[test]
fn hostile_answers_are_protocol_errors() {
    for body in HOSTILE {
        let stage = Stage::new();
        stage.http.push(Response { status: 200, headers: Vec::new(), body: body.into() });
        assert_eq!(kind(&ask(&stage, &ids(1), day())[0]), Kind::Protocol, "{body}");
    }
    for entry in [
        json!(7),
        json!([]),
        json!({}),
        json!({"errors": []}),
        json!({"busy": null, "errors": null}),
        json!({"busy": 7}),
        json!({"busy": [{}]}),
        json!({"busy": [{"start": "2026-06-10T09:00:00Z"}]}),
        json!({"busy": [{"start": "2026-06-10T09:00:00", "end": "2026-06-10T10:00:00"}]}),
        json!({"busy": [{"start": "2026-06-10T11:00:00Z", "end": "2026-06-10T10:00:00Z"}]}),
        json!({"errors": "x", "busy": []}),
    ] {
        let stage = Stage::new();
        stage.http.push(answered(json!({"c0": entry, "c1": {"busy": []}})));
        let results = ask(&stage, &ids(2), day());
        assert_eq!(kind(&results[0]), Kind::Protocol, "{entry}");
        assert_eq!(results[1], Ok(Vec::new()));
    }
}

#[test]
fn no_calendars_need_no_request() {
    let stage = Stage::new();
    assert_eq!(ask(&stage, &[], day()), []);
    assert_eq!(stage.http.requests().len(), 0);
}
