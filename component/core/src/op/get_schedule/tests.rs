use serde_json::{Value, json};

use super::*;
use crate::account::Provider;
use crate::http::request::Method;
use crate::oauth::grant::AccountState;
use crate::person::{Item, Status};
use crate::scripted::{START, Stage, account, block_on, grant, json as answer, user};

const GOOGLE: &str = "/freeBusy";
const OUTLOOK: &str = "/me/calendar/getSchedule";

fn range() -> Interval {
    Interval::new(START, START + chrono::TimeDelta::hours(1)).unwrap()
}

fn both() -> Stage {
    let stage = Stage::new();
    Provider::ALL.into_iter().for_each(|provider| stage.connect(provider));
    stage
}

/// Google knows these addresses as busy, and no other.
fn google(stage: &Stage, known: &[&str]) {
    let busy = json!({"busy": [{"start": "2026-06-10T08:00:00Z", "end": "2026-06-10T08:20:00Z"}]});
    let mut calendars: serde_json::Map<String, Value> =
        known.iter().map(|email| ((*email).to_owned(), busy.clone())).collect();
    for other in ["lee@contoso.example", "kim@other.example", "ben@example.com"] {
        calendars.entry(other).or_insert_with(|| json!({"errors": [{"reason": "notFound"}], "busy": []}));
    }
    stage.http.always(Method::Post, GOOGLE, answer(200, json!({"calendars": calendars})));
}

/// Outlook knows these addresses as out of office, and no other.
fn outlook(stage: &Stage, known: &[&str]) {
    let entry = |email: &&str| {
        let view = if known.contains(email) { "0030" } else { "" };
        let error =
            if known.contains(email) { Value::Null } else { json!({"responseCode": "ErrorMailRecipientNotFound"}) };
        json!({"scheduleId": email, "availabilityView": view, "scheduleItems": [], "error": error})
    };
    let entries: Vec<Value> =
        ["lee@contoso.example", "kim@other.example", "ben@example.com"].iter().map(entry).collect();
    stage.http.always(Method::Post, OUTLOOK, answer(200, json!({"value": entries})));
}

fn ask(stage: &Stage, people: &[&str], selection: &Selection) -> Result<Vec<PersonSchedule>, Error> {
    let people: Vec<Email> = people.iter().map(|one| Email::new(*one)).collect();
    block_on(get_schedule(stage.world(), &user(), &people, range(), selection))
}

fn status(one: &PersonSchedule) -> Option<Status> {
    let [Item { status, .. }] = one.schedule.as_ref().ok()?.items[..] else { return None };
    Some(status)
}

#[test]
fn every_account_is_asked_at_once_and_an_address_is_known_when_one_knows_it() {
    let stage = both();
    google(&stage, &["ben@example.com"]);
    outlook(&stage, &["lee@contoso.example"]);
    let found = ask(&stage, &["lee@contoso.example", "ben@example.com", "kim@other.example"], &Selection::default());
    let found = found.unwrap();
    assert_eq!((status(&found[0]), &found[0].account), (Some(Status::OutOfOffice), &account(Provider::Outlook)));
    assert_eq!((status(&found[1]), &found[1].account), (Some(Status::Busy), &account(Provider::Google)));
    assert_eq!(found[2].schedule.as_ref().unwrap_err().kind, Kind::NotFound);
    assert_eq!(found[2].email.as_str(), "kim@other.example");
    assert_eq!(stage.http.requests().len(), 2);
}

#[test]
fn of_several_that_know_an_address_the_one_of_its_domain_counts() {
    let stage = both();
    let all = ["lee@contoso.example", "ben@example.com", "kim@other.example"];
    google(&stage, &all);
    outlook(&stage, &all);
    let found = ask(&stage, &all, &Selection::default()).unwrap();
    let accounts: Vec<_> = found.iter().map(|one| one.account.as_str().split(':').next().unwrap()).collect();
    assert_eq!(accounts, ["outlook", "google", "google"]);
}

#[test]
fn the_selection_says_which_account_asks() {
    let stage = both();
    outlook(&stage, &["lee@contoso.example"]);
    let only = Selection { provider: Some(Provider::Outlook), ..Selection::default() };
    let found = ask(&stage, &["ben@example.com"], &only).unwrap();
    assert_eq!(found[0].account, account(Provider::Outlook));
    let named = Selection { account: Some("Ana@Contoso.example".into()), ..Selection::default() };
    assert_eq!(status(&ask(&stage, &["lee@contoso.example"], &named).unwrap()[0]), Some(Status::OutOfOffice));
    assert_eq!(stage.http.count(GOOGLE), 0);
    let nobody = Selection { account: Some("nobody@example.com".into()), ..Selection::default() };
    assert_eq!(ask(&stage, &["ben@example.com"], &nobody).unwrap_err().kind, Kind::NotFound);
}

#[test]
fn an_account_that_cannot_be_opened_leaves_the_others_to_answer() {
    let stage = both();
    let mut ended = grant(Provider::Outlook, START);
    ended.state = AccountState::NeedsReauth;
    stage.store(&ended);
    google(&stage, &["ben@example.com"]);
    let found = ask(&stage, &["ben@example.com", "lee@contoso.example", "kim@other.example"], &Selection::default());
    let found = found.unwrap();
    assert_eq!(status(&found[0]), Some(Status::Busy));
    let kinds: Vec<_> = found[1..].iter().map(|one| one.schedule.as_ref().unwrap_err().kind.clone()).collect();
    assert_eq!(
        kinds,
        [Kind::ReauthorizationRequired, Kind::ReauthorizationRequired],
        "the failure that may pass is told"
    );
    assert_eq!(found[1].account, account(Provider::Outlook));

    let only = Selection { provider: Some(Provider::Outlook), ..Selection::default() };
    let error = ask(&stage, &["ben@example.com"], &only).unwrap_err();
    assert_eq!(error.kind, Kind::ReauthorizationRequired);
    assert!(error.message.contains(account(Provider::Outlook).as_str()), "{error}");
}

#[test]
fn without_an_account_nobody_is_asked() {
    let stage = Stage::new();
    let error = ask(&stage, &["ben@example.com"], &Selection::default()).unwrap_err();
    assert_eq!(error.kind, Kind::NotAuthenticated);
}
