//! Ids as Exchange makes them: opaque, case-sensitive, with `/`, `+` and `=` inside, and of two kinds. The usual kind names the
//! folder, so it changes when an item moves; the immutable kind does not.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDateTime};
use sha2::{Digest, Sha256};

const USUAL: &str = "AAMkAG";
const IMMUTABLE: &str = "AAkALg";
/// Bytes whose Base64 is `/+++`: every id has letters that must be escaped in a path.
const MARK: [u8; 3] = [0xff, 0xef, 0xbe];
const LENGTH: usize = 32;

/// What an id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    /// Number of the calendar or event in its mailbox.
    pub serial: u64,
    /// For one instance of a series: the wall time the series gave it. The serial is then the series'.
    pub original: Option<NaiveDateTime>,
    /// The folder the id was made in; `None` in an immutable id.
    pub folder: Option<u64>,
}

/// The short number that ties ids to a mailbox.
pub fn tag(address: &str) -> [u8; 5] {
    let hash = Sha256::digest(address.to_lowercase().as_bytes());
    let mut tag = [0; 5];
    for (to, from) in tag.iter_mut().zip(hash.iter()) {
        *to = *from;
    }
    tag
}

/// Writes an id.
pub fn write(tag: [u8; 5], named: Named) -> String {
    let mut bytes = Vec::with_capacity(LENGTH);
    bytes.extend(MARK);
    bytes.extend(tag);
    bytes.extend(named.serial.to_be_bytes());
    bytes.extend(named.folder.unwrap_or(0).to_be_bytes());
    bytes.extend(named.original.map_or(i64::MIN, |wall| wall.and_utc().timestamp()).to_be_bytes());
    let prefix = if named.folder.is_some() { USUAL } else { IMMUTABLE };
    format!("{prefix}{}", STANDARD.encode(bytes))
}

/// Reads an id of the mailbox; `None` when it is malformed or another mailbox's.
pub fn read(tag: [u8; 5], text: &str) -> Option<Named> {
    let (rest, usual) = match text.strip_prefix(USUAL) {
        Some(rest) => (rest, true),
        None => (text.strip_prefix(IMMUTABLE)?, false),
    };
    let bytes = STANDARD.decode(rest).ok().filter(|bytes| bytes.len() == LENGTH)?;
    let (mark, bytes) = bytes.split_at(3);
    let (mine, bytes) = bytes.split_at(5);
    if mark != MARK || mine != tag {
        return None;
    }
    let number = |index: usize| {
        bytes.get(index * 8..index * 8 + 8).and_then(|eight| eight.try_into().ok()).map(u64::from_be_bytes)
    };
    let (serial, folder, original) = (number(0)?, number(1)?, number(2)?.cast_signed());
    let original = if original == i64::MIN { None } else { Some(DateTime::from_timestamp(original, 0)?.naive_utc()) };
    Some(Named { serial, original, folder: usual.then_some(folder) })
}

/// The change key of a version, which the etag repeats.
pub fn change_key(tag: [u8; 5], serial: u64, version: u64) -> String {
    let mut bytes = tag.to_vec();
    bytes.extend(serial.to_be_bytes().iter().skip(4));
    bytes.extend(version.to_be_bytes().iter().skip(1));
    STANDARD.encode(bytes)
}

/// The id shared by all copies of a meeting, as Outlook writes it: hexadecimal, with the day inside for one instance.
pub fn ical_uid(uid: u128, original: Option<NaiveDateTime>) -> String {
    let day = original.map_or_else(
        || "00000000".to_owned(),
        |wall| {
            use chrono::Datelike;
            format!("{:04X}{:02X}{:02X}", wall.year(), wall.month(), wall.day())
        },
    );
    format!("040000008200E00074C5B7101A82E008{day}0000000000000000000000000000000010000000{uid:032X}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_only_in_its_mailbox() {
        let (ana, lee) = (tag("ana@contoso.example"), tag("lee@contoso.example"));
        let original = DateTime::from_timestamp(1_780_000_000, 0).map(|at| at.naive_utc());
        let named = Named { serial: 7, original, folder: Some(1) };
        let text = write(ana, named);
        assert_eq!(read(ana, &text), Some(named));
        assert_eq!(read(lee, &text), None);
        assert_eq!(read(ana, &text.to_lowercase()), None);
    }

    #[test]
    fn an_id_needs_escaping_in_a_path_and_its_immutable_form_ignores_the_folder() {
        let ana = tag("ana@contoso.example");
        let usual = write(ana, Named { serial: 7, original: None, folder: Some(1) });
        assert!(usual.contains('/') && usual.contains('+') && usual.ends_with('='));
        assert_ne!(usual, write(ana, Named { serial: 7, original: None, folder: Some(2) }));
        let immutable = write(ana, Named { serial: 7, original: None, folder: None });
        assert_eq!(read(ana, &immutable), Some(Named { serial: 7, original: None, folder: None }));
    }
}
