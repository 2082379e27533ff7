//! Text that others wrote, made safe to print on a terminal or to paste into a shell.

use std::borrow::Cow;

/// `text` on one line: control characters (escape sequences, line ends) and direction overrides become spaces.
pub fn line(text: &str) -> Cow<'_, str> {
    if text.chars().any(is_unsafe) {
        Cow::Owned(text.chars().map(|c| if is_unsafe(c) { ' ' } else { c }).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// As [`line`], but line ends stay.
pub fn paragraph(text: &str) -> String {
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// `word` as one word of a POSIX shell.
pub fn quoted(word: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@+,%=".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
    }
}

fn is_unsafe(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_sequence_in_a_title_does_not_reach_the_terminal() {
        assert_eq!(line("a\u{1b}[2Jb\r\nc\u{9b}d\u{202e}e"), "a [2Jb  c d e");
        assert_eq!(line("Grüße 会議"), "Grüße 会議");
    }

    #[test]
    fn lines_of_a_paragraph_stay_apart() {
        assert_eq!(paragraph("one\ntwo\u{7}"), "one\ntwo ");
    }

    #[test]
    fn words_are_quoted_only_when_the_shell_would_split_or_expand_them() {
        assert_eq!(quoted("2026-03-08T09:00:00+01:00"), "2026-03-08T09:00:00+01:00");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quoted(""), "''");
    }
}
