//! Cancelling: events.delete, `DELETE /calendars/{calendar}/events/{event}`. A guest declines by events.patch first: to
//! delete a copy only removes it from the guest's calendar.
//! <https://developers.google.com/workspace/calendar/api/v3/reference/events/delete>
//! Google tells the guests, but takes no comment for them; one of a guest to the organizer goes with the answer.

use serde_json::{Value, json};

use super::event::WireEvent;
use super::{api, events, fault};
use crate::account::{CalendarId, EventId, Provider};
use crate::error::{Error, Kind};
use crate::http::request::{Method, Request};
use crate::http::response::Response;
use crate::http::retry::Replay;
use crate::meeting::Status;
use crate::oauth::scope::Feature;
use crate::session::{CallError, Session};

/// Deletes an event, or one occurrence of a series, and tells the guests. An event that is gone already is success.
///
/// # Errors
/// `Failed`: the event stands; `PreconditionFailed` when it is another version than `if_match`. `Unknown`: it may be gone; the same call again finds out.
pub async fn cancel(
    session: &Session<'_>,
    calendar: &CalendarId,
    event: &EventId,
    if_match: Option<&str>,
) -> Result<(), CallError> {
    session.require(Feature::WriteEvents)?;
    delete(session, calendar, event, if_match).await
}

/// Declines somebody else's event, unless that was said before, with `comment` to the organizer; then removes the
/// calendar's copy. A copy that is gone already is success.
///
/// # Errors
/// As [`cancel`]; when the copy stands, it may be declined already.
pub async fn leave(
    session: &Session<'_>,
    calendar: &CalendarId,
    event: &EventId,
    comment: Option<&str>,
    if_match: Option<&str>,
) -> Result<(), CallError> {
    session.require(Feature::WriteEvents)?;
    let what = format!("event `{event}`");
    let fresh = match events::read(session, calendar, event, Feature::WriteEvents).await {
        Ok(fresh) if fresh.meeting.status == Status::Cancelled => return Ok(()),
        Ok(fresh) => fresh,
        Err(error) if error.kind == Kind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if if_match.is_some() && if_match != fresh.wire.etag.as_deref() {
        let error = Error::new(Kind::PreconditionFailed, format!("{what} changed since it was read"));
        return Err(error.at(Provider::Google).into());
    }
    let Some(answer) = answer(&fresh.wire, comment) else {
        return delete(session, calendar, event, if_match).await;
    };
    let url = api::event(session, calendar, event).query("sendUpdates", "all").build();
    let mut request = Request::new(Method::Patch, url).json(&answer);
    if let Some(etag) = if_match {
        request = request.header("if-match", etag);
    }
    // To say it twice does no harm.
    let response = session.call(request, Replay::Safe).await?;
    match response.status {
        // Google knows better whether there is something to decline.
        200..=299 | 400 => delete(session, calendar, event, None).await,
        404 | 410 => Ok(()),
        _ => Err(refused(session, event, &response)),
    }
}

/// The guest's own answer and nothing else; none = it is given, or the calendar is not invited.
/// `attendeesOmitted`: "when updating an event, this can be used to only update the participant's response".
fn answer(wire: &WireEvent, comment: Option<&str>) -> Option<Value> {
    let own = wire.attendees.iter().flatten().find(|one| one.is_self == Some(true))?;
    if own.response_status.as_deref() == Some("declined") {
        return None;
    }
    let email = own.email.as_deref()?;
    let answer = match comment {
        Some(comment) => json!({"email": email, "responseStatus": "declined", "comment": comment}),
        None => json!({"email": email, "responseStatus": "declined"}),
    };
    Some(json!({"attendees": [answer], "attendeesOmitted": true}))
}

async fn delete(
    session: &Session<'_>,
    calendar: &CalendarId,
    event: &EventId,
    if_match: Option<&str>,
) -> Result<(), CallError> {
    let url = api::event(session, calendar, event).query("sendUpdates", "all").build();
    // A second delete is answered with 410: repeating it does no harm.
    let mut request = Request::new(Method::Delete, url);
    if let Some(etag) = if_match {
        request = request.header("if-match", etag);
    }
    let response = session.call(request, Replay::Safe).await?;
    match response.status {
        200..=299 | 404 | 410 => Ok(()),
        _ => Err(refused(session, event, &response)),
    }
}

fn refused(session: &Session<'_>, event: &EventId, response: &Response) -> CallError {
    let now = session.world().clock.now();
    let error = fault::error(&format!("event `{event}`"), Feature::WriteEvents, response, now);
    if response.status >= 500 { CallError::Unknown(error) } else { CallError::Failed(error) }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{calendar, event_id, refusal, wire};
    use super::*;
    use crate::account::Provider;
    use crate::error::Kind;
    use crate::http::response::TransportError;
    use crate::scripted::{Reply, Stage, block_on, empty};

    fn cancelled(replies: Vec<Reply>) -> (Result<(), CallError>, Stage) {
        cancelled_if(replies, None)
    }

    fn cancelled_if(replies: Vec<Reply>, if_match: Option<&str>) -> (Result<(), CallError>, Stage) {
        let stage = Stage::new();
        for reply in replies {
            stage.http.push(reply);
        }
        let session = stage.session(Provider::Google);
        let outcome = block_on(cancel(&session, &calendar().id, &event_id(), if_match));
        drop(session);
        assert_eq!(stage.http.left(), 0);
        (outcome, stage)
    }

    #[test]
    fn deletes_and_tells_the_guests() {
        let (outcome, stage) = cancelled(vec![empty(204).into()]);
        assert_eq!(outcome, Ok(()));
        let line =
            "DELETE https://www.googleapis.com/calendar/v3/calendars/ana%40example.com/events/abc12?sendUpdates=all";
        assert_eq!(stage.http.lines(), [line]);
        assert_eq!(stage.http.requests()[0].body, None);
    }

    #[test]
    fn a_version_is_named_only_when_it_is_asked_for() {
        let names = |if_match| {
            let (outcome, stage) = cancelled_if(vec![empty(204).into()], if_match);
            assert_eq!(outcome, Ok(()));
            stage.http.requests()[0].headers.iter().find(|(name, _)| name == "if-match").map(|(_, etag)| etag.clone())
        };
        assert_eq!((names(Some("\"34\"")).as_deref(), names(None)), (Some("\"34\""), None));
        let (outdated, _) = cancelled_if(vec![refusal(412, "conditionNotMet").into()], Some("\"33\""));
        assert!(matches!(outdated, Err(CallError::Failed(error)) if error.kind == Kind::PreconditionFailed));
    }

    /// Leaves what somebody else organises, as Google shows it with this own answer.
    fn left(own: Value, if_match: Option<&str>, replies: Vec<Reply>) -> (Result<(), CallError>, Stage) {
        let stage = Stage::new();
        let guests = json!([{"email": "lee@example.com", "responseStatus": "accepted"}, own]);
        let event = wire(json!({"organizer": {"email": "ben@example.com"}, "attendees": guests}));
        stage.http.push(crate::scripted::json(200, event));
        for reply in replies {
            stage.http.push(reply);
        }
        let session = stage.session(Provider::Google);
        let outcome = block_on(leave(&session, &calendar().id, &event_id(), Some("ill"), if_match));
        drop(session);
        assert_eq!(stage.http.left(), 0);
        (outcome, stage)
    }

    fn methods(stage: &Stage) -> Vec<Method> {
        stage.http.requests().iter().map(|one| one.method).collect()
    }

    #[test]
    fn an_invitation_is_declined_with_a_word_and_then_removed() {
        let own = json!({"email": "Ana@Example.com", "self": true, "responseStatus": "needsAction"});
        let (outcome, stage) = left(own, None, vec![empty(200).into(), empty(204).into()]);
        assert_eq!(outcome, Ok(()));
        assert_eq!(methods(&stage), [Method::Get, Method::Patch, Method::Delete]);
        let sent: Value = serde_json::from_slice(stage.http.requests()[1].body.as_deref().unwrap()).unwrap();
        let answer = json!({"email": "Ana@Example.com", "responseStatus": "declined", "comment": "ill"});
        assert_eq!(sent, json!({"attendees": [answer], "attendeesOmitted": true}));
        assert!(stage.http.requests()[1].url.ends_with("?sendUpdates=all"));
    }

    #[test]
    fn what_was_declined_or_is_no_invitation_is_only_removed() {
        let declined = json!({"email": "ana@example.com", "self": true, "responseStatus": "declined"});
        for own in [declined, json!({"email": "max@example.com"})] {
            let (outcome, stage) = left(own, None, vec![empty(204).into()]);
            assert_eq!((outcome, methods(&stage)), (Ok(()), vec![Method::Get, Method::Delete]));
        }
    }

    #[test]
    fn a_decline_that_is_refused_keeps_the_copy_and_one_that_finds_nothing_is_done() {
        let own = || json!({"email": "ana@example.com", "self": true});
        let (outcome, stage) = left(own(), None, vec![refusal(403, "forbidden").into()]);
        assert!(matches!(outcome, Err(CallError::Failed(error)) if error.kind == Kind::PermissionDenied));
        assert_eq!(methods(&stage), [Method::Get, Method::Patch]);
        assert_eq!(left(own(), None, vec![refusal(410, "deleted").into()]).0, Ok(()));
        let (outcome, _) = left(own(), None, vec![refusal(400, "invalid").into(), empty(204).into()]);
        assert_eq!(outcome, Ok(()));
    }

    #[test]
    fn another_version_is_not_left() {
        let own = json!({"email": "ana@example.com", "self": true});
        let (outcome, stage) = left(own, Some("\"0\""), vec![]);
        assert!(matches!(outcome, Err(CallError::Failed(error)) if error.kind == Kind::PreconditionFailed));
        assert_eq!(methods(&stage), [Method::Get]);
    }

    #[test]
    fn an_event_that_is_gone_is_done() {
        for response in [refusal(410, "deleted"), refusal(404, "notFound"), empty(410)] {
            assert_eq!(cancelled(vec![response.into()]).0, Ok(()));
        }
    }

    #[test]
    fn a_lost_answer_is_followed_by_a_second_delete() {
        let lost = TransportError::Lost("www.googleapis.com".into());
        let (outcome, stage) = cancelled(vec![lost.into(), refusal(410, "deleted").into()]);
        assert_eq!((outcome, stage.http.requests().len()), (Ok(()), 2));
    }

    #[test]
    fn a_refusal_is_certain_and_silence_is_not() {
        let (outcome, _) = cancelled(vec![refusal(403, "forbidden").into()]);
        assert!(matches!(outcome, Err(CallError::Failed(error)) if error.kind == Kind::PermissionDenied));
        let faults = (0..5).map(|_| refusal(503, "backendError").into()).collect();
        let (outcome, _) = cancelled(faults);
        assert!(
            matches!(outcome, Err(CallError::Unknown(error)) if error.kind == Kind::Unavailable { retry_after: None })
        );
        let lost = || TransportError::Timeout("www.googleapis.com".into()).into();
        let (outcome, _) = cancelled((0..5).map(|_| lost()).collect());
        assert!(matches!(outcome, Err(CallError::Unknown(_))));
    }
}
