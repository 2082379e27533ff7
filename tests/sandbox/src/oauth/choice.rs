//! What the person at the consent page decided, and the way back to the client.

use super::form::Form;
use super::page;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

/// The decision posted by the consent page.
pub(super) struct Choice {
    pub(super) email: String,
    pub(super) allow: bool,
    pub(super) scopes: Vec<String>,
}

/// Parts a posted consent form into the client's own parameters and the person's choice.
pub(super) fn split(form: &Form) -> (Form, Choice) {
    let own = |name: &str| name.starts_with("sandbox_");
    let mut rest = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in form.pairs().iter().filter(|(name, _)| !own(name)) {
        rest.append_pair(name, value);
    }
    let choice = Choice {
        email: form.get("sandbox_account").unwrap_or_default().to_owned(),
        allow: form.get("sandbox_decision") == Some("allow"),
        scopes: form.all("sandbox_scope").into_iter().map(str::to_owned).collect(),
    };
    (Form::parse(rest.finish().as_bytes()), choice)
}

/// Sends the browser back to the client by `response_mode` (`query` unless said).
pub(super) fn answer(redirect_uri: &str, mode: Option<&str>, pairs: &[(&str, String)]) -> Response {
    let owned: Vec<(String, String)> = pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    if mode == Some("form_post") {
        return page::form_post(redirect_uri, &owned);
    }
    let Ok(mut target) = url::Url::parse(redirect_uri) else {
        return page::error(StatusCode::BAD_REQUEST, "invalid_request", "the redirect address cannot be read");
    };
    if mode == Some("fragment") {
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&owned).finish();
        target.set_fragment(Some(&text));
    } else {
        target.query_pairs_mut().extend_pairs(&owned);
    }
    (StatusCode::FOUND, [(header::LOCATION, target.to_string()), (header::CACHE_CONTROL, "no-store".to_owned())])
        .into_response()
}
