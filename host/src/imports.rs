//! What the component may ask the host for, one file per interface. What the guest sends is
//! treated as hostile: it is checked here, and only values of the call's own user are served.

mod booking_store;
pub(crate) mod cache;
mod secrets;
pub(crate) mod token_key;
mod token_store;

use crate::types::Instant;

/// 9999-12-31T23:59:59Z, the last instant of the interface.
const LAST_INSTANT: Instant = 253_402_300_799;

/// The host's clock, in whole seconds.
fn now() -> Instant {
    chrono::Utc::now().timestamp()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::cache::Shelf;
    use crate::config::{Config, Limits};
    use crate::egress::Gateway;
    use crate::runtime::CallState;
    use crate::store::Store;

    /// What the host keeps for one call on behalf of `user`.
    pub(super) async fn call(folder: &tempfile::TempDir, user: &str) -> CallState {
        call_with(folder, user, Arc::new(Shelf::new(&Limits::default()))).await
    }

    /// The same, with a cache that other calls share.
    pub(super) async fn call_with(folder: &tempfile::TempDir, user: &str, cache: Arc<Shelf>) -> CallState {
        let config = Config::from_vars([
            ("CALENDAR_HOST_DATA_DIR", folder.path().to_str().unwrap()),
            ("OUTLOOK_CLIENT_ID", "id"),
            ("OUTLOOK_CLIENT_SECRET", "secret"),
            ("OUTLOOK_TENANT_ID", "contoso.example"),
            ("OUTLOOK_TOKEN_URL", "http://127.0.0.1:1/token"),
            ("OUTLOOK_DEVICE_CODE_URL", "http://127.0.0.1:1/devicecode"),
            ("OUTLOOK_API_URL", "http://127.0.0.1:1/v1.0"),
        ]);
        let config = Arc::new(config.unwrap());
        let (store, gateway) = (Store::open(&config).await.unwrap(), Gateway::new(&config, None).unwrap());
        let deadline = tokio::time::Instant::now() + Limits::default().wall_clock;
        CallState::new(
            user.into(),
            config,
            store,
            gateway.for_call(user.into(), "test", Limits::default(), deadline),
            cache,
        )
    }
}
