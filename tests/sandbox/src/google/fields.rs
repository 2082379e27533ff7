//! Partial answers: the parameter `fields`, as in `items(id,start/dateTime),nextPageToken`.
//! <https://developers.google.com/workspace/calendar/api/guides/performance#partial-response>

use super::error::Outcome;
use super::query::invalid;
use serde_json::{Map, Value};

/// A chosen part of an answer: names with what is chosen below each; an empty list below means everything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Choice(Vec<(String, Choice)>);

/// Keeps the chosen members of an answer.
///
/// # Errors
/// 400 when the text cannot be read.
pub fn select(value: Value, fields: Option<&str>) -> Outcome<Value> {
    let Some(text) = fields else { return Ok(value) };
    let mut rest = text;
    let choice = list(&mut rest).filter(|_| rest.is_empty()).ok_or_else(|| invalid("fields", text))?;
    Ok(keep(value, &choice))
}

fn keep(value: Value, choice: &Choice) -> Value {
    if choice.0.is_empty() || choice.0.iter().any(|(name, below)| name == "*" && below.0.is_empty()) {
        return value;
    }
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(|item| keep(item, choice)).collect()),
        Value::Object(members) => {
            let mut kept = Map::new();
            for (name, member) in members {
                if let Some((_, below)) = choice.0.iter().find(|(wanted, _)| *wanted == name || wanted == "*") {
                    kept.insert(name, keep(member, below));
                }
            }
            Value::Object(kept)
        }
        other => other,
    }
}

fn list(rest: &mut &str) -> Option<Choice> {
    let mut all = Vec::new();
    loop {
        all.push(one(rest)?);
        match rest.strip_prefix(',') {
            Some(after) => *rest = after,
            None => return Some(Choice(all)),
        }
    }
}

fn one(rest: &mut &str) -> Option<(String, Choice)> {
    let end = rest.find(['(', ')', ',', '/']).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    let name = name.trim();
    if name.is_empty() {
        return None;
    }
    *rest = after;
    if let Some(after) = rest.strip_prefix('/') {
        *rest = after;
        return Some((name.to_owned(), Choice(vec![one(rest)?])));
    }
    if let Some(after) = rest.strip_prefix('(') {
        *rest = after;
        let below = list(rest)?;
        *rest = rest.strip_prefix(')')?;
        return Some((name.to_owned(), below));
    }
    Some((name.to_owned(), Choice::default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_are_chosen_by_parentheses_and_slashes() {
        let body = json!({"kind": "k", "items": [{"id": 1, "start": {"dateTime": "t", "timeZone": "z"}, "x": 0}], "next": "n"});
        let kept = select(body.clone(), Some("items(id,start/dateTime),next")).unwrap();
        assert_eq!(kept, json!({"items": [{"id": 1, "start": {"dateTime": "t"}}], "next": "n"}));
        assert_eq!(select(body.clone(), Some("*")).unwrap(), body);
        assert_eq!(select(body.clone(), None).unwrap(), body);
    }

    #[test]
    fn a_broken_choice_is_refused() {
        for text in ["items(id", "items)", "", "a,,b", "a//b"] {
            assert_eq!(select(json!({}), Some(text)).unwrap_err().reason, "invalidParameter", "{text}");
        }
    }
}
