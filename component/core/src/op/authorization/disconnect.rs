//! `disconnect`: ends the grant at the provider, where that is possible, and here in every case.

use super::account_status;
use crate::account::UserId;
use crate::error::Error;
use crate::http::retry::Replay;
use crate::oauth::endpoint::Endpoints;
use crate::oauth::grant::{Account, Grant};
use crate::oauth::revocation;
use crate::ports::World;
use crate::session::{configured, grants, known, token_endpoint};

/// How a disconnect went. The local grant is gone in every case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disconnection {
    /// The account as it was.
    pub account: Account,
    /// True when the provider confirmed that the grant ended there, too.
    pub revoked: bool,
    /// What the user still has to do at the provider, or what else has ended.
    pub notice: Option<String>,
}

/// Ends the grant of an account, named by id or address: first at the provider, so that a failure
/// here can be repeated, then here, even when the provider cannot be reached.
///
/// # Errors
/// `NotFound`, `InvalidArgument` (an address of several accounts), `Storage`.
pub async fn disconnect(world: World<'_>, user: &UserId, account: &str) -> Result<Disconnection, Error> {
    let account = account_status(world, user, account)?;
    // A grant that cannot be opened has no token to revoke, but it can be deleted.
    let grant = grants::load(&world, user, account.provider, &account.id).ok().flatten();
    let (revoked, notice) = match grant {
        Some(grant) => {
            let revoked = revoke(&world, &grant.grant).await;
            (revoked, Some(revocation::notice(&grant.grant, revoked)))
        }
        None => (false, None),
    };
    known::forget(&world, user, account.provider, &account.id)?;
    grants::delete(&world, user, account.provider, &account.id)?;
    // An operation under way may have kept its list between the two.
    let _ = known::forget(&world, user, account.provider, &account.id);
    Ok(Disconnection { account, revoked, notice })
}

/// True = the provider confirmed it.
async fn revoke(world: &World<'_>, grant: &Grant) -> bool {
    let token = grant.refresh.as_ref().or(grant.access.as_ref().map(|access| &access.token));
    let url = configured(world, grant.provider)
        .and_then(|client| Endpoints::of(grant.provider, &client))
        .ok()
        .filter(|endpoints| grant.require_origins(endpoints).is_ok())
        .and_then(|endpoints| endpoints.revoke);
    let (Some(token), Some(url)) = (token, url) else { return false };
    let request = revocation::request(&url, token);
    token_endpoint::ask(world, grant.provider, &request, Replay::Safe)
        .await
        .is_ok_and(|response| revocation::is_done(&response))
}
