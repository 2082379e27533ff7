//! The online-meeting block inside an event's body: when the body is replaced without it, the
//! event loses its Teams link. Pure text. Not here: sending (`update`).
//!
//! <https://learn.microsoft.com/graph/api/event-update>, "update an online meeting"

use serde_json::{Value, json};

/// The line of underscores that opens and closes the block.
const RULE: &str = "________________";

/// The new `body`: `text`, and below it the old body's block if the event has a link in it. A
/// block whose beginning is not recognised is kept by keeping the whole old body.
#[must_use]
pub fn body(text: &str, old: &str, is_html: bool, link: Option<&str>) -> Value {
    let block = link.and_then(|link| block(old, is_html, link));
    match block {
        None => json!({ "contentType": "text", "content": text }),
        Some(block) if is_html => {
            let content = format!("<html><body><div>{}</div>{block}</body></html>", html(text));
            json!({ "contentType": "html", "content": content })
        }
        Some(block) => json!({ "contentType": "text", "content": format!("{text}\n{block}") }),
    }
}

/// A plain text body without the block: what people wrote. As it is when no block is recognised.
#[must_use]
pub fn without<'a>(text: &'a str, link: &str) -> &'a str {
    let rule = text.find(link).and_then(|at| text.get(..at)).and_then(|before| before.rfind(RULE));
    match rule {
        Some(rule) => {
            let start = text.get(..rule).unwrap_or_default().trim_end_matches('_').len();
            text.get(..start).unwrap_or_default().trim_end()
        }
        None => text,
    }
}

/// Whether a body says `text` and nothing else beside the block of its meeting, as far as can be told through what the
/// service makes of it: markup, entities and white space are ignored. Where the block is not recognised, whether it
/// begins with `text`.
#[must_use]
pub fn says(content: &str, is_html: bool, link: Option<&str>, text: &str) -> bool {
    let wanted = squeezed(text, false);
    let inner = content.get(inner_start(content, is_html)..).unwrap_or_default();
    let inner = match rfind_tag(inner, "</body").filter(|_| is_html) {
        Some(end) => inner.get(..end).unwrap_or_default(),
        None => inner,
    };
    let Some(at) = link.and_then(|link| place(inner, link)) else { return squeezed(inner, is_html) == wanted };
    let before = inner.get(..at).unwrap_or_default();
    match before.rfind(RULE) {
        Some(rule) => squeezed(before.get(..opening(before, rule, is_html)).unwrap_or_default(), is_html) == wanted,
        None => !wanted.is_empty() && squeezed(inner, is_html).starts_with(&wanted),
    }
}

/// Without white space and, in HTML, without markup.
fn squeezed(text: &str, is_html: bool) -> String {
    if !is_html {
        return text.split_whitespace().collect();
    }
    let mut plain = String::with_capacity(text.len());
    let mut is_markup = false;
    for c in text.chars() {
        match c {
            '<' => is_markup = true,
            '>' if is_markup => is_markup = false,
            _ if !is_markup => plain.push(c),
            _ => {}
        }
    }
    ["&nbsp; ", "&lt;<", "&gt;>", "&quot;\"", "&#39;'", "&amp;&"]
        .iter()
        .filter_map(|pair| pair.split_once(';'))
        .fold(plain, |plain, (entity, c)| plain.replace(&format!("{entity};"), c))
        .split_whitespace()
        .collect()
}

/// Where the link is, as it is or as HTML writes it.
fn place(text: &str, link: &str) -> Option<usize> {
    text.find(link).or_else(|| text.find(&link.replace('&', "&amp;")))
}

/// From the rule before the link to the end of the body; none = the link is not in the body.
fn block<'a>(old: &'a str, is_html: bool, link: &str) -> Option<&'a str> {
    let at = place(old, link)?;
    let (before, _) = old.split_at_checked(at)?;
    let inner = inner_start(old, is_html);
    let end = if is_html { rfind_tag(old, "</body").unwrap_or(old.len()) } else { old.len() };
    let start = before.rfind(RULE).map(|rule| opening(before, rule, is_html)).unwrap_or(inner);
    old.get(start.max(inner)..end.max(start))
}

/// Where the line of underscores, with the element around it, begins.
fn opening(before: &str, rule: usize, is_html: bool) -> usize {
    let head = before.get(..rule).unwrap_or_default();
    if is_html { rfind_tag(head, "<div").unwrap_or(0) } else { head.trim_end_matches('_').len() }
}

/// Where the content of the body element begins.
fn inner_start(old: &str, is_html: bool) -> usize {
    if !is_html {
        return 0;
    }
    let Some(tag) = rfind_tag(old, "<body") else { return 0 };
    old.get(tag..).and_then(|rest| rest.find('>')).map_or(0, |close| tag + close + 1)
}

/// The last place of `tag` in any case. Lower-casing ASCII moves no byte.
fn rfind_tag(text: &str, tag: &str) -> Option<usize> {
    text.to_ascii_lowercase().rfind(tag)
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace("\r\n", "<br>").replace('\n', "<br>")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "https://teams.example.com/l/meetup-join/x?a=1&b=2";
    const HTML: &str = "<html><head><style>p{}</style></head><BODY>\r\n<div>Old agenda</div>\r\n<div style=\"width:100%\"><span>________________________________________</span></div><div><a href=\"https://teams.example.com/l/meetup-join/x?a=1&amp;b=2\">Join</a></div><div>________________</div></BODY></html>";

    #[test]
    fn keeps_the_html_block_and_nothing_of_the_old_text() {
        let body = body("New <agenda>\nand more", HTML, true, Some(LINK));
        let content = body["content"].as_str().unwrap();
        assert_eq!(body["contentType"], "html");
        assert!(content.starts_with("<html><body><div>New &lt;agenda&gt;<br>and more</div><div style"));
        assert!(content.contains("a=1&amp;b=2\">Join</a>"), "{content}");
        assert!(!content.contains("Old agenda"));
        assert_eq!(content.matches("</body>").count(), 1);
        assert!(says(content, true, Some(LINK), "New <agenda> and more"));
        assert!(!says(content, true, Some(LINK), "New <agenda>") && !says(content, true, Some(LINK), ""));
    }

    #[test]
    fn keeps_the_text_block() {
        let old = format!("Old agenda\r\n{RULE}____\r\nJoin: {LINK}\r\n{RULE}____\r\n");
        let body = body("New", &old, false, Some(LINK));
        assert_eq!(body["content"], format!("New\n{RULE}____\r\nJoin: {LINK}\r\n{RULE}____\r\n"));
    }

    #[test]
    fn keeps_the_whole_old_body_when_the_block_is_not_recognised() {
        let old = format!("<html><body><p>Join at {LINK}</p></body></html>");
        let body = body("New", &old, true, Some(LINK));
        assert_eq!(body["content"], format!("<html><body><div>New</div><p>Join at {LINK}</p></body></html>"));
    }

    #[test]
    fn sends_plain_text_when_there_is_no_block_to_keep() {
        let expected = json!({"contentType": "text", "content": "New"});
        assert_eq!(body("New", HTML, true, None), expected);
        assert_eq!(body("New", "<html><body>Old</body></html>", true, Some(LINK)), expected);
        assert_eq!(body("New", "", false, Some(LINK)), expected);
    }

    #[test]
    fn hostile_bodies_do_not_trap() {
        for old in [
            "",
            "<",
            "</body><body>",
            "ä____ä",
            &format!("</body>{LINK}<body"),
            &format!("{LINK}</body>________________<div"),
            &format!("<div ü________________{LINK}"),
        ] {
            for is_html in [true, false] {
                assert!(body("New", old, is_html, Some(LINK))["content"].as_str().unwrap().contains("New"));
            }
        }
    }

    #[test]
    fn a_text_is_shown_without_the_block() {
        let rule = "_".repeat(80);
        let text = format!("Agenda\r\n{rule}\r\nMicrosoft Teams meeting\r\nJoin: {LINK}\r\n{rule}\r\n");
        assert_eq!(without(&text, LINK), "Agenda");
        assert_eq!(without(&format!("{rule}\n{LINK}"), LINK), "");
        let unrecognised = format!("Agenda\nJoin: {LINK}");
        assert_eq!(without(&unrecognised, LINK), unrecognised);
        assert_eq!(without("Agenda", LINK), "Agenda");
    }

    #[test]
    fn tells_whether_a_body_says_a_text_and_nothing_else() {
        let fish =
            "<html><head><style>p{}</style></head><body>\r\nFish &amp; <b>chips</b>,&nbsp;3 &lt; 4</body></html>";
        assert!(says(fish, true, None, "Fish & chips, 3 < 4"));
        for part in ["Fish & chips", "", "Old"] {
            assert!(!says(fish, true, None, part), "{part}");
        }
        assert!(says("", false, None, "") && says("<html><body></body></html>", true, None, ""));
        assert!(says("a <b> c", false, None, "a <b>\nc") && !says("a <b> c", false, None, "a c"));
        assert!(says(HTML, true, Some(LINK), "Old agenda") && !says(HTML, true, Some(LINK), ""));
        let plain = format!("Old agenda\r\n{RULE}____\r\nJoin: {LINK}\r\n{RULE}____\r\n");
        assert!(says(&plain, false, Some(LINK), "Old agenda") && !says(&plain, false, Some(LINK), "Old"));
        let cleared = body("", HTML, true, Some(LINK));
        assert!(says(cleared["content"].as_str().unwrap(), true, Some(LINK), ""));
    }

    #[test]
    fn a_body_with_an_unrecognised_block_says_what_it_begins_with() {
        let odd = format!("<html><body><div>New</div><p>Join at {LINK}</p></body></html>");
        assert!(says(&odd, true, Some(LINK), "New"));
        assert!(!says(&odd, true, Some(LINK), "Join") && !says(&odd, true, Some(LINK), ""));
    }
}
