//! The prompt "schedule a meeting": the steps in which it goes well.

use rmcp::ErrorData;
use rmcp::model::{GetPromptRequestParams, GetPromptResult, Prompt, PromptArgument, PromptMessage, Role};
use serde_json::Value;

use crate::cli::context::Context;

const NAME: &str = "schedule_meeting";
/// Names and meanings of its arguments.
const ARGUMENTS: [(&str, &str); 4] = [
    ("title", "What the meeting is about"),
    ("attendees", "E-mail addresses, with commas between them"),
    ("duration_minutes", "Its length; 30 when left out"),
    ("when", "When it should be, in your own words: next week, mornings"),
];

/// As the protocol lists it.
pub fn listed() -> Prompt {
    let argument = |(name, about): &(&str, &str)| {
        PromptArgument::new(*name).with_description(*about).with_required(*name == "title")
    };
    Prompt::new(
        NAME,
        Some("Finds times that suit everybody, lets you choose, books, and checks what was booked"),
        Some(ARGUMENTS.iter().map(argument).collect()),
    )
    .with_title("Schedule a meeting")
}

/// The prompt with its arguments filled in.
///
/// # Errors
/// When it has another name, or an argument is missing or unknown.
pub fn get(request: &GetPromptRequestParams, context: &Context) -> Result<GetPromptResult, ErrorData> {
    if request.name != NAME {
        return Err(ErrorData::invalid_params(format!("there is no such prompt; there is {NAME}"), None));
    }
    let given = |name: &str| {
        let value = request.arguments.as_ref().and_then(|all| all.get(name)).and_then(Value::as_str);
        value.map(str::trim).filter(|text| !text.is_empty())
    };
    let unknown =
        request.arguments.iter().flat_map(|all| all.keys()).find(|name| ARGUMENTS.iter().all(|one| one.0 != *name));
    if let Some(name) = unknown {
        let name: String = name.chars().take(60).collect();
        return Err(ErrorData::invalid_params(format!("{name:?} is no argument of this prompt"), None));
    }
    let title = given("title").ok_or_else(|| ErrorData::invalid_params("title is missing", None))?;
    let minutes = given("duration_minutes").unwrap_or("30");
    let guests = given("attendees").map(|guests| format!(" with {guests}")).unwrap_or_default();
    let when = given("when").map(|when| format!(" It should be: {when}.")).unwrap_or_default();
    let zone = &context.zone;
    let schedule = match given("attendees") {
        Some(_) => {
            "Call get_schedule for the attendees and drop times at which somebody is busy; say who could not be read."
        }
        None => "Nobody else has to be asked.",
    };
    let text = format!(
        "Schedule the meeting \"{title}\" ({minutes} minutes){guests}.{when} My time zone is {zone}.\n\n\
         1. Call list_accounts. Without an active account help me to connect one first.\n\
         2. Call propose_meeting_times with duration_minutes {minutes} and a range that fits.\n\
         3. {schedule}\n\
         4. Offer me two or three times, with day, time and zone, and wait until I choose. When something is in `unknown`, \
         tell me instead of guessing.\n\
         5. Call book_meeting with my choice and an idempotency_key. When the time was taken meanwhile, offer me the \
         alternatives. After a timeout repeat the same call.\n\
         6. Call get_event with the event_id, and tell me what is booked: title, time, guests, video link."
    );
    let message = PromptMessage::new_text(Role::User, text);
    Ok(GetPromptResult::new(vec![message]).with_description("Schedule a meeting"))
}
