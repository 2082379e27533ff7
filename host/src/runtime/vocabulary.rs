//! The interface `types` as `bindgen!` wants to find it: the records of [`crate::types`], and the
//! traits of an interface without functions.

use wasmtime::component::{HasData, Linker};

pub use crate::types::{Error, ErrorCode, Instant, Provider, Selection, TimeRange, UnknownSource};

/// Nothing to implement.
pub trait Host {}
impl<T: ?Sized> Host for T {}

/// Nothing to implement.
pub trait HostWithStore<T>: HasData {}
impl<T, D: HasData + ?Sized> HostWithStore<T> for D {}

/// Offers the interface to the component.
pub fn add_to_linker<T, D>(linker: &mut Linker<T>, _: fn(&mut T) -> D::Data<'_>) -> wasmtime::Result<()>
where
    T: 'static,
    D: HostWithStore<T>,
{
    linker.instance("calendar:scheduling/types@0.1.0")?;
    Ok(())
}
