//! Content lines (RFC 5545 section 3.1): unfolded, with name, parameters and value. Values stay text.

/// A line such as `DTSTART;TZID=Europe/Berlin:20261004T090000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// In capitals.
    pub(super) name: String,
    /// Names in capitals; values without quotation marks.
    pub(super) parameters: Vec<(String, String)>,
    /// Everything behind the colon, as written.
    pub(super) value: String,
    /// Where it begins in the file, from 1.
    pub(super) number: usize,
}

impl Line {
    /// The value of the parameter `name`, given in capitals.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether the value is `word`, in any case.
    pub(super) fn is(&self, word: &str) -> bool {
        self.value.trim().eq_ignore_ascii_case(word)
    }
}

/// All lines of a file. Folds are undone on bytes, because they may split a character; what is no Unicode is replaced,
/// because it can only be text for people. Empty lines are skipped.
pub(super) fn lines(bytes: &[u8]) -> Result<Vec<Line>, String> {
    let mut raw: Vec<(usize, Vec<u8>)> = Vec::new();
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match (line, raw.last_mut()) {
            ([], _) => {}
            ([b' ' | b'\t', rest @ ..], Some((_, open))) => open.extend_from_slice(rest),
            _ => raw.push((index + 1, line.to_vec())),
        }
    }
    let read = |(number, line): (usize, Vec<u8>)| {
        if line.contains(&b'\r') {
            return Err(format!("line {number} has a carriage return inside"));
        }
        let text = String::from_utf8_lossy(&line);
        parse(&text, number).ok_or_else(|| format!("line {number} is no iCalendar line"))
    };
    raw.into_iter().map(read).collect()
}

fn parse(text: &str, number: usize) -> Option<Line> {
    let end = text.find([':', ';'])?;
    let (name, mut rest) = text.split_at(end);
    let is_name = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    if !is_name(name) {
        return None;
    }
    let mut parameters = Vec::new();
    while let Some(after) = rest.strip_prefix(';') {
        let (key, values) = after.split_once('=')?;
        if !is_name(key) {
            return None;
        }
        let (value, behind) = parameter_value(values)?;
        parameters.push((key.to_ascii_uppercase(), value));
        rest = behind;
    }
    let value = rest.strip_prefix(':')?.to_owned();
    Some(Line { name: name.to_ascii_uppercase(), parameters, value, number })
}

/// The value in front, without its quotation marks, and what follows it.
fn parameter_value(text: &str) -> Option<(String, &str)> {
    let (mut value, mut is_quoted) = (String::new(), false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => is_quoted = !is_quoted,
            ';' | ':' if !is_quoted => return Some((value, text.get(at..)?)),
            _ => value.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Line {
        lines(text.as_bytes()).expect("readable").remove(0)
    }

    #[test]
    fn names_are_read_in_any_case_and_values_keep_theirs() {
        let line = one("dtstart;tzid=\"A:B;C, D\";value=date-time:20261004T090000\r\n");
        assert_eq!((line.name.as_str(), line.value.as_str()), ("DTSTART", "20261004T090000"));
        assert_eq!(line.parameter("TZID"), Some("A:B;C, D"));
        assert_eq!(line.parameter("VALUE"), Some("date-time"));
        assert_eq!(one("SUMMARY:a:b;c\\, d").value, "a:b;c\\, d");
    }

    #[test]
    fn folds_are_undone_even_inside_a_character() {
        assert_eq!(one("SUM\r\n MARY:one\r\n  two\n\tthree").value, "one twothree");
        let bytes = b"SUMMARY:Gr\xc3\r\n \xbc\xc3\x9fe";
        assert_eq!(lines(bytes).expect("readable")[0].value, "Grüße");
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named_by_its_number() {
        for wrong in ["UID odd", "=x:1", ";A=1:x", "DTSTART;TZID:1", "DTSTART;TZID=\"open:1", ":1", " folded", "Ü:1"] {
            let text = format!("BEGIN:VCALENDAR\r\n\r\n{wrong}\r\n");
            let text = if wrong.starts_with(' ') { wrong.to_owned() } else { text };
            let error = lines(text.as_bytes()).expect_err(wrong);
            assert!(error.starts_with("line "), "{error}");
        }
        assert_eq!(lines(b"A:1\n\nB\n"), Err("line 3 is no iCalendar line".to_owned()));
    }
}
