//! The keys that seal tokens: where the present one is, and what no key opens.

use super::Finding;
use super::database::State;
use crate::config::{Config, KeySource};
use crate::keys::{self, KeyEntry, Origin, Role, SealingKeys};

/// Whether the key that seals can be had, beside a database in this state; and whether it is there. Makes none.
pub(super) async fn key(config: &Config, database: State) -> (Finding, bool) {
    let check = "key";
    let path = config.data_dir.join("key");
    let shown = path.display();
    let found = crate::store::keys::find(config).await;
    let is_there = matches!(found, Ok(Some(_)));
    let finding = match found {
        Err(error) => Finding::problem(check, error.to_string(), error.remedy()),
        Ok(Some(Origin::Keyring)) => Finding::ok(check, "tokens are sealed with the key in the system's keyring"),
        Ok(Some(Origin::File)) => Finding::ok(check, format!("only its owner can read {shown}")),
        Ok(Some(Origin::Environment | Origin::OldKeys)) => {
            Finding::ok(check, "tokens are sealed with CALENDAR_HOST_KEY")
        }
        Ok(None) if let State::Ready(grants @ 1..) | State::Behind(grants @ 1..) = database => Finding::problem(
            check,
            match config.key_source {
                KeySource::File => format!("{shown} is missing: the {grants} grants in the database cannot be opened"),
                KeySource::Keyring => format!(
                    "the keyring has no key of this data folder: the {grants} grants in the database cannot be opened"
                ),
            },
            "restore it from a backup, or give the key in CALENDAR_HOST_OLD_KEYS; without it all accounts must be \
             connected again",
        ),
        Ok(None) => Finding::ok(check, "the sealing key is made at the first call"),
    };
    (finding, is_there)
}

/// Whether everything that is sealed can be opened. Nothing is said of a database that cannot be read: that is another
/// check.
pub(super) async fn sealed(config: &Config) -> Vec<Finding> {
    let Ok(store) = SealingKeys::open(config).await else { return Vec::new() };
    let Ok(list) = store.list().await else { return Vec::new() };
    let findings: Vec<Finding> = list.keys.iter().filter_map(examine).collect();
    if findings.is_empty() {
        return vec![Finding::ok("sealed-values", "there is a key for everything that is sealed")];
    }
    findings
}

fn examine(key: &KeyEntry) -> Option<Finding> {
    let (check, id, rows) = ("sealed-values", key.id.as_str(), key.rows);
    let finding = match key.role {
        // Lists are read again, and the rest ends by itself.
        Role::Missing if rows.grants == 0 => Finding::warning(
            check,
            format!("{} values that can be had again are sealed by the key {id}, which is not here", rows.total()),
            keys::restore(id),
        ),
        Role::Missing => Finding::problem(
            check,
            format!("{} grants are sealed by the key {id}, which is not here", rows.grants),
            keys::restore(id),
        ),
        Role::Current if key.is_retired => Finding::problem(
            check,
            format!("the key {id} is to seal, but a rotation replaced it: nothing can be saved"),
            "run `calendar-host keys rotate`; a key in CALENDAR_HOST_KEY must be changed there first",
        ),
        Role::Old if rows.total() > 0 => Finding::warning(
            check,
            format!("{} values are still sealed by the old key {id}", rows.total()),
            "run `calendar-host keys rotate`: it finishes what was begun",
        ),
        Role::Current | Role::Old => return None,
    };
    Some(finding.about(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Key;
    use crate::doctor::Level;
    use crate::store::Store;
    use crate::store::tokens::{Kind, TokenKey};
    use crate::types::Provider;

    /// A data folder with one value that the key of this byte sealed.
    async fn sealed_by(byte: u8, kind: Kind) -> (tempfile::TempDir, Config) {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { key: Some(Key::new([byte; 32])), ..Config::new(folder.path()) };
        let key: TokenKey = crate::imports::token_key::of_stored("ana".to_owned(), kind, "google:1".to_owned());
        Store::open(&config).await.unwrap().save_token(&key, b"token", None, None).await.unwrap();
        (folder, config)
    }

    #[tokio::test]
    async fn what_no_key_opens_is_found_with_the_id_of_the_key_that_is_missing() {
        let (_folder, config) = sealed_by(1, Kind::Account(Provider::Google)).await;
        assert_eq!(sealed(&config).await[0].level, Level::Ok);
        let id = SealingKeys::open(&config).await.unwrap().list().await.unwrap().keys[0].id.clone();
        let other = Config { key: Some(Key::new([2; 32])), ..config.clone() };
        let found = &sealed(&other).await[0];
        assert_eq!((found.level, found.subject.as_ref()), (Level::Problem, Some(&id)));
        assert!(found.message.starts_with("1 grants are sealed by the key "), "{}", found.message);
        assert!(found.remedy.as_deref().is_some_and(|text| text.contains("CALENDAR_HOST_OLD_KEYS")), "{found:?}");
        let both = Config { old_keys: config.key.into_iter().collect(), ..other };
        let found = &sealed(&both).await[0];
        assert_eq!((found.level, found.subject.as_ref()), (Level::Warning, Some(&id)));
        assert!(found.remedy.as_deref().is_some_and(|text| text.contains("keys rotate")), "{found:?}");
    }

    #[tokio::test]
    async fn what_can_be_had_again_is_no_problem() {
        let (_folder, config) = sealed_by(1, Kind::Calendars(Provider::Google)).await;
        let other = Config { key: Some(Key::new([2; 32])), ..config };
        assert_eq!(sealed(&other).await[0].level, Level::Warning);
    }

    #[tokio::test]
    async fn a_key_that_a_rotation_replaced_is_found_where_it_is_to_seal() {
        let (_folder, old) = sealed_by(1, Kind::Account(Provider::Google)).await;
        let new = Config { key: Some(Key::new([2; 32])), old_keys: old.key.iter().cloned().collect(), ..old.clone() };
        SealingKeys::open(&new).await.unwrap().rotate(false, |_| {}).await.unwrap();
        assert_eq!(sealed(&new).await[0].level, Level::Ok);
        let findings = sealed(&old).await;
        assert!(findings[0].message.contains("a rotation replaced it"), "{findings:?}");
        assert!(findings[1].message.contains("is not here"), "{findings:?}");
    }

    #[cfg(not(feature = "keyring"))]
    #[tokio::test]
    async fn a_keyring_that_is_not_built_in_is_a_problem_with_a_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { key_source: KeySource::Keyring, ..Config::new(folder.path()) };
        let (found, _) = key(&config, State::Behind(0)).await;
        assert_eq!(found.level, Level::Problem);
        assert!(found.remedy.as_deref().is_some_and(|text| text.contains("--features keyring")), "{found:?}");
    }
}
