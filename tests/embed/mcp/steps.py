"""One printed line for each step of a client program. The first failure ends the program with its trace."""

import contextlib
import sys
import traceback


class Steps:
    """The steps of one client, named as on the package index."""

    def __init__(self, client):
        self.client = client

    @contextlib.contextmanager
    def step(self, text):
        """Runs the block and says how it went; `text` is a sentence in the present tense."""
        try:
            yield
        except Exception:
            print(f"FAILED {self.client}: {text}", flush=True)
            traceback.print_exc()
            sys.exit(1)
        print(f"ok {self.client}: {text}", flush=True)


def same(found, wanted):
    """Fails unless both are equal, and shows both."""
    if found != wanted:
        raise AssertionError(f"found {found!r}\nwanted {wanted!r}")


def holds(condition, found):
    """Fails unless the condition is true, and shows what was found."""
    if not condition:
        raise AssertionError(f"found {found!r}")
    return found


def refused(kind, call):
    """The exception of this kind that the call must raise."""
    try:
        answer = call()
    except kind as error:
        return error
    raise AssertionError(f"not refused, but answered {answer!r}")
