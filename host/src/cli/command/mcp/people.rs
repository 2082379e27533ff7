//! `participants` of a call as the files of busy times that the commands read. They lie in a folder of their own and
//! go with it.

use calendar_host::types::Error;
use rmcp::model::JsonObject;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::words::Words;
use crate::cli::failure::Failure;

/// The written files.
pub struct People {
    folder: TempDir,
}

impl People {
    /// Writes one file for each participant, and adds the options that name them.
    ///
    /// # Errors
    /// When `participants` is not understood, or no file can be written.
    pub fn write(arguments: &JsonObject, words: &mut Words) -> Result<Self, Failure> {
        let people = arguments.get("participants").and_then(Value::as_array).filter(|people| !people.is_empty());
        let people = people.ok_or_else(|| wrong("participants is no list, or an empty one"))?;
        let folder = tempfile::Builder::new().prefix("calendar-host-people-").tempdir().map_err(|error| {
            Failure::host(format!("no temporary folder can be made: {error}"), "check TMPDIR and the free space")
        })?;
        // Options are put in front of each other: the last participant first.
        for (index, person) in people.iter().enumerate().rev() {
            let person = Person::read(person).map_err(|reason| wrong(&format!("participants[{index}]{reason}")))?;
            let path = folder.path().join(format!("{}.json", person.name));
            if path.exists() {
                return Err(wrong(&format!("participants[{index}].name: two have the name {:?}", person.name)));
            }
            std::fs::write(&path, person.text).map_err(|error| {
                Failure::host(format!("no temporary file can be written: {error}"), "check TMPDIR and the free space")
            })?;
            words.option(if person.is_optional { "optional" } else { "busy" }, path);
        }
        Ok(Self { folder })
    }

    /// The failure, with names of participants in place of files.
    pub fn explain(&self, failure: Failure) -> Failure {
        let folder = format!("{}{}", self.folder.path().display(), std::path::MAIN_SEPARATOR);
        let error = failure.error();
        let message =
            error.message.replace("--busy: ", "").replace("--optional: ", "").replace(&folder, "participant ");
        Failure::from(Error { message: message.replace(".json:", ":"), ..error.clone() })
    }
}

struct Person {
    name: String,
    is_optional: bool,
    text: String,
}

impl Person {
    fn read(person: &Value) -> Result<Self, String> {
        const FIELDS: [&str; 5] = ["name", "is_optional", "busy", "unknown", "icalendar"];
        let fields = person.as_object().ok_or(" is no object")?;
        if let Some(name) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
            return Err(format!(
                ".{} is no field; it has {}",
                name.chars().take(40).collect::<String>(),
                FIELDS.join(", ")
            ));
        }
        let name = fields.get("name").and_then(Value::as_str).ok_or(".name is missing")?;
        let is_plain = |c: char| c.is_alphanumeric() || " ._@+-".contains(c);
        if name.is_empty() || name.len() > 64 || name.starts_with('.') || !name.chars().all(is_plain) {
            return Err(".name is not 1 to 64 letters, digits, blanks or ._@+-".to_owned());
        }
        let text = match fields.get("icalendar").filter(|value| !value.is_null()) {
            Some(_) if fields.contains_key("busy") || fields.contains_key("unknown") => {
                return Err(": give icalendar, or busy and unknown, not both".to_owned());
            }
            Some(calendar) => calendar.as_str().ok_or(".icalendar is no text")?.to_owned(),
            None => {
                let list = |name: &str| fields.get(name).filter(|value| !value.is_null()).cloned().unwrap_or(json!([]));
                json!({"busy": list("busy"), "unknown": list("unknown")}).to_string()
            }
        };
        let is_optional = match fields.get("is_optional") {
            None | Some(Value::Null) => false,
            Some(value) => value.as_bool().ok_or(".is_optional is not true or false")?,
        };
        Ok(Self { name: name.to_owned(), is_optional, text })
    }
}

fn wrong(message: &str) -> Failure {
    let hint = r#"write [{"name": "ann", "busy": [{"start": "2026-10-04T09:00:00Z", "end": "2026-10-04T10:00:00Z"}]}]"#;
    Failure::usage(message, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(people: Value) -> String {
        let Value::Object(arguments) = json!({"participants": people}) else { panic!("an object") };
        let mut words = Words::new(&[], &JsonObject::new()).expect("words");
        let Err(failure) = People::write(&arguments, &mut words) else { panic!("not refused") };
        failure.error().message.clone()
    }

    #[test]
    fn a_name_never_leaves_the_folder() {
        for name in ["", "../ann", "/etc/passwd", "..", "a/b", "a\\b", "a\nb", "a\0b"] {
            assert!(refused(json!([{"name": name}])).starts_with("participants[0].name is not"), "{name:?}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        assert_eq!(refused(json!([])), "participants is no list, or an empty one");
        assert_eq!(refused(json!([{"name": "a"}, {"busy": []}])), "participants[1].name is missing");
        assert_eq!(refused(json!([{"name": "a"}, {"name": "a"}])), r#"participants[0].name: two have the name "a""#);
        let path = refused(json!([{"name": "a", "path": "/etc/passwd"}]));
        assert!(path.starts_with("participants[0].path is no field"), "{path}");
        let both = refused(json!([{"name": "a", "busy": [], "icalendar": "BEGIN:VCALENDAR"}]));
        assert!(both.ends_with("not both"), "{both}");
    }
}
