//! The account's calendars as they were listed last, kept in the token store. Only a hint where to
//! read first: what counts is the list read anew, so losing the hint costs a round trip and no more.

use serde::{Deserialize, Serialize};

use super::{Session, grants};
use crate::account::{AccountId, CalendarId, Provider, UserId};
use crate::calendar::{Access, Calendar};
use crate::error::Error;
use crate::oauth::grant::calendars_key;
use crate::ports::{TokenStoreError, World};
use crate::provider::cached::forget_account;

/// The last list, if there is one.
#[derive(Default)]
pub struct Known {
    calendars: Option<Vec<Calendar>>,
    version: Option<i64>,
    is_unreadable: bool,
}

impl Known {
    /// The calendars of the last list; none before the first.
    #[must_use]
    pub fn calendars(&self) -> &[Calendar] {
        self.calendars.as_deref().unwrap_or_default()
    }
}

impl Session<'_> {
    /// The list as it was kept. One that is damaged, or cannot be had, is as good as none.
    #[must_use]
    pub fn known_calendars(&self) -> Known {
        match self.world.tokens.load(&calendars_key(&self.user, self.provider, &self.account)) {
            Ok(Some(entry)) => Known {
                calendars: read(&entry.value, self.provider, &self.account),
                version: Some(entry.version),
                is_unreadable: false,
            },
            Err(error) => Known { is_unreadable: error == TokenStoreError::Unreadable, ..Known::default() },
            Ok(None) => Known::default(),
        }
    }

    /// Keeps a list that was read in full, unless it is the one that is kept already. Somebody
    /// else's newer one stays, and a list that is too long for the store is not kept.
    pub fn remember_calendars(&self, known: &Known, fresh: &[Calendar]) {
        if known.calendars.as_deref() == Some(fresh) {
            return;
        }
        let kept: Vec<Kept> = fresh.iter().map(Kept::from).collect();
        let Ok(value) = serde_json::to_vec(&kept) else { return };
        let (key, tokens) = (calendars_key(&self.user, self.provider, &self.account), self.world.tokens);
        if known.is_unreadable && tokens.delete(&key, None).is_err() {
            return;
        }
        if tokens.save(&key, &value, known.version, None).is_err() {
            return;
        }
        // Disconnected in the meantime: the list goes as the grant went.
        if let Ok(None) = grants::load(&self.world, &self.user, self.provider, &self.account) {
            let _ = tokens.delete(&key, None);
        }
    }
}

/// Deletes the list of an account, and what the cache holds of its calendars.
///
/// # Errors
/// `Storage`.
pub fn forget(world: &World<'_>, user: &UserId, provider: Provider, account: &AccountId) -> Result<(), Error> {
    forget_account(world, account);
    world.tokens.delete(&calendars_key(user, provider, account), None).map(|_| ()).map_err(grants::storage)
}

/// A calendar without what the key says already.
#[derive(Serialize, Deserialize)]
struct Kept {
    id: String,
    name: String,
    zone: Option<String>,
    access: Rights,
    primary: bool,
    selected: bool,
    video: bool,
}

/// [`Access`] as it is stored.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Rights {
    FreeBusy,
    Read,
    Write,
    Owner,
}

impl From<&Calendar> for Kept {
    fn from(calendar: &Calendar) -> Self {
        Self {
            id: calendar.id.as_str().to_owned(),
            name: calendar.name.clone(),
            zone: calendar.time_zone.clone(),
            access: match calendar.access {
                Access::FreeBusy => Rights::FreeBusy,
                Access::Read => Rights::Read,
                Access::Write => Rights::Write,
                Access::Owner => Rights::Owner,
            },
            primary: calendar.is_primary,
            selected: calendar.is_selected,
            video: calendar.supports_video,
        }
    }
}

/// The stored list; none when it is damaged.
fn read(value: &[u8], provider: Provider, account: &AccountId) -> Option<Vec<Calendar>> {
    let kept: Vec<Kept> = serde_json::from_slice(value).ok()?;
    let calendar = |one: Kept| Calendar {
        account: account.clone(),
        provider,
        id: CalendarId::new(one.id),
        name: one.name,
        time_zone: one.zone,
        access: match one.access {
            Rights::FreeBusy => Access::FreeBusy,
            Rights::Read => Access::Read,
            Rights::Write => Access::Write,
            Rights::Owner => Access::Owner,
        },
        is_primary: one.primary,
        is_selected: one.selected,
        supports_video: one.video,
    };
    Some(kept.into_iter().map(calendar).collect())
}
