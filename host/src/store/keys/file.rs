//! The key file: one key a line, the one that seals first. It changes as a whole or not at all.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use zeroize::Zeroizing;

use super::super::files::{check_private, new_private};
use crate::config::{Key, key};
use crate::setup::SetupError;

/// Reads the key file, or makes it with a random key. Two processes that make it at the same time
/// end up with the same key: it appears under its name only when complete.
pub(super) fn load_or_make(path: &Path) -> Result<Vec<Key>, SetupError> {
    if !is_there(path)? {
        make(path).map_err(|source| failed("cannot create the key file", path, source))?;
    }
    load(path)
}

/// Whether there is a key file.
pub(super) fn is_there(path: &Path) -> Result<bool, SetupError> {
    fs::exists(path).map_err(|source| failed("cannot read the key file", path, source))
}

/// Reads the key file; one key at least.
pub(super) fn load(path: &Path) -> Result<Vec<Key>, SetupError> {
    if let Err(error) = check_private(path, 0o077) {
        if error.kind() != ErrorKind::PermissionDenied {
            return Err(failed("cannot read the key file", path, error));
        }
        return Err(SetupError::KeyFile {
            path: path.to_owned(),
            reason: "can be read by others, or belongs to somebody else",
            remedy: format!(
                "run `chmod 600 {}`; if others may have read it, run `calendar-host keys rotate` afterwards",
                path.display()
            ),
        });
    }
    let text = fs::read_to_string(path).map(Zeroizing::new);
    let text = text.map_err(|source| failed("cannot read the key file", path, source))?;
    key::read_all(&text).filter(|keys| !keys.is_empty()).ok_or_else(|| SetupError::KeyFile {
        path: path.to_owned(),
        reason: "does not hold a key of 32 bytes",
        remedy: format!("restore {} from a backup; without it, stored tokens cannot be opened", path.display()),
    })
}

/// Puts these keys in the place of those in the file. One process at a time may do this.
pub(super) fn replace(path: &Path, keys: &[Key]) -> Result<(), SetupError> {
    replace_at(path, keys).map_err(|source| failed("cannot write the key file", path, source))
}

fn replace_at(path: &Path, keys: &[Key]) -> io::Result<()> {
    // A link stays a link: what it names is replaced.
    let path = fs::canonicalize(path)?;
    // Always the same name: what a killed process left goes with the next change.
    let draft = path.with_extension("rotation");
    write_draft(&draft, keys)?;
    fs::rename(&draft, &path)?;
    keep_names(&path)
}

fn make(path: &Path) -> io::Result<()> {
    let draft = path.with_extension(format!("{}.new", std::process::id()));
    write_draft(&draft, &[Key::random()?])?;
    // A link, not a rename: it fails if another process was faster.
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => keep_names(path),
    }
}

fn write_draft(draft: &Path, keys: &[Key]) -> io::Result<()> {
    let _ = fs::remove_file(draft);
    let mut file = new_private(draft)?;
    file.write_all(key::lines(keys).as_bytes())?;
    file.sync_all()
}

/// Makes the names in the file's folder last.
#[cfg(unix)]
fn keep_names(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

/// Folders cannot be opened here; the system keeps their names.
#[cfg(not(unix))]
fn keep_names(_: &Path) -> io::Result<()> {
    Ok(())
}

fn failed(what: &'static str, path: &Path, source: io::Error) -> SetupError {
    SetupError::File { what, path: path.to_owned(), source }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use super::*;

    #[test]
    fn the_key_is_made_once_and_for_the_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let first = load_or_make(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert!(first == load_or_make(&path).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn two_makers_agree_on_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        make(&path).unwrap();
        let first = fs::read(&path).unwrap();
        make(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), first);
    }

    #[test]
    fn a_key_that_others_can_read_is_refused_with_the_command_that_helps() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        load_or_make(&path).unwrap();
        for mode in [0o640, 0o604, 0o660] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let error = load_or_make(&path).unwrap_err();
            assert!(error.to_string().contains("can be read by others"), "{error}");
            assert!(error.remedy().starts_with(&format!("run `chmod 600 {}`", path.display())));
        }
    }

    #[test]
    fn a_damaged_key_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(load_or_make(&path).unwrap_err().to_string().contains("does not hold a key"));
        assert_eq!(fs::read(&path).unwrap(), b"");
    }

    #[test]
    fn keys_are_replaced_as_a_whole_and_stay_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let first = load_or_make(&path).unwrap();
        let keys = [Key::random().unwrap(), first[0].clone()];
        fs::write(folder.path().join("key.rotation"), "left by a killed process").unwrap();
        replace(&path, &keys).unwrap();
        assert_eq!(load(&path).unwrap(), keys);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn a_link_to_the_key_file_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("elsewhere"), folder.path().join("key"));
        let keys = [load_or_make(&path).unwrap().remove(0), Key::random().unwrap()];
        std::os::unix::fs::symlink(&path, &link).unwrap();
        replace(&link, &keys).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(load(&path).unwrap(), keys);
    }

    #[test]
    fn a_key_file_of_one_line_without_an_end_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        load_or_make(&path).unwrap();
        fs::write(&path, "ab".repeat(32)).unwrap();
        assert_eq!(load(&path).unwrap(), [Key::new([0xab; 32])]);
    }
}
