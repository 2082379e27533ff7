//! The pages a person sees: consent, device code, and errors. Plain HTML forms without script.

use super::form::Form;
use crate::person::Person;
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;

/// The consent form. It posts the request's own parameters back together with the person's choice.
pub fn consent(
    title: &str,
    action: &str,
    client: &str,
    people: &[Person],
    hint: Option<&str>,
    scopes: &[Scope],
    form: &Form,
) -> Response {
    let mut body = format!("<h1>{}</h1><p><b>{}</b> asks for access.</p>", escape(title), escape(client));
    body.push_str(&format!("<form method=\"post\" action=\"{}\">", escape(action)));
    for (name, value) in form.pairs() {
        body.push_str(&format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value)));
    }
    body.push_str("<fieldset><legend>Account</legend>");
    for (index, person) in people.iter().enumerate() {
        let hinted = hint.is_some_and(|hint| person.email.eq_ignore_ascii_case(hint) || person.subject == hint);
        let known = hint
            .is_some_and(|hint| people.iter().any(|one| one.email.eq_ignore_ascii_case(hint) || one.subject == hint));
        let checked = if hinted || (!known && index == 0) { " checked" } else { "" };
        let (email, name) = (escape(&person.email), escape(&person.name));
        body.push_str(&format!(
            "<label><input type=\"radio\" name=\"sandbox_account\" value=\"{email}\"{checked}> {name} ({email})</label><br>"
        ));
    }
    body.push_str("</fieldset><fieldset><legend>Access</legend>");
    for scope in scopes {
        let name = escape(&scope.name);
        let fixed = if scope.may_untick { "" } else { " disabled" };
        body.push_str(&format!(
            "<label><input type=\"checkbox\" name=\"sandbox_scope\" value=\"{name}\" checked{fixed}> {name}</label><br>"
        ));
        if !scope.may_untick {
            body.push_str(&format!("<input type=\"hidden\" name=\"sandbox_scope\" value=\"{name}\">"));
        }
    }
    body.push_str("</fieldset><button name=\"sandbox_decision\" value=\"allow\">Allow</button> ");
    body.push_str("<button name=\"sandbox_decision\" value=\"deny\">Deny</button></form>");
    page(StatusCode::OK, title, &body)
}

/// A scope on the consent form.
pub struct Scope {
    /// Its name.
    pub name: String,
    /// Whether the person may leave it out.
    pub may_untick: bool,
}

/// The form where a person types a device's code.
pub fn device(action: &str, people: &[Person]) -> Response {
    let mut body = format!(
        "<h1>Enter code</h1><form method=\"post\" action=\"{}\"><input name=\"user_code\" autofocus><br>",
        escape(action)
    );
    for (index, person) in people.iter().enumerate() {
        let checked = if index == 0 { " checked" } else { "" };
        let email = escape(&person.email);
        body.push_str(&format!(
            "<label><input type=\"radio\" name=\"sandbox_account\" value=\"{email}\"{checked}> {email}</label><br>"
        ));
    }
    body.push_str("<button name=\"sandbox_decision\" value=\"allow\">Allow</button> ");
    body.push_str("<button name=\"sandbox_decision\" value=\"deny\">Deny</button></form>");
    page(StatusCode::OK, "Enter code", &body)
}

/// A page that says why nothing goes on; no redirect happens.
pub fn error(status: StatusCode, error: &str, description: &str) -> Response {
    let body = format!("<h1>Error {}: {}</h1><p>{}</p>", status.as_u16(), escape(error), escape(description));
    page(status, "Access blocked", &body)
}

/// A page with one sentence.
pub fn notice(text: &str) -> Response {
    page(StatusCode::OK, "Sandbox", &format!("<p>{}</p>", escape(text)))
}

/// A form that posts itself to the client: `response_mode=form_post`.
pub fn form_post(target: &str, pairs: &[(String, String)]) -> Response {
    let mut body = format!("<form method=\"post\" action=\"{}\" id=\"answer\">", escape(target));
    for (name, value) in pairs {
        body.push_str(&format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value)));
    }
    body.push_str("<noscript><button>Continue</button></noscript></form>");
    body.push_str("<script>document.getElementById('answer').submit()</script>");
    page(StatusCode::OK, "Working...", &body)
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let text = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head><body>{body}</body></html>",
        escape(title)
    );
    (status, [(http::header::CACHE_CONTROL, "no-store")], Html(text)).into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
