//! From a selection to sessions and calendars: what an operation reads, and what it cannot read.
//! All requests of the step are in flight together.

use futures_util::future::join_all;

use super::authorization::{self, Account};
use crate::account::{AccountId, CalendarId, Provider, UserId};
use crate::calendar::{BusyEvent, Calendar, Detail};
use crate::error::{Error, Kind};
use crate::ports::World;
use crate::provider;
use crate::schedule::interval::Interval;
use crate::session::Session;

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
    let lists = join_all(sessions.iter().map(provider::calendars)).await;
    for (session, list) in sessions.into_iter().zip(lists) {
        match list {
            Ok(calendars) => sources.readable.push(Source { session, calendars }),
            Err(error) => sources.add_unknown(session.account().clone(), None, error),
        }
    }
    Ok(sources)
}

impl<'a> Sources<'a> {
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
            source.calendars.retain(|one| match selection.calendars.is_empty() {
                true => one.is_selected,
                false => selection.calendars.contains(&one.id),
            });
        }
        Ok(self)
    }

    /// Reads busy entries of all calendars in `range`.
    pub async fn busy(&self, range: Interval, detail: Detail) -> BusyRead {
        let calendars = self.readable.iter().map(|source| source.calendars.clone()).collect();
        self.busy_of(calendars, range, detail).await
    }

    /// Reads busy entries of the selected calendars among all, and of `also`.
    pub async fn busy_selected(&self, also: &CalendarId, range: Interval, detail: Detail) -> BusyRead {
        let counts = |one: &&Calendar| one.is_selected || one.id == *also;
        let selected = |source: &Source<'_>| source.calendars.iter().filter(counts).cloned().collect();
        self.busy_of(self.readable.iter().map(selected).collect(), range, detail).await
    }

    async fn busy_of(&self, calendars: Vec<Vec<Calendar>>, range: Interval, detail: Detail) -> BusyRead {
        let reads = self.readable.iter().zip(&calendars);
        let reads = reads.map(|(source, calendars)| provider::busy(&source.session, calendars, range, detail));
        let answers = join_all(reads).await;
        let mut read = BusyRead { unknown: self.unknown.clone(), ..BusyRead::default() };
        for (source, answers) in self.readable.iter().zip(answers) {
            let account = source.session.account();
            for answer in answers {
                match answer.busy {
                    Ok(events) => {
                        read.entries.extend(events.into_iter().map(|event| Entry {
                            account: account.clone(),
                            calendar: answer.calendar.clone(),
                            event,
                        }));
                        read.calendars.push((account.clone(), answer.calendar));
                    }
                    Err(error) => read.unknown.push(UnknownSource {
                        account: account.clone(),
                        calendar: Some(answer.calendar),
                        error,
                    }),
                }
            }
        }
        read
    }
}

/// One busy entry and where it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The account.
    pub account: AccountId,
    /// The calendar.
    pub calendar: CalendarId,
    /// The entry.
    pub event: BusyEvent,
}

/// What was read, and what could not be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BusyRead {
    /// Busy entries, unsorted.
    pub entries: Vec<Entry>,
    /// The calendars that were read completely.
    pub calendars: Vec<(AccountId, CalendarId)>,
    /// What is unknown.
    pub unknown: Vec<UnknownSource>,
}
