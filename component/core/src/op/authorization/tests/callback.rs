//! Callbacks that connect nobody: wrong states, refusals of the page, codes and id tokens that do not fit.

use super::*;

#[test]
fn a_state_that_is_unknown_used_expired_or_anothers_is_refused_before_any_request() {
    let refused = |result: Result<Account, Error>| {
        let error = result.unwrap_err();
        assert_eq!(error.kind, Kind::InvalidArgument, "{error}");
    };
    let stage = Stage::new();
    let request = start(&stage, Provider::Google);
    refused(complete(&stage, "https://app.example.com/cb?code=c&state=unknown"));
    let ben = UserId::new("ben");
    refused(block_on(complete_oauth_flow(stage.world(), &ben, &callback(&request))));
    assert_eq!(stage.http.requests().len(), 0);

    // Another's attempt does not spend it.
    stage.http.on(Method::Post, TOKEN, json(200, google_answer(&request, "1001")));
    assert!(complete(&stage, &callback(&request)).is_ok());
    refused(complete(&stage, &callback(&request)));
    assert_eq!(stage.http.requests().len(), 1, "a replayed callback redeems nothing");

    let late = start(&stage, Provider::Google);
    stage.clock.advance(TimeDelta::minutes(10));
    refused(complete(&stage, &callback(&late)));
    assert_eq!(stage.http.requests().len(), 1);
}

#[test]
fn the_record_of_a_state_is_checked_even_if_the_store_hands_out_a_wrong_one() {
    let (ana, ben) = (user(), UserId::new("ben"));
    let stage = Stage::new();
    let theirs = start_oauth_flow(stage.world(), &ben, Provider::Google, None, None).unwrap();
    let record = stage.tokens.load(&state::key(&ben, &theirs.state)).unwrap().unwrap();
    stage.tokens.save(&state::key(&ana, &theirs.state), &record.value, None, None).unwrap();
    assert_eq!(complete(&stage, &callback(&theirs)).unwrap_err().kind, Kind::InvalidArgument);

    let mine = start(&stage, Provider::Google);
    let key = state::key(&ana, &mine.state);
    let record = stage.tokens.load(&key).unwrap().unwrap();
    stage.tokens.save(&key, &record.value, Some(record.version), None).unwrap();
    stage.clock.advance(TimeDelta::minutes(10));
    assert_eq!(complete(&stage, &callback(&mine)).unwrap_err().kind, Kind::InvalidArgument);
    assert_eq!(stage.http.requests().len(), 0);
}

#[test]
fn of_two_callbacks_at_once_one_redeems_the_code() {
    let stage = Stage::new();
    let request = start(&stage, Provider::Google);
    stage.http.on(Method::Post, TOKEN, json(200, google_answer(&request, "1001")));
    let (url, user) = (callback(&request), user());
    let both = futures_util::future::join(
        complete_oauth_flow(stage.world(), &user, &url),
        complete_oauth_flow(stage.world(), &user, &url),
    );
    let (one, two) = block_on(both);
    assert!(one.is_ok() != two.is_ok());
    assert_eq!(stage.http.requests().len(), 1);
}

#[test]
fn a_state_is_spent_even_when_the_sign_in_failed() {
    let stage = Stage::new();
    let request = start(&stage, Provider::Google);
    let said_no = format!("https://app.example.com/cb?error=access_denied&state={}", request.state);
    let error = complete(&stage, &said_no).unwrap_err();
    assert_eq!(error.kind, Kind::PermissionDenied);
    assert_eq!(complete(&stage, &callback(&request)).unwrap_err().kind, Kind::InvalidArgument);
    assert_eq!(stage.tokens.keys(), [] as [&str; 0]);
    assert_eq!(stage.http.requests().len(), 0);
}

#[test]
fn errors_of_the_consent_page_have_their_kind() {
    for (provider, word, kind) in [
        (Provider::Google, "access_denied", Kind::PermissionDenied),
        (Provider::Google, "admin_policy_enforced", Kind::AdminConsentRequired),
        (Provider::Outlook, "access_denied", Kind::PermissionDenied),
        (Provider::Outlook, "consent_required", Kind::PermissionDenied),
        (Provider::Outlook, "server_error", Kind::Unavailable { retry_after: None }),
        (Provider::Outlook, "invalid_request", Kind::Unsupported),
        (Provider::Outlook, "%3Cscript%3E", Kind::Unsupported),
    ] {
        let stage = Stage::new();
        let request = start(&stage, provider);
        let url = format!("https://h/cb?error={word}&error_description=canary&state={}", request.state);
        let error = complete(&stage, &url).unwrap_err();
        assert_eq!(error.kind, kind, "{word}");
        assert!(!format!("{error:?}").contains("canary") && !error.message.contains("script"));
    }
}

#[test]
fn an_answer_of_another_issuer_is_refused_before_the_code_is_sent() {
    let stage = Stage::new();
    let request = start(&stage, Provider::Google);
    let url = format!("{}&iss=https%3A%2F%2Fevil.example", callback(&request));
    assert_eq!(complete(&stage, &url).unwrap_err().kind, Kind::InvalidArgument);
    let request = start(&stage, Provider::Google);
    stage.http.on(Method::Post, TOKEN, json(200, google_answer(&request, "1001")));
    let url = format!("{}&iss=https%3A%2F%2Faccounts.google.com", callback(&request));
    assert!(complete(&stage, &url).is_ok());
    assert_eq!(stage.http.requests().len(), 1);
}

#[test]
fn a_code_or_verifier_that_is_not_accepted_means_connect_again() {
    for body in [
        json!({"error": "invalid_grant", "error_description": "Invalid code verifier. canary"}),
        json!({"error": "invalid_grant", "error_description": "Malformed auth code."}),
    ] {
        let stage = Stage::new();
        let error = connect(&stage, |_| json(400, body.clone())).unwrap_err();
        assert_eq!(error.kind, Kind::ReauthorizationRequired);
        assert!(!format!("{error:?}").contains("canary"));
        assert_eq!(stage.tokens.keys(), [] as [&str; 0]);
    }
}

#[test]
fn a_code_is_sent_once_even_when_the_answer_is_lost() {
    let failures: [(TransportError, Kind); 3] = [
        (TransportError::Lost("h".to_owned()), Kind::Unavailable { retry_after: None }),
        (TransportError::Timeout("h".to_owned()), Kind::Timeout),
        (TransportError::Denied("h:443".to_owned()), Kind::DeniedByHost),
    ];
    for (failure, kind) in failures {
        let stage = Stage::new();
        let request = start(&stage, Provider::Google);
        stage.http.on(Method::Post, TOKEN, failure);
        let error = complete(&stage, &callback(&request)).unwrap_err();
        assert_eq!(error.kind, kind);
        assert!(!error.remedy.contains("repeating the same call is safe"), "{}", error.remedy);
        assert_eq!(stage.http.requests().len(), 1);
    }
}

#[test]
fn an_id_token_that_does_not_agree_connects_nobody() {
    for (name, value) in [
        ("nonce", json!("another")),
        ("aud", json!("another")),
        ("iss", json!("https://evil.example")),
        ("exp", json!(START.timestamp() - 3600)),
    ] {
        let stage = Stage::new();
        let error = connect(&stage, |request| {
            let mut claims = google_claims(request, "1001");
            claims[name] = value.clone();
            let mut answer = google_answer(request, "1001");
            answer["id_token"] = json!(id_token(&claims));
            json(200, answer)
        })
        .unwrap_err();
        assert_eq!(error.kind, Kind::Protocol, "{name}");
        assert_eq!(stage.tokens.keys(), [] as [&str; 0], "{name}");
    }
    let stage = Stage::new();
    let error = connect(&stage, |request| {
        let mut answer = google_answer(request, "1001");
        answer.as_object_mut().unwrap().remove("id_token");
        json(200, answer)
    });
    assert_eq!(error.unwrap_err().kind, Kind::Protocol);
}
