//! The guest's stderr: panic messages, mostly. Lines go to the log at debug level, cut and
//! capped; the guest cannot fill the log.

use std::io::Result;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};

/// Longest line that is kept whole.
const LINE: usize = 1024;
/// Lines of one call that are logged.
const LINES: usize = 100;

/// Collects lines; clones share them.
#[derive(Clone, Default)]
pub(super) struct GuestStderr(Arc<Mutex<Lines>>);

#[derive(Default)]
struct Lines {
    begun: Vec<u8>,
    written: usize,
}

impl Lines {
    fn push(&mut self, bytes: &[u8], mut log: impl FnMut(&str)) {
        for byte in bytes {
            match byte {
                b'\n' => self.end(&mut log),
                _ if self.begun.len() < LINE => self.begun.push(*byte),
                _ => {}
            }
        }
    }

    fn end(&mut self, log: &mut impl FnMut(&str)) {
        if self.written < LINES && !self.begun.is_empty() {
            self.written += 1;
            let line = String::from_utf8_lossy(&self.begun);
            log(&line.chars().filter(|c| !c.is_control()).collect::<String>());
        }
        self.begun.clear();
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.end(&mut log);
    }
}

fn log(line: &str) {
    tracing::debug!(target: "calendar_host::guest", "{line}");
}

impl IsTerminal for GuestStderr {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for GuestStderr {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for GuestStderr {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(bytes, log);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logged(writes: &[&[u8]]) -> Vec<String> {
        let (mut lines, mut logged) = (Lines::default(), Vec::new());
        for bytes in writes {
            lines.push(bytes, |line| logged.push(line.to_owned()));
        }
        logged
    }

    #[test]
    fn writes_become_lines() {
        assert_eq!(logged(&[b"pan", b"ic\nat", b" x\n\n"]), ["panic", "at x"]);
    }

    #[test]
    fn control_characters_and_broken_text_cannot_reach_a_terminal() {
        assert_eq!(logged(&[b"\x1b[31mred\xff\r\n"]), ["[31mred\u{fffd}"]);
    }

    #[test]
    fn a_flood_is_cut() {
        let long = vec![b'x'; 100_000];
        assert_eq!(logged(&[&long, b"\n"]).concat().len(), LINE);
        assert_eq!(logged(&[&b"y\n".repeat(5000)]).len(), LINES);
    }
}
