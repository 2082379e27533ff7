//! Unguessable text for codes, tokens and ids.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Base64url text of `bytes` random bytes.
pub fn token(bytes: usize) -> String {
    let mut buffer = vec![0_u8; bytes];
    fill(&mut buffer);
    URL_SAFE_NO_PAD.encode(buffer)
}

/// `length` random characters of base32hex (`0-9a-v`), the alphabet of Google's event ids.
pub fn base32hex(length: usize) -> String {
    let mut buffer = vec![0_u8; length];
    fill(&mut buffer);
    buffer.iter().map(|byte| char::from(b"0123456789abcdefghijklmnopqrstuv"[usize::from(byte % 32)])).collect()
}

fn fill(buffer: &mut [u8]) {
    getrandom::fill(buffer).expect("the operating system gives random bytes");
}
