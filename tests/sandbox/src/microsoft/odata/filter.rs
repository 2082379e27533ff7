//! Whether an item satisfies a `$filter`. Text is compared without case, as Exchange does; the name inside an extended property's
//! id is the exception.

use super::filter_syntax::{Condition, Operand, Operator, TextTest};
use crate::microsoft::time::range;
use serde_json::Value;
use std::cmp::Ordering;

/// The item and the lambda variables in reach.
#[derive(Debug, Clone)]
struct Scope<'a> {
    item: &'a Value,
    variables: Vec<(&'a str, &'a Value)>,
}

/// Whether `item` satisfies the condition.
pub fn holds(condition: &Condition, item: &Value) -> bool {
    test(condition, &Scope { item, variables: Vec::new() })
}

/// The names of the item's own properties a condition looks at.
pub fn roots(condition: &Condition) -> Vec<String> {
    let mut found = Vec::new();
    collect(condition, &[], &mut found);
    found
}

fn collect(condition: &Condition, variables: &[&str], found: &mut Vec<String>) {
    let mut note = |operand: &Operand| {
        let mut inner = operand;
        while let Operand::Folded(next) = inner {
            inner = next;
        }
        if let Operand::Path(path) = inner
            && let Some(first) = path.first().filter(|first| !variables.contains(&first.as_str()))
        {
            found.push(first.clone());
        }
    };
    match condition {
        Condition::And(left, right) | Condition::Or(left, right) => {
            collect(left, variables, found);
            collect(right, variables, found);
        }
        Condition::Not(inner) => collect(inner, variables, found),
        Condition::Compare(left, _, right) | Condition::Text(_, left, right) => {
            note(left);
            note(right);
        }
        Condition::Flag(operand) => note(operand),
        Condition::Any { collection, variable, condition } => {
            found.extend(collection.first().cloned());
            if let Some(inner) = condition {
                let mut inside = variables.to_vec();
                inside.push(variable);
                collect(inner, &inside, found);
            }
        }
    }
}

fn test(condition: &Condition, scope: &Scope<'_>) -> bool {
    match condition {
        Condition::And(left, right) => test(left, scope) && test(right, scope),
        Condition::Or(left, right) => test(left, scope) || test(right, scope),
        Condition::Not(inner) => !test(inner, scope),
        Condition::Flag(operand) => value(operand, scope) == Value::Bool(true),
        Condition::Compare(left, operator, right) => compare(&value(left, scope), *operator, &value(right, scope)),
        Condition::Text(kind, left, right) => {
            let (left, right) = (value(left, scope), value(right, scope));
            let (Some(left), Some(right)) = (left.as_str(), right.as_str()) else { return false };
            let (left, right) = (left.to_lowercase(), right.to_lowercase());
            match kind {
                TextTest::Contains => left.contains(&right),
                TextTest::StartsWith => left.starts_with(&right),
                TextTest::EndsWith => left.ends_with(&right),
            }
        }
        Condition::Any { collection, variable, condition } => {
            let found = lookup(collection, scope);
            let Some(members) = found.and_then(Value::as_array) else { return false };
            let Some(inner) = condition else { return !members.is_empty() };
            members.iter().any(|member| {
                let mut inside = scope.clone();
                inside.variables.push((variable, member));
                test(inner, &inside)
            })
        }
    }
}

fn value(operand: &Operand, scope: &Scope<'_>) -> Value {
    match operand {
        Operand::Literal(value) => value.clone(),
        Operand::Path(path) => lookup(path, scope).cloned().unwrap_or(Value::Null),
        Operand::Folded(inner) => match value(inner, scope) {
            Value::String(text) => Value::String(text.to_lowercase()),
            other => other,
        },
    }
}

fn lookup<'a>(path: &[String], scope: &Scope<'a>) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    let variable = scope.variables.iter().rev().find(|(name, _)| name == first);
    let start = match variable {
        Some((_, value)) => value,
        None => super::body::member(scope.item, first)?,
    };
    rest.iter().try_fold(start, |value, name| super::body::member(value, name))
}

fn compare(left: &Value, operator: Operator, right: &Value) -> bool {
    let order = order(left, right);
    match operator {
        Operator::Eq => order == Some(Ordering::Equal),
        Operator::Ne => order != Some(Ordering::Equal),
        Operator::Gt => order == Some(Ordering::Greater),
        Operator::Ge => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        Operator::Lt => order == Some(Ordering::Less),
        Operator::Le => matches!(order, Some(Ordering::Less | Ordering::Equal)),
    }
}

/// Orders two values of a kind: numbers, truth values, instants, property ids or texts.
pub fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Number(left), Value::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        (Value::String(left), Value::String(right)) => {
            if let (Some(left), Some(right)) = (property_id(left), property_id(right)) {
                return Some(left.cmp(&right));
            }
            if let (Some(left), Some(right)) = (range::parse(left), range::parse(right)) {
                return Some(left.cmp(&right));
            }
            Some(left.to_lowercase().cmp(&right.to_lowercase()))
        }
        _ => None,
    }
}

/// An extended property's id in comparable form: `Type {guid} Name name` or `Type {guid} Id 0x8000`, the name as it is and the
/// rest without case. `None` for any other text.
pub fn property_id(text: &str) -> Option<(String, String)> {
    let (kind, rest) = text.split_once(' ')?;
    let (guid, rest) = rest.strip_prefix('{')?.split_once("} ")?;
    let (form, name) = rest.split_once(' ')?;
    let is_name = form.eq_ignore_ascii_case("Name");
    if uuid::Uuid::parse_str(guid).is_err() || name.is_empty() || !(is_name || form.eq_ignore_ascii_case("Id")) {
        return None;
    }
    let name = if is_name { name.to_owned() } else { name.to_ascii_lowercase() };
    Some((format!("{kind} {guid} {form}").to_ascii_lowercase(), name))
}

#[cfg(test)]
mod tests {
    use super::super::filter_syntax::parse;
    use super::*;
    use serde_json::json;

    const ID: &str = "String {6d1b7b0e-5e0d-4b6e-9a39-2f1f1c2d3e4f} Name BookingKey";

    fn item() -> Value {
        json!({
            "subject": "Sprint Review", "isAllDay": false, "showAs": "busy",
            "start": {"dateTime": "2026-06-10T10:00:00.0000000", "timeZone": "UTC"},
            "attendees": [{"emailAddress": {"address": "lee@contoso.example"}}],
            "singleValueExtendedProperties": [{"id": ID, "value": "booking-42"}],
        })
    }

    fn check(text: &str) -> bool {
        holds(&parse(text).unwrap(), &item())
    }

    #[test]
    fn an_extended_property_is_found_by_id_and_value() {
        let lambda = |key: &str, id: &str| {
            format!("singleValueExtendedProperties/Any(ep: ep/id eq '{id}' and ep/value eq '{key}')")
        };
        assert!(check(&lambda("booking-42", ID)));
        assert!(check(&lambda("BOOKING-42", &ID.replace("String {6d1b7b0e", "string {6D1B7B0E"))));
        assert!(!check(&lambda("booking-43", ID)));
        assert!(!check(&lambda("booking-42", &ID.replace("BookingKey", "bookingkey"))));
    }

    #[test]
    fn times_compare_as_instants_quoted_or_not() {
        assert!(check("start/dateTime ge '2026-06-10T10:00' and start/dateTime lt '2026-06-10T10:00:01'"));
        assert!(check("start/dateTime gt 2026-06-10T11:59:00+02:00"));
        assert!(!check("start/dateTime gt '2026-06-10T10:00:00.0000000'"));
    }

    #[test]
    fn brackets_negation_functions_and_lambdas_nest() {
        assert!(check("not (subject eq 'x' or isAllDay eq true) and contains(tolower(subject),'review')"));
        assert!(check("startswith(subject,'sprint') and ShowAs eq 'Busy'"));
        assert!(check("attendees/any(a:a/emailAddress/address eq 'LEE@contoso.example')"));
        assert!(!check("attendees/any(a: endswith(a/emailAddress/address,'fabrikam.example'))"));
        assert!(check("attendees/any() and not isAllDay"));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["subject eq", "subject eq 'x", "(subject eq 'x'", "subject eq 'x' subject", "frob(subject)", ""] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_items_properties_are_told_apart_from_variables() {
        let condition = parse("frobnicate eq 1 and attendees/any(a:a/type eq 'required')").unwrap();
        assert_eq!(roots(&condition), ["frobnicate", "attendees"]);
    }
}
