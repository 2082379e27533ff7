//! `get-schedule`: when other people are busy, by e-mail address.
//!
//! Every account of the selection is asked about every address, all at once. An address is known
//! as soon as one account knows it. Where several do, the nearest one counts: the account of that
//! very address, else one of the same domain, else the first.

use futures_util::future::join_all;

use super::authorization::{self, Account};
use super::sources::{self, Selection, UnknownSource};
use crate::account::{AccountId, Email, UserId};
use crate::error::{Error, Kind};
use crate::person::Schedule;
use crate::ports::World;
use crate::provider;
use crate::schedule::interval::Interval;
use crate::session::Session;

/// What is known of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonSchedule {
    /// The address asked about.
    pub email: Email,
    /// The account that answered; of several failures, the one whose is told.
    pub account: AccountId,
    /// The person's time; an error means unknown, never free.
    pub schedule: Result<Schedule, Error>,
}

/// The time of `people` in `range`: one answer each, in the same order.
///
/// # Errors
/// `NotAuthenticated`, `NotFound`; an account's failure when none could be opened.
pub async fn get_schedule(
    world: World<'_>,
    user: &UserId,
    people: &[Email],
    range: Interval,
    selection: &Selection,
) -> Result<Vec<PersonSchedule>, Error> {
    let accounts = sources::fitting(authorization::list_accounts(world, user)?, user, selection)?;
    let sessions: Vec<_> = accounts.iter().map(|account| Session::open(world, user, &account.id)).collect();
    if let ([first, ..], [Err(error), ..]) = (accounts.as_slice(), sessions.as_slice())
        && sessions.iter().all(Result::is_err)
    {
        let unknown = UnknownSource { account: first.id.clone(), calendar: None, error: error.clone() };
        return Err(unknown.as_error());
    }
    let answers = join_all(sessions.iter().map(|session| ask(session, people, range))).await;
    let mut told = Vec::with_capacity(people.len());
    let mut answers: Vec<_> = answers.into_iter().map(Vec::into_iter).collect();
    for email in people {
        let voices = accounts.iter().zip(answers.iter_mut());
        let voices = voices.filter_map(|(account, answers)| Some((account, answers.next()?)));
        let best = voices.min_by_key(|(account, answer)| rank(account, email, answer));
        let (account, schedule) = best.ok_or_else(|| Error::new(Kind::Internal, "no account was asked"))?;
        told.push(PersonSchedule { email: email.clone(), account: account.id.clone(), schedule });
    }
    Ok(told)
}

/// One answer per address, whatever became of the account.
async fn ask(session: &Result<Session<'_>, Error>, people: &[Email], range: Interval) -> Vec<Result<Schedule, Error>> {
    match session {
        Ok(session) => provider::schedules(session, people, range).await,
        Err(error) => people.iter().map(|_| Err(error.clone())).collect(),
    }
}

/// The least counts. Knowing comes first, then being near. Of failures the nearest account's is
/// told, unless it could never answer such a question; then one that may pass.
fn rank(account: &Account, email: &Email, answer: &Result<Schedule, Error>) -> (bool, bool, u8, bool) {
    let kind = answer.as_ref().err().map(|error| &error.kind);
    let is_unsupported = kind == Some(&Kind::Unsupported);
    (kind.is_some(), is_unsupported, distance(account, email), kind == Some(&Kind::NotFound))
}

fn distance(account: &Account, email: &Email) -> u8 {
    let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.to_ascii_lowercase());
    match account.email.as_deref() {
        Some(own) if email.same_as(own) => 0,
        Some(own) if domain(own).is_some() && domain(own) == domain(email.as_str()) => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests;
