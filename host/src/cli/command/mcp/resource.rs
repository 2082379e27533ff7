//! What can be read without a call: the agenda and the accounts, as the tools give them.

use rmcp::ErrorData;
use rmcp::model::{ReadResourceResult, Resource, ResourceContents};
use serde_json::json;

use super::run::Desk;

const AGENDA: &str = "calendar://agenda";
const ACCOUNTS: &str = "calendar://accounts";
const JSON: &str = "application/json";

/// All resources.
pub fn all() -> Vec<Resource> {
    let agenda = Resource::new(AGENDA, "agenda").with_title("Agenda").with_description(
        "The person's meetings: what is left of today and six days more, over all accounts, as get_upcoming_meetings \
         gives them",
    );
    let accounts = Resource::new(ACCOUNTS, "accounts")
        .with_title("Connected accounts")
        .with_description("The connected Google and Outlook accounts and their state, as list_accounts gives them");
    [agenda, accounts].into_iter().map(|one| one.with_mime_type(JSON)).collect()
}

/// The resource at `uri`.
///
/// # Errors
/// When there is none, or it cannot be read now.
pub async fn read(desk: &Desk, uri: &str) -> Result<ReadResourceResult, ErrorData> {
    let answer = match uri {
        AGENDA => desk.agenda().await,
        ACCOUNTS => desk.accounts().await,
        _ => {
            let message = format!("there is no such resource; there are {AGENDA} and {ACCOUNTS}");
            return Err(ErrorData::resource_not_found(message, Some(json!({"uri": uri}))));
        }
    };
    match answer {
        Ok(answer) => Ok(ReadResourceResult::new(vec![ResourceContents::text(answer.text, uri).with_mime_type(JSON)])),
        Err(failure) => {
            let view = serde_json::to_value(failure.view(&desk.context.zone)).unwrap_or_default();
            Err(ErrorData::internal_error(failure.error().message.clone(), Some(view)))
        }
    }
}
