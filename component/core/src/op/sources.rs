//! From a selection to sessions and calendars: what an operation reads, and what it cannot read.
//! All requests of the step are in flight together.

use futures_util::future::join_all;

use super::authorization::{self, Account};
use super::busy_read::BusyRead;
use crate::account::{AccountId, CalendarId, Provider, UserId};
use crate::calendar::{Calendar, Detail};
use crate::error::{Error, Kind};
use crate::ports::World;
use crate::provider;
use crate::schedule::interval::Interval;
use crate::session::Session;
use crate::session::known::Known;

/// Which calendars an operation uses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only this provider.
    pub provider: Option<Provider>,
    /// Only this account: its id or e-mail address.
    pub account: Option<String>,
    /// Exactly these; empty = every selected calendar.
    pub calendars: Vec<CalendarId>,
}

impl Selection {
    fn covers(&self, account: &Account) -> bool {
        self.provider.is_none_or(|provider| provider == account.provider)
            && self.account.as_deref().is_none_or(|wanted| account.is_named(wanted))
    }

    /// Whether a calendar of a covered account is read: a named one, or else a selected one.
    #[must_use]
    pub fn means(&self, calendar: &Calendar) -> bool {
        match self.calendars.is_empty() {
            true => calendar.is_selected,
            false => self.calendars.contains(&calendar.id),
        }
    }
}

/// A calendar, or a whole account, that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownSource {
    /// The account.
    pub account: AccountId,
    /// Its calendar; none = all of them.
    pub calendar: Option<CalendarId>,
    /// Why.
    pub error: Error,
}

impl UnknownSource {
    /// The failure as an operation's own, naming the account once.
    #[must_use]
    pub fn as_error(&self) -> Error {
        let error = self.error.clone();
        match error.message.contains(self.account.as_str()) {
            true => error,
            false => error.context(self.account.as_str()),
        }
    }
}

/// One account that can be read, with the calendars in question.
pub struct Source<'a> {
    /// The account, authorized.
    pub session: Session<'a>,
    /// Its calendars that the selection covers.
    pub calendars: Vec<Calendar>,
}

/// All accounts of a selection.
#[derive(Default)]
pub struct Sources<'a> {
    /// Those that can be read.
    pub readable: Vec<Source<'a>>,
    /// Those that cannot.
    pub unknown: Vec<UnknownSource>,
    /// Every connected account of the user, whatever the selection.
    pub connected: Vec<AccountId>,
}

/// The accounts among `all` that the selection covers.
pub(super) fn fitting(all: Vec<Account>, user: &UserId, selection: &Selection) -> Result<Vec<Account>, Error> {
    if all.is_empty() {
        let message = format!("user `{user}` has no connected account");
        return Err(Error::new(Kind::NotAuthenticated, message));
    }
    let fitting: Vec<_> = all.into_iter().filter(|account| selection.covers(account)).collect();
    if fitting.is_empty() {
        return Err(match (&selection.account, selection.provider) {
            (Some(account), _) => {
                Error::new(Kind::NotFound, format!("account: user `{user}` has no account `{account}`"))
                    .with_remedy("List the connected accounts and choose one of them.")
            }
            (None, provider) => {
                let provider = provider.map_or(String::new(), |one| format!(" at {one}"));
                Error::new(Kind::NotAuthenticated, format!("user `{user}` has no connected account{provider}"))
            }
        });
    }
    Ok(fitting)
}

/// Opens the accounts of a selection and lists their calendars. With `selection.calendars` empty,
/// each source holds **all** calendars of the account; see [`Sources::narrow`].
///
/// # Errors
/// `NotAuthenticated` when the user has no account, `NotFound` when none fits the selection.
pub async fn open<'a>(world: World<'a>, user: &UserId, selection: &Selection) -> Result<Sources<'a>, Error> {
    let (mut sources, sessions) = accounts(world, user, selection)?;
    let known: Vec<Known> = sessions.iter().map(Session::known_calendars).collect();
    let lists = join_all(sessions.iter().zip(&known).map(|(session, known)| list(session, known))).await;
    for (session, list) in sessions.into_iter().zip(lists) {
        sources.add(session, list);
    }
    Ok(sources)
}

/// The accounts of a selection, opened, and what is known of them before anything is asked.
pub(super) fn accounts<'a>(
    world: World<'a>,
    user: &UserId,
    selection: &Selection,
) -> Result<(Sources<'a>, Vec<Session<'a>>), Error> {
    let accounts = authorization::list_accounts(world, user)?;
    let connected = accounts.iter().map(|account| account.id.clone()).collect();
    let mut sources = Sources { connected, ..Sources::default() };
    let mut sessions = Vec::new();
    for account in fitting(accounts, user, selection)? {
        match Session::open(world, user, &account.id) {
            Ok(session) => sessions.push(session),
            Err(error) => sources.add_unknown(account.id, None, error),
        }
    }
    Ok((sources, sessions))
}

/// Lists the calendars of an account and keeps the list for the next operation.
pub(super) async fn list(session: &Session<'_>, known: &Known) -> Result<Vec<Calendar>, Error> {
    let calendars = provider::calendars(session).await?;
    session.remember_calendars(known, &calendars);
    Ok(calendars)
}

impl<'a> Sources<'a> {
    /// Adds an account by what became of its list. True = it can be read.
    pub(super) fn add(&mut self, session: Session<'a>, list: Result<Vec<Calendar>, Error>) -> bool {
        let is_readable = list.is_ok();
        match list {
            Ok(calendars) => self.readable.push(Source { session, calendars }),
            Err(error) => self.add_unknown(session.account().clone(), None, error),
        }
        is_readable
    }

    fn add_unknown(&mut self, account: AccountId, calendar: Option<CalendarId>, error: Error) {
        self.unknown.push(UnknownSource { account, calendar, error });
    }

    /// The first failure, when nothing at all could be read.
    ///
    /// # Errors
    /// That failure, naming the account.
    pub fn require_any(self) -> Result<Self, Error> {
        match (self.readable.is_empty(), self.unknown.first()) {
            (true, Some(unknown)) => Err(unknown.as_error()),
            _ => Ok(self),
        }
    }

    /// Keeps the calendars the selection means: the named ones, or else the selected ones.
    ///
    /// # Errors
    /// `NotFound` for a named calendar that no account has. When an account could not be listed,
    /// the missing calendar may be there: that account's failure is returned instead.
    pub fn narrow(mut self, selection: &Selection) -> Result<Self, Error> {
        let missing = selection
            .calendars
            .iter()
            .find(|wanted| !self.readable.iter().any(|source| source.calendars.iter().any(|one| one.id == **wanted)));
        if let Some(missing) = missing {
            return Err(match self.unknown.first() {
                Some(unknown) => unknown.as_error(),
                None => Error::new(Kind::NotFound, format!("calendars: no account has a calendar `{missing}`"))
                    .with_remedy("List the calendars and choose one of them."),
            });
        }
        for source in &mut self.readable {
            source.calendars.retain(|one| selection.means(one));
        }
        Ok(self)
    }

    /// Reads busy entries of the selected calendars among all, and of `also`.
    pub async fn busy_selected(&self, also: &CalendarId, range: Interval, detail: Detail) -> BusyRead {
        let counts = |one: &&Calendar| one.is_selected || one.id == *also;
        let calendars: Vec<Vec<Calendar>> =
            self.readable.iter().map(|source| source.calendars.iter().filter(counts).cloned().collect()).collect();
        let reads = self.readable.iter().zip(&calendars);
        let reads = reads.map(|(source, calendars)| provider::busy(&source.session, calendars, range, detail));
        let answers = join_all(reads).await;
        BusyRead::of(self, answers)
    }
}
