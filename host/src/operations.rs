//! One method of [`CalendarHost`](crate::CalendarHost) per exported operation of the component. Each call runs in a fresh
//! instance under the configured limits; what goes wrong in the host becomes an [`Error`](crate::Error) like any other.

/// On whose behalf a call runs that is about nobody: it asks no store, and this name owns nothing.
const NOBODY: &str = "nobody";

/// Bytes of an answer of the pure slot search, which may explain every refused start.
const ANSWER_BYTES: usize = 32 << 20;

/// Begins a call, runs one exported function of one interface, turns failures into [`Error`](crate::Error), lets `$then` do
/// what belongs to the answer, and leaves a record.
macro_rules! operation {
    ($host:ident, $user:ident, $name:literal, $interface:ident.$function:ident($($argument:expr),*)) => {
        operation!($host, $user, $name, $interface.$function($($argument),*), async |answer| answer)
    };
    ($host:ident, $user:ident, $name:literal, $interface:ident.$function:ident($($argument:expr),*), $then:expr) => {{
        let call = async {
            let runtime = $host.runtime();
            let mut call = runtime.begin::<crate::runtime::exports::$interface::Guest>($user, $name).await?;
            let answer = call.guest.$function(&mut call.store, $user, $($argument),*);
            let outcome = call.watch.run(answer).await;
            $then(call.conclude(outcome)).await
        };
        $host.ledger().follow($user, $name, call).await
    }};
}

/// The same for a pure search of slots, which is about nobody and leaves no record.
macro_rules! search {
    ($host:ident, $name:literal, $function:ident($($argument:expr),*)) => {{
        let call = async {
            let runtime = $host.runtime();
            let nobody = super::NOBODY;
            let mut call = runtime.begin::<crate::runtime::exports::slots::Guest>(nobody, $name).await?;
            call.store.set_hostcall_fuel(super::ANSWER_BYTES);
            let answer = call.guest.$function(&mut call.store, $($argument),*);
            let outcome = call.watch.run(answer).await;
            call.conclude(outcome)
        };
        $host.ledger().measure($name, call).await
    }};
}

mod accounts;
mod availability;
mod holds;
mod meetings;
mod slots;
