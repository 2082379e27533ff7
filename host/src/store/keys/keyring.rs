//! The keys in the operating system's keyring: one entry for each data folder, with the same text as a key file. The
//! keyring may ask the person at the machine to unlock it, so all of this blocks a thread of its own.

use std::fs::File;
use std::path::Path;

use ::keyring::{Entry, Error};
use zeroize::Zeroizing;

use super::super::files::make_file;
use crate::config::{Key, key};
use crate::setup::SetupError;

/// The name of this program in the keyring.
const SERVICE: &str = "calendar-host";

/// The name of the entry of a data folder.
pub(super) fn entry_name(data_dir: &Path) -> String {
    std::path::absolute(data_dir).unwrap_or_else(|_| data_dir.to_owned()).display().to_string()
}

/// The keys; a new one is made and kept if there is none. Several processes agree on one by the file `lock`.
pub(super) async fn load_or_make(entry: &str, lock: &Path) -> Result<Vec<Key>, SetupError> {
    let (entry, lock) = (entry.to_owned(), lock.to_owned());
    blocking(move || {
        if let Some(keys) = read(&entry)? {
            return Ok(keys);
        }
        let failed = |source| SetupError::File { what: "cannot lock", path: lock.clone(), source };
        make_file(&lock).map_err(failed)?;
        let file = File::options().write(true).open(&lock).map_err(failed)?;
        file.lock().map_err(failed)?;
        if let Some(keys) = read(&entry)? {
            return Ok(keys);
        }
        let keys = vec![Key::random().map_err(|error| refused(&error.to_string()))?];
        write(&entry, &keys)?;
        Ok(keys)
    })
    .await
}

/// The keys.
pub(super) async fn load(entry: &str) -> Result<Vec<Key>, SetupError> {
    let entry = entry.to_owned();
    blocking(move || read(&entry)?.ok_or_else(|| damaged(&entry, "is gone"))).await
}

/// The keys, if there are any.
pub(super) async fn find(entry: &str) -> Result<Option<Vec<Key>>, SetupError> {
    let entry = entry.to_owned();
    blocking(move || read(&entry)).await
}

/// Keeps these keys instead.
pub(super) async fn save(entry: &str, keys: &[Key]) -> Result<(), SetupError> {
    let (entry, keys) = (entry.to_owned(), keys.to_vec());
    blocking(move || write(&entry, &keys)).await
}

fn read(entry: &str) -> Result<Option<Vec<Key>>, SetupError> {
    match open(entry)?.get_password().map(Zeroizing::new) {
        Ok(text) => match key::read_all(&text) {
            Some(keys) if !keys.is_empty() => Ok(Some(keys)),
            _ => Err(damaged(entry, "does not hold a key of 32 bytes")),
        },
        Err(Error::NoEntry) => Ok(None),
        Err(Error::BadEncoding(_)) => Err(damaged(entry, "does not hold a key of 32 bytes")),
        Err(error) => Err(refused(&error.to_string())),
    }
}

fn write(entry: &str, keys: &[Key]) -> Result<(), SetupError> {
    open(entry)?.set_password(&key::lines(keys)).map_err(|error| refused(&error.to_string()))
}

fn open(entry: &str) -> Result<Entry, SetupError> {
    if let Err(error) = Entry::store_status() {
        return Err(refused(&error.to_string()));
    }
    Entry::new(SERVICE, entry).map_err(|error| refused(&error.to_string()))
}

fn refused(reason: &str) -> SetupError {
    SetupError::Keyring {
        reason: format!("cannot be used: {reason}"),
        remedy:
            "start and unlock the keyring of this session (on Linux a Secret Service such as gnome-keyring or KWallet, \
                 reached over DBUS_SESSION_BUS_ADDRESS), or remove CALENDAR_HOST_KEY_SOURCE to use the key file"
                .to_owned(),
    }
}

fn damaged(entry: &str, what: &str) -> SetupError {
    SetupError::Keyring {
        reason: format!("entry `{SERVICE}`, `{entry}` {what}"),
        remedy: "restore it from a backup; without it, stored tokens cannot be opened".to_owned(),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SetupError> + Send + 'static,
) -> Result<T, SetupError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(refused(&error.to_string())))
}
