//! Accounts and what connecting them takes.

use calendar_core::oauth::grant::AccountState;
use calendar_core::op::authorization::{
    Account, AuthorizationRequest, DeviceAuthorization, DeviceStatus, Disconnection,
};
use calendar_core::ports::OAuthClient;
use calendar_core::secret::Secret;
use chrono::TimeDelta;

use super::provider_out;
use crate::bindings::calendar::scheduling::secrets;
use crate::bindings::exports::calendar::scheduling::authorization as wit;

/// An authorization request, outbound.
#[must_use]
pub fn request_out(request: AuthorizationRequest) -> wit::AuthorizationRequest {
    wit::AuthorizationRequest { url: request.url, state: request.state, expires_at: request.expires_at.timestamp() }
}

/// A device authorization, outbound.
#[must_use]
pub fn device_out(device: DeviceAuthorization) -> wit::DeviceAuthorization {
    wit::DeviceAuthorization {
        user_code: device.user_code,
        verification_uri: device.verification_uri,
        message: device.message,
        expires_at: device.expires_at.timestamp(),
        interval_seconds: seconds(device.interval),
        state: device.state,
    }
}

/// What a poll found, outbound.
#[must_use]
pub fn device_status_out(status: DeviceStatus) -> wit::DeviceStatus {
    match status {
        DeviceStatus::Pending(wait) => wit::DeviceStatus { account: None, wait_seconds: seconds(wait) },
        DeviceStatus::Connected(account) => wit::DeviceStatus { account: Some(account_out(account)), wait_seconds: 0 },
    }
}

/// A wait in whole seconds, never negative.
fn seconds(wait: TimeDelta) -> u32 {
    u32::try_from(wait.num_seconds().max(0)).unwrap_or(u32::MAX)
}

/// An account, outbound.
#[must_use]
pub fn account_out(account: Account) -> wit::Account {
    wit::Account {
        id: account.id.as_str().to_owned(),
        provider: provider_out(account.provider),
        email: account.email,
        state: match account.state {
            AccountState::Active => wit::AccountState::Active,
            AccountState::NeedsReauth => wit::AccountState::NeedsReauth,
            AccountState::NeedsScope => wit::AccountState::NeedsScope,
            AccountState::NeedsAdmin => wit::AccountState::NeedsAdmin,
            AccountState::Disabled => wit::AccountState::Disabled,
        },
        scopes: account.scopes,
        missing_scopes: account.missing_scopes,
        remedy: account.remedy,
    }
}

/// A disconnection, outbound.
#[must_use]
pub fn disconnection_out(done: Disconnection) -> wit::Disconnection {
    wit::Disconnection { account: account_out(done.account), revoked: done.revoked, notice: done.notice }
}

/// The host's registered client.
#[must_use]
pub fn oauth_client(client: secrets::OauthClient) -> OAuthClient {
    OAuthClient {
        id: client.id,
        secret: client.secret.map(Secret::new),
        redirect_uri: client.redirect_uri,
        tenant: client.tenant,
        authorize_url: client.endpoints.authorize,
        token_url: client.endpoints.token,
        revoke_url: client.endpoints.revoke,
        device_code_url: client.endpoints.device_code,
        api_url: client.endpoints.api,
    }
}
