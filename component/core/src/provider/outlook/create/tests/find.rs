//! Looking for an event that may have been created.

use super::*;

#[test]
fn finds_by_the_exact_key_and_the_retry_key_only() {
    let with = |members: Value| {
        let mut event = ours();
        for (name, value) in members.as_object().unwrap() {
            event[name] = value.clone();
        }
        event
    };
    for (name, event, expected) in [
        ("ours", ours(), true),
        ("retry key not shown", with(json!({"transactionId": null})), true),
        ("moved by somebody", with(json!({"start": {"dateTime": "2026-06-10T09:00:00", "timeZone": "UTC"}})), true),
        ("key in another case", with(json!({"singleValueExtendedProperties": marks("booking-42", PRINT)})), false),
        ("other generation", with(json!({"transactionId": transaction::id(KEY, "c", 1)})), false),
        ("cancelled", with(json!({"isCancelled": true})), false),
        ("not marked", with(json!({"singleValueExtendedProperties": null})), false),
    ] {
        let script = in_order(vec![found(event)]);
        let result = block_on(find(&script.session(), &calendar("c"), &wanted())).unwrap();
        assert_eq!(result.is_some(), expected, "{name}");
    }
    let script = in_order(vec![nothing()]);
    block_on(find(&script.session(), &calendar("c"), &NewEvent { key: "it's".into(), ..wanted() })).unwrap();
    let url = crate::http::url::decode(&script.requests()[0].url).unwrap();
    assert!(url.contains("$filter=singleValueExtendedProperties/Any(ep: ep/id eq 'String {6d1b7b0e-5e0d-4b6e-9a39-2f1f1c2d3e4f} Name BookingKey' and ep/value eq 'it''s')"), "{url}");
}

#[test]
fn a_found_event_without_fingerprint_is_compared_by_title_and_time() {
    let plain = |subject: &str| {
        let key = marks(KEY, "")[0].clone();
        found(event(json!({"subject": subject, "singleValueExtendedProperties": [key]})))
    };
    for (subject, expected) in [("Demo", "booked"), ("Other", "conflict")] {
        let (result, _) = run(vec![plain(subject)], &NewEvent { is_resumed: true, ..wanted() });
        assert_eq!(outcome(&result), expected);
    }
}
