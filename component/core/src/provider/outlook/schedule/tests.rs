use serde_json::Map;

use super::super::double::{Graph, Outcome, block_on, graph, in_order, range, raw, refusal, reply, timeout};
use super::*;
use crate::account::{AccountId, Provider};
use crate::error::Kind;
use crate::http::request::Request;
use crate::oauth::id_token::PERSONAL_TENANT;
use crate::person::{Item, Status};
use crate::scripted::{self, START, user};

mod own;
mod windows;

fn ask(graph: &Graph, people: &[&str], range: Interval) -> Vec<Result<Schedule, Error>> {
    let people: Vec<Email> = people.iter().map(|one| Email::new(*one)).collect();
    block_on(read(&graph.session(), &people, range))
}

fn morning() -> Interval {
    range("2026-06-10T09:00:00Z", "2026-06-10T12:00:00Z")
}

fn time(clock: &str) -> Value {
    json!({"dateTime": format!("2026-06-10T{clock}:00.0000000"), "timeZone": "UTC"})
}

fn listed(status: &str, start: &str, end: &str) -> Value {
    json!({"status": status, "start": time(start), "end": time(end), "isPrivate": false})
}

fn item(status: Status, start: &str, end: &str) -> Item {
    Item { time: range(&format!("2026-06-10T{start}:00Z"), &format!("2026-06-10T{end}:00Z")), status }
}

/// An entry with these items, and a view of twelve quarters.
fn entry(email: &str, view: &str, items: Vec<Value>) -> Value {
    json!({"scheduleId": email, "availabilityView": view, "scheduleItems": items})
}

fn refused(email: &str, code: &str) -> Value {
    json!({"scheduleId": email, "availabilityView": "", "scheduleItems": [],
        "error": {"message": "no", "responseCode": code}})
}

fn value(entries: Vec<Value>) -> Outcome {
    reply(200, json!({"@odata.context": "x", "value": entries}))
}

/// What is said of one address whose entry is this.
fn judged(entry: Value) -> Result<Schedule, Error> {
    ask(&in_order(vec![value(vec![entry])]), &["lee@contoso.example"], morning()).remove(0)
}

fn items(entry: Value) -> Vec<Item> {
    judged(entry).unwrap().items
}

fn sent(request: &Request) -> Value {
    serde_json::from_slice(request.body.as_ref().unwrap()).unwrap()
}

/// Everybody asked about is free; `shape` may change the entry.
fn all_free(request: &Request, shape: impl Fn(&str, &Value, &mut Value)) -> Outcome {
    let sent = sent(request);
    let at = |name: &str| -> chrono::DateTime<chrono::Utc> {
        format!("{}Z", sent[name]["dateTime"].as_str().unwrap()).parse().unwrap()
    };
    let digits = (at("endTime") - at("startTime")).num_minutes() / STEP_MINUTES;
    let people = sent["schedules"].as_array().unwrap().iter().map(|one| one.as_str().unwrap());
    value(
        people
            .map(|email| {
                let mut one = entry(email, &"0".repeat(usize::try_from(digits).unwrap()), Vec::new());
                shape(email, &sent, &mut one);
                one
            })
            .collect(),
    )
}

#[test]
fn one_request_asks_in_utc_and_each_status_has_its_meaning() {
    let lee = entry(
        "Lee@Contoso.example",
        "222201103300",
        vec![
            listed("busy", "08:30", "09:30"),
            listed("Unheard", "09:30", "10:00"),
            listed("tentative", "10:15", "10:45"),
            listed("oof", "11:00", "11:30"),
            listed("Free", "11:30", "12:00"),
            listed("workingElsewhere", "11:20", "11:45"),
            listed("busy", "11:50", "11:50"),
        ],
    );
    let graph = in_order(vec![value(vec![entry("ana@contoso.example", "000000000000", Vec::new()), lee])]);
    let found = ask(&graph, &["lee@contoso.example", "ana@contoso.example"], morning());
    let expected = [
        item(Status::Busy, "09:00", "10:00"),
        item(Status::Tentative, "10:15", "10:45"),
        item(Status::OutOfOffice, "11:00", "11:30"),
        item(Status::WorkingElsewhere, "11:30", "11:45"),
    ];
    assert_eq!(found[0].as_ref().unwrap().items, expected);
    assert_eq!(found[1], Ok(Schedule::default()));
    assert_eq!(graph.lines(), ["POST /me/calendar/getSchedule"]);
    assert_eq!(
        graph.sent(0),
        json!({"schedules": ["lee@contoso.example", "ana@contoso.example"], "availabilityViewInterval": 15,
            "startTime": {"dateTime": "2026-06-10T09:00:00", "timeZone": "UTC"},
            "endTime": {"dateTime": "2026-06-10T12:00:00", "timeZone": "UTC"}})
    );
    let prefer = graph.requests()[0].headers.iter().find(|(name, _)| name == "prefer").unwrap().1.clone();
    assert!(prefer.contains("outlook.timezone=\"UTC\""), "{prefer}");
}

#[test]
fn withheld_and_cut_items_are_made_up_from_the_view() {
    let of = |view: &str, given: Vec<Value>| items(entry("lee@contoso.example", view, given));
    let expected = [
        item(Status::Tentative, "09:00", "09:15"),
        item(Status::Busy, "09:15", "09:45"),
        item(Status::OutOfOffice, "11:45", "12:00"),
    ];
    assert_eq!(of("122000000003", Vec::new()), expected);
    let ten = || vec![listed("busy", "10:05", "10:20")];
    assert_eq!(of("000022000000", ten()), [item(Status::Busy, "10:05", "10:20")], "items are exact, digits are not");
    let cut = [item(Status::Busy, "10:05", "10:20"), item(Status::Busy, "11:00", "11:15")];
    assert_eq!(of("000022002000", ten()), cut);
    let worse = [item(Status::OutOfOffice, "10:00", "10:15"), item(Status::Busy, "10:15", "10:20")];
    assert_eq!(of("000032000000", ten()), worse, "the view says more than the item");
    assert_eq!(of("000000000000", ten()), [item(Status::Busy, "10:05", "10:20")], "the item says more than the view");
    let elsewhere = || vec![listed("workingElsewhere", "09:00", "09:30")];
    assert_eq!(of("440000000000", elsewhere()), [item(Status::WorkingElsewhere, "09:00", "09:30")]);
}

#[test]
fn an_answer_that_says_nothing_for_sure_is_unknown() {
    let broken = |start: Value| json!({"status": "busy", "start": start, "end": time("10:00")});
    let table = [
        (entry("lee@contoso.example", "000000000004", Vec::new()), Kind::Unavailable { retry_after: None }),
        (entry("lee@contoso.example", "", Vec::new()), Kind::Protocol),
        (entry("lee@contoso.example", "", vec![listed("busy", "10:05", "10:20")]), Kind::Protocol),
        (entry("lee@contoso.example", "00000000000", Vec::new()), Kind::Protocol),
        (entry("lee@contoso.example", "00000000000x", Vec::new()), Kind::Protocol),
        (json!({"scheduleId": "lee@contoso.example"}), Kind::Protocol),
        (entry("somebody@contoso.example", "000000000000", Vec::new()), Kind::Protocol),
        (entry("lee@contoso.example", "000000000000", vec![broken(Value::Null)]), Kind::Protocol),
        (entry("lee@contoso.example", "000000000000", vec![json!(7)]), Kind::Protocol),
        (
            entry("lee@contoso.example", "0", vec![broken(json!({"dateTime": "soon", "timeZone": "UTC"}))]),
            Kind::Protocol,
        ),
        (
            entry(
                "lee@contoso.example",
                "0",
                vec![broken(json!({"dateTime": "2026-06-10T09:00:00", "timeZone": "Mars"}))],
            ),
            Kind::Unavailable { retry_after: None },
        ),
        (json!({"scheduleId": "lee@contoso.example", "availabilityView": 7}), Kind::Protocol),
        (json!(null), Kind::Protocol),
    ];
    for (entry, kind) in table {
        let error = judged(entry.clone()).unwrap_err();
        assert_eq!(error.kind, kind, "{entry}");
        assert!(error.message.contains("lee@contoso.example"), "{}", error.message);
    }
}

#[test]
fn every_code_of_an_address_has_its_meaning_and_the_others_are_known() {
    let down = || Kind::Unavailable { retry_after: None };
    for (code, kind) in [
        ("ErrorMailRecipientNotFound", Kind::NotFound),
        ("ErrorInvalidSmtpAddress", Kind::NotFound),
        ("errornofreebusyaccess", Kind::PermissionDenied),
        ("ErrorAccessDenied", Kind::PermissionDenied),
        ("ErrorFreeBusyDLLimitReached", Kind::Unsupported),
        ("ErrorAvailabilityConfigNotFound", Kind::Unsupported),
        ("ErrorProxyRequestProcessingFailed", down()),
        ("ErrorFreeBusyGenerationFailed", down()),
        ("ErrorTimeoutExpired", down()),
        ("5006", down()),
        ("ErrorResultSetTooBig", down()),
        ("A new word, with \u{1b}[2J", down()),
        ("", down()),
    ] {
        let free = entry("lee@contoso.example", "000000000000", Vec::new());
        let graph = in_order(vec![value(vec![refused("typo@contoso.example", code), free])]);
        let found = ask(&graph, &["typo@contoso.example", "lee@contoso.example"], morning());
        let error = found[0].as_ref().unwrap_err();
        assert_eq!((&error.kind, error.provider), (&kind, Some(Provider::Outlook)), "{code}");
        assert!(error.message.contains("typo@contoso.example") && !error.message.contains('\u{1b}'), "{error}");
        assert_eq!(found[1], Ok(Schedule::default()), "{code}");
    }
    let with_code = json!({"scheduleId": "lee@contoso.example", "error": {"code": "ErrorNoFreeBusyAccess"}});
    assert_eq!(judged(with_code).unwrap_err().kind, Kind::PermissionDenied);
    for error in [json!({}), json!("no"), json!(7)] {
        let entry = json!({"scheduleId": "lee@contoso.example", "availabilityView": "000000000000", "error": error});
        assert_eq!(judged(entry).unwrap_err().kind, down(), "an error of any shape is not free");
    }
}

#[test]
fn a_request_that_fails_makes_all_its_people_unknown() {
    let down = || Kind::Unavailable { retry_after: None };
    for (outcome, kind) in [
        (refusal(403, "ErrorAccessDenied"), Kind::PermissionDenied),
        (refusal(404, "MailboxNotEnabledForRESTAPI"), Kind::Unsupported),
        (refusal(423, "lockMismatch"), down()),
        (raw("{\"value\": 7}"), Kind::Protocol),
        (raw("<html>"), Kind::Protocol),
        (raw("{\"value\": []}"), Kind::Protocol),
    ] {
        let graph = graph(move |_| outcome.clone());
        let found = ask(&graph, &["lee@contoso.example", "kim@contoso.example"], morning());
        assert!(found.iter().all(|one| one.as_ref().unwrap_err().kind == kind), "{kind:?}: {found:?}");
    }
    let silent = graph(|_| timeout());
    assert_eq!(ask(&silent, &["lee@contoso.example"], morning())[0].as_ref().unwrap_err().kind, Kind::Timeout);
}

#[test]
fn without_the_scope_nothing_is_sent() {
    let graph = in_order(Vec::new());
    graph.grant(&["User.Read"]);
    let found = ask(&graph, &["lee@contoso.example"], morning());
    assert_eq!(found[0].as_ref().unwrap_err().kind, Kind::PermissionDenied);
}

#[test]
fn times_in_a_named_zone_are_read_on_both_sides_of_a_clock_change() {
    let wall = |text: &str| json!({"dateTime": text, "timeZone": "W. Europe Standard Time"});
    let night = range("2026-10-25T00:00:00Z", "2026-10-25T03:00:00Z");
    let entry = entry(
        "lee@contoso.example",
        "000000222222",
        vec![json!({"status": "busy", "start": wall("2026-10-25T02:30:00"), "end": wall("2026-10-25T02:45:00")})],
    );
    let graph = in_order(vec![value(vec![entry])]);
    let found = ask(&graph, &["lee@contoso.example"], night).remove(0).unwrap();
    // 02:30 comes twice that night: what is not certain is taken.
    let expected = [Item { time: range("2026-10-25T00:30:00Z", "2026-10-25T03:00:00Z"), status: Status::Busy }];
    assert_eq!(found.items, expected);
}
