//! The tools: what an assistant reads about each, and which command answers.

mod accounts;
pub mod field;
mod holds;
mod meetings;
mod reading;
mod schema;
mod search;
mod shared;

use std::sync::Arc;

use rmcp::model::{Tool as Listed, ToolAnnotations};
use serde_json::{Map, Value};

use field::Field;

/// One tool.
#[derive(Debug)]
pub struct Tool {
    /// The interface's name of the operation.
    pub name: &'static str,
    /// The name for people.
    pub title: &'static str,
    /// What the model must know to use it well.
    pub about: &'static str,
    /// The arguments, in groups that tools share.
    pub fields: &'static [&'static [Field]],
    /// Arguments of a good call, as JSON.
    pub example: &'static str,
    /// What it does to the world.
    pub effect: Effect,
    /// The schema of the answer.
    pub answer: fn() -> Value,
    /// Who answers.
    pub act: Act,
}

/// What a call does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    Reads,
    /// Connects an account, in steps that the person takes.
    Connects,
    /// Keeps a time free, or lets go of it; it ends by itself.
    Holds,
    /// Adds a meeting; again the same call adds nothing.
    Books,
    /// Changes or ends what is there.
    Changes,
}

/// The operation behind a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// `start-oauth-flow`.
    StartOauthFlow,
    /// `complete-oauth-flow`.
    CompleteOauthFlow,
    /// `start-device-flow`.
    StartDeviceFlow,
    /// `poll-device-flow`.
    PollDeviceFlow,
    /// `list-accounts`, `account-status`, `is-authenticated`.
    ListAccounts,
    /// `disconnect`.
    Disconnect,
    /// `list-calendars`.
    ListCalendars,
    /// `get-busy-times`.
    GetBusyTimes,
    /// `get-schedule`.
    GetSchedule,
    /// `check-availability`.
    CheckAvailability,
    /// `find-next-available-slot`.
    FindNextAvailableSlot,
    /// `propose-meeting-times`.
    ProposeMeetingTimes,
    /// `find-slots`.
    FindSlots,
    /// `propose-slots`.
    ProposeSlots,
    /// `hold-slot`.
    HoldSlot,
    /// `release-hold`.
    ReleaseHold,
    /// `list-holds`.
    ListHolds,
    /// `book-meeting`.
    BookMeeting,
    /// `quick-book-meeting`.
    QuickBookMeeting,
    /// `get-event`.
    GetEvent,
    /// `update-event`.
    UpdateEvent,
    /// `cancel-event`.
    CancelEvent,
    /// `get-upcoming-meetings`.
    GetUpcomingMeetings,
}

/// All tools, in the order in which they are listed.
pub fn all() -> impl Iterator<Item = &'static Tool> {
    [accounts::TOOLS, reading::TOOLS, search::TOOLS, holds::TOOLS, meetings::TOOLS].into_iter().flatten()
}

impl Tool {
    /// The tool of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        all().find(|tool| tool.name == name)
    }

    /// Its arguments.
    pub fn fields(&self) -> Vec<Field> {
        self.fields.iter().copied().flatten().copied().collect()
    }

    /// The person is asked before it runs.
    pub fn asks(&self) -> bool {
        matches!(self.effect, Effect::Books | Effect::Changes)
    }

    /// As the protocol lists it.
    pub fn listed(&self) -> Listed {
        let example = serde_json::from_str(self.example).unwrap_or_else(|_| Value::Object(Map::new()));
        let Value::Object(answer) = (self.answer)() else { return Listed::default() };
        Listed::new(self.name, self.about, Arc::new(field::schema(&self.fields(), &example)))
            .with_title(self.title)
            .with_raw_output_schema(Arc::new(answer))
            .with_annotations(self.annotations())
    }

    fn annotations(&self) -> ToolAnnotations {
        let hints = ToolAnnotations::with_title(self.title).read_only(self.effect == Effect::Reads);
        // What is computed from the arguments alone touches nobody's calendar.
        let hints = hints.open_world(!matches!(self.act, Act::FindSlots | Act::ProposeSlots));
        match self.effect {
            Effect::Reads => hints,
            Effect::Connects => hints.destructive(false).idempotent(false),
            Effect::Holds | Effect::Books => hints.destructive(false).idempotent(true),
            Effect::Changes => hints.destructive(true).idempotent(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_has_words_a_schema_and_an_example_that_names_its_arguments() {
        for tool in all() {
            let listed = tool.listed();
            assert!(tool.about.len() > 40 && !tool.title.is_empty(), "{}", tool.name);
            assert!(listed.output_schema.is_some(), "{}", tool.name);
            let example: Map<String, Value> = serde_json::from_str(tool.example).expect(tool.name);
            let fields = tool.fields();
            for name in example.keys() {
                assert!(fields.iter().any(|field| field.name == name), "{}: {name}", tool.name);
            }
            for field in fields {
                assert!(!field.is_required || example.contains_key(field.name), "{}: {}", tool.name, field.name);
                assert!(!field.about.is_empty(), "{}: {}", tool.name, field.name);
                let is_json = serde_json::from_str::<Value>(field.example).is_ok();
                assert!(field.example.is_empty() || is_json, "{}: {}", tool.name, field.name);
            }
        }
    }

    #[test]
    fn names_are_unique_and_those_of_the_interface() {
        let names: Vec<_> = all().map(|tool| tool.name).collect();
        assert!(names.iter().enumerate().all(|(index, name)| !names[..index].contains(name)), "{names:?}");
        assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')));
        assert_eq!(names.len(), 23);
    }

    #[test]
    fn only_tools_that_change_something_ask() {
        let asking: Vec<_> = all().filter(|tool| tool.asks()).map(|tool| tool.name).collect();
        assert_eq!(asking, ["disconnect", "book_meeting", "quick_book_meeting", "update_event", "cancel_event"]);
    }
}
