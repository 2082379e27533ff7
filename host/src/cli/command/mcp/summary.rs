//! What a call would do: in words for the person who is asked, and as arguments that do exactly that later. Times are
//! instants then, numbers are whole, and an event is the version that was shown.

use calendar_host::types::EventLocator;
use chrono::TimeDelta;
use rmcp::model::JsonObject;
use serde_json::Value;

use super::run::Desk;
use super::tool::field::Kind;
use super::tool::{Act, Tool};
use super::words::{self, Words};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::input::when;
use crate::cli::output::meeting::Meeting;
use crate::cli::output::moment::{Moment, Span};
use crate::cli::output::text;

/// Arguments that name a point in time.
const TIMES: [&str; 4] = ["start", "end", "from", "to"];

/// The characters of a text that are shown; of a longer one the number is told, too.
const SHOWN: usize = 300;

/// A question, and the call that a yes means.
#[derive(Debug)]
pub struct Plan {
    /// In words.
    pub question: String,
    /// The call's arguments, so that they mean the same whenever they are read.
    pub arguments: JsonObject,
}

/// What a call with `arguments` would do.
///
/// # Errors
/// When an argument is wrong, or the event cannot be read: then there is nothing to ask.
pub async fn of(desk: &Desk, tool: &Tool, arguments: &JsonObject) -> Result<Plan, Failure> {
    Words::new(&tool.fields(), arguments)?;
    let context = desk.circumstances(tool, arguments)?;
    let mut settled = Settled::new(tool, arguments, &context)?;
    let question = match tool.act {
        Act::BookMeeting => {
            format!("Book {} on {} ({}){}?", settled.title(), settled.time(&context)?, context.zone, settled.more())
        }
        Act::QuickBookMeeting => {
            let (minutes, range) = (settled.minutes().unwrap_or(30), settled.range(&context)?);
            let (title, more) = (settled.title(), settled.more());
            format!("Book {title}, {minutes} minutes, at the first free time{range} ({}){more}?", context.zone)
        }
        Act::Disconnect => {
            let account = text::line(settled.text("account").unwrap_or_default());
            format!("Disconnect the account {account}? Its calendars are not read any more.")
        }
        Act::CancelEvent => {
            let (event, word) = (event(desk, &context, &mut settled).await?, settled.texts(&[("comment", "saying")]));
            let word = word.map(|word| format!(", {word}")).unwrap_or_default();
            if event.is_organizer {
                format!("Cancel {}{word}? Guests are told.", event.name)
            } else {
                format!("Decline {}{word}, and remove it from this calendar? The organizer is told.", event.name)
            }
        }
        _ => {
            let event = event(desk, &context, &mut settled).await?;
            format!("Change {}? New: {}. Guests are told.", event.name, settled.changes(&context)?)
        }
    };
    Ok(Plan { question, arguments: settled.0 })
}

/// The event that a call names, as it is shown.
struct Event {
    name: String,
    is_organizer: bool,
}

/// Reads the event, and settles that the call is about this version of it.
async fn event(desk: &Desk, context: &Context, settled: &mut Settled) -> Result<Event, Failure> {
    let locator = EventLocator {
        provider: context.provider(),
        account: context.account().map(str::to_owned),
        calendar: settled.text("calendar").map(str::to_owned),
        ..EventLocator::new(settled.text("event_id").unwrap_or_default())
    };
    let meeting = Meeting::new(desk.host.get_event(&context.user, &locator).await?, &context.zone);
    let guests = match meeting.attendees.len() {
        0 => String::new(),
        1 => ", 1 guest".to_owned(),
        guests => format!(", {guests} guests"),
    };
    let name = format!("\"{}\" on {}{guests}", text::line(meeting.name()), meeting.time);
    if let (None, Some(etag)) = (settled.text("if_match"), meeting.etag) {
        settled.0.insert("if_match".to_owned(), etag.into());
    }
    Ok(Event { name, is_organizer: meeting.is_organizer })
}

/// Arguments that mean the same whenever they are read.
struct Settled(JsonObject);

impl Settled {
    fn new(tool: &Tool, arguments: &JsonObject, context: &Context) -> Result<Self, Failure> {
        let mut settled = arguments.clone();
        for field in tool.fields() {
            let Some(value) = settled.get_mut(field.name) else { continue };
            if let (Kind::Whole { .. }, Some(whole)) = (field.kind, words::whole(value)) {
                *value = whole.into();
            } else if let (true, Some(text)) = (TIMES.contains(&field.name), value.as_str()) {
                let at = when::instant(field.name, text, &context.zone, context.now)?;
                *value = Moment::new(at, &context.zone).to_string().into();
            }
        }
        Ok(Self(settled))
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    fn minutes(&self) -> Option<i64> {
        self.0.get("duration_minutes")?.as_i64()
    }

    fn title(&self) -> String {
        format!("\"{}\"", text::line(self.text("title").unwrap_or_default()))
    }

    fn list(&self, name: &str) -> Option<String> {
        let items: Vec<_> = self.0.get(name)?.as_array()?.iter().filter_map(Value::as_str).map(text::line).collect();
        (!items.is_empty()).then(|| items.join(", "))
    }

    /// The texts of `names`, each after its label.
    fn texts(&self, names: &[(&str, &str)]) -> Option<String> {
        let label = |&(name, label): &(&str, &str)| Some(format!("{label} {}", shown(self.text(name)?)));
        let texts: Vec<_> = names.iter().filter_map(label).collect();
        (!texts.is_empty()).then(|| texts.join(", "))
    }

    fn moment(&self, name: &str, context: &Context) -> Result<Option<Moment>, Failure> {
        let at = self.text(name).map(|text| when::instant(name, text, &context.zone, context.now)).transpose()?;
        Ok(at.map(|at| Moment::new(at, &context.zone)))
    }

    fn time(&self, context: &Context) -> Result<Span, Failure> {
        let start = when::instant("start", self.text("start").unwrap_or_default(), &context.zone, context.now)?;
        let later = start + TimeDelta::minutes(self.minutes().unwrap_or(30));
        let end = self.moment("end", context)?.unwrap_or_else(|| Moment::new(later, &context.zone));
        Ok(Span { start: Moment::new(start, &context.zone), end })
    }

    /// Within which a time is searched, as far as it was said.
    fn range(&self, context: &Context) -> Result<String, Failure> {
        let mut range = String::new();
        for (name, label) in [("from", "from"), ("to", "before")] {
            if let Some(at) = self.moment(name, context)? {
                range.push_str(&format!(" {label} {}", spoken(&at)));
            }
        }
        Ok(range)
    }

    /// Whom and what a new meeting has, and where it is entered.
    fn more(&self) -> String {
        let guests = self.list("attendees").map(|guests| format!("invite {guests}"));
        let is_video = self.0.get("video").and_then(Value::as_bool) == Some(true);
        let video = is_video.then(|| "with a video call".to_owned());
        let place = self.texts(&[("location", "at")]);
        let rest = self.texts(&[
            ("description", "text"),
            ("calendar", "in the calendar"),
            ("account", "of the account"),
            ("provider", "of"),
        ]);
        [guests, place, video, rest].into_iter().flatten().map(|part| format!(", {part}")).collect()
    }

    /// What becomes different.
    fn changes(&self, context: &Context) -> Result<String, Failure> {
        let mut changes = Vec::new();
        for name in ["start", "end"] {
            changes.extend(self.moment(name, context)?.map(|at| format!("{name} {}", spoken(&at))));
        }
        changes.extend(self.minutes().map(|minutes| format!("{minutes} minutes long")));
        for one in [("title", "title"), ("location", "place"), ("description", "text")] {
            changes.extend(self.texts(&[one]));
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

fn spoken(at: &Moment) -> String {
    format!("{} {} {}", at.day(), at.clock(), at.offset())
}

/// `text` between quotation marks, on one line; a long one is cut, and says how long it is.
fn shown(text: &str) -> String {
    let length = text.chars().count();
    if length <= SHOWN {
        return format!("\"{}\"", text::line(text));
    }
    let begin: String = text.chars().take(SHOWN).collect();
    format!("\"{}…\" ({length} characters)", text::line(&begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        assert_eq!(shown("Grüße\nalle"), "\"Grüße alle\"");
        let long = "ä".repeat(SHOWN + 1);
        assert_eq!(shown(&long), format!("\"{}…\" (301 characters)", "ä".repeat(SHOWN)));
    }
}
