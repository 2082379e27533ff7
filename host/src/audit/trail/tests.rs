use http::{Method, Request, Response};

use super::*;

const GOOGLE: &str = "http://127.0.0.1:9/calendar/v3/calendars/primary/events";
const GRAPH: &str = "http://127.0.0.1:9/v1.0/me/events";
const TOKEN: &str = "http://127.0.0.1:9/google/token";

fn trail() -> Arc<Trail> {
    let config = Config::from_vars([
        ("CALENDAR_HOST_DATA_DIR", "data"),
        ("GOOGLE_CLIENT_ID", "id"),
        ("GOOGLE_TOKEN_URL", TOKEN),
        ("GOOGLE_API_URL", "http://127.0.0.1:9/calendar/v3"),
        ("OUTLOOK_CLIENT_ID", "id"),
        ("OUTLOOK_API_URL", "http://127.0.0.1:9/v1.0"),
    ]);
    Arc::new(Trail::new(Arc::new(Destinations::new(&config.unwrap()))))
}

fn request(address: &str, content_type: &str) -> request::Parts {
    let request = Request::builder().method(Method::POST).uri(address).header(header::CONTENT_TYPE, content_type);
    request.body(()).unwrap().into_parts().0
}

fn response(status: u16, fields: &[(&str, &str)]) -> response::Parts {
    let mut response = Response::builder().status(status);
    for (name, value) in fields {
        response = response.header(*name, *value);
    }
    response.body(()).unwrap().into_parts().0
}

/// Sends a request and gets an answer.
fn ask(trail: &Arc<Trail>, address: &str, body: &str, status: u16, answer: &str) {
    let kind = if body.contains('=') { "application/x-www-form-urlencoded" } else { "application/json" };
    let leg = trail.begin(&request(address, kind), body.as_bytes());
    leg.sent().answered(&response(status, &[]), answer.as_bytes());
}

#[test]
fn requests_are_counted_for_the_provider_whose_address_it_is() {
    let trail = trail();
    ask(&trail, GOOGLE, "{}", 200, "");
    ask(&trail, GRAPH, "{}", 200, "");
    ask(&trail, GRAPH, "{1}", 200, "");
    ask(&trail, "http://elsewhere.example/", "{}", 200, "");
    let noted = trail.take();
    assert_eq!((noted.google.requests, noted.outlook.requests), (1, 2));
}

#[test]
fn the_vendors_own_addresses_are_known_with_and_without_their_port() {
    let config = Config::from_vars([
        ("CALENDAR_HOST_DATA_DIR", "data"),
        ("GOOGLE_CLIENT_ID", "id"),
        ("OUTLOOK_CLIENT_ID", "id"),
    ]);
    let destinations = Destinations::new(&config.unwrap());
    for (address, provider) in [
        ("https://oauth2.googleapis.com/token", Some(Provider::Google)),
        ("https://www.googleapis.com:443/calendar/v3/freeBusy", Some(Provider::Google)),
        ("https://GRAPH.microsoft.com/v1.0/me", Some(Provider::Outlook)),
        ("https://login.microsoftonline.com/common/oauth2/v2.0/token", Some(Provider::Outlook)),
        ("https://graph.microsoft.com.evil.example/", None),
        ("http://graph.microsoft.com/", None),
        ("/relative", None),
    ] {
        assert_eq!(destinations.provider(&address.parse().unwrap()), provider, "{address}");
    }
}

#[test]
fn a_request_is_a_retry_only_after_it_failed() {
    let trail = trail();
    ask(&trail, GOOGLE, "{}", 200, "");
    ask(&trail, GOOGLE, "{}", 200, "");
    assert_eq!(trail.take().google.retries, 0, "a live re-check asks the same again");
    for (status, answer) in [(503, ""), (429, ""), (401, ""), (403, "{\"reason\": \"rateLimitExceeded\"}")] {
        ask(&trail, GOOGLE, "{}", status, answer);
        ask(&trail, GOOGLE, "{other}", 200, "");
        ask(&trail, GOOGLE, "{}", 200, "");
        ask(&trail, GOOGLE, "{}", 200, "");
        assert_eq!(trail.take().google.retries, 1, "{status}");
    }
    drop(trail.begin(&request(GOOGLE, "application/json"), b"{}").sent());
    ask(&trail, GOOGLE, "{}", 200, "");
    assert_eq!(trail.take().google.retries, 1, "no answer at all");
    drop(trail.begin(&request(GOOGLE, "application/json"), b"{}"));
    ask(&trail, GOOGLE, "{}", 404, "");
    ask(&trail, GOOGLE, "{}", 404, "");
    assert_eq!(trail.take().google.retries, 0, "denied before it was sent; and what is missing is an answer");
}

#[test]
fn throttling_is_recognised_in_every_form() {
    for (status, fields, body, expected) in [
        (429, &[][..], "", 1),
        (403, &[], "{\"error\": {\"errors\": [{\"reason\": \"userRateLimitExceeded\"}]}}", 1),
        (403, &[], "{\"error\": {\"errors\": [{\"reason\": \"forbidden\"}]}}", 0),
        (503, &[("retry-after", "3")], "", 1),
        (503, &[], "", 0),
        (200, &[], "rateLimitExceeded", 0),
    ] {
        let trail = trail();
        trail
            .begin(&request(GRAPH, "application/json"), b"")
            .sent()
            .answered(&response(status, fields), body.as_bytes());
        assert_eq!(trail.take().outlook.throttled, expected, "{status} {body}");
    }
}

#[test]
fn refreshes_and_refused_grants_are_counted_and_a_waiting_person_is_none() {
    let trail = trail();
    ask(&trail, TOKEN, "refresh_token=x&grant_type=refresh_token", 400, "");
    ask(&trail, TOKEN, "grant_type=authorization_code&code=x", 400, "");
    ask(&trail, TOKEN, "grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=x", 400, "");
    ask(&trail, GOOGLE, "{}", 401, "");
    ask(&trail, GOOGLE, "grant_type", 400, "");
    let noted = trail.take();
    assert_eq!((noted.google.requests, noted.google.refreshes, noted.google.auth_failures), (5, 1, 3));
}

#[test]
fn ids_of_requests_are_kept_up_to_a_bound() {
    let trail = trail();
    for number in 0..100 {
        let id = format!("id-{number}");
        let answer = response(200, &[("request-id", &id), ("x-other", "secret")]);
        trail.begin(&request(GRAPH, "application/json"), b"").sent().answered(&answer, b"");
    }
    trail.begin(&request(GRAPH, "text/plain"), b"").sent().answered(&response(200, &[("request-id", "a b")]), b"");
    let ids = trail.take().provider_requests;
    assert_eq!(ids.len(), 64);
    assert_eq!(ids[0], ProviderRequest { provider: "outlook".to_owned(), id: "id-0".to_owned() });
}

#[tokio::test]
async fn the_trail_of_the_call_is_found_where_the_call_runs_and_nowhere_else() {
    let trail = trail();
    CURRENT.scope(trail.clone(), async { Trail::current().add_account("google:1") }).await;
    Trail::current().add_account("google:2");
    Trail::current().add_cache_lookup(true);
    trail.add_cache_lookup(false);
    let noted = trail.take();
    assert_eq!(noted.accounts.into_iter().collect::<Vec<_>>(), ["google:1"]);
    assert_eq!((noted.cache_hits, noted.cache_misses), (0, 1));
}
