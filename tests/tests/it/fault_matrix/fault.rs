//! The faults: the rows of the matrix, and what each of them is in the protocol's terms.

use calendar_host::types::{ErrorCode, Provider};
use calendar_sandbox::fault::{Action, RetryAfter};

/// What a fault means to whoever sent the request: all that the rules look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// No fault at all.
    Harmless,
    /// Nothing was done, and the same request may be sent again soon; while that does not help, the
    /// caller sees the code.
    NotNow(ErrorCode),
    /// Nothing was done, and trying again within the call is no use.
    Refused(ErrorCode),
    /// No connection: nothing was done.
    Unsent,
    /// The server failed, or its answer was lost; `done` is what nobody can know.
    Unclear { done: bool, code: ErrorCode },
    /// It was done, and the body of the answer breaks off, or comes too slowly.
    BodyLost(ErrorCode),
    /// An answer of success that cannot be read. What it answers was done.
    Unreadable,
    /// The access token is not accepted.
    TokenRefused,
    /// The version is outdated, or another writer was in the way.
    Outdated(ErrorCode),
    /// The key is taken, says the provider.
    KeyTaken,
    /// It does not exist (any more), says the provider.
    Missing,
    /// The grant has ended.
    GrantEnded,
    /// The token is unknown, as after a revocation.
    TokenUnknown,
}

/// A row.
#[derive(Debug, Clone)]
pub struct Fault {
    pub name: String,
    /// What the sandbox does; none = the gate refuses connections, or nothing at all.
    pub action: Option<Action>,
    /// The gate refuses connections.
    pub is_refused: bool,
    /// How far the provider's clock is ahead.
    pub clock_minutes: i64,
    pub nature: Nature,
}

impl Fault {
    /// Whether the provider wants no requests for longer than a call waits.
    pub fn asks_for_a_pause(&self) -> bool {
        matches!(self.action, Some(Action::Status { retry_after: RetryAfter::Seconds(60..), .. }))
    }
}

/// The rows of a provider's calendar API, or of its authorization server.
pub fn faults(provider: Provider, is_sign_in: bool) -> Vec<Fault> {
    let mut faults = throttling(provider, is_sign_in);
    faults.extend(broken(provider, is_sign_in));
    faults.extend(match (is_sign_in, provider) {
        (true, _) => sign_in_refusals(provider),
        (false, Provider::Google) => google_refusals(),
        (false, Provider::Outlook) => graph_refusals(),
    });
    for (name, clock_minutes) in [("clock 10 min ahead", 10), ("clock 10 min behind", -10)] {
        faults.push(Fault { clock_minutes, ..fault(name, None, Nature::Harmless) });
    }
    faults
}

fn fault(name: &str, action: Option<Action>, nature: Nature) -> Fault {
    Fault { name: name.to_owned(), action, is_refused: false, clock_minutes: 0, nature }
}

fn status(status: u16, reason: &str, nature: Nature) -> Fault {
    let action = Action::Status { status, reason: reason.to_owned(), retry_after: RetryAfter::None };
    fault(&format!("{status} {reason}"), Some(action), nature)
}

fn throttling(provider: Provider, is_sign_in: bool) -> Vec<Fault> {
    let reason = match (is_sign_in, provider) {
        (true, _) => "slow_down",
        (false, Provider::Google) => "rateLimitExceeded",
        (false, Provider::Outlook) => "TooManyRequests",
    };
    let throttled = |name, retry_after, nature| {
        let action = Action::Status { status: 429, reason: reason.to_owned(), retry_after };
        fault(name, Some(action), nature)
    };
    let not_now = Nature::NotNow(ErrorCode::RateLimited);
    let dated = |name, clock_minutes| Fault { clock_minutes, ..throttled(name, RetryAfter::HttpDate(1), not_now) };
    vec![
        throttled("429", RetryAfter::None, not_now),
        throttled("429, after 1 s", RetryAfter::Seconds(1), not_now),
        throttled("429, after 10 min", RetryAfter::Seconds(600), Nature::Refused(ErrorCode::RateLimited)),
        dated("429, at a date; clock 10 min ahead", 10),
        dated("429, at a date; clock 10 min behind", -10),
    ]
}

fn broken(provider: Provider, is_sign_in: bool) -> Vec<Fault> {
    let (failed, busy) = match (is_sign_in, provider) {
        (true, _) => ("server_error", "temporarily_unavailable"),
        (false, Provider::Google) => ("internalError", "backendError"),
        (false, Provider::Outlook) => ("ErrorInternalServerError", "ErrorServerBusy"),
    };
    let unclear = |done, code| Nature::Unclear { done, code };
    let down = |done| unclear(done, ErrorCode::Unavailable);
    let plain = |status: u16, reason: &str| {
        let action = Action::Status { status, reason: reason.to_owned(), retry_after: RetryAfter::None };
        fault(&status.to_string(), Some(action), down(false))
    };
    let after = Action::StatusAfter { status: 503, reason: busy.to_owned(), retry_after: RetryAfter::None };
    vec![
        plain(500, failed),
        plain(503, busy),
        fault("503 after the deed", Some(after), down(true)),
        Fault { is_refused: true, ..fault("connection refused", None, Nature::Unsent) },
        fault("reset before the deed", Some(Action::DropBefore), down(false)),
        fault("reset after the deed", Some(Action::DropAfter), down(true)),
        fault("cut body", Some(Action::CutBody), Nature::BodyLost(ErrorCode::Unavailable)),
        fault("invalid JSON", Some(Action::InvalidJson), Nature::Unreadable),
        fault("wrong content type", Some(Action::WrongContentType), Nature::Unreadable),
        fault("slow body", Some(Action::SlowBody { milliseconds: 200 }), Nature::BodyLost(ErrorCode::Timeout)),
        fault("no answer", Some(Action::Hang), unclear(false, ErrorCode::Timeout)),
    ]
}

/// google-calendar errors: status and reason.
fn google_refusals() -> Vec<Fault> {
    let refused = |code, reason, meaning| status(code, reason, Nature::Refused(meaning));
    vec![
        refused(400, "invalid", ErrorCode::InvalidArgument),
        status(401, "authError", Nature::TokenRefused),
        status(403, "rateLimitExceeded", Nature::NotNow(ErrorCode::RateLimited)),
        status(403, "userRateLimitExceeded", Nature::NotNow(ErrorCode::RateLimited)),
        refused(403, "quotaExceeded", ErrorCode::RateLimited),
        refused(403, "dailyLimitExceeded", ErrorCode::RateLimited),
        refused(403, "dailyLimitExceededUnreg", ErrorCode::PermissionDenied),
        refused(403, "insufficientPermissions", ErrorCode::PermissionDenied),
        refused(403, "forbidden", ErrorCode::PermissionDenied),
        refused(403, "requiredAccessLevel", ErrorCode::PermissionDenied),
        refused(403, "forbiddenForNonOrganizer", ErrorCode::PermissionDenied),
        refused(403, "forbiddenForServiceAccounts", ErrorCode::Unsupported),
        refused(403, "accessNotConfigured", ErrorCode::PermissionDenied),
        refused(403, "domainPolicy", ErrorCode::AdminConsentRequired),
        refused(403, "notACalendarUser", ErrorCode::AdminConsentRequired),
        status(404, "notFound", Nature::Missing),
        status(409, "duplicate", Nature::KeyTaken),
        status(409, "conflict", Nature::NotNow(ErrorCode::Unavailable)),
        status(410, "deleted", Nature::Missing),
        status(412, "conditionNotMet", Nature::Outdated(ErrorCode::PreconditionFailed)),
    ]
}

/// Graph errors: status and code.
fn graph_refusals() -> Vec<Fault> {
    let refused = |code, reason, meaning| status(code, reason, Nature::Refused(meaning));
    let outdated = Nature::Outdated(ErrorCode::PreconditionFailed);
    vec![
        refused(400, "ErrorInvalidRequest", ErrorCode::InvalidArgument),
        status(401, "InvalidAuthenticationToken", Nature::TokenRefused),
        refused(401, "insufficient_claims", ErrorCode::ReauthorizationRequired),
        refused(403, "ErrorAccessDenied", ErrorCode::PermissionDenied),
        refused(403, "Authorization_RequestDenied", ErrorCode::PermissionDenied),
        refused(403, "extensionError", ErrorCode::AdminConsentRequired),
        status(404, "ErrorItemNotFound", Nature::Missing),
        refused(404, "MailboxNotEnabledForRESTAPI", ErrorCode::Unsupported),
        status(409, "ErrorDuplicateTransactionId", Nature::KeyTaken),
        status(409, "ErrorIrresolvableConflict", outdated),
        status(410, "ResourceNotFound", Nature::Missing),
        status(412, "ErrorIrresolvableConflict", outdated),
        refused(507, "ErrorQuotaExceeded", ErrorCode::Unsupported),
    ]
}

/// RFC 6749 section 5.2, with Entra's number where it says more; and statuses that an
/// authorization server has no use for.
fn sign_in_refusals(provider: Provider) -> Vec<Fault> {
    let row = |code: u16, word: &str, number: u32, nature| {
        let reason = if provider == Provider::Outlook { format!("{word}#{number}") } else { word.to_owned() };
        Fault { name: format!("{code} {word}"), ..status(code, &reason, nature) }
    };
    let unsupported = Nature::Refused(ErrorCode::Unsupported);
    vec![
        row(400, "invalid_request", 900_144, unsupported),
        row(400, "invalid_grant", 70_000, Nature::GrantEnded),
        row(400, "invalid_token", 900_144, Nature::TokenUnknown),
        row(401, "invalid_client", 7_000_215, unsupported),
        row(403, "access_denied", 65_004, Nature::Refused(ErrorCode::PermissionDenied)),
        row(404, "invalid_request", 900_144, unsupported),
        row(409, "invalid_request", 900_144, unsupported),
        row(410, "invalid_request", 900_144, unsupported),
        row(412, "invalid_request", 900_144, unsupported),
    ]
}
