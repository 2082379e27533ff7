//! Arguments of a call into the words of the command that answers it, and back: errors name arguments, not options.
//! Every value stands behind its option's `=` or behind `--`, so nothing that an argument says becomes an option.

use std::ffi::OsString;

use clap::{Args, Parser};
use rmcp::model::JsonObject;
use serde_json::Value;

use super::tool::field::{Field, Kind};
use crate::cli::failure::Failure;
use crate::cli::globals::Globals;
use crate::cli::parse;

/// The words of one command.
#[derive(Debug)]
pub struct Words {
    words: Vec<OsString>,
}

#[derive(Debug, Parser)]
struct Line<A: Args> {
    #[command(flatten)]
    options: Globals,
    #[command(flatten)]
    args: A,
}

impl Words {
    /// The words for `arguments`.
    ///
    /// # Errors
    /// When one is missing, has another name, or is of another kind.
    pub fn new(fields: &[Field], arguments: &JsonObject) -> Result<Self, Failure> {
        check(fields, arguments)?;
        let mut words = vec![OsString::from("calendar-host")];
        let mut positional = vec![OsString::from("--")];
        for field in fields {
            let Some(value) = arguments.get(field.name).filter(|value| !value.is_null()) else { continue };
            for text in texts(field, value)? {
                match (field.option, field.kind) {
                    (_, Kind::Own(_)) => {}
                    ("", _) => positional.push(text.into()),
                    (option, Kind::Flag) if text == "true" => words.push(format!("--{option}").into()),
                    (_, Kind::Flag) => {}
                    (option, _) => words.push(format!("--{option}={text}").into()),
                }
            }
        }
        words.append(&mut positional);
        Ok(Self { words })
    }

    /// Adds an option.
    pub fn option(&mut self, option: &str, value: impl AsRef<std::ffi::OsStr>) {
        let mut word = OsString::from(format!("--{option}="));
        word.push(value);
        self.words.insert(1, word);
    }

    /// Reads them as the command does.
    ///
    /// # Errors
    /// When a value cannot be understood.
    pub fn read<A: Args>(&self) -> Result<(A, Globals), Failure> {
        let line = Line::<A>::try_parse_from(&self.words).map_err(|error| parse::failure(&error))?;
        Ok((line.args, line.options))
    }
}

/// Whether all are arguments of the tool, and none is missing.
fn check(fields: &[Field], arguments: &JsonObject) -> Result<(), Failure> {
    if let Some(name) = arguments.keys().find(|name| fields.iter().all(|field| field.name != *name)) {
        let names: Vec<_> = fields.iter().map(|field| field.name).collect();
        let name: String = name.chars().take(60).collect();
        let hint = format!("this tool takes: {}", names.join(", "));
        return Err(Failure::usage(format!("{name:?} is no argument of this tool"), hint));
    }
    let is_there = |field: &Field| arguments.get(field.name).is_some_and(|value| !value.is_null());
    match fields.iter().find(|field| field.is_required && !is_there(field)) {
        Some(field) => Err(Failure::usage(format!("{} is missing", field.name), format!("give it: {}", field.about))),
        None => Ok(()),
    }
}

/// The value as texts: none, one or several.
fn texts(field: &Field, value: &Value) -> Result<Vec<String>, Failure> {
    let name = field.name;
    let wrong = |wanted: &str| {
        let hint = match field.example {
            "" => format!("give {wanted}"),
            example => format!("give {wanted}, such as {example}"),
        };
        Failure::usage(format!("{name} is not {wanted}"), hint)
    };
    match field.kind {
        Kind::Text => Ok(vec![value.as_str().ok_or_else(|| wrong("a text"))?.to_owned()]),
        Kind::Texts => {
            let items = value.as_array().ok_or_else(|| wrong("a list of texts"))?;
            let texts: Option<Vec<_>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
            texts.ok_or_else(|| wrong("a list of texts"))
        }
        Kind::Flag => Ok(vec![value.as_bool().ok_or_else(|| wrong("true or false"))?.to_string()]),
        Kind::Whole { least, most } => {
            let whole = whole(value).ok_or_else(|| wrong("a whole number"))?;
            if !(least..=most).contains(&whole) {
                let message = format!("{name}: {whole} is outside {least} to {most}");
                return Err(Failure::usage(message, format!("give a number from {least} to {most}")));
            }
            Ok(vec![whole.to_string()])
        }
        Kind::Choice(choices) => match value.as_str().filter(|text| choices.contains(text)) {
            Some(text) => Ok(vec![text.to_owned()]),
            None => Err(wrong(&format!("one of {}", choices.join(", ")))),
        },
        Kind::Own(_) => Ok(Vec::new()),
    }
}

/// A whole number; 30.0 is how some programs write 30.
pub fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().filter(|one| one.fract() == 0.0).map(|one| one as i64))
}

/// `text` with the names of arguments in place of options: `--buffer-before <MIN>` is `buffer_before_minutes`.
pub fn spoken(text: &str, fields: &[Field]) -> String {
    let mut parts = text.split("--");
    let mut spoken = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let length = part.bytes().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'-').count();
        let (option, rest) = part.split_at(length);
        let Some(field) = fields.iter().find(|field| !option.is_empty() && field.option == option) else {
            spoken.push_str("--");
            spoken.push_str(part);
            continue;
        };
        spoken.push_str(field.name);
        let value = rest.strip_prefix(" <").and_then(|rest| rest.split_once('>'));
        spoken.push_str(value.map_or(rest, |(_, rest)| rest));
    }
    spoken
}

#[cfg(test)]
mod tests {
    use calendar_host::types::ErrorCode;
    use serde_json::json;

    use super::*;
    use crate::cli::command::cancel::CancelArgs;
    use crate::cli::command::mcp::tool::Tool;

    fn words(tool: &str, arguments: Value) -> Result<Vec<String>, Failure> {
        let Value::Object(arguments) = arguments else { panic!("no object") };
        let words = Words::new(&Tool::named(tool).expect("a tool").fields(), &arguments)?;
        Ok(words.words.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect())
    }

    fn refused(tool: &str, arguments: Value) -> String {
        let failure = words(tool, arguments).expect_err("refused");
        assert_eq!(failure.error().code, ErrorCode::InvalidArgument);
        assert!(!failure.error().remedy.is_empty());
        failure.error().message.clone()
    }

    #[test]
    fn arguments_become_the_words_of_the_command() {
        let arguments = json!({"title": "Plan", "start": "2026-03-09T15:00", "attendees": ["a@x.example", "b@x.example"],
            "video": true, "duration_minutes": 45.0, "location": null, "calendar": ""});
        assert_eq!(
            words("book_meeting", arguments).expect("words"),
            [
                "--title=Plan",
                "--with=a@x.example",
                "--with=b@x.example",
                "--video",
                "--start=2026-03-09T15:00",
                "--duration=45",
                "--calendar=",
                "--"
            ]
        );
        assert_eq!(words("list_accounts", json!({})).expect("words"), ["--"]);
        assert_eq!(
            words("book_meeting", json!({"title": "x", "start": "now", "video": false})).expect("words").len(),
            3
        );
    }

    #[test]
    fn a_value_never_becomes_an_option() {
        let arguments = json!({"event_id": "--user=eve", "comment": "--data-dir=/tmp"});
        let Value::Object(arguments) = arguments else { panic!("no object") };
        let words = Words::new(&Tool::named("cancel_event").expect("a tool").fields(), &arguments).expect("words");
        let (args, options) = words.read::<CancelArgs>().expect("arguments");
        assert_eq!((options.user, options.data_dir), (None, None));
        let shown = format!("{args:?}");
        assert!(shown.contains(r#""--user=eve""#) && shown.contains(r#""--data-dir=/tmp""#), "{shown}");
    }

    #[test]
    fn what_cannot_be_meant_is_refused_by_the_name_of_the_argument() {
        assert_eq!(refused("book_meeting", json!({"title": "x"})), "start is missing");
        assert_eq!(refused("list_accounts", json!({"user": "eve"})), r#""user" is no argument of this tool"#);
        let wrong = json!({"title": "x", "start": "now", "duration_minutes": "45"});
        assert_eq!(refused("book_meeting", wrong), "duration_minutes is not a whole number");
        let long = json!({"title": "x", "start": "now", "duration_minutes": 1441});
        assert_eq!(refused("book_meeting", long), "duration_minutes: 1441 is outside 1 to 1440");
        let lists = json!({"emails": "a@x.example"});
        assert_eq!(refused("get_schedule", lists), "emails is not a list of texts");
        assert_eq!(refused("list_accounts", json!({"provider": "apple"})), "provider is not one of google, outlook");
    }

    #[test]
    fn errors_of_the_command_name_arguments() {
        let fields = Tool::named("check_availability").expect("a tool").fields();
        let text = "invalid value '9-5' for '--hours <HOURS>': write --hours; --to is before --from -- or --other";
        let expected = "invalid value '9-5' for 'hours': write hours; to is before from -- or --other";
        assert_eq!(spoken(text, &fields), expected);
    }
}
