//! Busy times of a JSON document: a list of busy times, or an object of two lists.
//!
//! ```json
//! [{"start": "2026-10-04T09:00:00Z", "end": "2026-10-04T10:00:00+02:00", "kind": "tentative", "calendar": "Team"}]
//! {"busy": [...], "unknown": [{"start": "...", "end": "...", "calendar": "Team", "cause": "no access"}]}
//! ```
//!
//! Instants are RFC 3339 with offset. `kind` is a word of the interface's `busy-kind`, `busy` when left out. A field
//! with another name is refused: it might have been meant to say something. Errors name the entry: `busy[3].end`.

use calendar_host::types::{BusyKind, TimeRange};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::BusyTimes;

/// Reads a document.
pub(super) fn read(bytes: &[u8], span: TimeRange) -> Result<BusyTimes, String> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| format!("neither iCalendar nor JSON: {error}"))?;
    let (busy, unknown) = match value {
        Value::Array(busy) => (busy, Vec::new()),
        Value::Object(mut object) => {
            let busy = list(&mut object, "busy")?.ok_or("busy is missing")?;
            let unknown = list(&mut object, "unknown")?.unwrap_or_default();
            rest(&object, "")?;
            (busy, unknown)
        }
        _ => return Err("it is neither a list nor an object".to_owned()),
    };
    let mut times = BusyTimes::of(span);
    for (index, entry) in busy.into_iter().enumerate() {
        let mut entry = Entry::new(format!("busy[{index}]"), entry)?;
        let range = entry.range()?;
        let kind = match entry.text("kind")? {
            Some(word) => kind(&word).ok_or_else(|| format!("{}.kind cannot be {word:?}", entry.name))?,
            None => BusyKind::Busy,
        };
        let calendar = entry.text("calendar")?;
        entry.end()?;
        // What is far away would only be counted.
        if range.start < span.end && range.end > span.start || matches!(kind, BusyKind::Held | BusyKind::Booking) {
            times.add(kind, calendar.as_deref(), range);
        }
    }
    for (index, entry) in unknown.into_iter().enumerate() {
        let mut entry = Entry::new(format!("unknown[{index}]"), entry)?;
        let (range, calendar) = (entry.range()?, entry.text("calendar")?);
        let cause = entry.text("cause")?.unwrap_or_else(|| "not known".to_owned());
        entry.end()?;
        times.unknown(calendar.as_deref(), range, &cause);
    }
    Ok(times)
}

fn list(object: &mut Map<String, Value>, name: &str) -> Result<Option<Vec<Value>>, String> {
    match object.remove(name) {
        None => Ok(None),
        Some(Value::Array(list)) => Ok(Some(list)),
        Some(_) => Err(format!("{name} is no list")),
    }
}

fn rest(object: &Map<String, Value>, prefix: &str) -> Result<(), String> {
    match object.keys().next() {
        Some(name) => Err(format!("{prefix}{} is not a field", name.chars().take(40).collect::<String>())),
        None => Ok(()),
    }
}

struct Entry {
    name: String,
    object: Map<String, Value>,
}

impl Entry {
    fn new(name: String, value: Value) -> Result<Self, String> {
        match value {
            Value::Object(object) => Ok(Self { name, object }),
            _ => Err(format!("{name} is no object")),
        }
    }

    fn text(&mut self, field: &str) -> Result<Option<String>, String> {
        match self.object.remove(field) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("{}.{field} is no text", self.name)),
        }
    }

    fn instant(&mut self, field: &str) -> Result<DateTime<Utc>, String> {
        let text = self.text(field)?.ok_or_else(|| format!("{}.{field} is missing", self.name))?;
        let at = DateTime::parse_from_rfc3339(text.trim()).map_err(|_| {
            let shown: String = text.chars().take(40).collect();
            format!("{}.{field}: {shown:?} is no time with offset, such as 2026-10-04T09:00:00Z", self.name)
        })?;
        Ok(at.to_utc())
    }

    /// Whole seconds, never shorter than what was given.
    fn range(&mut self) -> Result<TimeRange, String> {
        let (start, end) = (self.instant("start")?, self.instant("end")?);
        if start >= end {
            return Err(format!("{0}.end is not after {0}.start", self.name));
        }
        let last = end.timestamp() + i64::from(end.timestamp_subsec_nanos() > 0);
        Ok(TimeRange { start: start.timestamp(), end: last })
    }

    fn end(self) -> Result<(), String> {
        rest(&self.object, &format!("{}.", self.name))
    }
}

fn kind(word: &str) -> Option<BusyKind> {
    Some(match word {
        "busy" => BusyKind::Busy,
        "tentative" => BusyKind::Tentative,
        "not-answered" => BusyKind::NotAnswered,
        "out-of-office" => BusyKind::OutOfOffice,
        "focus-time" => BusyKind::FocusTime,
        "all-day" => BusyKind::AllDay,
        "private" => BusyKind::Private,
        "working-elsewhere" => BusyKind::WorkingElsewhere,
        "time-off" => BusyKind::TimeOff,
        "held" => BusyKind::Held,
        "booking" => BusyKind::Booking,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<BusyTimes, String> {
        super::read(text.as_bytes(), TimeRange { start: 0, end: 4_000_000_000 })
    }

    #[test]
    fn a_list_and_an_object_mean_the_same() {
        let list = r#"[{"start": "2026-06-10T09:00:00Z", "end": "2026-06-10T12:00:00+02:00"}]"#;
        let object = format!(r#"{{"busy": {list}}}"#);
        let ranges = |text: &str| read(text).expect("valid").busy[0].ranges().collect::<Vec<_>>();
        assert_eq!(ranges(list), ranges(&object));
        assert_eq!(ranges(list)[0].end - ranges(list)[0].start, 3600);
    }

    #[test]
    fn every_kind_of_the_interface_can_be_written() {
        let words = "busy tentative not-answered out-of-office focus-time all-day private working-elsewhere time-off \
            held booking";
        assert_eq!(words.split(' ').map(|word| kind(word).expect(word)).collect::<Vec<_>>().len(), 11);
        assert_eq!(kind("Busy"), None);
        for word in words.split(' ') {
            assert!(super::super::HELP.contains(word), "{word}");
        }
    }

    #[test]
    fn parts_of_a_second_make_a_busy_time_longer() {
        let text = r#"[{"start": "2026-06-10T09:00:00.9Z", "end": "2026-06-10T09:00:01.1Z"}]"#;
        let range = read(text).expect("valid").busy[0].ranges().next().expect("a range");
        assert_eq!(range.end - range.start, 2);
    }

    #[test]
    fn errors_name_the_entry_and_the_field() {
        let good = r#"{"start": "2026-06-10T09:00:00Z", "end": "2026-06-10T10:00:00Z"}"#;
        let entry = |more: &str| format!("[{good}, {}]", good.replace('}', more));
        for (text, expected) in [
            (entry(r#", "knd": "held"}"#), "busy[1].knd is not a field"),
            (entry(r#", "kind": "hold"}"#), r#"busy[1].kind cannot be "hold""#),
            (entry(r#", "calendar": 1}"#), "busy[1].calendar is no text"),
            (format!("[{good}, 1]"), "busy[1] is no object"),
            (format!("[{}]", good.replace("10:00:00Z", "09:00:00Z")), "busy[0].end is not after busy[0].start"),
            (
                format!("[{}]", good.replace("10:00:00Z", "10:00:00")),
                r#"busy[0].end: "2026-06-10T10:00:00" is no time with offset, such as 2026-10-04T09:00:00Z"#,
            ),
            (r#"[{"start": "2026-06-10T09:00:00Z"}]"#.to_owned(), "busy[0].end is missing"),
            (r#"{"busy": {}}"#.to_owned(), "busy is no list"),
            (r#"{"unknown": []}"#.to_owned(), "busy is missing"),
            (r#"{"busy": [], "bussy": []}"#.to_owned(), "bussy is not a field"),
            (r#"{"busy": [], "unknown": [{"start": "x"}]}"#.to_owned(), r#"unknown[0].start: "x" is no time"#),
            ("7".to_owned(), "it is neither a list nor an object"),
            ("Monday".to_owned(), "neither iCalendar nor JSON"),
        ] {
            let error = read(&text).expect_err(&text);
            assert!(error.starts_with(expected), "{text}: {error}");
        }
    }
}
