//! What one call holds on the host's side: its user, its doors to the outside, its limits.

use std::sync::Arc;
use std::time::Instant;

use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use super::limiter::MemoryLimiter;
use super::stderr::GuestStderr;
use crate::config::Config;
use crate::egress::Egress;
use crate::imports::cache::Shelf;
use crate::store::Store;

/// Bytes of header fields of one request or response.
const FIELD_BYTES: usize = 64 * 1024;
/// Host resources (requests, streams, pollables) alive at the same time.
const RESOURCES: usize = 4096;

/// The data of one wasmtime store.
pub(crate) struct State {
    /// The user on whose behalf the component was called.
    pub(crate) user: Arc<str>,
    /// Registered clients.
    pub(crate) config: Arc<Config>,
    /// Tokens and bookings.
    pub(crate) store: Store,
    /// Answers of all users.
    pub(crate) cache: Arc<Shelf>,
    /// When the call began.
    pub(crate) begun: Instant,
    /// What kept something sealed from being opened or saved, and what a person does about it.
    pub(crate) key_trouble: Option<(String, String)>,
    pub(super) limiter: MemoryLimiter,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    egress: Egress,
    table: ResourceTable,
}

impl State {
    /// A guest without environment, arguments, files and sockets; its stderr goes to the log.
    pub(crate) fn new(user: Arc<str>, config: Arc<Config>, store: Store, egress: Egress, cache: Arc<Shelf>) -> Self {
        let mut http = WasiHttpCtx::new();
        http.set_field_size_limit(FIELD_BYTES);
        let mut table = ResourceTable::new();
        table.set_max_capacity(RESOURCES);
        let limiter = MemoryLimiter::new(config.limits.memory_bytes);
        let wasi = WasiCtx::builder().stderr(GuestStderr::default()).allow_tcp(false).allow_udp(false).build();
        Self {
            user,
            config,
            store,
            cache,
            begun: Instant::now(),
            key_trouble: None,
            limiter,
            wasi,
            http,
            egress,
            table,
        }
    }
}

impl State {
    /// Counts a question to the cache.
    pub(crate) fn count_cached(&self, hit: bool) {
        self.egress.count_cached(hit);
    }

    /// What a person does to allow a request that was denied in this call.
    pub(super) fn remedy_of_denial(&self) -> Option<String> {
        self.egress.remedy()
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.egress }
    }
}
