//! What the rules say of a time that is booked.

use super::*;

/// A calendar with `entry` exactly at the wanted time, and an attempt with these rules.
fn against(entry: Value, rules: Rules) -> Result<Meeting, Error> {
    let stage = Stage::new();
    stage.connect(crate::account::Provider::Google);
    let google = Google::on(&stage, &[Listed { id: "main", role: "owner", is_selected: true }]);
    google.add("main", "x", ("2026-06-10T10:00:00Z", "2026-06-10T10:30:00Z"), entry);
    let alternatives = Rules { hours: WeeklyHours::always(), ..rules };
    block_on(book_meeting(stage.world(), &user(), &BookingRequest { alternatives, ..request("Demo") }))
}

#[test]
fn statuses_of_the_rules_decide_what_is_in_the_way() {
    let allowing = |change: fn(&mut StatusPolicy)| {
        let mut all = StatusPolicy::default();
        change(&mut all);
        Rules { statuses: Statuses { all, ..Statuses::default() }, ..Rules::default() }
    };
    let tentative = || json!({"status": "tentative"});
    let unanswered = || json!({"attendees": [{"self": true, "responseStatus": "needsAction"}]});
    let is_taken = |outcome: Result<Meeting, Error>| match outcome {
        Ok(_) => false,
        Err(Error { kind: Kind::Conflict { .. }, .. }) => true,
        Err(other) => panic!("{other:?}"),
    };
    for entry in [tentative(), unanswered(), json!({"visibility": "private"}), json!({"eventType": "focusTime"})] {
        assert!(is_taken(against(entry.clone(), Rules::default())), "{entry}");
    }
    assert!(!is_taken(against(json!({"eventType": "workingLocation"}), Rules::default())));
    assert!(!is_taken(against(tentative(), allowing(|all| all.tentative = Treatment::Allow))));
    assert!(!is_taken(against(tentative(), allowing(|all| all.tentative = Treatment::Penalise))));
    assert!(is_taken(against(unanswered(), allowing(|all| all.tentative = Treatment::Allow))));
    assert!(!is_taken(against(unanswered(), allowing(|all| all.not_answered = Treatment::Allow))));
    assert!(is_taken(against(json!({}), allowing(|all| all.tentative = Treatment::Allow))));
}

#[test]
fn a_day_off_is_kept_by_the_alternatives_and_does_not_forbid_the_wanted_time() {
    let date = |day| chrono::NaiveDate::from_ymd_opt(2026, 6, day).unwrap();
    let rules = || Rules {
        holidays: vec![Holiday { from: date(10), until: date(11) }],
        duration: TimeDelta::minutes(30),
        ..Rules::default()
    };
    assert!(against(json!({"transparency": "transparent"}), rules()).is_ok());
    let Err(Error { kind: Kind::Conflict { alternatives }, .. }) = against(json!({}), rules()) else {
        panic!("the time is taken")
    };
    assert_eq!(alternatives.first().map(|one| one.start().date_naive()), Some(date(11)));
}

#[test]
fn alternatives_keep_the_limits() {
    let stage = Stage::new();
    stage.connect(crate::account::Provider::Google);
    let google = Google::on(&stage, &[Listed { id: "main", role: "owner", is_selected: true }]);
    let at = |text: &str| text.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let monday = Interval::new(at("2026-06-08T10:00:00Z"), at("2026-06-08T11:00:00Z")).unwrap();
    // Before everything that is read around the wanted time.
    stage.booked(crate::account::Provider::Google, "main", "e", monday);
    google.add("main", "x", ("2026-06-10T10:00:00Z", "2026-06-10T10:30:00Z"), json!({}));
    let week = Period::Week { starts: FirstDay::Monday };
    let limits = vec![Limit { period: week, meetings: Some(1), minutes: None }];
    let alternatives = Rules { hours: WeeklyHours::always(), limits, ..Rules::default() };
    let outcome = block_on(book_meeting(stage.world(), &user(), &BookingRequest { alternatives, ..request("Demo") }));
    let Err(Error { kind: Kind::Conflict { alternatives }, .. }) = outcome else { panic!("the time is taken") };
    assert_eq!(alternatives.first().map(|one| one.start()), Some(at("2026-06-15T00:00:00Z")));
}

#[test]
fn a_limit_reached_meanwhile_refuses_a_time_that_was_chosen_by_it_and_no_time_that_was_wanted() {
    for keeps_limits in [true, false] {
        let (stage, calendar) = stage();
        let request = request("Demo");
        // Another booking of the same day is under way.
        let other = Reservation {
            user: user(),
            key: "other".into(),
            fingerprint: "other".into(),
            account: crate::scripted::account(crate::account::Provider::Google),
            provider: crate::account::Provider::Google,
            calendar: crate::account::CalendarId::new("ana@example.com"),
            time: Interval::starting(request.time.end(), TimeDelta::minutes(30)).unwrap(),
            blocked: Interval::starting(request.time.end(), TimeDelta::minutes(30)).unwrap(),
            replaces: None,
            hold: None,
        };
        crate::ports::Bookings::reserve(&stage.bookings, &other).unwrap();
        let limits = vec![Limit { period: Period::Day, meetings: Some(1), minutes: None }];
        let alternatives = Rules { limits, ..request.alternatives.clone() };
        let request = BookingRequest { alternatives, ..request };
        let intent = Intent { key: "key-1".into(), fingerprint: fingerprint::of_booking(&request), keeps_limits };
        let outcome = block_on(book_as(stage.world(), &user(), &request, intent));
        assert_eq!((outcome.is_err(), calendar.count()), (keeps_limits, usize::from(!keeps_limits)));
    }
}
