//! `audit.jsonl` in the data folder: one JSON document a line, mode 0600. Several processes append to it: each batch is
//! one write to a file opened for appending, so lines never mix. Full, it is put aside under a number.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::record::Record;

/// Files kept besides the one that is written; an older one goes.
const KEPT: u32 = 8;

/// The file and when it is full.
#[derive(Debug, Clone)]
pub(super) struct LogFile {
    path: PathBuf,
    most_bytes: u64,
}

impl LogFile {
    pub(super) fn new(folder: &Path, most_bytes: u64) -> Self {
        Self { path: folder.join("audit.jsonl"), most_bytes }
    }

    /// Appends records as lines; `durable`: waits until they are on the disk.
    pub(super) fn append(&self, records: &[Record], durable: bool) -> io::Result<()> {
        let mut lines = Vec::new();
        for record in records {
            serde_json::to_writer(&mut lines, record).map_err(io::Error::other)?;
            lines.push(b'\n');
        }
        let mut file = open(&self.path)?;
        let length = file.metadata()?.len();
        if length > 0 && length.saturating_add(lines.len() as u64) > self.most_bytes {
            self.rotate(lines.len() as u64)?;
            file = open(&self.path)?;
        }
        // One call: with O_APPEND the system puts it behind what others wrote, whole.
        file.write_all(&lines)?;
        if durable { file.sync_data() } else { Ok(()) }
    }

    /// Puts the full file aside, unless another process just did. Who still has it open writes to where it went.
    fn rotate(&self, coming: u64) -> io::Result<()> {
        let lock = open(&self.path.with_extension("lock"))?;
        lock.lock()?;
        let length = match fs::metadata(&self.path) {
            // Put aside, and nobody has written since.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            found => found?.len(),
        };
        if length.saturating_add(coming) <= self.most_bytes {
            return Ok(());
        }
        for number in (1..KEPT).rev() {
            moved(&self.numbered(number), &self.numbered(number + 1))?;
        }
        moved(&self.path, &self.numbered(1))
    }

    fn numbered(&self, number: u32) -> PathBuf {
        self.path.with_extension(format!("{number}.jsonl"))
    }
}

fn moved(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::ledger::tests::record;

    fn lines(path: &Path) -> Vec<Record> {
        let text = fs::read_to_string(path).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn records_become_lines_that_can_be_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = LogFile::new(folder.path(), 1 << 20);
        let (first, second) = (record("ana", "book-meeting"), record("ben", "list-calendars"));
        file.append(std::slice::from_ref(&first), false).unwrap();
        file.append(std::slice::from_ref(&second), true).unwrap();
        assert_eq!(lines(&folder.path().join("audit.jsonl")), [first, second]);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_the_file() {
        use std::os::unix::fs::MetadataExt;
        let folder = tempfile::tempdir().unwrap();
        LogFile::new(folder.path(), 1 << 20).append(&[record("ana", "get-event")], false).unwrap();
        assert_eq!(fs::metadata(folder.path().join("audit.jsonl")).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_full_file_is_put_aside_and_only_the_last_ones_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = LogFile::new(folder.path(), 10);
        for number in 0..12 {
            file.append(&[record(&format!("user{number}"), "get-event")], false).unwrap();
        }
        let user = |name: &str| lines(&folder.path().join(name))[0].user.clone();
        assert_eq!(user("audit.jsonl"), "user11");
        assert_eq!(user("audit.1.jsonl"), "user10");
        assert_eq!(user("audit.8.jsonl"), "user3");
        assert!(!folder.path().join("audit.9.jsonl").exists());
    }

    #[test]
    fn many_writers_lose_nothing_and_never_mix_lines() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let folder = folder.path();
                scope.spawn(move || {
                    let file = LogFile::new(folder, 40_000);
                    for number in 0..50 {
                        file.append(&[record(&format!("{writer}-{number}"), "get-event")], false).unwrap();
                    }
                });
            }
        });
        let files = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let all: Vec<_> = files.filter(|path| path.extension().is_some_and(|kind| kind == "jsonl")).collect();
        assert!(all.len() > 1, "the files were put aside while others wrote");
        let mut users: Vec<_> = all.iter().flat_map(|path| lines(path)).map(|record| record.user).collect();
        users.sort_unstable();
        users.dedup();
        assert_eq!(users.len(), 400);
    }
}
