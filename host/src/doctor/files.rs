//! The data folder, the keys and the database. A folder that is not there yet is fine and stays away.

use std::io::ErrorKind;

use super::{Finding, database, keys};
use crate::audit::AuditLog;
use crate::config::Config;
use crate::store::files::check_private;

/// What is found in the data folder.
pub(super) async fn files(config: &Config) -> Vec<Finding> {
    let folder = &config.data_dir;
    let shown = folder.display();
    if !folder.exists() {
        let mut findings =
            vec![Finding::ok("data-folder", format!("{shown} is not there yet; it is made at the first call"))];
        if let Some(url) = &config.database {
            findings.extend(database::server(url).await);
        }
        return findings;
    }
    let mut findings = vec![data_folder(config)];
    let key = keys::key(config).await;
    let is_key_good = key.remedy.is_none();
    findings.push(key);
    match &config.database {
        Some(url) => {
            let server = database::server(url).await;
            let is_server_good = server.iter().all(|finding| finding.remedy.is_none());
            findings.extend(server);
            if is_key_good && is_server_good {
                findings.extend(keys::sealed(config).await);
            }
        }
        None if is_key_good => {
            findings.push(database_file(config).await);
            findings.extend(keys::sealed(config).await);
        }
        None => {}
    }
    findings
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

async fn database_file(config: &Config) -> Finding {
    let check = "database";
    let log = match AuditLog::open(config).await {
        Ok(log) => log,
        Err(error) => return Finding::problem(check, error.to_string(), error.remedy()),
    };
    match log.check_writable().await {
        Ok(()) => Finding::ok(check, "the database opens, is up to date and can be written"),
        Err(error) => Finding::problem(
            check,
            format!("the database cannot be written: {error}"),
            "check the free space and the permissions of its file and folder, and that no program holds it locked",
        ),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::*;
    use crate::doctor::Level;

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// A data folder that was used before.
    async fn used() -> (tempfile::TempDir, Config) {
        let folder = tempfile::tempdir().unwrap();
        mode(folder.path(), 0o700);
        let config = Config::new(folder.path());
        AuditLog::open(&config).await.unwrap();
        (folder, config)
    }

    async fn levels(config: &Config) -> Vec<(&'static str, Level)> {
        files(config).await.into_iter().map(|finding| (finding.check, finding.level)).collect()
    }

    #[tokio::test]
    async fn a_folder_in_use_is_fine_and_one_that_is_missing_stays_away() {
        let (folder, config) = used().await;
        let checks = ["data-folder", "key", "database", "sealed-values"];
        assert_eq!(levels(&config).await, checks.map(|check| (check, Level::Ok)));
        let absent = folder.path().join("absent");
        assert_eq!(levels(&Config::new(&absent)).await, [("data-folder", Level::Ok)]);
        assert!(!absent.exists());
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
        let findings = files(&config).await;
        assert_eq!((findings[1].check, findings[1].level), ("key", Level::Problem));
        assert!(findings[1].remedy.as_deref().unwrap().starts_with("run `chmod 600 "));
    }

    #[tokio::test]
    async fn a_lost_or_damaged_key_is_found_and_none_is_made() {
        let (folder, config) = used().await;
        let key = folder.path().join("key");
        fs::write(&key, "short").unwrap();
        assert_eq!(levels(&config).await[1..], [("key", Level::Problem)]);
        fs::remove_file(&key).unwrap();
        assert_eq!(levels(&config).await[1..], [("key", Level::Problem)]);
        assert!(!key.exists());
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
