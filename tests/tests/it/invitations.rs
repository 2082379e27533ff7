//! Somebody else's meetings, and the own ones as the user's other accounts see them.

use calendar_host::types::{ErrorCode, EventLocator, Meeting, MeetingChanges, Provider, Selection, TimeRange};
use calendar_sandbox::fault::Fault;
use calendar_sandbox::mail::MailKind;
use calendar_sandbox::vendor::Vendor;
use calendar_tests::people::{GOOGLE, GOOGLE_TWO, OUTLOOK};
use calendar_tests::query::{booking, minutes_from, wall};
use calendar_tests::stage::Stage;
use serde_json::{Value, json};

const USER: &str = "ana";
const LEE: &str = "lee@customer.example";

fn hour(stage: &Stage) -> TimeRange {
    minutes_from(stage.empty_day() + 15 * 3600, 60)
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
async fn a_meeting_that_its_organizer_called_off_is_removed() {
    let stage = Stage::open().await;
    let (control, time) = (stage.sandbox.control(), hour(&stage));
    let at = |seconds| json!({"dateTime": wall(seconds), "timeZone": "UTC"});
    let event = json!({"subject": "Called off", "start": at(time.start), "end": at(time.end), "isCancelled": true,
        "organizer": {"emailAddress": {"address": LEE, "name": "Lee"}},
        "attendees": [{"type": "required", "emailAddress": {"address": OUTLOOK}}]});
    let event = control.microsoft().insert_event(OUTLOOK, None, &event).expect("a copy");
    stage.connect(USER, Provider::Outlook, OUTLOOK).await;
    let locator = EventLocator::new(event["id"].as_str().expect("an id"));
    stage.host.cancel_event(USER, &locator, None, None).await.unwrap();
    let copy = control.microsoft().events(OUTLOOK, None).into_iter().find(|one| one["subject"] == "Called off");
    assert!(copy.is_none_or(|copy| copy["@sandbox.deleted"] == true), "it is in the calendar no more");
    assert_eq!(control.mails().len(), 0, "and nobody is told");
}

/// Two Google accounts of one user; the first invites the second. The id of the event, which both copies have.
async fn invited_by_oneself(organizer: &str, guest: &str) -> (Stage, String) {
    let stage = Stage::open().await;
    for account in [GOOGLE, GOOGLE_TWO] {
        stage.connect(USER, Provider::Google, account).await;
    }
    let time = hour(&stage);
    let at = |seconds| json!({"dateTime": format!("{}Z", wall(seconds))});
    let guests = json!([{"email": guest}, {"email": LEE}]);
    let event = json!({"summary": "Both", "start": at(time.start), "end": at(time.end), "attendees": guests});
    let event = stage.sandbox.control().google().insert_event(organizer, organizer, &event).expect("an event");
    (stage, event["id"].as_str().expect("an id").to_owned())
}

fn original(stage: &Stage, organizer: &str, id: &str) -> Value {
    let events = stage.sandbox.control().google().events(organizer, organizer);
    events.into_iter().find(|event| event["id"] == id).expect("the organizer's event")
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_own_copies_the_organizers_is_changed_and_cancelled() {
    for (organizer, guest) in [(GOOGLE, GOOGLE_TWO), (GOOGLE_TWO, GOOGLE)] {
        let (stage, id) = invited_by_oneself(organizer, guest).await;
        let locator = EventLocator::new(&id);
        let changes = MeetingChanges { title: Some("Renamed".to_owned()), ..MeetingChanges::default() };
        assert_eq!(
            stage.host.update_event(USER, &locator, &changes).await.unwrap().organizer.as_deref(),
            Some(organizer)
        );
        // The guest's copy is gone already: what is left of it is not meant either.
        let copy = EventLocator { account: Some(guest.to_owned()), ..locator.clone() };
        stage.host.cancel_event(USER, &copy, Some("On leave"), None).await.unwrap();
        let answer = original(&stage, organizer, &id)["attendees"][0].clone();
        assert_eq!((&answer["responseStatus"], &answer["comment"]), (&json!("declined"), &json!("On leave")));
        let cancelled = stage.host.cancel_event(USER, &locator, None, None).await.unwrap();
        assert!(cancelled.is_organizer, "{organizer} invites {guest}");
        assert_eq!(original(&stage, organizer, &id)["status"], "cancelled", "{organizer} invites {guest}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_of_a_copy_says_nothing_of_an_event_that_cannot_be_read() {
    let (stage, id) = invited_by_oneself(GOOGLE_TWO, GOOGLE).await;
    let copy = EventLocator { account: Some(GOOGLE.to_owned()), ..EventLocator::new(&id) };
    stage.host.cancel_event(USER, &copy, None, None).await.unwrap();
    stage.sandbox.control().revoke(Vendor::Google, GOOGLE_TWO);
    stage.sandbox.control().expire_access_tokens(Vendor::Google);
    let error = stage.host.cancel_event(USER, &EventLocator::new(&id), None, None).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::ReauthorizationRequired, "{error:?}");
    assert_eq!(original(&stage, GOOGLE_TWO, &id)["status"], "confirmed");
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
