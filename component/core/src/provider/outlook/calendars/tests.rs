use serde_json::{Value, json};

use super::super::double::{Graph, block_on, graph, in_order, raw, refusal, reply};
use super::*;
use crate::error::Kind;

fn own(id: &str, name: &str) -> Value {
    json!({"id": id, "name": name, "isDefaultCalendar": false, "canEdit": true, "canShare": true,
        "owner": {"name": "Ana", "address": "ana@contoso.example"}, "allowedOnlineMeetingProviders": ["teamsForBusiness"]})
}

fn with(mut calendar: Value, members: Value) -> Value {
    for (name, value) in members.as_object().unwrap() {
        calendar[name] = value.clone();
    }
    calendar
}

/// A mailbox with these calendars, in Berlin.
fn mailbox(calendars: Vec<Value>, settings: Value) -> Graph {
    graph(move |request| match request.url.contains("/me/mailboxSettings") {
        true => reply(200, settings.clone()),
        false => reply(200, json!({ "value": calendars.clone() })),
    })
}

fn berlin() -> Value {
    json!({"timeZone": "W. Europe Standard Time", "workingHours": {"daysOfWeek": ["monday"], "timeZone": {"name": "W. Europe Standard Time"}}})
}

#[test]
fn access_selection_and_video_follow_from_what_graph_says() {
    let default = json!({"isDefaultCalendar": true});
    let table = [
        (with(own("c", "Calendar"), default), Access::Owner, true, true),
        (own("c", "Side project"), Access::Owner, true, true),
        (with(own("c", "Holidays"), json!({"canEdit": false})), Access::Read, false, false),
        (with(own("c", "Birthdays"), json!({"canEdit": false, "canShare": false})), Access::Read, false, false),
        (
            with(own("c", "Boss"), json!({"canShare": false, "owner": {"address": "boss@contoso.example"}})),
            Access::Write,
            false,
            true,
        ),
        (
            with(
                own("c", "Colleague"),
                json!({"canEdit": false, "canShare": false, "owner": {"address": "kim@contoso.example"}}),
            ),
            Access::Read,
            false,
            false,
        ),
        (
            with(own("c", "Own by address"), json!({"canShare": null, "owner": {"address": "ANA@contoso.example"}})),
            Access::Owner,
            true,
            true,
        ),
        (
            with(own("c", "No Teams"), json!({"allowedOnlineMeetingProviders": ["skypeForBusiness"]})),
            Access::Owner,
            true,
            false,
        ),
        (
            with(own("c", "Shouted"), json!({"allowedOnlineMeetingProviders": ["TeamsForBusiness"]})),
            Access::Owner,
            true,
            true,
        ),
        (json!({"id": "c"}), Access::Read, false, false),
        (
            with(own("c", "Nulls"), json!({"owner": null, "allowedOnlineMeetingProviders": null, "canShare": null})),
            Access::Write,
            false,
            false,
        ),
    ];
    for (wire, access, is_selected, video) in table {
        let script = mailbox(vec![wire.clone()], berlin());
        let calendars = block_on(list(&script.session())).unwrap();
        let found = &calendars[0];
        assert_eq!((found.access, found.is_selected, found.supports_video), (access, is_selected, video), "{wire}");
        assert_eq!(found.time_zone.as_deref(), Some("Europe/Berlin"));
    }
}

#[test]
fn the_primary_calendar_comes_first_then_by_name() {
    let list_of =
        vec![own("1", "Zoo"), with(own("2", "Calendar"), json!({"isDefaultCalendar": true})), own("3", "Alpha")];
    let script = mailbox(list_of, berlin());
    let names: Vec<_> = block_on(list(&script.session())).unwrap().into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["Calendar", "Alpha", "Zoo"]);
}

#[test]
fn reads_all_pages_and_never_returns_a_part() {
    for (last, expected) in [
        (reply(200, json!({"value": [own("2", "B")]})), Ok(2)),
        (refusal(403, "ErrorAccessDenied"), Err(Kind::PermissionDenied)),
    ] {
        let mut last = Some(last);
        let script = graph(move |request| match request.url.as_str() {
            url if url.contains("mailboxSettings") => reply(200, berlin()),
            url if url.contains("skip") => last.take().unwrap(),
            _ => reply(
                200,
                json!({"value": [own("1", "A")], "@odata.nextLink": "https://graph.microsoft.com/v1.0/me/calendars?$skip=1"}),
            ),
        });
        let count = block_on(list(&script.session())).map(|calendars| calendars.len()).map_err(|error| error.kind);
        assert_eq!(count, expected);
    }
}

#[test]
fn unreadable_mailbox_settings_leave_the_zone_open() {
    for settings in [
        refusal(403, "ErrorAccessDenied"),
        refusal(404, "x"),
        raw("[[["),
        reply(200, json!({})),
        reply(200, json!({"timeZone": "tzone://Microsoft/Custom"})),
    ] {
        let script = graph(move |request| match request.url.contains("mailboxSettings") {
            true => settings.clone(),
            false => reply(200, json!({"value": [own("1", "A")]})),
        });
        assert_eq!(block_on(list(&script.session())).unwrap()[0].time_zone, None);
    }
    let script = in_order(vec![reply(200, json!({"value": [own("1", "A")]}))]);
    script.grant(&["Calendars.Read"]);
    assert_eq!(block_on(list(&script.session())).unwrap()[0].time_zone, None, "without the scope nobody asks");
}

#[test]
fn a_custom_zone_is_found_by_its_rules() {
    let change = |occurrence: u8, month: u32| json!({"time": "02:00:00.0000000", "dayOccurrence": occurrence, "dayOfWeek": "sunday", "month": month, "year": 0, "daylightBias": -60});
    let settings = json!({"timeZone": "Customized Time Zone", "workingHours": {"timeZone": {
        "@odata.type": "#microsoft.graph.customTimeZone", "name": "Customized Time Zone", "bias": 300,
        "standardOffset": change(1, 11), "daylightOffset": change(2, 3)}}});
    let script = mailbox(vec![own("1", "A")], settings);
    let zone = block_on(list(&script.session())).unwrap()[0].time_zone.clone().unwrap();
    let zone = crate::schedule::zone::Zone::parse(&zone).unwrap();
    let offset = |instant: &str| zone.offset_seconds(instant.parse().unwrap());
    assert_eq!((offset("2026-01-15T00:00:00Z"), offset("2026-07-15T00:00:00Z")), (-18_000, -14_400));
}

#[test]
fn hostile_lists_are_refused() {
    for body in [
        "",
        "null",
        "[]",
        "{}",
        "{\"value\":{}}",
        "{\"value\":[{}]}",
        "{\"value\":[{\"id\":\"\"}]}",
        "{\"value\":[{\"id\":7}]}",
    ] {
        let body = body.to_owned();
        let script = graph(move |request| match request.url.contains("mailboxSettings") {
            true => reply(200, berlin()),
            false => raw(&body),
        });
        assert_eq!(block_on(list(&script.session())).unwrap_err().kind, Kind::Protocol);
    }
}

#[test]
fn the_list_and_the_settings_are_asked_for_together() {
    let script = mailbox(vec![own("1", "A")], berlin());
    block_on(list(&script.session())).unwrap();
    assert_eq!(script.lines(), ["GET /me/calendars", "GET /me/mailboxSettings"]);
}
