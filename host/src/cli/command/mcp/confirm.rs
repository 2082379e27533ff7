//! Asking the person before something is booked, changed or ended: by elicitation, where the assistant's program can.
//! What they agreed to is what is done, however long they took.
//!
//! Until 2025-11-25 the server asks while the call waits. Since 2026-07-28 it answers that input is required, and the
//! program calls again with the person's decision and with what it was about, sealed.

use std::collections::BTreeMap;
use std::time::Duration;

use calendar_host::types::ErrorCode;
use rmcp::RoleServer;
use rmcp::model::{
    CallToolRequestParams, ElicitRequest, ElicitRequestParams, ElicitResult, ElicitationAction, ElicitationSchema,
    InputRequest, InputRequiredResult, JsonObject, ProtocolVersion, RequestStateCodec, SealOptions,
};
use rmcp::service::RequestContext;

use super::Confirm;
use super::run::Desk;
use super::summary::{self, Plan};
use super::tool::Tool;
use crate::cli::failure::Failure;

/// How long a person may take to decide; a later decision is about something they are asked again.
pub const PATIENCE: Duration = Duration::from_secs(60 * 60);

/// The name of the question in a call that comes again.
const QUESTION: &str = "confirm";

/// What the person has decided.
pub enum Decision {
    /// Do it, with these arguments.
    Go(JsonObject),
    /// They are asked now; the call comes again.
    Asked(InputRequiredResult),
}

/// Asks. Clones recognise each other's questions.
#[derive(Clone)]
pub struct Asker {
    confirm: Confirm,
    seal: RequestStateCodec,
}

impl Asker {
    /// Asks when `confirm` says so.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn new(confirm: Confirm) -> Result<Self, Failure> {
        let mut key = [0; RequestStateCodec::MIN_KEY_LENGTH];
        getrandom::fill(&mut key)
            .map_err(|error| Failure::host(format!("no random numbers: {error}"), "look at the system's log"))?;
        let seal = RequestStateCodec::try_new(key).map_err(|error| Failure::host(error.to_string(), "report it"))?;
        Ok(Self { confirm, seal })
    }

    /// Asks, if the person is to be asked.
    ///
    /// # Errors
    /// When they decline, or nobody can ask them and must.
    pub async fn ask(
        &self,
        desk: &Desk,
        tool: &Tool,
        request: &CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Result<Decision, Failure> {
        let arguments = request.arguments.clone().unwrap_or_default();
        if self.confirm == Confirm::Never || !tool.asks() {
            return Ok(Decision::Go(arguments));
        }
        if !can_ask(context) {
            return match self.confirm {
                Confirm::Always => Err(Failure::new(
                    ErrorCode::Unsupported,
                    "this needs the person's confirmation, and this program cannot ask for it",
                    "use a program that supports elicitation, or start the server with --confirm auto",
                )),
                _ => Ok(Decision::Go(arguments)),
            };
        }
        let call = serde_json::to_vec(&(tool.name, arguments.iter().collect::<BTreeMap<_, _>>())).unwrap_or_default();
        if let Some((answer, settled)) = self.answered(request, &call) {
            let answer: ElicitResult = serde_json::from_value(answer)
                .map_err(|_| Failure::usage("the decision is not understood", "ask the person again"))?;
            return decided(&answer.action, settled);
        }
        let Plan { question, arguments } = summary::of(desk, tool, &arguments).await?;
        let question = form(question);
        let is_stateless = context
            .protocol_version()
            .is_some_and(|version| version.as_str() >= ProtocolVersion::V_2026_07_28.as_str());
        if is_stateless {
            let options = SealOptions::new().associated_data(&call).ttl(PATIENCE);
            let state = self
                .seal
                .seal_json_with(&arguments, &options)
                .map_err(|error| Failure::host(format!("the question cannot be asked: {error}"), "call again"))?;
            let questions =
                BTreeMap::from([(QUESTION.to_owned(), InputRequest::Elicitation(ElicitRequest::new(question)))]);
            return Ok(Decision::Asked(InputRequiredResult::new(Some(questions), Some(state))));
        }
        match context.peer.create_elicitation(question).await {
            Ok(answer) => decided(&answer.action, arguments),
            Err(_) => Err(Failure::new(
                ErrorCode::Unavailable,
                "the person could not be asked: the program gave no answer",
                "call this tool again when they can answer",
            )),
        }
    }

    /// The answer to a question that was asked here about this call, and the arguments it was about.
    fn answered(&self, request: &CallToolRequestParams, call: &[u8]) -> Option<(serde_json::Value, JsonObject)> {
        let answer = request.input_responses.as_ref()?.get(QUESTION)?;
        let settled = self.seal.open_json_with(request.request_state.as_deref()?, call).ok()?;
        Some((answer.clone(), settled))
    }
}

/// The program can show a form. One that names no mode means forms.
fn can_ask(context: &RequestContext<RoleServer>) -> bool {
    let declared = context.client_capabilities().and_then(|all| all.elicitation);
    declared.is_some_and(|modes| modes.form.is_some() || modes.url.is_none())
}

fn decided(action: &ElicitationAction, arguments: JsonObject) -> Result<Decision, Failure> {
    match action {
        ElicitationAction::Accept => Ok(Decision::Go(arguments)),
        _ => Err(Failure::new(
            ErrorCode::PermissionDenied,
            "the person did not agree; nothing was changed",
            "ask them what they want instead",
        )),
    }
}

/// A question without fields: accepting it is the answer.
fn form(message: String) -> ElicitRequestParams {
    let requested_schema = ElicitationSchema::new(BTreeMap::new());
    ElicitRequestParams::FormElicitationParams { meta: None, message, requested_schema }
}
