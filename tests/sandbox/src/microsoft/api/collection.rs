//! What all collections of events share: filter, order, page, project.

use crate::microsoft::call::{Answer, Call, Outcome};
use crate::microsoft::mailbox::occurrence::Item;
use crate::microsoft::mailbox::owner::Mailbox;
use crate::microsoft::mailbox::render::{View, properties};
use crate::microsoft::odata::page::Place;
use crate::microsoft::odata::prefer::Prefer;
use crate::microsoft::odata::shape::Shape;
use crate::microsoft::switches::Switches;
use serde_json::{Map, Value, json};

/// Members that a view does not give when `$select` is used.
const NOT_WITH_SELECT: [&str; 2] = ["createdDateTime", "lastModifiedDateTime"];

/// Answers a collection. Filters and orders look at times in UTC, whatever zone the answer has.
///
/// # Errors
/// 400 for bad query options.
pub fn answer(call: &Call, switches: &Switches, mailbox: &Mailbox, items: Vec<Item<'_>>, is_view: bool) -> Outcome {
    let shape = Shape::of_events(&call.query)?;
    let plain = Prefer::default();
    let neutral = View { mailbox, prefer: &plain, switches, now: call.now };
    let shown = View { prefer: &call.prefer, ..neutral };
    let mut found: Vec<(Value, Item<'_>)> = items.into_iter().map(|item| (neutral.json(&item), item)).collect();
    found.retain(|(json, item)| shape.admits(json, &properties(item)));
    found.sort_by(|left, right| shape.compare(&left.0, &right.0));
    let total = found.len();
    let start = match call.query.get("$skiptoken") {
        Some(token) => Place::from_token(token)?,
        None => {
            let skip = call.query.count("$skip", 0)?.unwrap_or(0);
            Place::first(call.query.count("$top", 1)?, call.prefer.page_size, skip, switches)
        }
    };
    let page = start.cut(found, switches.empty_pages);
    let mut value = Vec::new();
    for (_, item) in &page.items {
        let mut json = shape.project(shown.json(item), &properties(item));
        if let Some(members) = json.as_object_mut().filter(|_| is_view && shape.selects()) {
            members.retain(|name, _| !NOT_WITH_SELECT.contains(&name.as_str()));
        }
        value.push(json);
    }
    let mut answer = Map::new();
    answer.insert("@odata.context".to_owned(), json!(call.context("Collection(event)")));
    if shape.count {
        answer.insert("@odata.count".to_owned(), json!(total));
    }
    answer.insert("value".to_owned(), json!(value));
    if let Some(next) = page.next {
        let query = call.query.rewritten(&["$skip", "$skiptoken"], "$skiptoken", &next.token());
        answer.insert("@odata.nextLink".to_owned(), json!(call.link(&query)));
    }
    Ok(Answer::json(200, Value::Object(answer)))
}
