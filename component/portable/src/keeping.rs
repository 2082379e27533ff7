//! Where the state is: a file in a folder, or memory. The file is read before and written after every change.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use crate::state::{FORMAT, State};

/// The file in the folder.
pub const FILE: &str = "calendar-store.json";

/// Why the state cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeepingError {
    /// Reading or writing failed.
    #[error("{FILE} cannot be read or written: {0}")]
    Io(#[from] std::io::Error),
    /// Not a file of ours.
    #[error("{FILE} is damaged, or was written by another version")]
    Format,
}

/// Where the state is.
pub enum Keeping {
    /// In this folder.
    Folder(PathBuf),
    /// Here, for the life of the instance.
    Memory(State),
}

impl Keeping {
    /// Looks at the state.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read<T>(&self, look: impl FnOnce(&State) -> T) -> Result<T, KeepingError> {
        match self {
            Self::Folder(folder) => Ok(look(&load(folder)?)),
            Self::Memory(state) => Ok(look(state)),
        }
    }

    /// Changes the state, and keeps it where the change succeeded.
    ///
    /// # Errors
    /// The file cannot be read or written; then nothing has changed.
    pub fn change<T, E>(
        &mut self,
        change: impl FnOnce(&mut State) -> Result<T, E>,
    ) -> Result<Result<T, E>, KeepingError> {
        let before = match self {
            Self::Folder(folder) => load(folder)?,
            Self::Memory(state) => state.clone(),
        };
        let mut after = before.clone();
        let outcome = change(&mut after);
        if outcome.is_ok() && after != before {
            match self {
                Self::Folder(folder) => save(folder, &after)?,
                Self::Memory(state) => *state = after,
            }
        }
        Ok(outcome)
    }
}

fn load(folder: &std::path::Path) -> Result<State, KeepingError> {
    let text = match fs::read(folder.join(FILE)) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(State::default()),
        Err(error) => return Err(error.into()),
    };
    let state: State = serde_json::from_slice(&text).map_err(|_| KeepingError::Format)?;
    if state.format != FORMAT {
        return Err(KeepingError::Format);
    }
    Ok(state)
}

/// Writes beside the file, then renames: a reader finds the old state or the new one.
fn save(folder: &std::path::Path, state: &State) -> Result<(), KeepingError> {
    let text = serde_json::to_vec(state).map_err(|_| KeepingError::Format)?;
    let beside = folder.join(format!("{FILE}.new"));
    let mut file = File::create(&beside)?;
    file.write_all(&text)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&beside, folder.join(FILE))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(state: &mut State) -> Result<i64, ()> {
        state.last_version += 1;
        Ok(state.last_version)
    }

    #[test]
    fn a_change_is_found_again_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let keeping = || Keeping::Folder(folder.path().to_owned());
        assert_eq!(keeping().change(count).unwrap(), Ok(1));
        assert_eq!(keeping().change(count).unwrap(), Ok(2));
        assert_eq!(keeping().read(|state| state.last_version).unwrap(), 2);
        assert!(!folder.path().join(format!("{FILE}.new")).exists());
    }

    #[test]
    fn a_failed_change_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        for mut keeping in [Keeping::Folder(folder.path().to_owned()), Keeping::Memory(State::default())] {
            let failed = keeping.change(|state| {
                state.last_version = 9;
                Err::<(), ()>(())
            });
            assert_eq!(failed.unwrap(), Err(()));
            assert_eq!(keeping.read(|state| state.last_version).unwrap(), 0);
        }
    }

    #[test]
    fn a_file_of_another_format_is_refused_and_left_alone() {
        for text in
            ["", "{", "{}", r#"{"format":"calendar-portable store 2","last_version":0,"tokens":[],"bookings":[]}"#]
        {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(FILE), text).unwrap();
            let mut keeping = Keeping::Folder(folder.path().to_owned());
            assert!(matches!(keeping.change(count), Err(KeepingError::Format)), "{text}");
            assert_eq!(fs::read_to_string(folder.path().join(FILE)).unwrap(), text);
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error() {
        let mut keeping = Keeping::Folder("/nonexistent/folder".into());
        assert!(matches!(keeping.change(count), Err(KeepingError::Io(_))));
    }
}
