//! Asking the person before something is booked, changed or ended: by elicitation, where the assistant's program can.
//!
//! Until 2025-11-25 the server asks while the call waits. Since 2026-07-28 it answers that input is required, and the
//! program calls again with the person's decision; that it belongs to the same call is told by a digest.

use std::collections::BTreeMap;

use calendar_host::types::ErrorCode;
use rmcp::RoleServer;
use rmcp::model::{
    CallToolRequestParams, ElicitRequest, ElicitRequestParams, ElicitResult, ElicitationAction, ElicitationSchema,
    InputRequest, InputRequiredResult, JsonObject, ProtocolVersion,
};
use rmcp::service::RequestContext;
use sha2::{Digest, Sha256};

use super::Confirm;
use super::run::Desk;
use super::summary;
use super::tool::Tool;
use crate::cli::failure::Failure;

/// What the person has decided.
pub enum Decision {
    /// Do it.
    Go,
    /// They are asked now; the call comes again.
    Asked(InputRequiredResult),
}

/// The name of the question in a call that comes again.
const QUESTION: &str = "confirm";

/// Asks, if the person is to be asked.
///
/// # Errors
/// When they decline, or nobody can ask them and must.
pub async fn ask(
    desk: &Desk,
    confirm: Confirm,
    tool: &Tool,
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<Decision, Failure> {
    if confirm == Confirm::Never || !tool.asks() {
        return Ok(Decision::Go);
    }
    if !can_ask(context) {
        return match confirm {
            Confirm::Always => Err(Failure::new(
                ErrorCode::Unsupported,
                "this needs the person's confirmation, and this program cannot ask for it",
                "use a program that supports elicitation, or start the server with --confirm auto",
            )),
            _ => Ok(Decision::Go),
        };
    }
    let nothing = JsonObject::new();
    let arguments = request.arguments.as_ref().unwrap_or(&nothing);
    let digest = digest(tool, arguments);
    let is_again = request.request_state.as_deref() == Some(digest.as_str());
    if let Some(answer) = request.input_responses.as_ref().and_then(|all| all.get(QUESTION)).filter(|_| is_again) {
        let answer: ElicitResult = serde_json::from_value(answer.clone())
            .map_err(|_| Failure::usage("the decision is not understood", "ask the person again"))?;
        return decided(&answer.action);
    }
    let question = question(summary::of(desk, tool, arguments).await?);
    let is_stateless =
        context.protocol_version().is_some_and(|version| version.as_str() >= ProtocolVersion::V_2026_07_28.as_str());
    if is_stateless {
        let questions =
            BTreeMap::from([(QUESTION.to_owned(), InputRequest::Elicitation(ElicitRequest::new(question)))]);
        return Ok(Decision::Asked(InputRequiredResult::new(Some(questions), Some(digest))));
    }
    match context.peer.create_elicitation(question).await {
        Ok(answer) => decided(&answer.action),
        Err(_) => Err(Failure::new(
            ErrorCode::Unavailable,
            "the person could not be asked: the program gave no answer",
            "call this tool again when they can answer",
        )),
    }
}

/// The program can show a form. One that names no mode means forms.
fn can_ask(context: &RequestContext<RoleServer>) -> bool {
    let declared = context.client_capabilities().and_then(|all| all.elicitation);
    declared.is_some_and(|modes| modes.form.is_some() || modes.url.is_none())
}

fn decided(action: &ElicitationAction) -> Result<Decision, Failure> {
    match action {
        ElicitationAction::Accept => Ok(Decision::Go),
        _ => Err(Failure::new(
            ErrorCode::PermissionDenied,
            "the person did not agree; nothing was changed",
            "ask them what they want instead",
        )),
    }
}

/// A question without fields: accepting it is the answer.
fn question(message: String) -> ElicitRequestParams {
    let requested_schema = ElicitationSchema::new(BTreeMap::new());
    ElicitRequestParams::FormElicitationParams { meta: None, message, requested_schema }
}

fn digest(tool: &Tool, arguments: &JsonObject) -> String {
    let sorted: BTreeMap<_, _> = arguments.iter().collect();
    let text = serde_json::to_string(&(tool.name, sorted)).unwrap_or_default();
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
