//! Grants that the provider declares dead.

use super::*;

#[test]
fn invalid_grant_is_believed_only_if_the_refresh_token_is_still_the_stored_one() {
    // Somebody rotated it and has a fresh access token: use that.
    let stage = expired(G);
    stage.http.on(Method::Post, TOKEN, refusal("invalid_grant"));
    let token = meanwhile(&stage, || stage.store(&theirs(&stage, "refresh-2", 3600)));
    assert_eq!(token.unwrap(), "theirs");
    assert_eq!(stage.http.count(TOKEN), 1);

    // Somebody rotated it and their access token has ended: refresh with theirs.
    let stage = expired(G);
    stage.http.on(Method::Post, TOKEN, refusal("invalid_grant"));
    stage.http.on(Method::Post, TOKEN, new_token(json!({})));
    let token = meanwhile(&stage, || stage.store(&theirs(&stage, "refresh-2", -1)));
    assert_eq!(token.unwrap(), "new");
    let bodies: Vec<String> = stage
        .http
        .requests()
        .into_iter()
        .filter(|one| one.url.contains(TOKEN))
        .map(|one| String::from_utf8(one.body.unwrap()).unwrap())
        .collect();
    assert!(bodies[0].contains("refresh_token=refresh-google"));
    assert!(bodies[1].contains("refresh_token=refresh-2"));
    assert_eq!(stage.stored(G).unwrap().state, AccountState::Active);
}

#[test]
fn what_the_next_sign_in_must_bring_is_stored_with_a_dead_grant() {
    let claims = "{\"access_token\":{\"acrs\":{}}}";
    for (provider, sent, kept) in [
        (Provider::Outlook, json!(claims), Some(claims)),
        (Provider::Outlook, json!({"access_token": {}}), None),
        (Provider::Outlook, json!("no JSON"), None),
        (G, json!(claims), None),
    ] {
        let stage = due(provider);
        let answer = json(400, json!({"error": "invalid_grant", "error_codes": [50_076], "claims": sent}));
        stage.http.on(Method::Post, "token", answer);
        block_on(call(&stage.session(provider))).unwrap_err();
        let stored = stage.stored(provider).unwrap();
        assert_eq!((stored.state, stored.claims.as_deref()), (AccountState::NeedsReauth, kept), "{provider} {sent}");
    }
}

#[test]
fn a_dead_grant_is_stored_as_dead_without_its_tokens() {
    for (error, state, kind) in [
        ("invalid_grant", AccountState::NeedsReauth, Kind::ReauthorizationRequired),
        ("admin_policy_enforced", AccountState::NeedsAdmin, Kind::AdminConsentRequired),
    ] {
        let stage = due(G);
        stage.http.on(Method::Post, TOKEN, refusal(error));
        let session = stage.session(G);
        let results = block_on(join_all((0..20).map(|_| call(&session))));
        for result in results {
            let failure = result.unwrap_err();
            assert_eq!(failure.kind, kind);
            assert!(failure.message.contains("google:1001"), "{failure}");
        }
        assert_eq!((stage.http.count(TOKEN), stage.http.count("/me")), (1, 0));
        let stored = stage.stored(G).unwrap();
        assert_eq!((stored.state, stored.access, stored.refresh), (state, None, None));
        let again = Session::open(stage.world(), &user(), &account(G)).map(|_| ()).unwrap_err();
        assert_eq!((again.kind, Some(again.remedy)), (kind, stored.remedy));
        assert_eq!(leases(&stage), 0);
    }
}

#[test]
fn a_grant_that_ends_a_week_after_consent_hints_at_a_project_in_testing() {
    for (hours, hinted) in [(150, false), (168, true), (179, true), (200, false)] {
        let stage = expired(G);
        stage.clock.advance(TimeDelta::hours(hours - 2));
        stage.http.on(Method::Post, TOKEN, refusal("invalid_grant"));
        let failure = block_on(call(&stage.session(G))).unwrap_err();
        assert_eq!(failure.remedy.contains("Testing"), hinted, "{hours}");
        assert_eq!(stage.stored(G).unwrap().remedy.unwrap(), failure.remedy);
    }
}
