//! The folder of compiled code. Machine code from it is run without further checks, so it is
//! used only if nobody but its owner can write there. Without it, start-up takes longer.

use std::path::Path;

use wasmtime::{Cache, CacheConfig};

/// Opens the cache, making its folder with mode 0700; `None`, with a warning, if that is not
/// possible.
pub(super) fn open(folder: &Path) -> Option<Cache> {
    let opened = private_folder(folder).and_then(|()| folder.canonicalize()).map_err(|error| error.to_string());
    let opened = opened.and_then(|folder| {
        let mut config = CacheConfig::new();
        config.with_directory(folder);
        Cache::new(config).map_err(|error| format!("{error:#}"))
    });
    opened.inspect_err(|reason| tracing::warn!(folder = %folder.display(), %reason, "compiled code is not kept")).ok()
}

fn private_folder(folder: &Path) -> std::io::Result<()> {
    crate::store::files::make_folder(folder)?;
    crate::store::files::check_private(folder, 0o022)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn refuses_a_folder_that_others_can_write_to() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("cache");
        assert!(open(&folder).is_some());
        assert_eq!(folder.metadata().unwrap().mode() & 0o777, 0o700);
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o777)).unwrap();
        assert!(open(&folder).is_none());
    }
}
