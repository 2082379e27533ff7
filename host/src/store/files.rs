//! Private folders and files. On systems without Unix permissions the folder's own access rules apply.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

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

/// Makes an empty file with mode 0600; fails if there is one.
pub(super) fn new_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn new_folders_are_private() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("a/b");
        make_folder(&folder).unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
        make_folder(&folder).unwrap();
    }
}
