//! The own time, where getSchedule cannot be asked for it.

use super::super::super::double::event;
use super::*;

#[test]
fn a_personal_account_tells_its_own_time_from_its_calendar_and_nobody_elses() {
    let mut lines = Map::new();
    lines.insert(
        "/me/calendars/AAMk1/calendarView".into(),
        json!({"value": [
            event(json!({})),
            event(json!({"id": "AAMk2", "showAs": "tentative",
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
                _ => reply(200, json!({"value": [event(json!({}))]})),
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
