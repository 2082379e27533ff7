"""What calendar.wasm imports, for one process: OAuth clients from the environment, grants and bookings in memory.

Real stores survive a restart and encrypt the grants; the ledger decides overlaps atomically for all processes that share it.
Names that begin with an underscore are ours, every other method is a function of the interface."""

import os
import time
from types import SimpleNamespace as _Record

from wasmtime.component import Variant

_HOLD = 600  # seconds for which a reservation keeps others out before it is committed


def _now():
    return int(time.time())


class Secrets:
    """wit/secrets.wit"""

    def get_oauth_client(self, provider):
        name, default = {
            "google": ("GOOGLE", "http://127.0.0.1:8765/callback"),
            "outlook": ("OUTLOOK", "http://localhost:8765/callback"),
        }[provider]
        get = os.environ.get
        if not get(f"{name}_CLIENT_ID"):
            return None
        addresses = ("authorize", "token", "revoke", "device_code", "api")
        return _Record(
            id=get(f"{name}_CLIENT_ID"),
            secret=get(f"{name}_CLIENT_SECRET"),
            redirect_uri=get(f"{name}_REDIRECT_URI", default),
            tenant=get(f"{name}_TENANT_ID"),
            endpoints=_Record(**{one: get(f"{name}_{one.upper()}_URL") for one in addresses}),
        )


class TokenStore:
    """wit/token-store.wit. Errors are answered as their names."""

    def __init__(self):
        self._entries, self._last = {}, 0

    def _present(self, key):
        entry, expires_at = self._entries.get(key, (None, None))
        return entry if expires_at is None or expires_at > _now() else None

    def _version(self, key):
        entry = self._present(key)
        return entry and entry.version

    def load(self, key):
        return self._present(key)

    def save(self, key, value, expected, expires_at):
        if self._version(key) != expected:
            return "version-mismatch"
        self._last += 1
        self._entries[key] = _Record(value=bytes(value), version=self._last), expires_at
        return self._last

    def delete(self, key, expected):
        if expected is not None and self._version(key) != expected:
            return "version-mismatch"
        existed = self._present(key) is not None
        self._entries.pop(key, None)
        return existed

    def list(self, prefix):
        below = prefix if prefix.endswith("/") else prefix + "/"
        return sorted(key for key in self._entries if key.startswith(below) and self._present(key))


class BookingStore:
    """wit/booking-store.wit. Errors are answered as their names."""

    def __init__(self):
        self._kept = {}

    def _blocks(self, booking):
        return booking.state == "committed" or (booking.state in ("held", "reserved") and booking.expires_at > _now())

    def reserve(self, wanted):
        place = wanted.user_id, wanted.key
        booking = self._kept.get(place)
        is_open = booking is not None and booking.state != "cancelled"
        if is_open and (booking.state == "held" or booking.fingerprint != wanted.fingerprint):
            return Variant("key-conflict", booking)
        if is_open and booking.state == "committed":
            return Variant("committed", booking)
        if not (is_open and self._blocks(booking)):
            others = self.list(wanted.user_id, booking.blocked if is_open else wanted.blocked)
            others = [one for one in others if one.key not in (wanted.key, wanted.replaces)]
            in_the_way = [one.blocked for one in others if (one.state, one.key) != ("held", wanted.hold)]
            if in_the_way:
                return Variant("overlap", in_the_way)
        self.release(wanted.user_id, wanted.hold)
        if is_open:
            booking.expires_at = _now() + _HOLD
            return Variant("resumed", booking)
        facts = {name: value for name, value in vars(wanted).items() if name not in ("user_id", "replaces", "hold")}
        generation = booking.generation + 1 if booking else 0
        times = {"created_at": _now(), "expires_at": _now() + _HOLD}
        self._kept[place] = _Record(**facts, **times, state="reserved", generation=generation, event=None)
        return Variant("reserved", self._kept[place])

    def commit(self, user_id, key, event, blocked):
        booking = self._kept.get((user_id, key))
        if booking is None:
            return "not-found"
        if booking.state == "held" or (booking.state == "cancelled" and event.status != "cancelled"):
            return "wrong-state"
        booking.state = "cancelled" if event.status == "cancelled" else "committed"
        booking.time, booking.blocked, booking.event, booking.expires_at = event.time, blocked, event, None
        return booking

    def abort(self, user_id, key):
        booking = self._kept.get((user_id, key))
        if booking is None or booking.state == "cancelled":
            return False
        if booking.state != "reserved":
            return "wrong-state"
        # A later generation is remembered, so that none is given out twice.
        if booking.generation:
            booking.state = "cancelled"
        else:
            del self._kept[user_id, key]
        return True

    def get(self, user_id, key):
        return self._kept.get((user_id, key))

    def find_event(self, user_id, event_id):
        mine = [booking for (user, _), booking in self._kept.items() if user == user_id]
        found = [booking for booking in mine if booking.event and booking.event.event_id == event_id]
        return min(found, key=lambda booking: booking.state == "cancelled", default=None)

    def list(self, user_id, range):
        mine = [booking for (user, _), booking in self._kept.items() if user == user_id and self._blocks(booking)]
        found = [one for one in mine if one.blocked.start < range.end and range.start < one.blocked.end]
        return sorted(found, key=lambda booking: (booking.blocked.start, booking.key))

    def hold(self, wanted):
        """The cases of this variant have different classes, so they are answered without their tags."""
        place = wanted.user_id, wanted.key
        booking = self._kept.get(place)
        if booking and booking.state != "held":
            return None  # key-conflict
        if booking and self._blocks(booking):
            return booking if booking.fingerprint == wanted.fingerprint else None
        taken = self.list(wanted.user_id, wanted.blocked)
        if taken:
            return [one.blocked for one in taken]  # overlap
        facts = {name: value for name, value in vars(wanted).items() if name not in ("user_id", "ttl_seconds")}
        times = {"created_at": _now(), "expires_at": _now() + wanted.ttl_seconds}
        nowhere = {"account": "", "provider": "google", "calendar": "", "generation": 0, "event": None}
        self._kept[place] = _Record(**facts, **times, **nowhere, state="held")
        return self._kept[place]  # held

    def release(self, user_id, key):
        booking = self._kept.get((user_id, key))
        if booking is None or booking.state != "held":
            return False
        del self._kept[user_id, key]
        return self._blocks(booking)


class Cache:
    """wit/cache.wit. Keeping nothing is allowed; a real one belongs to one user."""

    def get(self, key):
        return None

    def put(self, key, value, ttl_seconds):
        return None

    def invalidate(self, prefix):
        return None


def in_memory():
    """Everything the component asks for."""
    return {"secrets": Secrets(), "token-store": TokenStore(), "booking-store": BookingStore(), "cache": Cache()}
