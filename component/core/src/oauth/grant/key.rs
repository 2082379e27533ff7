//! Keys of the token store, made here and nowhere else, and the accounts they name.

use crate::account::{AccountId, Provider, UserId};
use crate::http::url::{decode, encode};

/// The provider of an account, which its id begins with.
#[must_use]
pub fn provider_of(account: &AccountId) -> Option<Provider> {
    account.as_str().split_once(':').and_then(|(word, _)| Provider::parse(word))
}

/// `accounts/<user>/<provider>/<account>`.
#[must_use]
pub fn key(user: &UserId, provider: Provider, account: &AccountId) -> String {
    format!("{}{}/{}", prefix(user), provider.as_str(), encode(account.as_str()))
}

/// `leases/<user>/<provider>/<account>`: who refreshes at present.
#[must_use]
pub fn lease_key(user: &UserId, provider: Provider, account: &AccountId) -> String {
    let (user, account) = (encode(user.as_str()), encode(account.as_str()));
    format!("leases/{user}/{}/{account}", provider.as_str())
}

/// `calendars/<user>/<provider>/<account>`: the account's calendars as they were listed last.
#[must_use]
pub fn calendars_key(user: &UserId, provider: Provider, account: &AccountId) -> String {
    let (user, account) = (encode(user.as_str()), encode(account.as_str()));
    format!("calendars/{user}/{}/{account}", provider.as_str())
}

/// What the keys of all grants of a user begin with.
#[must_use]
pub fn prefix(user: &UserId) -> String {
    format!("accounts/{}/", encode(user.as_str()))
}

/// The account that a grant's key names.
#[must_use]
pub fn account_of_key(key: &str) -> Option<AccountId> {
    key.rsplit('/').next().and_then(decode).map(AccountId::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_cannot_be_forged_by_odd_names() {
        let user = UserId::new("a/b");
        let account = AccountId::new("outlook:t.o/../x");
        let key = key(&user, Provider::Outlook, &account);
        assert_eq!(key, "accounts/a%2Fb/outlook/outlook%3At.o%2F..%2Fx");
        assert_eq!(account_of_key(&key), Some(account.clone()));
        assert_eq!(provider_of(&account), Some(Provider::Outlook));
        assert_eq!(lease_key(&user, Provider::Outlook, &account), "leases/a%2Fb/outlook/outlook%3At.o%2F..%2Fx");
        let calendars = calendars_key(&user, Provider::Outlook, &account);
        assert_eq!(calendars, "calendars/a%2Fb/outlook/outlook%3At.o%2F..%2Fx");
    }
}
