//! Somebody else's meetings, and the own ones as the user's other accounts see them.

use calendar_host::types::{ErrorCode, EventLocator, Meeting, MeetingChanges, Provider, Selection, TimeRange};
use calendar_sandbox::fault::Fault;
use calendar_sandbox::mail::MailKind;
use calendar_sandbox::vendor::Vendor;
use calendar_tests::people::{GOOGLE, GOOGLE_TWO, OUTLOOK};
use calendar_tests::query::{booking, minutes_from, wall};
use calendar_tests::stage::Stage;
use serde_json::json;

const USER: &str = "ana";
const LEE: &str = "lee@customer.example";

fn hour(stage: &Stage) -> TimeRange {
    minutes_from((stage.sandbox.control().now().timestamp() / 86_400 + 90) * 86_400 + 15 * 3600, 60)
}

/// An Outlook account with an invitation, and what the account shows of it.
async fn invited(wants_an_answer: bool) -> (Stage, Meeting) {
    let stage = Stage::open().await;
    let (control, time) = (stage.sandbox.control(), hour(&stage));
    let at = |seconds| json!({"dateTime": wall(seconds), "timeZone": "UTC"});
    let event = json!({"subject": "Review", "start": at(time.start), "end": at(time.end),
        "responseRequested": wants_an_answer,
        "organizer": {"emailAddress": {"address": LEE, "name": "Lee"}},
        "attendees": [{"type": "required", "emailAddress": {"address": OUTLOOK}}]});
    control.microsoft().insert_event(OUTLOOK, None, &event).expect("an invitation");
    stage.connect(USER, Provider::Outlook, OUTLOOK).await;
    let meeting = agenda(&stage).await.into_iter().find(|one| one.title == "Review").expect("the invitation");
    control.clear_mails();
    (stage, meeting)
}

async fn agenda(stage: &Stage) -> Vec<Meeting> {
    let found = stage.host.get_upcoming_meetings(USER, hour(stage), &Selection::default(), None).await.unwrap();
    found.meetings
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_an_invitation_answers_the_organizer_and_removes_it() {
    for keeps_declined in [false, true] {
        let (stage, meeting) = invited(true).await;
        let control = stage.sandbox.control();
        control.microsoft().set_switches(|switches| switches.declined_stays = keeps_declined);
        stage.host.cancel_event(USER, &EventLocator::new(&meeting.event_id), Some("On leave"), None).await.unwrap();
        let mails = control.mails();
        let sent: Vec<_> = mails.iter().map(|mail| (mail.kind, mail.to.as_str())).collect();
        assert_eq!(sent, [(MailKind::Response, LEE)], "kept: {keeps_declined}");
        assert_eq!(agenda(&stage).await.len(), 0, "kept: {keeps_declined}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organizer_who_wants_no_answer_gets_none() {
    let (stage, meeting) = invited(false).await;
    stage.host.cancel_event(USER, &EventLocator::new(&meeting.event_id), Some("On leave"), None).await.unwrap();
    assert_eq!(stage.sandbox.control().mails().len(), 0);
    assert_eq!(agenda(&stage).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_is_moved_in_spite_of_its_own_invitation_in_the_users_other_account() {
    let stage = Stage::open().await;
    stage.connect(USER, Provider::Google, GOOGLE).await;
    stage.connect(USER, Provider::Google, GOOGLE_TWO).await;
    let time = hour(&stage);
    let mut request = booking("Planning", time);
    request.target.account = Some(GOOGLE.to_owned());
    request.attendees = vec![GOOGLE_TWO.to_owned()];
    let meeting = stage.host.book_meeting(USER, &request).await.unwrap();
    // The same meeting stands in both accounts.
    assert_eq!(agenda(&stage).await.len(), 2);
    let later = minutes_from(time.start + 900, 60);
    let locator = EventLocator { account: Some(GOOGLE.to_owned()), ..EventLocator::new(&meeting.event_id) };
    let changes = MeetingChanges { time: Some(later), ..MeetingChanges::default() };
    assert_eq!(stage.host.update_event(USER, &locator, &changes).await.unwrap().time, later);

    // Anything else in that account is in the way as ever.
    let at = |seconds| json!({"dateTime": format!("{}Z", wall(seconds))});
    let other = json!({"summary": "Planning", "start": at(later.end), "end": at(later.end + 1800)});
    stage.sandbox.control().google().insert_event(GOOGLE_TWO, GOOGLE_TWO, &other).expect("an event");
    let changes = MeetingChanges { time: Some(minutes_from(later.start + 900, 60)), ..MeetingChanges::default() };
    let refused = stage.host.update_event(USER, &locator, &changes).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Conflict, "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_outlook_knows_of_a_meeting_that_is_gone_is_not_tried_for_ever() {
    let stage = Stage::open().await;
    stage.connect(USER, Provider::Outlook, OUTLOOK).await;
    let taken = Fault::status(409, "ErrorDuplicateTransactionId").on(Vendor::Microsoft).method("POST").path("/events");
    stage.sandbox.control().fault(taken.always());
    let refused = stage.host.book_meeting(USER, &booking("Review", hour(&stage))).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Conflict, "{refused:?}");
    assert!(refused.remedy.contains("new idempotency key"), "{refused:?}");
}
