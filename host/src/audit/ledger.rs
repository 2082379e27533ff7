//! Follows every call to its end and writes one record of it, to the file and to the table. Whoever comes first writes
//! for all who wait: many calls at once share one write. A failed write is logged and counted; it fails no call, unless
//! the audit is required: then a change begins only after its record `begun` stands.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{SubsecRound, Utc};
use tokio::sync::oneshot;
use tokio::time::Instant;
use tracing::Instrument;

use super::file::LogFile;
use super::record::{self, Record, Traffic};
use super::trail::{CURRENT, Destinations, Trail};
use crate::config::Config;
use crate::metrics::Numbers;
use crate::store::Store;
use crate::types::{Error, ErrorCode};

/// How long a call waits for its record. The record is written all the same.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a change waits for its record where the audit is required.
const LONG_PATIENCE: Duration = Duration::from_secs(15);
/// Records that may wait; more are lost, and counted.
const WAITING: usize = 10_000;

/// Operations that change nothing, here or at a provider.
const READS: [&str; 13] = [
    "is-authenticated",
    "account-status",
    "list-accounts",
    "list-calendars",
    "get-busy-times",
    "get-schedule",
    "check-availability",
    "find-next-available-slot",
    "propose-meeting-times",
    "get-event",
    "get-upcoming-meetings",
    "list-holds",
    "list-bookings",
];

/// Where records go. Clones share it.
#[derive(Clone)]
pub(crate) struct Ledger(Arc<Inner>);

struct Inner {
    file: LogFile,
    store: Store,
    is_required: bool,
    destinations: Arc<Destinations>,
    queue: Mutex<VecDeque<Waiting>>,
    /// Held by the one who writes.
    turn: tokio::sync::Mutex<()>,
    numbers: Mutex<Numbers>,
    /// Records that the table did not take since it last took some.
    lost: AtomicU64,
}

/// A record that is not written yet, and who wants to know that it is in both places.
struct Waiting {
    record: Record,
    done: oneshot::Sender<bool>,
}

impl Ledger {
    pub(crate) fn new(config: &Config, store: Store) -> Self {
        Self(Arc::new(Inner {
            file: LogFile::new(&config.data_dir, config.audit.file_bytes),
            store,
            is_required: config.audit.required,
            destinations: Arc::new(Destinations::new(config)),
            queue: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            numbers: Mutex::default(),
            lost: AtomicU64::new(0),
        }))
    }

    /// What happened since the host was opened.
    pub(crate) fn numbers(&self) -> Numbers {
        locked(&self.0.numbers).clone()
    }

    /// Runs a call on behalf of `user` and writes its record. A call that is dropped leaves one, too.
    pub(crate) async fn follow<T>(
        &self,
        user: &str,
        operation: &'static str,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let trail = Arc::new(Trail::new(self.0.destinations.clone()));
        let (begun, time) = (Instant::now(), Utc::now());
        let open = Open { ledger: self, user, operation, begun, time, trail, is_closed: false };
        let result = match self.0.is_required && !READS.contains(&operation) {
            true => self.announce(open.record(record::BEGUN)).await,
            false => Ok(()),
        };
        let result = match result {
            Ok(()) => CURRENT.scope(open.trail.clone(), run(operation, user, call)).await,
            Err(error) => Err(error),
        };
        let record = open.close(result.as_ref().err().map_or(record::OK, |error| error.code.as_str()));
        let _ = tokio::time::timeout(PATIENCE, self.write(record)).await;
        result
    }

    /// Runs a call that concerns nobody: it is measured and leaves no record.
    pub(crate) async fn measure<T>(
        &self,
        operation: &'static str,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let begun = Instant::now();
        let result = run(operation, "", call).await;
        let decision = result.as_ref().err().map_or(record::OK, |error| error.code.as_str());
        locked(&self.0.numbers).add_call(operation, decision, milliseconds(begun));
        result
    }

    /// Writes that a change begins; without that record it must not.
    async fn announce(&self, record: Record) -> Result<(), Error> {
        let operation = record.operation.clone();
        match tokio::time::timeout(LONG_PATIENCE, self.write(record)).await {
            Ok(true) => Ok(()),
            _ => Err(Error::of_host(
                ErrorCode::Storage,
                format!("{operation} was not begun: the audit log cannot be written, and CALENDAR_HOST_AUDIT=required"),
                "see the log for the reason (disk full, permissions of audit.jsonl, database); nothing was changed",
            )),
        }
    }

    /// Writes a record, together with those that wait. True = it is in both places.
    async fn write(&self, record: Record) -> bool {
        let Some(written) = self.enqueue(record) else { return false };
        // A task of its own: it writes for others, too, and must not end with this call.
        tokio::spawn(self.clone().flush());
        written.await.unwrap_or(false)
    }

    /// Lets a record wait; `None` = too many do.
    fn enqueue(&self, record: Record) -> Option<oneshot::Receiver<bool>> {
        let (done, written) = oneshot::channel();
        let mut queue = locked(&self.0.queue);
        if queue.len() < WAITING {
            queue.push_back(Waiting { record, done });
            return Some(written);
        }
        drop(queue);
        self.0.missed("queue", 1, &"too many records wait");
        None
    }

    /// Writes everything that waits, unless somebody else did.
    async fn flush(self) {
        let inner = &self.0;
        let _turn = inner.turn.lock().await;
        let batch: Vec<Waiting> = locked(&inner.queue).drain(..).collect();
        if batch.is_empty() {
            return;
        }
        let (mut records, waiting): (Vec<_>, Vec<_>) =
            batch.into_iter().map(|waiting| (waiting.record, waiting.done)).unzip();
        let lost = inner.lost.swap(0, Ordering::Relaxed);
        if let Some(first) = records.first_mut() {
            first.lost = lost;
        }
        let (file, durable, copy) = (inner.file.clone(), inner.is_required, records.clone());
        let in_file = tokio::task::spawn_blocking(move || file.append(&copy, durable));
        let in_table = inner.store.add_audit(&records).await;
        let in_file = in_file.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
        let count = records.len() as u64;
        let is_written = in_file.is_ok() && in_table.is_ok();
        if let Err(error) = in_file {
            inner.missed("file", count, &error);
        }
        if let Err(error) = in_table {
            inner.lost.fetch_add(lost + count, Ordering::Relaxed);
            inner.missed("table", count, &error);
        }
        for done in waiting {
            // Who waited may have gone.
            let _ = done.send(is_written);
        }
    }
}

impl Inner {
    fn missed(&self, place: &'static str, records: u64, error: &dyn std::fmt::Display) {
        tracing::error!(place, records, %error, "the audit log could not be written");
        locked(&self.numbers).add_audit_failures(records);
    }
}

/// Runs a call in a span of its own and says how it ended.
async fn run<T>(operation: &'static str, user: &str, call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    // OpenTelemetry's names; a user is the same digest in every line, never the name itself.
    let hash = (!user.is_empty()).then(|| record::digest(user));
    let span = tracing::info_span!("call", "calendar.operation" = operation, "user.hash" = hash);
    let begun = Instant::now();
    async {
        let result = call.await;
        let error = result.as_ref().err().map(|error| error.code.as_str());
        let seconds = begun.elapsed().as_secs_f64();
        tracing::info!("error.type" = error, "calendar.call.duration" = seconds, "call ended");
        result
    }
    .instrument(span)
    .await
}

/// A call whose end is not known yet.
struct Open<'a> {
    ledger: &'a Ledger,
    user: &'a str,
    operation: &'static str,
    begun: Instant,
    time: chrono::DateTime<Utc>,
    trail: Arc<Trail>,
    is_closed: bool,
}

impl Open<'_> {
    fn record(&self, decision: &str) -> Record {
        Record {
            time: self.time.trunc_subsecs(3),
            user: record::user(self.user),
            operation: self.operation.to_owned(),
            decision: decision.to_owned(),
            duration_ms: milliseconds(self.begun),
            accounts: Vec::new(),
            provider_requests: Vec::new(),
            google: Traffic::default(),
            outlook: Traffic::default(),
            cache_hits: 0,
            cache_misses: 0,
            lost: 0,
        }
    }

    fn last(&self, decision: &str) -> Record {
        let noted = self.trail.take();
        let record = Record {
            accounts: noted.accounts.into_iter().collect(),
            provider_requests: noted.provider_requests,
            google: noted.google,
            outlook: noted.outlook,
            cache_hits: noted.cache_hits,
            cache_misses: noted.cache_misses,
            ..self.record(decision)
        };
        locked(&self.ledger.0.numbers).add(&record);
        record
    }

    fn close(mut self, decision: &str) -> Record {
        self.is_closed = true;
        self.last(decision)
    }
}

impl Drop for Open<'_> {
    /// The caller went away: the record is written when there is time.
    fn drop(&mut self) {
        if self.is_closed {
            return;
        }
        self.ledger.enqueue(self.last(record::ABANDONED));
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(self.ledger.clone().flush());
        }
    }
}

fn milliseconds(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
pub(crate) mod tests;
