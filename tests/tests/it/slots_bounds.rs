//! The bounds of the pure slot search of the real component, and what hostile queries get.

use calendar_host::types::{
    BusyGroup, BusyKind, Error, ErrorCode, Explain, FindQuery, Participant, Preferences, Role, SlotRules, Stay,
    TimeRange, UnknownRange,
};
use calendar_tests::query::{at, busy, find, minutes_from, one, range, scattered, six};
use calendar_tests::stage::Stage;

#[tokio::test]
async fn a_million_ranges_fit_into_one_call_and_one_more_is_refused() {
    let stage = Stage::open().await;
    let host = &stage.host;
    let mut asked = one(scattered(0, 1_000_000));
    let found = host.find_slots(&asked).await.expect("an answer");
    let refused: u32 = found.reasons.iter().map(|one| one.count).sum();
    assert_eq!(found.slots.len() + refused as usize, 60 * 48 + 1);

    asked.participants.push(Participant::new("ben", vec![busy(scattered(0, 1))]));
    let error = host.find_slots(&asked).await.expect_err("too many");
    assert_eq!(error.code, ErrorCode::InvalidArgument);
    assert!(error.message.starts_with("participants.busy.starts: "), "{error}");
}

#[tokio::test]
async fn the_most_ranges_that_stay_apart_fit_and_are_explained() {
    let stage = Stage::open().await;
    let host = &stage.host;
    let origin = at("2026-10-01T00:00:00Z");
    let apart =
        |count: i64| (0..count).map(|number| TimeRange { start: origin + 50 * number, end: origin + 50 * number + 20 });
    for kind in [BusyKind::Busy, BusyKind::Booking] {
        let mut asked = one(apart(100_000).collect());
        asked.participants[0].busy[0].calendar = Some("c".repeat(1024));
        asked.participants[0].busy[0].kind = kind;
        asked.explain = Some(Explain::Full);
        let found = host.find_slots(&asked).await.expect("an answer");
        assert!(found.refused.len() > 2_000, "{}", found.refused.len());
        assert!(found.refused.iter().all(|one| !one.reasons.is_empty()));
        asked.participants[0].busy[0] = BusyGroup::new(kind, apart(100_001));
        let error = host.find_slots(&asked).await.expect_err("too many");
        assert!(error.message.starts_with("participants[0].busy[0].starts: more than 100000 "), "{error}");
    }
}

#[tokio::test]
async fn ten_thousand_participants_are_refused_and_two_hundred_are_not() {
    let stage = Stage::open().await;
    let host = &stage.host;
    let people =
        |count: usize| (0..count).map(|number| Participant::new(format!("person {number}"), Vec::new())).collect();
    let error = host.find_slots(&find(people(10_000))).await.expect_err("too many");
    assert_eq!(
        (error.code, error.message.as_str()),
        (ErrorCode::InvalidArgument, "participants: must be 1 to 200, not 10000")
    );
    let mut asked = find(people(200));
    asked.range = range("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
    asked.now = asked.range.start;
    asked.explain = Some(Explain::Full);
    for (number, one) in asked.participants.iter_mut().enumerate() {
        one.busy = vec![busy(scattered(number as i64, 500))];
    }
    let found = host.find_slots(&asked).await.expect("an answer");
    assert!(found.truncated_at.is_some() && !found.slots.is_empty());
}

#[tokio::test]
async fn a_hundred_thousand_stays_in_one_zone_read_it_once() {
    let stage = Stage::open().await;
    let first = chrono::NaiveDate::from_ymd_opt(2024, 1, 1).expect("a date");
    let stay = |day: chrono::NaiveDate| {
        let date = day.to_string();
        Stay { first: date.clone(), last: date, time_zone: "Asia/Tokyo".to_owned() }
    };
    let mut asked = find((0..100).map(|number| Participant::new(format!("{number}"), Vec::new())).collect());
    for one in &mut asked.participants {
        let travel = first.iter_days().step_by(2).take(1000).map(stay).collect();
        one.rules = Some(SlotRules { travel, ..SlotRules::new(30, "UTC") });
    }
    // The rules of a zone take about 8 KB: a hundred thousand times they would not fit into the memory of a call.
    let found = stage.host.find_slots(&asked).await.expect("an answer");
    assert!(!found.slots.is_empty());
}

#[tokio::test]
async fn hostile_values_are_errors_that_name_the_field() {
    let stage = Stage::open().await;
    let host = &stage.host;
    let megabyte = || "\u{1b}".repeat(1 << 20);
    type Change = Box<dyn Fn(&mut FindQuery)>;
    type Text = (&'static str, fn(&mut FindQuery, String));
    let mut changes: Vec<(&str, Change)> = Vec::new();
    for value in [i64::MIN, i64::MAX, -1] {
        changes.push(("now", Box::new(move |one| one.now = value)));
        changes.push(("range", Box::new(move |one| one.range.start = value)));
        changes.push(("range", Box::new(move |one| one.range.end = value)));
        let time = TimeRange { start: value, end: i64::MAX };
        changes.push((
            "participants[0].busy[0].starts[0]",
            Box::new(move |one| one.participants[0].busy = vec![busy(vec![time])]),
        ));
        changes.push(("participants[0].known", Box::new(move |one| one.participants[0].known = Some(time))));
        let unknown = move || UnknownRange { time, calendar: None, cause: String::new() };
        changes.push((
            "participants[0].unknown[0].time",
            Box::new(move |one| one.participants[0].unknown = vec![unknown()]),
        ));
        changes.push((
            "round-robin.candidates[0].last-assigned",
            Box::new(move |one| {
                one.round_robin.iter_mut().for_each(|turns| turns.candidates[0].last_assigned = Some(value));
            }),
        ));
    }
    for text in [String::new(), megabyte()] {
        let given = move || text.clone();
        let texts: [Text; 6] = [
            ("rules.time-zone", |one, text| one.rules.time_zone = text),
            ("rules.grid-time-zone", |one, text| one.rules.grid_time_zone = Some(text)),
            ("participants[2].id", |one, text| one.participants[2].id = text),
            ("quorums[0].members", |one, text| one.quorums[0].members[0] = text),
            ("round-robin.candidates", |one, text| {
                one.round_robin.iter_mut().for_each(|turns| turns.candidates[0].participant = text.clone());
            }),
            ("participants[4].rules.time-zone", |one, text| {
                one.participants[4].rules.iter_mut().for_each(|rules| rules.time_zone = text.clone());
            }),
        ];
        for (field, change) in texts {
            let given = given.clone();
            changes.push((field, Box::new(move |one| change(one, given()))));
        }
    }
    changes.push(("quorums[0].name", Box::new(move |one| one.quorums[0].name = megabyte())));
    changes.push((
        "participants[0].busy[0].calendar",
        Box::new(move |one| one.participants[0].busy[0].calendar = Some(megabyte())),
    ));
    changes.push(("rules.duration-minutes", Box::new(|one| one.rules.duration_minutes = u32::MAX)));
    changes.push(("quorums[0].need", Box::new(|one| one.quorums[0].need = u32::MAX)));
    changes.push(("max-slots", Box::new(|one| one.max_slots = Some(u32::MAX))));
    for (field, change) in changes {
        let mut asked = six();
        change(&mut asked);
        let error = host.find_slots(&asked).await.expect_err(field);
        assert_refused(&error, field);
        if field != "max-slots" {
            let error = host.propose_slots(&asked, &Preferences::new(3)).await.expect_err(field);
            assert_refused(&error, field);
        }
    }
    let error = host.propose_slots(&six(), &Preferences::new(u32::MAX)).await.expect_err("too many");
    assert_refused(&error, "preferences.options");
}

fn assert_refused(error: &Error, field: &str) {
    assert_eq!(error.code, ErrorCode::InvalidArgument, "{field}: {error}");
    assert!(error.message.starts_with(&format!("{field}: ")), "{field}: {error}");
    assert!(error.message.len() < 1000, "{field}: {} bytes", error.message.len());
}

#[tokio::test]
async fn the_longest_answers_fit_into_the_memory_of_a_call() {
    let stage = Stage::open().await;
    let host = &stage.host;
    let person = |number: usize, role| Participant { role, ..Participant::new(format!("{number:0>1024}"), Vec::new()) };
    let mut asked = find((0..200).map(|number| person(number, Role::Optional)).collect());
    asked.participants[0].role = Role::Required;
    (asked.max_slots, asked.explain) = (Some(5000), Some(Explain::None));
    asked.rules.step_minutes = Some(1);
    let found = host.find_slots(&asked).await.expect("an answer");
    assert_eq!(found.truncated_at, found.slots.last().map(|one| one.time.start + 60), "cut, and continued there");

    asked.explain = Some(Explain::Full);
    for (number, one) in asked.participants.iter_mut().enumerate() {
        let always = minutes_from(asked.range.start, 62 * 24 * 60);
        one.role = Role::Required;
        one.busy = vec![busy(vec![always])];
        one.busy[0].calendar = Some(format!("{number:c>1024}"));
    }
    let found = host.find_slots(&asked).await.expect("an answer");
    assert!(!found.refused.is_empty() && found.refused.iter().all(|one| one.reasons.len() == 200));
}
