use serde_json::{Value, json};

use super::super::double::{block_on, calendar, event, graph, in_order, range, refusal, reply};
use super::*;
use crate::error::Kind;
use crate::schedule::policy::BusyKind;

fn day() -> Interval {
    range("2026-06-10T00:00:00Z", "2026-06-11T00:00:00Z")
}

fn busy_of(event: Value) -> Result<Vec<BusyEvent>, Error> {
    let script = in_order(vec![reply(200, json!({ "value": [event] }))]);
    let answers = block_on(read(&script.session(), &[calendar("c")], day(), Detail::Events));
    answers.into_iter().next().unwrap().busy
}

#[test]
fn every_row_of_the_busy_rules_decides_as_documented() {
    use BusyKind::{Busy, NotAnswered, OutOfOffice, Private, Tentative, Unrecognised, WorkingElsewhere};
    for (members, expected) in [
        (json!({}), Some(Busy)),
        (json!({"isCancelled": true}), None),
        (json!({"isCancelled": true, "showAs": "oof"}), None),
        (json!({"showAs": "free"}), None),
        (json!({"showAs": "Free"}), None),
        (json!({"showAs": "workingElsewhere"}), Some(WorkingElsewhere)),
        (json!({"showAs": "tentative"}), Some(Tentative)),
        (json!({"showAs": "Tentative"}), Some(Tentative)),
        (json!({"showAs": "busy"}), Some(Busy)),
        (json!({"showAs": "Busy"}), Some(Busy)),
        (json!({"showAs": "oof"}), Some(OutOfOffice)),
        (json!({"showAs": "unknown"}), Some(Unrecognised)),
        (json!({"showAs": "something new"}), Some(Unrecognised)),
        (json!({"showAs": null}), Some(Busy)),
        (json!({"responseStatus": {"response": "declined"}}), None),
        (json!({"responseStatus": {"response": "Declined"}, "showAs": "oof"}), None),
        (json!({"responseStatus": {"response": "notResponded"}}), Some(NotAnswered)),
        (json!({"responseStatus": {"response": "tentativelyAccepted"}}), Some(Tentative)),
        (json!({"responseStatus": {"response": "notResponded"}, "showAs": "free"}), None),
        (json!({"responseStatus": {"response": "accepted"}}), Some(Busy)),
        (json!({"responseStatus": {"response": "none"}}), Some(Busy)),
        (json!({"responseStatus": null}), Some(Busy)),
        (json!({"sensitivity": "private", "subject": null}), Some(Private)),
        (json!({"sensitivity": "Confidential"}), Some(Private)),
        (json!({"sensitivity": "personal"}), Some(Busy)),
        (json!({"end": {"dateTime": "2026-06-10T10:00:00", "timeZone": "UTC"}}), None),
    ] {
        let busy = busy_of(event(members.clone())).unwrap();
        assert_eq!(busy.first().map(|entry| entry.kind), expected, "{members}");
        if let Some(entry) = busy.first() {
            assert_eq!(entry.interval, range("2026-06-10T10:00:00Z", "2026-06-10T10:30:00Z"));
            assert_eq!(entry.event_id, Some(EventId::new("AAMk1")));
        }
    }
}

#[test]
fn what_fits_several_kinds_is_the_first_of_them() {
    use BusyKind::{AllDay, NotAnswered, OutOfOffice, Private, Tentative, Unrecognised, WorkingElsewhere};
    let answered = |word: &str, show_as: &str| json!({"responseStatus": {"response": word}, "showAs": show_as, "sensitivity": "private"});
    for (event, expected) in [
        (all_day(answered("tentativelyAccepted", "oof")), Tentative),
        (all_day(answered("notResponded", "oof")), NotAnswered),
        // Exchange shows every invitation as tentative until it is answered.
        (all_day(answered("notResponded", "tentative")), NotAnswered),
        (all_day(answered("organizer", "tentative")), Tentative),
        (all_day(answered("organizer", "oof")), OutOfOffice),
        // It takes no time by default, whatever was answered.
        (all_day(answered("notResponded", "workingElsewhere")), WorkingElsewhere),
        (all_day(answered("accepted", "unknown")), Unrecognised),
        (all_day(answered("accepted", "busy")), AllDay),
        (event(answered("accepted", "busy")), Private),
    ] {
        assert_eq!(busy_of(event.clone()).unwrap()[0].kind, expected, "{event}");
    }
}

#[test]
fn working_elsewhere_is_read_only_when_kinds_are_asked_for() {
    for (detail, expected) in [
        (Detail::Events, vec![BusyKind::WorkingElsewhere, BusyKind::Tentative]),
        (Detail::Ids, vec![BusyKind::Tentative]),
        (Detail::Merged, vec![BusyKind::Tentative]),
    ] {
        let events = json!([event(json!({"showAs": "workingElsewhere"})), event(json!({"showAs": "tentative"}))]);
        let script = in_order(vec![reply(200, json!({ "value": events }))]);
        let answers = block_on(read(&script.session(), &[calendar("c")], day(), detail));
        let kinds: Vec<_> = answers[0].busy.as_ref().unwrap().iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds, expected, "{detail:?}");
        assert!(script.requests()[0].url.contains("sensitivity"), "kinds need it");
    }
}

fn all_day(members: Value) -> Value {
    let mut whole = event(members);
    whole["isAllDay"] = json!(true);
    whole["start"] = json!({"dateTime": "2026-06-10T00:00:00.0000000", "timeZone": "UTC"});
    whole["end"] = json!({"dateTime": "2026-06-11T00:00:00.0000000", "timeZone": "UTC"});
    whole
}

#[test]
fn all_day_events_are_days_of_the_mailbox() {
    let busy = busy_of(all_day(json!({}))).unwrap();
    assert_eq!(busy[0].interval, range("2026-06-09T22:00:00Z", "2026-06-10T22:00:00Z"));
}

#[test]
fn an_all_day_event_without_a_known_zone_makes_the_calendar_unknown_not_free() {
    let mut nowhere = calendar("c");
    nowhere.time_zone = None;
    for (event, is_unknown) in [
        (all_day(json!({})), true),
        (all_day(json!({"showAs": "free"})), false),
        (all_day(json!({"isCancelled": true})), false),
    ] {
        for scopes in [vec!["Calendars.Read"], vec!["Calendars.Read", "MailboxSettings.Read"]] {
            let script = in_order(vec![reply(200, json!({ "value": [event.clone()] }))]);
            let has_scope = scopes.len() == 2;
            script.grant(&scopes);
            let answers = block_on(read(&script.session(), &[nowhere.clone()], day(), Detail::Merged));
            let kind = answers[0].busy.as_ref().map_err(|error| error.kind.clone());
            match (is_unknown, has_scope) {
                (false, _) => assert_eq!(kind, Ok(&Vec::new())),
                (true, true) => assert_eq!(kind, Err(Kind::Unavailable { retry_after: None })),
                (true, false) => assert_eq!(kind, Err(Kind::PermissionDenied)),
            }
        }
    }
}

#[test]
fn reads_every_page_empty_ones_too() {
    let next = |n: u32| format!("https://graph.microsoft.com/v1.0/me/calendars/c/calendarView?$skiptoken={n}");
    let script = in_order(vec![
        reply(200, json!({"value": [event(json!({"id": "1"}))], "@odata.nextLink": next(1)})),
        reply(200, json!({"value": [], "@odata.nextLink": next(2)})),
        reply(200, json!({"value": [event(json!({"id": "2"}))], "@odata.nextLink": null})),
    ]);
    let answers = block_on(read(&script.session(), &[calendar("c")], day(), Detail::Events));
    let ids: Vec<_> = answers[0].busy.as_ref().unwrap().iter().map(|entry| entry.event_id.clone().unwrap()).collect();
    assert_eq!(ids, [EventId::new("1"), EventId::new("2")]);
    let requests = script.requests();
    assert_eq!(requests[1].url, next(1), "links are followed verbatim");
    for request in requests.iter() {
        let header = |name: &str| request.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        assert!(header("prefer").unwrap().starts_with("outlook.timezone=\"UTC\", IdType=\"ImmutableId\""));
        assert_eq!(header("client-request-id").unwrap().len(), 36);
    }
}

#[test]
fn refuses_links_that_lead_elsewhere_or_in_circles() {
    for link in [
        "https://graph.microsoft.com.evil.example/v1.0/x",
        "http://graph.microsoft.com/v1.0/x",
        "https://graph.microsoft.com:8443/v1.0/x",
        "https://user@graph.microsoft.com/v1.0/x",
        "/v1.0/me/calendars/c/calendarView?$skip=1",
        "",
    ] {
        let script = in_order(vec![reply(200, json!({"value": [], "@odata.nextLink": link}))]);
        let answers = block_on(read(&script.session(), &[calendar("c")], day(), Detail::Merged));
        assert_eq!(answers[0].busy.as_ref().unwrap_err().kind, Kind::Protocol, "{link}");
    }
    let circle = graph(|_| reply(200, json!({"value": [], "@odata.nextLink": "https://graph.microsoft.com/v1.0/x"})));
    let answers = block_on(read(&circle.session(), &[calendar("c")], day(), Detail::Merged));
    assert_eq!(answers[0].busy.as_ref().unwrap_err().kind, Kind::Protocol);
    assert_eq!(circle.requests().len(), 2);
    let mut count = 0;
    let endless = graph(move |_| {
        count += 1;
        reply(200, json!({"value": [], "@odata.nextLink": format!("https://graph.microsoft.com/v1.0/x?{count}")}))
    });
    let answers = block_on(read(&endless.session(), &[calendar("c")], day(), Detail::Merged));
    assert_eq!(answers[0].busy.as_ref().unwrap_err().kind, Kind::Protocol);
}

#[test]
fn one_answer_per_calendar_in_order_and_a_failure_is_unknown_for_that_calendar_alone() {
    let script = graph(|request| match request.url.as_str() {
        url if url.ends_with("/$batch") => refusal(405, ""),
        url if url.contains("/bad/") => refusal(404, "ErrorItemNotFound"),
        url if url.contains("/half/") && !url.contains("skip") => reply(
            200,
            json!({"value": [event(json!({}))], "@odata.nextLink": "https://graph.microsoft.com/v1.0/me/calendars/half/calendarView?$skip=1"}),
        ),
        url if url.contains("/half/") => refusal(403, "ErrorAccessDenied"),
        _ => reply(200, json!({ "value": [event(json!({}))] })),
    });
    let calendars: Vec<_> = ["a", "bad", "b", "half", "c", "d"].map(calendar).into();
    let answers = block_on(read(&script.session(), &calendars, day(), Detail::Events));
    let kinds: Vec<_> = answers
        .iter()
        .map(|answer| {
            (answer.calendar.as_str(), answer.busy.as_ref().map(Vec::len).map_err(|error| error.kind.clone()))
        })
        .collect();
    assert_eq!(
        kinds,
        [
            ("a", Ok(1)),
            ("bad", Err(Kind::NotFound)),
            ("b", Ok(1)),
            ("half", Err(Kind::PermissionDenied)),
            ("c", Ok(1)),
            ("d", Ok(1)),
        ]
    );
}

#[test]
fn never_more_than_four_requests_are_in_flight() {
    use std::cell::Cell;
    use std::rc::Rc;
    let flying = Rc::new(Cell::new(0_usize));
    let most = Rc::new(Cell::new(0_usize));
    let requests = (0..11).map(|_| {
        let (flying, most) = (flying.clone(), most.clone());
        async move {
            flying.set(flying.get() + 1);
            most.set(most.get().max(flying.get()));
            let mut polled = false;
            std::future::poll_fn(|context| {
                if std::mem::replace(&mut polled, true) {
                    return std::task::Poll::Ready(());
                }
                context.waker().wake_by_ref();
                std::task::Poll::Pending
            })
            .await;
            flying.set(flying.get() - 1);
        }
    });
    assert_eq!(block_on(at_most_four(requests)).len(), 11);
    assert_eq!(most.get(), 4);
}

#[test]
fn long_ranges_are_read_in_pieces_and_an_event_across_the_cut_counts_once() {
    let range = range("2026-01-01T00:00:00Z", "2027-06-01T00:00:00Z");
    let pieces = windows(range);
    assert_eq!(pieces.len(), 2);
    assert_eq!((pieces[0].start(), pieces[0].end(), pieces[1].end()), (range.start(), pieces[1].start(), range.end()));
    let across = event(json!({
        "start": {"dateTime": "2027-01-01T23:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2027-01-02T01:00:00", "timeZone": "UTC"},
    }));
    let script = in_order(vec![reply(200, json!({"value": [across]})), reply(200, json!({"value": [across]}))]);
    let answers = block_on(read(&script.session(), &[calendar("c")], range, Detail::Events));
    assert_eq!(answers[0].busy.as_ref().unwrap().len(), 1);
}

#[test]
fn touching_events_do_not_overlap_and_ids_are_encoded() {
    let after = event(json!({
        "start": {"dateTime": "2026-06-11T00:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2026-06-11T01:00:00", "timeZone": "UTC"},
    }));
    let script = in_order(vec![reply(200, json!({ "value": [after] }))]);
    let answers = block_on(read(&script.session(), &[calendar("AA/+=?")], day(), Detail::Events));
    assert_eq!(answers[0].busy, Ok(Vec::new()));
    assert_eq!(script.lines(), ["GET /me/calendars/AA%2F%2B%3D%3F/calendarView"]);
}

#[test]
fn hostile_answers_make_the_calendar_unknown() {
    let deep = format!("{{\"value\":{}", "[".repeat(100_000));
    for body in [
        "",
        "null",
        "[]",
        "{}",
        "{\"value\":7}",
        "{\"value\":[7]}",
        "{\"value\":[{}]}",
        "{\"value\":[{\"start\":{}}]}",
        &deep,
    ] {
        let body = body.as_bytes().to_vec();
        let script = graph(move |_| {
            Ok(crate::http::response::Response { status: 200, headers: Vec::new(), body: body.clone() })
        });
        let answers = block_on(read(&script.session(), &[calendar("c")], day(), Detail::Events));
        assert_eq!(answers[0].busy.as_ref().unwrap_err().kind, Kind::Protocol);
    }
    for start in ["2026-06-10", "9999999999-01-01T00:00:00", "2026-06-10T25:00:00", "\u{0}"] {
        let odd = event(json!({"start": {"dateTime": start, "timeZone": "UTC"}}));
        assert_eq!(busy_of(odd).unwrap_err().kind, Kind::Protocol, "{start}");
    }
    let nowhere = event(json!({"start": {"dateTime": "2026-06-10T10:00:00", "timeZone": "Nowhere"}}));
    assert_eq!(busy_of(nowhere).unwrap_err().kind, Kind::Unavailable { retry_after: None });
}
