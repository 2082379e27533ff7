//! The rules by which a cell is right. They know what a fault is in the protocol's terms, never
//! how the component is written.

use calendar_host::types::{ErrorCode, Provider};

use super::fault::Nature;
use super::operation::{Operation, Reach};

/// What a cell must say; see the rules in the header of `fault_matrix.rs`.
pub fn expected(operation: Operation, provider: Provider, reach: Reach, nature: Nature) -> String {
    match operation {
        Operation::Disconnect => disconnect(provider, reach, nature),
        Operation::CompleteOauthFlow => connected(sign_in(reach, nature, false)),
        // Rule 9: what says "slow down" is an answer, and every fault of the one request is seen.
        Operation::PollDeviceFlow if matches!(nature, Nature::NotNow(_) | Nature::Refused(ErrorCode::RateLimited)) => {
            "pending, 0 accounts".into()
        }
        Operation::PollDeviceFlow => connected(read(Reach::Always, nature)),
        Operation::StartDeviceFlow => read(reach, nature).map_or("ok".into(), |code| code.as_str().to_owned()),
        Operation::HoldSlot => hold(reach, nature),
        Operation::Refresh => sign_in(reach, nature, true).map_or("ok".into(), |code| code.as_str().to_owned()),
        _ if operation.is_write() => write(operation, provider, reach, nature),
        _ => match read(reach, nature) {
            None => "ok".to_owned(),
            Some(code) if operation.names_unknowns() => format!("ok, unknown: {}", code.as_str()),
            Some(code) => code.as_str().to_owned(),
        },
    }
}

fn connected(failure: Option<ErrorCode>) -> String {
    failure.map_or("ok, 1 account".into(), |code| format!("{}, 0 accounts", code.as_str()))
}

/// Rule 8.
fn hold(reach: Reach, nature: Nature) -> String {
    use ErrorCode::{AdminConsentRequired, RateLimited, ReauthorizationRequired, Timeout, Unavailable};
    let own = |code| matches!(code, AdminConsentRequired | RateLimited | ReauthorizationRequired | Timeout);
    let told = |code: ErrorCode| format!("{}, 0 holds", if own(code) { code } else { Unavailable }.as_str());
    read(reach, nature).map_or("ok, 1 hold".into(), told)
}

/// Rule 1: what may be repeated is repeated, so one fault is not seen; a fault that stays is seen
/// as what it is.
fn read(reach: Reach, nature: Nature) -> Option<ErrorCode> {
    let once = reach == Reach::Once;
    match nature {
        Nature::Harmless => None,
        Nature::NotNow(code) | Nature::Unclear { code, .. } | Nature::BodyLost(code) => (!once).then_some(code),
        Nature::Unsent => (!once).then_some(ErrorCode::Unavailable),
        Nature::TokenRefused => (!once).then_some(ErrorCode::ReauthorizationRequired),
        Nature::Refused(code) | Nature::Outdated(code) => Some(code),
        Nature::Unreadable => Some(ErrorCode::Protocol),
        Nature::KeyTaken => Some(ErrorCode::Conflict),
        Nature::Missing => Some(ErrorCode::NotFound),
        // Neither code nor refresh token is called a token: the registration is at fault.
        Nature::TokenUnknown => Some(ErrorCode::Unsupported),
        Nature::GrantEnded => Some(ErrorCode::ReauthorizationRequired),
    }
}

/// Rule 2: a code is redeemed again only when it certainly was not seen; a refresh is repeated
/// like a read.
fn sign_in(reach: Reach, nature: Nature, is_repeatable: bool) -> Option<ErrorCode> {
    match nature {
        Nature::Unclear { code, .. } | Nature::BodyLost(code) if !is_repeatable => Some(code),
        _ => read(reach, nature),
    }
}

/// Rule 3: the account is gone here whatever Google says; Google's own end of the grant is
/// reported only when Google confirmed it. Microsoft is not asked.
fn disconnect(provider: Provider, reach: Reach, nature: Nature) -> String {
    let is_confirmed = match nature {
        _ if provider == Provider::Outlook => false,
        // What is revoked already is revoked (RFC 7009 section 2.2).
        Nature::Harmless | Nature::TokenUnknown => true,
        // 200 is the confirmation: no part of the body is needed, and it is too short to be slow.
        Nature::Unreadable | Nature::BodyLost(ErrorCode::Timeout) => true,
        Nature::NotNow(_) | Nature::Unsent | Nature::Unclear { .. } | Nature::BodyLost(_) => reach == Reach::Once,
        _ => false,
    };
    if is_confirmed { "ok, revoked".into() } else { "ok, not revoked".into() }
}

/// Rules 4 to 7.
fn write(operation: Operation, provider: Provider, reach: Reach, nature: Nature) -> String {
    let is_delete = operation == Operation::CancelEvent;
    if is_delete && nature == Nature::Missing && reach != Reach::Down {
        // Rule 6: the provider's word about the event is believed.
        return "ok, stands".into();
    }
    if reach == Reach::Down {
        // Rule 4: nothing is written before everything was read.
        let failure = read(reach, nature);
        return told(operation, failure, failure.is_none());
    }
    let once = reach == Reach::Once;
    let is_booking = matches!(operation, Operation::BookMeeting | Operation::QuickBookMeeting);
    let (failure, is_done) = match nature {
        // The answer to a delete has no body. Google's status says so (204); Microsoft's (202)
        // leaves room for one, which can be announced and cut off.
        Nature::BodyLost(code) if is_delete => {
            let can_be_cut = provider == Provider::Outlook && code == ErrorCode::Unavailable;
            ((!once && can_be_cut).then_some(code), true)
        }
        Nature::Unclear { done: true, code } if is_delete => ((!once).then_some(code), true),
        // Rule 5: the event itself tells whether the lost request was carried out.
        Nature::Unclear { done: true, .. } | Nature::BodyLost(_) | Nature::Unreadable => (None, true),
        Nature::KeyTaken if is_booking && provider == Provider::Google => (Some(ErrorCode::Unavailable), false),
        // Rule 7: another writer is no reason against a new event, and against a change only
        // when he stays. Google's 412 answers a condition, and a delete has none.
        Nature::Outdated(_) if is_booking && provider == Provider::Outlook => {
            ((!once).then_some(ErrorCode::Unavailable), once)
        }
        Nature::Outdated(code) if !is_booking && (!is_delete || provider == Provider::Outlook) => {
            ((!once).then_some(code), once)
        }
        _ => {
            let failure = read(reach, nature);
            (failure, failure.is_none())
        }
    };
    told(operation, failure, is_done)
}

fn told(operation: Operation, failure: Option<ErrorCode>, is_done: bool) -> String {
    let word = failure.map_or("ok", ErrorCode::as_str);
    format!("{word}, {}", effect(operation, is_done))
}

/// What stands at the provider.
pub fn effect(operation: Operation, is_done: bool) -> &'static str {
    match (operation, is_done) {
        (Operation::Retitle, true) => "changed",
        (Operation::Retitle, false) => "unchanged",
        (Operation::Move, true) => "moved",
        (Operation::Move, false) => "unmoved",
        (Operation::CancelEvent, true) => "gone",
        (Operation::CancelEvent, false) => "stands",
        (_, true) => "1 event",
        (_, false) => "0 events",
    }
}
