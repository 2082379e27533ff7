//! What a call would do, in words for the person who is asked.

use calendar_host::types::EventLocator;
use chrono::TimeDelta;
use rmcp::model::JsonObject;
use serde_json::Value;

use super::run::Desk;
use super::tool::{Act, Tool};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::when;
use crate::cli::output::meeting::Meeting;
use crate::cli::output::moment::{Moment, Span};
use crate::cli::output::text;

/// One question, ending in a question mark.
///
/// # Errors
/// When an argument is wrong, or the event cannot be read: then there is nothing to ask.
pub async fn of(desk: &Desk, tool: &Tool, arguments: &JsonObject) -> Result<String, Failure> {
    super::words::Words::new(&tool.fields(), arguments)?;
    let context = desk.circumstances(tool, arguments)?;
    let arguments = Arguments(arguments);
    Ok(match tool.act {
        Act::BookMeeting => {
            format!(
                "Book {} on {} ({}){}?",
                arguments.title(),
                arguments.time(&context)?,
                context.zone,
                arguments.more()
            )
        }
        Act::QuickBookMeeting => {
            let minutes = arguments.0.get("duration_minutes").and_then(Value::as_i64).unwrap_or(30);
            let (title, more) = (arguments.title(), arguments.more());
            format!("Book {title}, {minutes} minutes, at the first free time ({}){more}?", context.zone)
        }
        Act::Disconnect => {
            let account = text::line(arguments.text("account").unwrap_or_default()).into_owned();
            format!("Disconnect the account {account}? Its calendars are not read any more.")
        }
        Act::CancelEvent => format!("Cancel {}? Guests are told.", event(desk, &context, &arguments).await?),
        _ => {
            let event = event(desk, &context, &arguments).await?;
            format!("Change {event}? New: {}. Guests are told.", arguments.changes(&context)?)
        }
    })
}

/// The event that a call names, as it is now.
async fn event(desk: &Desk, context: &Context, arguments: &Arguments<'_>) -> Result<String, Failure> {
    let locator = EventLocator {
        provider: context.provider(),
        account: context.account().map(str::to_owned),
        calendar: arguments.text("calendar").map(str::to_owned),
        ..EventLocator::new(arguments.text("event_id").unwrap_or_default())
    };
    let meeting = Meeting::new(desk.host.get_event(&context.user, &locator).await?, &context.zone);
    let guests = match meeting.attendees.len() {
        0 => String::new(),
        1 => ", 1 guest".to_owned(),
        guests => format!(", {guests} guests"),
    };
    Ok(format!("\"{}\" on {}{guests}", text::line(meeting.name()), meeting.time))
}

struct Arguments<'a>(&'a JsonObject);

impl Arguments<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    fn title(&self) -> String {
        format!("\"{}\"", text::line(self.text("title").unwrap_or_default()))
    }

    fn list(&self, name: &str) -> Option<String> {
        let items: Vec<_> = self.0.get(name)?.as_array()?.iter().filter_map(Value::as_str).map(text::line).collect();
        (!items.is_empty()).then(|| items.join(", "))
    }

    fn time(&self, context: &Context) -> Result<Span, Failure> {
        let at = |name, text| when::instant(name, text, &context.zone, context.now);
        let start = at("start", self.text("start").unwrap_or_default())?;
        let minutes = self.0.get("duration_minutes").and_then(Value::as_i64).unwrap_or(30);
        let end = match self.text("end") {
            Some(text) => at("end", text)?,
            None => start + TimeDelta::minutes(minutes),
        };
        Ok(Span { start: Moment::new(start, &context.zone), end: Moment::new(end, &context.zone) })
    }

    /// Whom and what a new meeting has.
    fn more(&self) -> String {
        let mut more = String::new();
        if let Some(guests) = self.list("attendees") {
            more.push_str(&format!(", invite {guests}"));
        }
        if let Some(place) = self.text("location") {
            more.push_str(&format!(", at {}", text::line(place)));
        }
        if self.0.get("video").and_then(Value::as_bool) == Some(true) {
            more.push_str(", with a video call");
        }
        more
    }

    /// What becomes different.
    fn changes(&self, context: &Context) -> Result<String, Failure> {
        let mut changes = Vec::new();
        for (name, label) in [("start", "start"), ("end", "end")] {
            if let Some(text) = self.text(name) {
                let at = Moment::new(when::instant(name, text, &context.zone, context.now)?, &context.zone);
                changes.push(format!("{label} {} {} {}", at.day(), at.clock(), at.offset()));
            }
        }
        if let Some(minutes) = self.0.get("duration_minutes").and_then(Value::as_i64) {
            changes.push(format!("{minutes} minutes long"));
        }
        for (name, label) in [("title", "title"), ("location", "place"), ("description", "text")] {
            if let Some(value) = self.text(name) {
                changes.push(format!("{label} \"{}\"", text::line(value)));
            }
        }
        for (name, label) in [("add_attendees", "invite"), ("remove_attendees", "do not invite")] {
            changes.extend(self.list(name).map(|guests| format!("{label} {guests}")));
        }
        if changes.is_empty() {
            return Err(Failure::usage(
                "nothing to change",
                "give at least one argument besides those that name the event",
            ));
        }
        Ok(changes.join("; "))
    }
}
