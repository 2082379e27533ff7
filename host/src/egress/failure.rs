//! Turns a failed exchange into the code the guest sees. The distinction that matters: codes of
//! [`before_sending`] say that no server saw the request.

use std::error::Error as StdError;
use std::io;

use wasmtime_wasi_http::Error;

use super::address::Prohibited;

/// No connection within the limit.
#[derive(Debug, thiserror::Error)]
#[error("no connection in time")]
pub(super) struct ConnectTimeout;

/// The code of a failure before the head of the response.
pub(super) fn classify(error: &hyper_util::client::legacy::Error) -> Error {
    if error.is_connect() { before_sending(error) } else { while_exchanging(error) }
}

/// Where the request would have gone, when that is not allowed.
pub(super) fn prohibited(error: &hyper_util::client::legacy::Error) -> Option<&Prohibited> {
    find(error)
}

/// Name resolution, TCP, TLS.
fn before_sending(error: &(dyn StdError + 'static)) -> Error {
    if find::<ConnectTimeout>(error).is_some() {
        return Error::ConnectionTimeout;
    }
    if let Some(tls) = find::<rustls::Error>(error) {
        return match tls {
            rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => Error::TlsCertificateError,
            rustls::Error::AlertReceived(alert) => {
                Error::TlsAlertReceived { alert_id: Some(u8::from(*alert)), alert_message: Some(format!("{alert:?}")) }
            }
            _ => Error::TlsProtocolError,
        };
    }
    // hyper-util names the step in the text of an error type that it does not export.
    if chain(error).any(|cause| cause.to_string() == "dns error") {
        return Error::DnsError { rcode: Some("host name not found".to_owned()), info_code: None };
    }
    match find::<io::Error>(error).map(io::Error::kind) {
        Some(io::ErrorKind::TimedOut) => Error::ConnectionTimeout,
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => Error::DestinationIpUnroutable,
        Some(io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::InvalidData) => {
            Error::TlsProtocolError
        }
        _ => Error::ConnectionRefused,
    }
}

/// The request may have been seen.
fn while_exchanging(error: &(dyn StdError + 'static)) -> Error {
    match find::<hyper::Error>(error) {
        Some(error) if error.is_parse_too_large() => Error::HttpResponseHeaderSectionSize(None),
        Some(error) if error.is_parse() || error.is_parse_status() => Error::HttpProtocolError,
        Some(error) if error.is_timeout() => Error::ConnectionReadTimeout,
        _ => Error::ConnectionTerminated,
    }
}

fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error| cause(*error))
}

/// What is behind an error. An `io::Error` hides the error it wraps from `source`.
fn cause<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    chain(error).find_map(|cause| cause.downcast_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_alerts_and_routes_have_codes_of_their_own() {
        let tls = |error: rustls::Error| before_sending(&io::Error::new(io::ErrorKind::InvalidData, error));
        let unknown = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        assert!(matches!(tls(unknown), Error::TlsCertificateError));
        let alert = rustls::Error::AlertReceived(rustls::AlertDescription::HandshakeFailure);
        assert!(matches!(tls(alert), Error::TlsAlertReceived { alert_id: Some(40), .. }));
        let unroutable = io::Error::from(io::ErrorKind::NetworkUnreachable);
        assert!(matches!(before_sending(&unroutable), Error::DestinationIpUnroutable));
    }
}
