//! `POST .../events/{id}/cancel|accept|tentativelyAccept|decline`: 202 without a body.
//! <https://learn.microsoft.com/graph/api/event-cancel>

use super::events::{matched, post};
use crate::microsoft::call::{Answer, Call, Outcome};
use crate::microsoft::error::GraphError;
use crate::microsoft::mailbox::respond::Answer as Reply;
use crate::microsoft::odata::body;
use crate::microsoft::route::Place;
use crate::microsoft::scopes;
use crate::state::State;
use serde_json::Value;

/// Members an action understands.
const CANCEL: &[&str] = &["comment"];
const RESPOND: &[&str] = &["comment", "sendresponse", "proposednewtime"];

/// Carries out an action on an event; its name is in lower case.
///
/// # Errors
/// 400 for a bad body or the wrong role, 403 without the writing scope, 404 when the event is gone or the action unknown.
pub fn run(state: &State, call: &Call, place: Place<'_>, id: &str, action: &str) -> Outcome {
    call.need(scopes::WRITE)?;
    let sent = body::optional_object(&call.body)?;
    let reply = match action.trim_start_matches("microsoft.graph.") {
        "cancel" => None,
        "accept" => Some(Reply::Accept),
        "tentativelyaccept" => Some(Reply::Tentative),
        "decline" => Some(Reply::Decline),
        _ => return Err(GraphError::bad("BadRequest", format!("Resource not found for the segment '{action}'."))),
    };
    check_members(&sent, if reply.is_none() { CANCEL } else { RESPOND })?;
    let mut store = state.microsoft();
    let target = matched(&store, call, place, id)?;
    let address = &call.grant.user_email;
    let letters = match reply {
        None => store.cancel(address, target, call.now)?,
        Some(answer) => {
            let send = body::boolean(&sent, "sendResponse").unwrap_or(true);
            check_proposal(&store.require(address)?.editable(target), &sent, send)?;
            store.respond(address, target, answer, send, call.now)?
        }
    };
    drop(store);
    post(state, letters);
    Ok(Answer::empty(202))
}

fn check_members(sent: &Value, known: &[&str]) -> Result<(), GraphError> {
    let unknown = sent
        .as_object()
        .into_iter()
        .flatten()
        .find(|(name, _)| !name.contains('@') && !known.contains(&name.to_ascii_lowercase().as_str()));
    match unknown {
        Some((name, _)) => Err(GraphError::body(format!(
            "The parameter '{name}' in the request payload is not a valid parameter for the operation."
        ))),
        None => Ok(()),
    }
}

/// A new time may be proposed only where the organizer allows it, and only in an answer that is sent.
fn check_proposal(
    event: &Option<crate::microsoft::mailbox::event::Event>,
    sent: &Value,
    send: bool,
) -> Result<(), GraphError> {
    if body::member(sent, "proposedNewTime").is_none() {
        return Ok(());
    }
    let allowed =
        event.as_ref().is_some_and(|event| event.facts.get("allowNewTimeProposals") != Some(&Value::Bool(false)));
    if allowed && send {
        return Ok(());
    }
    Err(GraphError::bad(
        "ErrorInvalidRequest",
        "A new time cannot be proposed for this meeting, or not without sending a response.",
    ))
}
