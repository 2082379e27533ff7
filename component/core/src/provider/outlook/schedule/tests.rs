use serde_json::Map;

use super::super::double::{Graph, Outcome, block_on, graph, in_order, range, raw, refusal, reply, timeout};
use super::*;
use crate::account::{AccountId, Provider};
use crate::error::Kind;
use crate::http::request::Request;
use crate::oauth::id_token::PERSONAL_TENANT;
use crate::person::{Item, Status};
use crate::scripted::{self, START, user};

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
fn twenty_five_people_make_two_requests() {
    let graph = graph(|request| all_free(request, |_, _, _| {}));
    let people: Vec<String> = (0..25).map(|n| format!("p{n}@contoso.example")).collect();
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    assert!(ask(&graph, &people, morning()).iter().all(|one| *one == Ok(Schedule::default())));
    let asked: Vec<usize> = (0..2).map(|n| graph.sent(n)["schedules"].as_array().unwrap().len()).collect();
    assert_eq!(asked, [20, 5]);
    assert_eq!(graph.requests().len(), 2);
}

#[test]
fn sixty_two_days_are_two_windows_on_whole_quarters_and_the_answer_is_cut_to_the_range() {
    let asked = range("2026-03-01T09:07:00Z", "2026-05-02T09:07:00Z");
    let windows: Vec<Interval> = first_round(1, asked).into_iter().map(|query| query.window).collect();
    let expected =
        [range("2026-03-01T09:00:00Z", "2026-05-01T09:00:00Z"), range("2026-05-01T09:00:00Z", "2026-05-02T09:15:00Z")];
    assert_eq!(windows, expected);
    let graph = graph(|request| {
        all_free(request, |_, _, entry| {
            let digits = entry["availabilityView"].as_str().unwrap().len();
            entry["availabilityView"] = json!("2".repeat(digits));
            entry["workingHours"] = json!({"daysOfWeek": ["monday"], "startTime": "09:00:00", "endTime": "17:00:00",
                "timeZone": {"name": "W. Europe Standard Time"}});
        })
    });
    let found = ask(&graph, &["lee@contoso.example"], asked).remove(0).unwrap();
    assert_eq!(found.items, [Item { time: asked, status: Status::Busy }]);
    assert_eq!(found.hours.unwrap().time_zone, "Europe/Berlin");
}

#[test]
fn too_many_entries_are_asked_for_in_shorter_windows_and_for_nobody_else() {
    let month = range("2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z");
    let busy = graph(|request| {
        all_free(request, |email, sent, entry| {
            let is_long = sent["endTime"]["dateTime"].as_str().unwrap()[..10] > *"2026-06-16"
                && &sent["startTime"]["dateTime"].as_str().unwrap()[..10] == "2026-06-01";
            if email == "busy@contoso.example" {
                entry["scheduleItems"] = json!([listed("busy", "10:00", "11:00")]);
                if is_long {
                    *entry = refused(email, "5006");
                }
            }
        })
    });
    let found = ask(&busy, &["lee@contoso.example", "busy@contoso.example"], month);
    assert_eq!(found[0], Ok(Schedule::default()));
    assert_eq!(found[1].as_ref().unwrap().items, [item(Status::Busy, "10:00", "11:00")]);
    assert_eq!(busy.requests().len(), 3);
    assert_eq!(busy.sent(1)["schedules"], json!(["busy@contoso.example"]));

    let always = graph(|request| all_free(request, |email, _, entry| *entry = refused(email, "5006")));
    let error = ask(&always, &["lee@contoso.example"], month).remove(0).unwrap_err();
    assert_eq!(error.kind, Kind::Unavailable { retry_after: None });
    assert!(error.remedy.contains("shorter"), "{}", error.remedy);
}

#[test]
fn a_refused_request_is_asked_again_without_the_address_that_spoils_it() {
    let strict = graph(|request| {
        let spoils = sent(request)["schedules"].as_array().unwrap().contains(&json!("p3@contoso.example"));
        if spoils { refusal(400, "ErrorInvalidRequest") } else { all_free(request, |_, _, _| {}) }
    });
    let people: Vec<String> = (0..8).map(|n| format!("p{n}@contoso.example")).collect();
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let found = ask(&strict, &people, morning());
    for (at, one) in found.iter().enumerate() {
        assert_eq!(one.is_ok(), at != 3, "{at}: {one:?}");
    }
    assert_eq!(found[3].as_ref().unwrap_err().kind, Kind::InvalidArgument);

    let short = graph(|request| {
        let sent = sent(request);
        let day = |name: &str| sent[name]["dateTime"].as_str().unwrap()[..10].parse::<chrono::NaiveDate>().unwrap();
        let is_long = day("endTime") - day("startTime") > TimeDelta::days(42);
        if is_long { refusal(400, "ErrorTimeIntervalTooBig") } else { all_free(request, |_, _, _| {}) }
    });
    let sixty = range("2026-06-01T00:00:00Z", "2026-07-31T00:00:00Z");
    assert_eq!(ask(&short, &["lee@contoso.example"], sixty), [Ok(Schedule::default())]);
    assert_eq!(short.requests().len(), 3);
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
fn a_personal_account_tells_its_own_time_from_its_calendar_and_nobody_elses() {
    let mut lines = Map::new();
    lines.insert(
        "/me/calendars/AAMk1/calendarView".into(),
        json!({"value": [
            super::super::double::event(json!({})),
            super::super::double::event(json!({"id": "AAMk2", "showAs": "tentative",
                "start": time("11:30"), "end": time("12:30")})),
        ]}),
    );
    lines.insert("/me/mailboxSettings".into(), json!({"timeZone": "UTC"}));
    lines.insert(
        "/me/calendars".into(),
        json!({"value": [
            {"id": "AAMk1", "name": "Calendar", "isDefaultCalendar": true, "canEdit": true},
            {"id": "AAMk9", "name": "Other", "isDefaultCalendar": false, "canEdit": true},
        ]}),
    );
    let graph = graph(move |request| {
        let path = request.url.split('?').next().unwrap().trim_start_matches("https://graph.microsoft.com/v1.0");
        reply(200, lines.get(path).cloned().unwrap_or_else(|| panic!("{path}")))
    });
    let mut grant = scripted::grant(Provider::Outlook, START);
    grant.account = AccountId::new(format!("outlook:{PERSONAL_TENANT}.object-9"));
    grant.tenant = Some(PERSONAL_TENANT.to_owned());
    graph.stage.store(&grant);
    let session = Session::open(graph.stage.world(), &user(), &grant.account).unwrap();
    let people = [Email::new("Ana@Contoso.example"), Email::new("lee@contoso.example")];
    let found = block_on(read(&session, &people, morning()));
    let own = [item(Status::Busy, "10:00", "10:30"), item(Status::Tentative, "11:30", "12:00")];
    assert_eq!(found[0].as_ref().unwrap().items, own);
    let error = found[1].as_ref().unwrap_err();
    assert_eq!(error.kind, Kind::Unsupported);
    assert!(error.message.contains("lee@contoso.example"), "{error}");
    graph.requests().iter().for_each(|one| assert!(!one.url.contains("getSchedule")));

    let asked = graph.requests().len();
    let found = block_on(read(&session, &people[1..], morning()));
    assert_eq!(found[0].as_ref().unwrap_err().kind, Kind::Unsupported);
    assert_eq!(graph.requests().len(), asked, "nothing is asked in vain");
}

#[test]
fn the_own_time_comes_from_the_calendar_where_get_schedule_refuses_it() {
    let answers: [(&str, Outcome); 4] = [
        ("the request", refusal(403, "ErrorAccessDenied")),
        ("the address", value(vec![refused("ana@contoso.example", "ErrorNoFreeBusyAccess")])),
        ("too many entries", value(vec![refused("ana@contoso.example", "5006")])),
        ("no answer for it", value(Vec::new())),
    ];
    for (what, answer) in answers {
        let graph = graph(move |request| {
            let path = request.url.split('?').next().unwrap().trim_start_matches("https://graph.microsoft.com/v1.0");
            match path {
                "/me/calendar/getSchedule" => answer.clone(),
                "/me/calendars" => reply(200, json!({"value": [{"id": "c", "isDefaultCalendar": true}]})),
                "/me/mailboxSettings" => reply(200, json!({"timeZone": "UTC"})),
                _ => reply(200, json!({"value": [super::super::double::event(json!({}))]})),
            }
        });
        let found = ask(&graph, &["lee@contoso.example", "Ana@contoso.example"], morning());
        assert_eq!(found[1].as_ref().unwrap().items, [item(Status::Busy, "10:00", "10:30")], "{what}");
        assert!(found[0].is_err(), "{what}: somebody else's time is not the own one");
        assert_eq!(graph.lines().last().map(String::as_str), Some("GET /me/calendars/c/calendarView"), "{what}");
    }
}

#[test]
fn an_own_time_that_cannot_be_read_either_keeps_its_refusal() {
    let graph = graph(|_| refusal(403, "ErrorAccessDenied"));
    let found = ask(&graph, &["ana@contoso.example"], morning());
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
