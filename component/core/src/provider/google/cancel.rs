//! Cancelling: events.delete, `DELETE /calendars/{calendar}/events/{event}`.
//! <https://developers.google.com/workspace/calendar/api/v3/reference/events/delete>
//! Google tells the guests, but takes no comment for them.

use super::{api, fault};
use crate::account::{CalendarId, EventId};
use crate::http::request::{Method, Request};
use crate::http::retry::Replay;
use crate::oauth::scope::Feature;
use crate::session::{CallError, Session};

/// Deletes an event, or one occurrence of a series, and tells the guests; on a guest's copy,
/// removes that copy. An event that is gone already is success. `comment` is not sent: Google has
/// no place for it.
///
/// # Errors
/// `Failed`: the event stands; `PreconditionFailed` when it is another version than `if_match`. `Unknown`: it may be gone; the same call again finds out.
pub async fn cancel(
    session: &Session<'_>,
    calendar: &CalendarId,
    event: &EventId,
    _comment: Option<&str>,
    if_match: Option<&str>,
) -> Result<(), CallError> {
    session.require(Feature::WriteEvents)?;
    let url = api::event(session, calendar, event).query("sendUpdates", "all").build();
    // A second delete is answered with 410: repeating it does no harm.
    let mut request = Request::new(Method::Delete, url);
    if let Some(etag) = if_match {
        request = request.header("if-match", etag);
    }
    let response = session.call(request, Replay::Safe).await?;
    match response.status {
        200..=299 | 404 | 410 => Ok(()),
        status => {
            let what = format!("event `{event}`");
            let now = session.world().clock.now();
            let error = fault::error(&what, Feature::WriteEvents, &response, now);
            Err(if status >= 500 { CallError::Unknown(error) } else { CallError::Failed(error) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{calendar, event_id, refusal};
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
        let outcome = block_on(cancel(&session, &calendar().id, &event_id(), Some("ill"), if_match));
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
