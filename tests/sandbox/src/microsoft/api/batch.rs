//! `POST /$batch`: up to 20 requests in one. Each part is authorised, throttled and answered on its own.
//! <https://learn.microsoft.com/graph/json-batching>

use crate::microsoft::call::{Answer, Call, Outcome};
use crate::microsoft::error::GraphError;
use crate::microsoft::odata::body;
use crate::microsoft::odata::prefer::Prefer;
use crate::microsoft::odata::query::Query;
use crate::microsoft::route;
use crate::microsoft::server::segments;
use crate::state::State;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use serde_json::{Map, Value, json};

const MOST_PARTS: usize = 20;

struct Part {
    id: String,
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Bytes,
    depends_on: Vec<String>,
}

/// Carries out all parts. The whole is 200 whenever it can be read.
///
/// # Errors
/// 400 when it cannot be read, has too many parts, or ids that repeat or lead nowhere.
pub fn run(state: &State, call: &Call) -> Outcome {
    let parts = read(&body::object(&call.body)?, &call.root)?;
    let mut done: Vec<(String, u16, Value)> = Vec::new();
    for part in &parts {
        let failed = part
            .depends_on
            .iter()
            .any(|id| done.iter().any(|(other, status, _)| other.eq_ignore_ascii_case(id) && *status >= 400));
        let request_id = uuid::Uuid::new_v4().to_string();
        let answer = if failed {
            refuse(call, &request_id, &GraphError::new(424, "FailedDependency", "A dependency of this request failed."))
        } else if let Some(answer) = ordered_fault(state, call, part, &request_id) {
            answer
        } else {
            one(state, call, part, &request_id)
        };
        done.push((part.id.clone(), answer.status, shown(&part.id, answer)));
    }
    let mut responses: Vec<Value> = done.into_iter().map(|(_, _, response)| response).collect();
    if !state.microsoft().switches.batch_in_order && parts.iter().all(|part| part.depends_on.is_empty()) {
        responses.reverse();
    }
    Ok(Answer::json(200, json!({ "responses": responses })))
}

/// Reads the parts. The vendor's Python library writes whole addresses; those below our own root are as good as relative ones.
fn read(sent: &Value, root: &str) -> Result<Vec<Part>, GraphError> {
    let refuse = |message: String| GraphError::bad("BadRequest", message);
    let listed = body::member(sent, "requests").and_then(Value::as_array);
    let listed = listed.ok_or_else(|| refuse("Invalid batch payload format.".to_owned()))?;
    if listed.is_empty() || listed.len() > MOST_PARTS {
        return Err(refuse(format!("Number of batch request steps must lie between 1 and {MOST_PARTS}.")));
    }
    let mut parts: Vec<Part> = Vec::new();
    for one in listed {
        let id = body::text(one, "id")
            .filter(|id| !id.is_empty())
            .ok_or_else(|| refuse("Every request needs an id.".to_owned()))?;
        if parts.iter().any(|part| part.id.eq_ignore_ascii_case(id)) {
            return Err(refuse(format!("The request id '{id}' is used more than once.")));
        }
        let method = body::text(one, "method").and_then(|text| text.to_ascii_uppercase().parse::<Method>().ok());
        let method = method.ok_or_else(|| refuse(format!("The request '{id}' needs a method.")))?;
        let url = body::text(one, "url").map(|url| url.strip_prefix(root).unwrap_or(url));
        let url = url.filter(|url| !url.split('?').next().unwrap_or_default().contains("://"));
        let url = url.ok_or_else(|| refuse(format!("The request '{id}' needs a url relative to the version.")))?;
        let headers = read_headers(one);
        let sent_body = body::member(one, "body");
        if sent_body.is_some() && !headers.contains_key(header::CONTENT_TYPE) {
            return Err(refuse(format!("The request '{id}' has a body and therefore needs a Content-Type header.")));
        }
        let depends = body::member(one, "dependsOn").and_then(Value::as_array).cloned().unwrap_or_default();
        let depends_on: Vec<String> = depends.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        if let Some(missing) =
            depends_on.iter().find(|other| !parts.iter().any(|part| part.id.eq_ignore_ascii_case(other)))
        {
            return Err(refuse(format!("The request '{id}' depends on '{missing}', which is not an earlier request.")));
        }
        let body = sent_body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        parts.push(Part { id: id.to_owned(), method, url: url.to_owned(), headers, body, depends_on });
    }
    Ok(parts)
}

fn read_headers(part: &Value) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let listed = body::member(part, "headers").and_then(Value::as_object).cloned().unwrap_or_default();
    for (name, value) in &listed {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Some(Ok(value))) = (name, value.as_str().map(HeaderValue::from_str)) {
            headers.append(name, value);
        }
    }
    headers
}

fn one(state: &State, outer: &Call, part: &Part, request_id: &str) -> Answer {
    let (path, query) = part.url.split_once('?').unwrap_or((part.url.as_str(), ""));
    let raw_path = path.trim_matches('/').to_owned();
    let read = Query::parse(query).and_then(|query| Ok((query, Prefer::read(&part.headers)?)));
    let (query, prefer) = match read {
        Ok(read) => read,
        Err(error) => return refuse(outer, request_id, &error),
    };
    let call = Call {
        method: part.method.clone(),
        path: segments(&raw_path),
        raw_path,
        query,
        headers: part.headers.clone(),
        body: part.body.clone(),
        root: outer.root.clone(),
        grant: outer.grant.clone(),
        prefer,
        now: state.clock.now(),
    };
    if call.path.first().is_some_and(|first| first.eq_ignore_ascii_case("$batch")) {
        return refuse(outer, request_id, &GraphError::bad("BadRequest", "A batch cannot contain a batch."));
    }
    route::answer(state, &call, request_id)
}

/// A failure that a test ordered for this part.
fn ordered_fault(state: &State, call: &Call, part: &Part, request_id: &str) -> Option<Answer> {
    let mut store = state.microsoft();
    let url = part.url.to_ascii_lowercase();
    let hits = |fault: &&mut crate::microsoft::switches::PartFault| {
        fault.times > 0 && url.contains(&fault.path_contains.to_ascii_lowercase())
    };
    let fault = store.switches.batch_faults.iter_mut().find(hits)?;
    fault.times -= 1;
    let answer = refuse(call, request_id, &GraphError::new(fault.status, &fault.code, "Ordered by the sandbox."));
    Some(match fault.retry_after_seconds {
        Some(seconds) => answer.header(header::RETRY_AFTER, &seconds.to_string()),
        None => answer,
    })
}

fn refuse(call: &Call, request_id: &str, error: &GraphError) -> Answer {
    Answer::json(error.status, error.envelope(call.now, request_id, request_id))
}

fn shown(id: &str, answer: Answer) -> Value {
    let mut headers = Map::new();
    if answer.body.is_some() {
        headers.insert("Content-Type".to_owned(), json!("application/json"));
    }
    for (name, value) in &answer.headers {
        let name = match name.as_str() {
            "retry-after" => "Retry-After",
            "etag" => "ETag",
            "preference-applied" => "Preference-Applied",
            other => other,
        };
        headers.insert(name.to_owned(), json!(String::from_utf8_lossy(value.as_bytes())));
    }
    let mut response = json!({"id": id, "status": answer.status, "headers": headers});
    if let Some(body) = answer.body {
        response["body"] = body;
    }
    response
}
