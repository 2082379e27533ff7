//! The tree of components (RFC 5545 section 3.6). Every BEGIN must have its END, and what says something about time must
//! stand where it is looked for: nothing may be lost, because what is lost looks free.

use super::line::{Line, lines};

/// What stands between BEGIN and END.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Component {
    /// In capitals.
    pub(super) name: String,
    pub(super) lines: Vec<Line>,
    pub(super) parts: Vec<Component>,
}

/// Deepest nesting: a calendar, an event, an alarm, and some more.
const DEEPEST: usize = 16;

impl Component {
    /// The lines called `name`, given in capitals.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| line.name == name)
    }

    /// The line called `name`.
    pub(super) fn one<'a>(&'a self, name: &'a str) -> Option<&'a Line> {
        self.all(name).next()
    }

    /// The value of the line called `name`.
    pub(super) fn value<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.one(name).map(|line| line.value.trim())
    }

    /// The parts called `name`.
    pub(super) fn parts<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Component> {
        self.parts.iter().filter(move |part| part.name == name)
    }
}

/// The calendars of a file.
pub(super) fn calendars(bytes: &[u8]) -> Result<Vec<Component>, String> {
    let (mut open, mut calendars): (Vec<Component>, Vec<Component>) = (Vec::new(), Vec::new());
    for line in lines(bytes)? {
        let word = line.value.trim().to_ascii_uppercase();
        match line.name.as_str() {
            "BEGIN" => {
                let parent = open.last().map(|one| one.name.as_str());
                let is_placed = match word.as_str() {
                    "VCALENDAR" => parent.is_none(),
                    "VEVENT" | "VFREEBUSY" | "VTIMEZONE" | "VAVAILABILITY" => parent == Some("VCALENDAR"),
                    "STANDARD" | "DAYLIGHT" => parent == Some("VTIMEZONE"),
                    _ => parent.is_some(),
                };
                if !is_placed || open.len() == DEEPEST {
                    return Err(format!("line {}: BEGIN:{word} cannot stand there", line.number));
                }
                open.push(Component { name: word, lines: Vec::new(), parts: Vec::new() });
            }
            "END" => {
                let closed = open.pop().filter(|one| one.name == word);
                let closed = closed.ok_or_else(|| format!("line {}: END:{word} has no BEGIN", line.number))?;
                open.last_mut().map_or(&mut calendars, |parent| &mut parent.parts).push(closed);
            }
            _ => match open.last_mut() {
                Some(component) => component.lines.push(line),
                None => return Err(format!("line {} stands outside VCALENDAR", line.number)),
            },
        }
    }
    match open.last() {
        None => Ok(calendars),
        Some(one) => Err(format!("BEGIN:{} has no END: the file is cut off", one.name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_nested_as_they_are_written() {
        let text = "begin:vcalendar\nBEGIN:VEVENT\nUID:1\nBEGIN:VALARM\nEND:VALARM\nend:vevent\nEND:VCALENDAR\n\
            BEGIN:VCALENDAR\nEND:VCALENDAR\n";
        let calendars = calendars(text.as_bytes()).expect("readable");
        assert_eq!(calendars.len(), 2);
        let event = calendars[0].parts("VEVENT").next().expect("an event");
        assert_eq!((event.value("UID"), event.parts.len()), (Some("1"), 1));
    }

    #[test]
    fn what_would_be_lost_is_refused() {
        for wrong in [
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR",
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT",
            "BEGIN:VCALENDAR\nEND:VEVENT\nEND:VCALENDAR",
            "BEGIN:VCALENDAR\nBEGIN:X-BOX\nBEGIN:VEVENT\nEND:VEVENT\nEND:X-BOX\nEND:VCALENDAR",
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nBEGIN:VEVENT\nEND:VEVENT\nEND:VEVENT\nEND:VCALENDAR",
            "BEGIN:VCALENDAR\nEND:VCALENDAR\nUID:1",
            "BEGIN:VEVENT\nEND:VEVENT",
            "END:VCALENDAR",
        ] {
            assert!(calendars(wrong.as_bytes()).is_err(), "{wrong}");
        }
        let deep = format!("BEGIN:VCALENDAR\n{}", "BEGIN:X-BOX\n".repeat(100_000));
        assert!(calendars(deep.as_bytes()).expect_err("refused").contains("cannot stand"));
    }
}
