//! Private folders and files, and the key file. On systems without Unix permissions the folder's
//! own access rules apply.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use zeroize::Zeroizing;

use crate::config::Key;
use crate::setup::SetupError;

/// Makes the folder and its parents; a new one with mode 0700.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Fails if others have any of the permissions in `mask`, or if somebody else owns the path; root
/// may use everybody's.
#[cfg(unix)]
pub(crate) fn check_private(path: &Path, mask: u32) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let (metadata, user) = (fs::metadata(path)?, rustix::process::geteuid());
    let is_ours = user.is_root() || metadata.uid() == user.as_raw();
    if is_ours && metadata.mode() & mask == 0 {
        return Ok(());
    }
    Err(io::Error::new(ErrorKind::PermissionDenied, "others have access to it"))
}

/// There are no such permissions here.
#[cfg(not(unix))]
pub(crate) fn check_private(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

/// Takes permissions of others away.
#[cfg(unix)]
pub(super) fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    match fs::metadata(path)?.permissions().mode() & 0o077 {
        0 => Ok(()),
        _ => fs::set_permissions(path, fs::Permissions::from_mode(0o600)),
    }
}

/// There are no such permissions here.
#[cfg(not(unix))]
pub(super) fn make_private(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes an empty file with mode 0600; `false` = it existed and was left alone.
pub(super) fn make_file(path: &Path) -> io::Result<bool> {
    match new_private(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

fn new_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Reads the key file, or makes it with a random key. Two processes that make it at the same time
/// end up with the same key: it appears under its name only when complete.
pub(super) fn load_or_make_key(path: &Path) -> Result<Key, SetupError> {
    let failed = |what: &'static str| move |source| SetupError::File { what, path: path.to_owned(), source };
    match fs::exists(path) {
        Ok(true) => {}
        Ok(false) => make_key(path).map_err(failed("cannot create the key file"))?,
        Err(source) => return Err(failed("cannot read the key file")(source)),
    }
    if let Err(error) = check_private(path, 0o077) {
        if error.kind() != ErrorKind::PermissionDenied {
            return Err(failed("cannot read the key file")(error));
        }
        return Err(SetupError::KeyFile {
            path: path.to_owned(),
            reason: "can be read by others, or belongs to somebody else",
            remedy: format!(
                "run `chmod 600 {}`; if others may have read it, connect all accounts again with a new key",
                path.display()
            ),
        });
    }
    let text = fs::read_to_string(path).map(Zeroizing::new).map_err(failed("cannot read the key file"))?;
    Key::parse(&text).map_err(|_| SetupError::KeyFile {
        path: path.to_owned(),
        reason: "does not hold a key of 32 bytes",
        remedy: format!("restore {} from a backup; without it, stored tokens cannot be opened", path.display()),
    })
}

fn make_key(path: &Path) -> io::Result<()> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(bytes.as_mut_slice()).map_err(io::Error::other)?;
    let digits: Zeroizing<String> = Zeroizing::new(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
    let draft = path.with_extension(format!("{}.new", std::process::id()));
    let _ = fs::remove_file(&draft);
    let mut file = new_private(&draft)?;
    file.write_all(digits.as_bytes())?;
    file.sync_all()?;
    // A link, not a rename: it fails if another process was faster.
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    use super::*;

    #[test]
    fn the_key_is_made_once_and_for_the_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let first = load_or_make_key(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert!(first == load_or_make_key(&path).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn two_makers_agree_on_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        make_key(&path).unwrap();
        let first = fs::read(&path).unwrap();
        make_key(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), first);
    }

    #[test]
    fn a_key_that_others_can_read_is_refused_with_the_command_that_helps() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        load_or_make_key(&path).unwrap();
        for mode in [0o640, 0o604, 0o660] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let error = load_or_make_key(&path).unwrap_err();
            assert!(error.to_string().contains("can be read by others"), "{error}");
            assert!(error.remedy().starts_with(&format!("run `chmod 600 {}`", path.display())));
        }
    }

    #[test]
    fn a_damaged_key_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        make_file(&path).unwrap();
        assert!(load_or_make_key(&path).unwrap_err().to_string().contains("does not hold a key"));
        assert_eq!(fs::read(&path).unwrap(), b"");
    }

    #[test]
    fn new_folders_are_private() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("a/b");
        make_folder(&folder).unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
        make_folder(&folder).unwrap();
    }
}
