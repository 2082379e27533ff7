//! Long ranges and many people, in requests that the API accepts.

use super::*;

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
