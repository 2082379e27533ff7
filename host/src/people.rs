//! What a host keeps of one person: handing it over, deleting it. Asks no provider.

use crate::host::CalendarHost;
pub use crate::store::people::{Purged, StoredBooking, StoredEvent, StoredValue, UserData};
use crate::types::{Disconnection, Error, ErrorCode};

impl CalendarHost {
    /// Everything that is stored of the user. Of grants only that they exist; no token leaves the host.
    ///
    /// # Errors
    /// `storage`.
    pub async fn user_data(&self, user: &str) -> Result<UserData, Error> {
        self.store().user_data(user).await.map_err(|error| failed("cannot read what is stored of the user", &error))
    }

    /// Deletes everything that is stored of the user: grants, pending sign-ins, calendar lists, bookings, audit records,
    /// events. Events stay in the user's calendars, and grants stand at the provider until they are
    /// revoked there: call [`CalendarHost::disconnect`] for each account first.
    ///
    /// # Errors
    /// `storage`; then nothing was deleted.
    pub async fn purge_user(&self, user: &str) -> Result<Purged, Error> {
        self.store().purge_user(user).await.map_err(|error| failed("cannot delete what is stored of the user", &error))
    }
}

impl CalendarHost {
    /// Forgets what was recorded of the meetings of an account that was disconnected, now or, if this was interrupted
    /// then, earlier. Goes on when nobody waits for it any longer: afterwards nothing would lead to these rows.
    pub(crate) async fn forget_disconnected(
        &self,
        user: &str,
        account: &str,
        ended: &Result<Disconnection, Error>,
    ) -> Result<(), Error> {
        let id = match ended {
            Ok(ended) => &ended.account.id,
            Err(error) if error.code == ErrorCode::NotFound => account,
            Err(_) => return Ok(()),
        };
        let (host, user, id) = (self.clone(), user.to_owned(), id.to_owned());
        let forgetting = tokio::spawn(async move { host.forget_account(&user, &id).await });
        match forgetting.await {
            Ok(forgotten) => forgotten.map(drop),
            Err(stopped) => Err(Error::of_host(ErrorCode::Internal, stopped.to_string(), "call again")),
        }
    }

    /// The account is gone: so is what was recorded of its meetings, which stay in the calendar.
    async fn forget_account(&self, user: &str, account: &str) -> Result<u64, Error> {
        let forgotten = self.store().forget_account(user, account).await;
        forgotten.map_err(|error| {
            let what = "the account is disconnected, but what is recorded of its meetings cannot be deleted";
            tracing::error!(%error, "{what}");
            let remedy = "connect and disconnect the account again, or wait: ended meetings are forgotten in time";
            Error::of_host(ErrorCode::Storage, what, remedy)
        })
    }
}

fn failed(what: &str, error: &sqlx::Error) -> Error {
    tracing::error!(%error, "{what}");
    Error::of_host(ErrorCode::Storage, what, "try again; the log says what is wrong with the database")
}
