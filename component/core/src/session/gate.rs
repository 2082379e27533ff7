//! One at a time: futures of one thread take turns. Not a queue: who is polled first goes first.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// Lets one future in at a time; the others sleep until it leaves.
#[derive(Default)]
pub(super) struct Gate {
    busy: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

impl Gate {
    /// Waits for the turn, which ends when the returned value is dropped.
    pub(super) async fn enter(&self) -> Turn<'_> {
        poll_fn(|context| {
            if self.busy.replace(true) {
                self.waiting.borrow_mut().push(context.waker().clone());
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        })
        .await;
        Turn { gate: self }
    }
}

/// A turn.
pub(super) struct Turn<'g> {
    gate: &'g Gate,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.gate.busy.set(false);
        for waker in self.gate.waiting.take() {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::{block_on, yield_once};
    use futures_util::future::join_all;

    #[test]
    fn only_one_is_inside_and_everybody_gets_in() {
        let gate = Gate::default();
        let (inside, served) = (Cell::new(0), Cell::new(0));
        block_on(join_all((0..20).map(|_| async {
            let _turn = gate.enter().await;
            inside.set(inside.get() + 1);
            yield_once().await;
            assert_eq!(inside.get(), 1);
            inside.set(0);
            served.set(served.get() + 1);
        })));
        assert_eq!(served.get(), 20);
    }

    #[test]
    fn a_future_dropped_inside_does_not_lock_the_others_out() {
        let gate = Gate::default();
        drop(block_on(gate.enter()));
        let abandoned = block_on(async { Box::pin(gate.enter()).await });
        drop(abandoned);
        let _turn = block_on(gate.enter());
    }
}
