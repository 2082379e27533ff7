//! What settings that changed in between do to a sign-in and to a grant.

use super::*;
use crate::ports::OAuthClient;
use crate::scripted::client;

#[test]
fn a_sign_in_is_finished_with_the_settings_of_its_start_or_not_at_all() {
    let changes: [fn(&mut OAuthClient); 4] = [
        |client| client.id = "another-client".to_owned(),
        |client| client.token_url = Some("https://evil.example/token".to_owned()),
        |client| client.api_url = Some("https://evil.example/v3".to_owned()),
        |client| client.revoke_url = Some("https://evil.example/revoke".to_owned()),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let stage = Stage::new();
        let request = start(&stage, Provider::Google);
        let mut other = client(Provider::Google);
        change(&mut other);
        *stage.secrets.0.borrow_mut() = vec![(Provider::Google, other)];
        let error = complete(&stage, &callback(&request)).unwrap_err();
        assert_eq!(error.kind, Kind::InvalidArgument, "{number}");
        assert!(error.message.contains("another client or other addresses"), "{}", error.message);
        assert_eq!(error.remedy, "Start connecting the account again.");
        assert_eq!(
            (stage.http.requests().len(), stage.tokens.keys().len()),
            (0, 0),
            "nothing is sent, nothing is left"
        );
    }
}

#[test]
fn a_grant_that_the_settings_keep_from_being_used_is_not_called_active() {
    let stage = Stage::new();
    let mut older = grant(Provider::Google, START);
    older.origins.clear();
    stage.store(&older);
    stage.connect(Provider::Outlook);
    let mut elsewhere = client(Provider::Outlook);
    elsewhere.api_url = Some("https://h.example/v1.0".to_owned());
    *stage.secrets.0.borrow_mut() = vec![(Provider::Google, client(Provider::Google)), (Provider::Outlook, elsewhere)];
    let accounts = list_accounts(stage.world(), &user()).unwrap();
    let told: Vec<_> = accounts.iter().map(|one| (one.state, one.remedy.clone().unwrap())).collect();
    assert_eq!(told[0], (AccountState::NeedsReauth, "Connect the account again, once.".to_owned()));
    assert!(told[1].0 == AccountState::NeedsReauth && told[1].1.contains("Restore the endpoint settings"), "{told:?}");
    assert!(!is_authenticated(stage.world(), &user(), None).unwrap());
    let status = account_status(stage.world(), &user(), "google:1001").unwrap();
    assert_eq!(status.remedy.as_deref(), Some("Connect the account again, once."));
}
