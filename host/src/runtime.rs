//! Runs the component: one engine, one compiled component, one fresh instance per call. Nothing
//! of one call's memory is seen by another. Does not know what the operations mean.

pub(crate) mod bindings;
mod cache;
pub(crate) mod call;
mod engine;
pub(crate) mod exports;
mod failure;
mod heartbeat;
#[cfg(test)]
mod hostile_guests;
mod limiter;
mod room;
mod state;
mod stderr;
mod user;
pub mod vocabulary;

use std::sync::Arc;

use wasmtime::Engine;
use wasmtime::component::{Component, HasSelf, InstancePre, Linker};

use self::bindings::Calendar;
use self::call::{Call, Place};
use self::exports::{Exports, Interface};
use self::state::State;
use crate::config::Config;
use crate::egress::Gateway;
use crate::setup::SetupError;
use crate::store::Store;
use crate::types::Error;

pub(crate) use self::state::State as CallState;

/// The compiled component and the place where it runs.
pub(crate) struct Runtime {
    place: Place,
    component: InstancePre<State>,
    exports: Exports,
}

impl Runtime {
    /// Compiles `wasm` (or takes compiled code from the cache) and links it.
    pub(crate) async fn new(
        config: Arc<Config>,
        store: Store,
        gateway: Gateway,
        wasm: Vec<u8>,
    ) -> Result<Self, SetupError> {
        let engine = engine::new(&config)?;
        let compiler = engine.clone();
        let (component, exports) = tokio::task::spawn_blocking(move || load(&compiler, &wasm))
            .await
            .map_err(|error| SetupError::Component(error.to_string()))?
            .map_err(|error| SetupError::Component(format!("{error:#}")))?;
        Ok(Self { place: Place::new(engine, config, store, gateway)?, component, exports })
    }

    /// A fresh instance for one call of the interface `G` on behalf of `user`, as soon as there is room.
    pub(crate) async fn begin<G: Interface>(&self, user: &str, operation: &'static str) -> Result<Call<G>, Error> {
        user::check(user)?;
        let (mut store, watch) = self.place.enter(user, operation).await?;
        let loaded = match self.component.instantiate_async(&mut store).await {
            Ok(instance) => G::load(&self.exports, &mut store, &instance),
            Err(error) => Err(error),
        };
        match loaded {
            Ok(guest) => Ok(Call { store, guest, watch }),
            Err(error) => Err(watch.explain(&error, &store)),
        }
    }

    pub(crate) fn gateway(&self) -> &Gateway {
        self.place.gateway()
    }
}

/// Compiles, links and checks that the component has the expected exports.
fn load(engine: &Engine, wasm: &[u8]) -> wasmtime::Result<(InstancePre<State>, Exports)> {
    let component = Component::from_binary(engine, wasm)?;
    let component = linker(engine)?.instantiate_pre(&component)?;
    let exports = Exports::new(&component)?;
    Ok((component, exports))
}

/// WASI 0.2 without anything in it, HTTP through `egress/`, and `imports/`.
fn linker(engine: &Engine) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    Calendar::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
    Ok(linker)
}
