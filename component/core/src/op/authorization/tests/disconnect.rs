//! Ending a connection.

use super::*;

#[test]
fn disconnecting_google_revokes_the_refresh_token_and_deletes_the_grant() {
    let stage = Stage::new();
    stage.connect(Provider::Google);
    stage.http.on(Method::Post, "https://oauth2.googleapis.com/revoke", empty(200));
    let gone = block_on(disconnect(stage.world(), &user(), "ANA@example.com")).unwrap();
    assert!(gone.revoked);
    assert_eq!(gone.account.id.as_str(), "google:1001");
    let sent: Vec<Request> = stage.http.requests();
    assert_eq!(sent[0].body.as_deref(), Some(b"token=refresh-google".as_slice()));
    assert_eq!(stage.tokens.keys(), [] as [&str; 0]);
    let again = block_on(disconnect(stage.world(), &user(), "google:1001")).unwrap_err();
    assert_eq!(again.kind, Kind::NotFound);
    assert!(!is_authenticated(stage.world(), &user(), None).unwrap());
}

#[test]
fn the_grant_is_deleted_here_whatever_google_says() {
    let outcomes: [(Result<Response, TransportError>, bool); 4] = [
        (Ok(json(400, json!({"error": "invalid_token"}))), true),
        (Ok(json(400, json!({"error": "invalid_request"}))), false),
        (Ok(empty(503)), false),
        (Err(TransportError::Connect("h:443".to_owned())), false),
    ];
    for (outcome, revoked) in outcomes {
        let stage = Stage::new();
        stage.connect(Provider::Google);
        stage.http.always(Method::Post, "/revoke", outcome);
        let gone = block_on(disconnect(stage.world(), &user(), "google:1001")).unwrap();
        assert_eq!(gone.revoked, revoked);
        assert!(gone.notice.unwrap().contains("Google"));
        assert_eq!(stage.tokens.keys(), [] as [&str; 0]);
    }
}

#[test]
fn disconnecting_outlook_asks_nobody_and_says_where_to_remove_the_consent() {
    let stage = Stage::new();
    stage.connect(Provider::Outlook);
    let gone = block_on(disconnect(stage.world(), &user(), "outlook:tenant-1.object-1")).unwrap();
    assert!(!gone.revoked);
    assert!(gone.notice.unwrap().contains("https://myapps.microsoft.com"));
    assert_eq!(stage.http.requests().len(), 0);
    assert_eq!(stage.tokens.keys(), [] as [&str; 0]);
}

#[test]
fn an_address_of_several_accounts_is_not_guessed() {
    let stage = Stage::new();
    stage.connect(Provider::Google);
    let mut other = grant(Provider::Google, START);
    other.account = AccountId::new("google:1002");
    stage.store(&other);
    let error = account_status(stage.world(), &user(), "ana@example.com").unwrap_err();
    assert_eq!(error.kind, Kind::InvalidArgument);
    assert!(account_status(stage.world(), &user(), "google:1002").is_ok());
    let error = account_status(stage.world(), &user(), "nobody@example.com").unwrap_err();
    assert_eq!(error.kind, Kind::NotFound);
}
