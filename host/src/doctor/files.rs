//! The data folder, the keys and the database. What is not there yet is fine and stays away.

use std::io::ErrorKind;

use super::database::State;
use super::{Finding, database, keys};
use crate::audit::AuditLog;
use crate::config::Config;
use crate::store::files::check_private;

/// What is found in the data folder and in the database; and whether all is there and up to date, so that opening the
/// host makes and changes nothing.
pub(super) async fn files(config: &Config) -> (Vec<Finding>, bool) {
    let folder = &config.data_dir;
    let (database, state) = match &config.database {
        Some(url) => database::server(url).await,
        None => {
            let (finding, state) = database::file(&folder.join("calendar.db")).await;
            (vec![finding], state)
        }
    };
    let (key, has_key) = keys::key(config, state).await;
    if !folder.exists() {
        let shown = folder.display();
        let mut findings =
            vec![Finding::ok("data-folder", format!("{shown} is not there yet; it is made at the first call"))];
        findings.extend(Some(key).filter(|key| key.remedy.is_some()));
        findings.extend(database.into_iter().filter(|_| config.database.is_some()));
        return (findings, false);
    }
    let mut findings = vec![data_folder(config), key];
    findings.extend(database);
    let is_ready = has_key && matches!(state, State::Ready(_));
    if is_ready {
        findings.extend(not_writable(config).await);
        findings.extend(keys::sealed(config).await);
    }
    (findings, is_ready)
}

fn data_folder(config: &Config) -> Finding {
    let (folder, check) = (&config.data_dir, "data-folder");
    let shown = folder.display();
    let remedy = format!("run `chmod 700 {shown}` as its owner");
    match (check_private(folder, 0o022), check_private(folder, 0o077)) {
        (Err(error), _) if error.kind() == ErrorKind::PermissionDenied => {
            Finding::problem(check, format!("others can change {shown}, or it belongs to somebody else"), remedy)
        }
        (_, Err(error)) if error.kind() == ErrorKind::PermissionDenied => {
            Finding::warning(check, format!("others can look into {shown}"), remedy)
        }
        (Err(error), _) => Finding::problem(check, format!("{shown} cannot be used: {error}"), "check the path"),
        _ => Finding::ok(check, format!("only its owner can use {shown}")),
    }
}

/// The database that opens, but takes nothing.
async fn not_writable(config: &Config) -> Option<Finding> {
    let check = "database";
    let log = match AuditLog::open(config).await {
        Ok(log) => log,
        Err(error) => return Some(Finding::problem(check, error.to_string(), error.remedy())),
    };
    let error = log.check_writable().await.err()?;
    Some(Finding::problem(
        check,
        format!("the database cannot be written: {error}"),
        "check free space and permissions, and that no program holds the database locked",
    ))
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::*;
    use crate::doctor::Level;
    use crate::store::Store;
    use crate::store::engine::Engine;
    use crate::store::open::{look_into, missing};
    use crate::store::tokens::Kind;
    use crate::types::Provider;

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// A data folder that was used before, with a grant.
    async fn used() -> (tempfile::TempDir, Config) {
        let folder = tempfile::tempdir().unwrap();
        mode(folder.path(), 0o700);
        let config = Config::new(folder.path());
        let store = Store::open(&config).await.unwrap();
        let google = Kind::Account(Provider::Google);
        let key = crate::imports::token_key::of_stored("ana".to_owned(), google, "google:1".to_owned());
        store.save_token(&key, b"token", None, None).await.unwrap();
        (folder, config)
    }

    async fn levels(config: &Config) -> Vec<(&'static str, Level)> {
        files(config).await.0.into_iter().map(|finding| (finding.check, finding.level)).collect()
    }

    #[tokio::test]
    async fn a_folder_in_use_is_fine_and_one_that_is_missing_stays_away() {
        let (folder, config) = used().await;
        let checks = ["data-folder", "key", "database", "sealed-values"];
        assert_eq!(levels(&config).await, checks.map(|check| (check, Level::Ok)));
        assert!(files(&config).await.1);
        let absent = folder.path().join("absent");
        assert_eq!(levels(&Config::new(&absent)).await, [("data-folder", Level::Ok)]);
        assert!(!absent.exists());
    }

    #[tokio::test]
    async fn what_is_not_there_yet_is_not_made_and_what_is_old_is_not_changed() {
        let folder = tempfile::tempdir().unwrap();
        mode(folder.path(), 0o700);
        let empty = Config::new(folder.path());
        let checks = ["data-folder", "key", "database"];
        assert_eq!(levels(&empty).await, checks.map(|check| (check, Level::Ok)));
        assert!(!files(&empty).await.1);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

        let (folder, config) = used().await;
        let mut database = look_into(&folder.path().join("calendar.db")).await.unwrap();
        let last = "(SELECT max(version) FROM _sqlx_migrations)";
        let older = format!("DELETE FROM _sqlx_migrations WHERE version = {last}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(older)).execute(&mut database).await.unwrap();
        let (findings, is_ready) = files(&config).await;
        assert!(!is_ready && findings[2].message.contains("1 changes"), "{findings:?}");
        assert_eq!(missing(Engine::Sqlite, &mut database).await.unwrap(), Some(1), "the doctor changes nothing");
    }

    #[tokio::test]
    async fn permissions_of_others_are_found() {
        let (folder, config) = used().await;
        mode(folder.path(), 0o755);
        assert_eq!(levels(&config).await[0], ("data-folder", Level::Warning));
        mode(folder.path(), 0o777);
        assert_eq!(levels(&config).await[0], ("data-folder", Level::Problem));
        mode(folder.path(), 0o700);
        mode(&folder.path().join("key"), 0o644);
        let (findings, _) = files(&config).await;
        assert_eq!((findings[1].check, findings[1].level), ("key", Level::Problem));
        assert!(findings[1].remedy.as_deref().unwrap().starts_with("run `chmod 600 "));
    }

    #[tokio::test]
    async fn a_lost_or_damaged_key_is_found_and_none_is_made() {
        let (folder, config) = used().await;
        let key = folder.path().join("key");
        let expected = [("key", Level::Problem), ("database", Level::Ok)];
        fs::write(&key, "short").unwrap();
        assert_eq!(levels(&config).await[1..], expected);
        fs::remove_file(&key).unwrap();
        assert_eq!(levels(&config).await[1..], expected);
        assert!(!files(&config).await.1 && !key.exists());
    }

    #[tokio::test]
    async fn a_file_that_is_no_database_is_found() {
        let (folder, config) = used().await;
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(folder.path().join(format!("calendar.db{ending}")));
        }
        fs::write(folder.path().join("calendar.db"), "no database at all, but long enough to look at it").unwrap();
        assert_eq!(levels(&config).await[2], ("database", Level::Problem));
    }

    #[tokio::test]
    async fn looking_leaves_no_record() {
        let (_folder, config) = used().await;
        files(&config).await;
        let log = AuditLog::open(&config).await.unwrap();
        assert_eq!(log.records(&crate::audit::AuditQuery::default()).await.unwrap(), []);
    }
}
