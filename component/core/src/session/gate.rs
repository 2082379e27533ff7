//! So many at a time: futures of one thread take turns. Not a queue: who is polled first goes first.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// Lets so many futures in at a time; the others sleep until one leaves.
pub(super) struct Gate {
    size: usize,
    room: Cell<usize>,
    waiting: RefCell<Vec<Waker>>,
}

impl Gate {
    /// A gate for `room` futures at a time, one at least.
    pub(super) fn new(room: usize) -> Self {
        Self { size: room.max(1), room: Cell::new(room.max(1)), waiting: RefCell::default() }
    }

    /// Waits until there is room. The turn ends when the returned value is dropped.
    pub(super) async fn enter(&self, turns: Turns) -> Turn<'_> {
        let places = match turns {
            Turns::One => 1,
            Turns::All => self.size,
        };
        poll_fn(|context| match self.room.get().checked_sub(places) {
            Some(left) => {
                self.room.set(left);
                Poll::Ready(())
            }
            None => {
                self.waiting.borrow_mut().push(context.waker().clone());
                Poll::Pending
            }
        })
        .await;
        Turn { gate: self, places }
    }
}

/// How many of the turns that are to be had together one takes.
#[derive(Clone, Copy)]
pub(super) enum Turns {
    /// One of them.
    One,
    /// All: nobody else is inside meanwhile.
    All,
}

/// A turn.
pub(super) struct Turn<'g> {
    gate: &'g Gate,
    places: usize,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.gate.room.set(self.gate.room.get() + self.places);
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
    fn no_more_than_fit_are_inside_and_everybody_gets_in() {
        for room in [1, 4] {
            let gate = Gate::new(room);
            let (inside, most, served) = (Cell::new(0), Cell::new(0), Cell::new(0));
            block_on(join_all((0..20).map(|_| async {
                let _turn = gate.enter(Turns::One).await;
                inside.set(inside.get() + 1);
                most.set(most.get().max(inside.get()));
                yield_once().await;
                inside.set(inside.get() - 1);
                served.set(served.get() + 1);
            })));
            assert_eq!((served.get(), most.get()), (20, room));
        }
    }

    #[test]
    fn who_enters_alone_is_alone_and_everybody_gets_in() {
        let gate = Gate::new(4);
        let (inside, met, served) = (Cell::new(0), Cell::new(0), Cell::new(0));
        let (gate, inside, met, served) = (&gate, &inside, &met, &served);
        let pass = |alone: bool| async move {
            let _turn = gate.enter(if alone { Turns::All } else { Turns::One }).await;
            inside.set(inside.get() + 1);
            yield_once().await;
            met.set(met.get() + usize::from(alone && inside.get() > 1));
            inside.set(inside.get() - 1);
            served.set(served.get() + 1);
        };
        let some = |number: usize| pass(number.is_multiple_of(3));
        block_on(join_all((0..20).map(some)));
        assert_eq!((served.get(), met.get()), (20, 0));
    }

    #[test]
    fn a_future_dropped_inside_does_not_lock_the_others_out() {
        let gate = Gate::new(1);
        drop(block_on(gate.enter(Turns::One)));
        let abandoned = block_on(async { Box::pin(gate.enter(Turns::One)).await });
        drop(abandoned);
        let _turn = block_on(gate.enter(Turns::One));
    }
}
