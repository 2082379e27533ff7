//! The folder of compiled code when another process is writing there.

use std::ffi::OsStr;

use crate::cli_support::run_in;

#[test]
fn people_do_not_hear_of_another_process_that_keeps_its_compiled_code_at_the_same_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("compiled");
    let variables = [("CALENDAR_HOST_CACHE_DIR", cache.to_str().expect("Unicode"))];
    let command = ["auth", "status"];
    assert_eq!(run_in(folder.path(), &command, &variables).stderr, "");

    let kept: Vec<_> = walk(&cache).into_iter().filter(|path| path.extension().is_none()).collect();
    assert!(!kept.is_empty(), "nothing is kept in {}", cache.display());
    for path in kept {
        std::fs::rename(&path, path.with_extension("wip-atomic-write-mod")).expect("a file of another process");
    }
    let late = run_in(folder.path(), &command, &variables);
    assert_eq!((late.exit, late.stderr.as_str()), (0, ""));
    let told = run_in(folder.path(), &["-v", "auth", "status"], &variables);
    assert!(told.stderr.contains("Failed to write file"), "{}", told.stderr);
}

/// The files below `folder`.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let named = |path: &std::path::PathBuf| path.file_name() != Some(OsStr::new("CACHEDIR.TAG"));
    files.into_iter().filter(named).chain(folders.iter().flat_map(|folder| walk(folder))).collect()
}
