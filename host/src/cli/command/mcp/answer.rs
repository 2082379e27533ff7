//! What a call returns: the command's own JSON, or its error with what to do next.

use calendar_core::schedule::zone::Zone;
use calendar_host::types::{Error, ErrorCode};
use rmcp::model::{CallToolResult, ContentBlock};
use serde::Serialize;
use serde_json::Value;

use super::tool::Tool;
use super::words;
use crate::cli::failure::Failure;

/// The JSON of a result, as a value and exactly as `--json` prints it.
#[derive(Debug)]
pub struct Answer {
    value: Value,
    /// The bytes of `--json`.
    pub text: String,
}

impl Answer {
    /// The answer `result`.
    ///
    /// # Errors
    /// When it cannot be written as JSON, which is a defect.
    pub fn new(result: &impl Serialize) -> Result<Self, Failure> {
        let written = serde_json::to_string_pretty(result).and_then(|text| Ok((serde_json::to_value(result)?, text)));
        match written {
            Ok((value, text)) => Ok(Self { value, text }),
            Err(error) => Err(Failure::new(
                ErrorCode::Internal,
                format!("the result cannot be written as JSON: {error}"),
                "report this defect",
            )),
        }
    }
}

impl From<Answer> for CallToolResult {
    fn from(answer: Answer) -> Self {
        let mut result = Self::success(vec![ContentBlock::text(answer.text)]);
        result.structured_content = Some(answer.value);
        result
    }
}

/// A failed call, for the model: what went wrong, what is free instead, what to do next.
pub fn failed(tool: &Tool, failure: &Failure, zone: &Zone) -> CallToolResult {
    let fields = tool.fields();
    let error = failure.error();
    let failure = Failure::from(Error {
        message: words::spoken(&error.message, &fields),
        remedy: remedy(&words::spoken(&error.remedy, &fields)),
        ..error.clone()
    });
    let mut text = format!("error ({}): {}", error.code.as_str(), failure.error().message);
    let view = serde_json::to_value(failure.view(zone)).unwrap_or_default();
    for time in view["error"]["alternatives"].as_array().into_iter().flatten() {
        text.push_str(&format!(
            "\nfree: {} to {}",
            time["start"].as_str().unwrap_or("?"),
            time["end"].as_str().unwrap_or("?")
        ));
    }
    if !failure.error().remedy.is_empty() {
        text.push_str(&format!("\nremedy: {}", failure.error().remedy));
    }
    if let Some(seconds) = error.retry_after_seconds {
        text.push_str(&format!("\nwait: at least {seconds} s before calling again"));
    }
    text.push_str(&format!("\nnext: {}", advice(tool, error)));
    let mut result = CallToolResult::error(vec![ContentBlock::text(text)]);
    result.structured_content = Some(view);
    result
}

/// The remedy of a command, for those who have a schema in place of `--help`.
fn remedy(text: &str) -> String {
    let text = text.replace("; see --help", "");
    if text.contains("--help") { "see the examples in the input schema of this tool".to_owned() } else { text }
}

/// What the model does next.
fn advice(tool: &Tool, error: &Error) -> &'static str {
    match error.code {
        ErrorCode::InvalidArgument => "correct the argument and call this tool again",
        ErrorCode::NotAuthenticated | ErrorCode::ReauthorizationRequired => {
            "call start_oauth_flow, or start_device_flow for Outlook without a browser, and let the person connect the account"
        }
        ErrorCode::PermissionDenied | ErrorCode::AdminConsentRequired => {
            "tell the person; calling again changes nothing until it is allowed"
        }
        ErrorCode::NotFound => {
            "look the id up with list_accounts, list_calendars or get_upcoming_meetings; do not guess ids"
        }
        ErrorCode::Conflict if error.alternatives.is_empty() => {
            "call propose_meeting_times with another range, and offer its times to the person"
        }
        ErrorCode::Conflict => "offer the free times to the person, and call this tool again with the one they choose",
        ErrorCode::PreconditionFailed => {
            "call get_event, tell the person what has changed, then call again with its etag"
        }
        ErrorCode::RateLimited | ErrorCode::Unavailable | ErrorCode::Timeout | ErrorCode::Storage if tool.asks() => {
            "the outcome may be unknown: repeat exactly this call, later; it never makes a second meeting"
        }
        ErrorCode::RateLimited | ErrorCode::Unavailable | ErrorCode::Timeout => "call this tool again later",
        ErrorCode::Unsupported => "tell the person that this cannot be done here",
        ErrorCode::DeniedByHost | ErrorCode::Storage => "tell the person: the settings of this machine are in the way",
        ErrorCode::Internal | ErrorCode::Protocol => "tell the person; it is a defect here or at the provider",
    }
}

#[cfg(test)]
mod tests {
    use calendar_host::types::TimeRange;

    use super::*;

    fn failed(tool: &str, failure: Failure) -> CallToolResult {
        super::failed(Tool::named(tool).expect("a tool"), &failure, &Zone::utc())
    }

    fn text(result: &CallToolResult) -> String {
        let value = serde_json::to_value(&result.content).expect("JSON");
        value[0]["text"].as_str().expect("a text").to_owned()
    }

    #[test]
    fn a_conflict_offers_the_free_times_and_says_who_chooses() {
        let mut error = Failure::new(ErrorCode::Conflict, "the time is taken", "choose another time").error().clone();
        error.alternatives = vec![TimeRange { start: 1_772_964_000, end: 1_772_965_800 }];
        let result = failed("book_meeting", error.into());
        assert_eq!(result.is_error, Some(true));
        let expected = "error (conflict): the time is taken\nfree: 2026-03-08T10:00:00Z to 2026-03-08T10:30:00Z\n\
                        remedy: choose another time\n\
                        next: offer the free times to the person, and call this tool again with the one they choose";
        assert_eq!(text(&result), expected);
        let alternatives = &result.structured_content.expect("an error")["error"]["alternatives"];
        assert_eq!(alternatives[0]["start"], "2026-03-08T10:00:00Z");
    }

    #[test]
    fn only_a_call_that_books_or_changes_is_said_to_be_repeatable_without_harm() {
        let late = || {
            let mut error = Failure::new(ErrorCode::Timeout, "no answer", "").error().clone();
            error.retry_after_seconds = Some(30);
            Failure::from(error)
        };
        let booking = text(&failed("book_meeting", late()));
        assert!(
            booking.contains("wait: at least 30 s") && booking.contains("never makes a second meeting"),
            "{booking}"
        );
        assert!(text(&failed("get_busy_times", late())).ends_with("next: call this tool again later"));
    }

    #[test]
    fn remedies_speak_of_arguments_and_schemas() {
        let nothing = Failure::usage("nothing to change", "give at least one of --title, --with …; see --help");
        let said = text(&failed("update_event", nothing));
        assert!(said.contains("remedy: give at least one of title, add_attendees …\n"), "{said}");
        let other = Failure::usage("wrong", "see `calendar-host --help` or the command's own --help");
        assert!(text(&failed("update_event", other)).contains("remedy: see the examples in the input schema"));
    }
}
