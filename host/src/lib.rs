//! Embeds calendars in a program: Google Calendar and Microsoft Outlook, free time exactly, meetings without
//! double-booking. All that knows calendars is a WebAssembly component inside this library; the library runs it in a
//! sandbox and supplies what it may use.
//!
//! * [Begin](#begin) · [Many people](#many-people) · [Connect accounts](#connect-accounts) ·
//!   [Find time](#find-time) · [Book](#book) · [When something fails](#when-something-fails) ·
//!   [Give up](#give-up) · [Limits](#limits) · [Watch](#watch) · [Secrets](#secrets) · [Test](#test) ·
//!   [The parts](#the-parts)
//!
//! # Begin
//!
//! [`CalendarHost::open`] once, when your program starts; then clone it wherever it is needed. It compiles the
//! component (or takes the compiled code of the last time, see [`Config::cache_dir`]), opens the database and keeps
//! connections to the providers. [`Config::from_env`] reads the variables that the README lists; or fill [`Config`]
//! yourself.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use calendar_host::types::Selection;
//! use calendar_host::{CalendarHost, Config};
//!
//! let host = CalendarHost::open(Config::from_env()?).await?;
//! for calendar in host.list_calendars("ana", &Selection::default()).await?.calendars {
//!     println!("{} {}", calendar.provider, calendar.name);
//! }
//! # Ok(()) }
//! ```
//!
//! It needs a tokio runtime with more than one thread. `examples/embed.rs` is a whole program, `examples/axum.rs` a
//! web service.
//!
//! # Many people
//!
//! Every operation names its user: your own name for the person, 1 to 128 bytes without control characters. Accounts,
//! bookings and one-time states belong to it, and no call reaches those of another name. Take it from your session,
//! never from what the browser sends. Each call runs in a fresh instance that is thrown away afterwards, so calls
//! share nothing but the store, and run at the same time; [`Limits::concurrent_calls`] of them, the others wait for
//! room.
//!
//! # Connect accounts
//!
//! In two steps, because a person decides in between: [`start_oauth_flow`](CalendarHost::start_oauth_flow) gives the
//! address of the consent page, and [`complete_oauth_flow`](CalendarHost::complete_oauth_flow) takes the whole
//! address that the provider sent the browser to. What connects both (`state`, PKCE, nonce) is kept sealed in the
//! store, bound to the user, and gone after ten minutes. Where there is no browser,
//! [`start_device_flow`](CalendarHost::start_device_flow) shows a code (Outlook only).
//!
//! ```no_run
//! # async fn example(host: calendar_host::CalendarHost, callback: String) -> Result<(), calendar_host::Error> {
//! use calendar_host::types::Provider;
//!
//! let flow = host.start_oauth_flow("ana", Provider::Google, None, Some("ana@example.com")).await?;
//! println!("open {}", flow.url);
//! // ... in the handler of your redirect address:
//! let account = host.complete_oauth_flow("ana", &callback).await?;
//! println!("{} is {:?}", account.id, account.state);
//! # Ok(()) }
//! ```
//!
//! Tokens are refreshed when they must be, by one call at a time. A grant that ended shows in
//! [`Account::state`](types::Account::state), and calls that need it fail with
//! [`ReauthorizationRequired`](types::ErrorCode::ReauthorizationRequired).
//!
//! # Find time
//!
//! Instants are seconds since 1970 in UTC, ranges half-open. Working hours and grids are on the wall clock of
//! [`SlotRules::time_zone`](types::SlotRules::time_zone); clock changes are the engine's concern.
//!
//! ```no_run
//! # async fn example(host: calendar_host::CalendarHost, now: i64) -> Result<(), calendar_host::Error> {
//! use calendar_host::types::{SlotQuery, SlotRules, TimeRange};
//!
//! let mut rules = SlotRules::new(45, "Europe/Berlin");
//! rules.buffer_before_minutes = Some(10);
//! let week = TimeRange { start: now, end: now + 7 * 86_400 };
//! let found = host.check_availability("ana", &SlotQuery::new(week, rules)).await?;
//! if found.unknown.is_empty() {
//!     println!("{} slots; refused: {:?}", found.slots.len(), found.reasons);
//! } else {
//!     println!("not known, which is not the same as free: {:?}", found.unknown);
//! }
//! # Ok(()) }
//! ```
//!
//! [`propose_meeting_times`](CalendarHost::propose_meeting_times) picks a few well-spread ones,
//! [`get_schedule`](CalendarHost::get_schedule) asks about other people, and [`find_slots`](CalendarHost::find_slots)
//! and [`propose_slots`](CalendarHost::propose_slots) compute with busy times that you bring along: several
//! participants with roles, quorums, round robin, every refusal explained.
//!
//! # Book
//!
//! [`book_meeting`](CalendarHost::book_meeting) reserves the time in the ledger, reads all calendars of the user
//! again, creates the event with a key that both providers honour, and records it. The same call again gives the same
//! meeting: when the outcome is unclear, a timeout for example, repeat it. Set
//! [`BookingRequest::idempotency_key`](types::BookingRequest::idempotency_key) to what makes a booking one booking
//! for you, such as the number of an order; without it the request itself is the key.
//!
//! ```no_run
//! # async fn example(host: calendar_host::CalendarHost, start: i64) -> Result<(), calendar_host::Error> {
//! use calendar_host::types::{BookingRequest, ErrorCode, TimeRange};
//!
//! let mut request = BookingRequest::new("Demo", TimeRange { start, end: start + 1800 });
//! request.attendees = vec!["customer@example.org".to_owned()];
//! request.idempotency_key = Some("order-17".to_owned());
//! match host.book_meeting("ana", &request).await {
//!     Ok(meeting) => println!("booked: {}", meeting.event_id),
//!     Err(error) if error.code == ErrorCode::Conflict => println!("taken; free: {:?}", error.alternatives),
//!     Err(error) => return Err(error),
//! }
//! # Ok(()) }
//! ```
//!
//! # When something fails
//!
//! Every operation fails with the same [`Error`]: a [`code`](types::ErrorCode) to decide by, a message for people
//! that holds no secret, a remedy, and when to try again. What to do by code:
//!
//! | code | what your program does |
//! |---|---|
//! | `invalid-argument`, `unsupported` | correct the call; the message names the field |
//! | `not-authenticated`, `reauthorization-required` | send the person to connect an account |
//! | `permission-denied`, `admin-consent-required`, `not-found` | show message and remedy |
//! | `conflict` | offer `alternatives` |
//! | `precondition-failed` | read the event again, decide again |
//! | `rate-limited`, `unavailable`, `timeout` | the same call again, after `retry_after_seconds` if given |
//! | `storage`, `denied-by-host` | look at this machine: disk, permissions, configured addresses |
//! | `internal`, `protocol` | report; the message says of whom |
//!
//! Reads that cover several calendars do not fail for one of them: they give what they have and name the rest in
//! `unknown`.
//!
//! # Give up
//!
//! Drop the future of a call to end it: its requests to the providers are closed with it. A booking that was dropped
//! half-way is continued by the same call, made again; its reservation holds the time until then, or until it ends by
//! itself.
//!
//! # Limits
//!
//! [`Limits`] bound memory, computing time, time on the clock, requests and bytes of one call, and how many run at
//! once. A call that reaches one ends with an error that names it. The component cannot exceed them, whatever a
//! calendar holds.
//!
//! # Watch
//!
//! [`Builder::observer`] is told of every outbound request: operation, host, path, status, duration; no query, header
//! or body. [`CalendarHost::stats`] counts. Events of the crate `tracing` tell the rest, without secrets.
//!
//! # Secrets
//!
//! Tokens are sealed before they reach SQLite; the key is [`Config::key`], or a file beside the database, or in the
//! system's keyring ([`Config::key_source`], feature `keyring`). Keep both apart in backups. [`keys`] lists the keys and
//! replaces the one that seals while the program goes on. The component gets the secret of a registered client and the tokens of the one user it runs for;
//! it has no files, no environment and no sockets, and reaches only the configured addresses, through the egress
//! policy.
//!
//! # Test
//!
//! `calendar-host sandbox --env .env` is Google and Microsoft on this machine, faults included; in Rust, the crate
//! `calendar-sandbox` starts one inside a test. Point [`Config::from_vars`] at it with the variables that it gives.
//!
//! # The parts
//!
//! ```text
//! lib.rs         this guide
//! host.rs        CalendarHost and its Builder: open once, clone, share
//! operations.rs  one method per operation of the component
//! requests.rs    requests with everything at its default
//! types.rs       the records of the interface
//! config.rs      registered clients, addresses, folders, limits
//! runtime/       engine, limits, one fresh instance per call
//! imports/       one file per interface the component may call: secrets, tokens, bookings, cache
//! egress/        every outbound request: policy, pooled client, counting
//! turns.rs       so many at a time, first come, first served
//! keys.rs        the keys that seal, and their rotation
//! store/         SQLite, sealed tokens, the ledger of bookings
//! audit/         one record for each operation, in a file and a table
//! doctor/        finds what is wrong with settings, files, network and accounts
//! metrics/       numbers for operators, from the same records
//! ```

pub mod audit;
pub mod config;
pub mod doctor;
mod egress;
mod host;
mod imports;
pub mod keys;
pub mod metrics;
mod operations;
pub mod people;
mod requests;
mod runtime;
mod setup;
mod store;
mod turns;
pub mod types;

pub use config::{Config, ConfigError, DatabaseUrl, Limits};
pub use egress::exchange::{Exchange, Stats};
pub use host::{Builder, CalendarHost, Source};
pub use setup::{ServerProblem, SetupError};
pub use types::Error;
