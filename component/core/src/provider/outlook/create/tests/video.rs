//! The link of the video call.

use super::*;

#[test]
fn the_video_link_is_awaited_and_its_state_told() {
    let video = NewEvent { video: true, ..wanted() };
    let pending = || event(json!({"isOnlineMeeting": true, "onlineMeeting": null}));
    let ready = || {
        event(
            json!({"isOnlineMeeting": true, "onlineMeeting": {"joinUrl": "https://teams.example.com/x"}, "@odata.etag": "W/\"2\""}),
        )
    };
    let link = Conferencing::Ready("https://teams.example.com/x".into());
    for (name, replies, expected, etag) in [
        ("at once", vec![reply(201, ready())], link.clone(), "W/\"2\""),
        (
            "at the second look",
            vec![reply(201, pending()), reply(200, pending()), reply(200, ready())],
            link.clone(),
            "W/\"2\"",
        ),
        (
            "after a failed look",
            vec![reply(201, pending()), refusal(404, "ErrorItemNotFound"), reply(200, ready())],
            link.clone(),
            "W/\"2\"",
        ),
        (
            "not yet",
            vec![reply(201, pending()), reply(200, pending()), reply(200, pending()), reply(200, pending())],
            Conferencing::Pending,
            "W/\"1\"",
        ),
        ("never", vec![reply(201, event(json!({"isOnlineMeeting": false})))], Conferencing::Failed, "W/\"1\""),
    ] {
        let (result, _) = run(replies, &video);
        let meeting = result.unwrap();
        assert_eq!((&meeting.conferencing, meeting.etag.as_deref()), (&expected, Some(etag)), "{name}");
    }
    let script = in_order(vec![reply(201, ready())]);
    block_on(create(&script.session(), &calendar("c"), &video)).unwrap();
    let body = script.sent(0);
    assert_eq!((&body["isOnlineMeeting"], &body["onlineMeetingProvider"]), (&json!(true), &json!("teamsForBusiness")));
}

#[test]
fn a_calendar_without_teams_gets_the_meeting_without_a_link() {
    let script = in_order(vec![created()]);
    let plain = Calendar { supports_video: false, ..calendar("c") };
    let video = NewEvent { video: true, ..wanted() };
    let meeting = block_on(create(&script.session(), &plain, &video)).unwrap();
    assert_eq!(meeting.conferencing, Conferencing::Unsupported);
    assert_eq!(script.sent(0).get("isOnlineMeeting"), None);
}

#[test]
fn looks_for_the_link_only_within_the_deadline() {
    let mut script = in_order(vec![reply(201, event(json!({"isOnlineMeeting": true})))]);
    script.stage.deadline = crate::scripted::START + TimeDelta::milliseconds(900);
    let video = NewEvent { video: true, ..wanted() };
    let meeting = block_on(create(&script.session(), &calendar("c"), &video)).unwrap();
    assert_eq!(meeting.conferencing, Conferencing::Pending);
}
