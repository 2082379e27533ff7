"""The sandbox's address, its settings, and its control plane below /_sandbox. The run's CA is trusted by SSL_CERT_FILE."""

import contextlib
import json
import os
import subprocess
import urllib.request
from datetime import datetime, timedelta

BASE = os.environ["SANDBOX_URL"]
# Central European time as a rule, so that no time zone data is needed.
BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"


def monday():
    """00:00 on Monday of this week in Berlin, where the sandbox's people live; without a zone."""
    today = subprocess.run(["date", "+%F"], env={**os.environ, "TZ": BERLIN}, capture_output=True, check=True, text=True)
    today = datetime.fromisoformat(today.stdout.strip())
    return today - timedelta(days=today.weekday())


def control(method, path, body=None):
    """One call of the control plane; the parsed answer, or None for an empty one."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{BASE}/_sandbox{path}", data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=20) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def access_token(vendor, email, *scopes):
    """A token without any consent."""
    order = {"vendor": vendor, "email": email, "scopes": list(scopes)}
    return control("POST", "/oauth/access_token", order)["access_token"]


@contextlib.contextmanager
def exchanges():
    """Fills the list it gives with the exchanges that the block caused."""
    control("DELETE", "/exchanges")
    seen = []
    yield seen
    seen.extend(control("GET", "/exchanges"))


def headers(exchange):
    """The request headers of an exchange by lower-case name."""
    return dict(exchange["request_headers"])


def fault(vendor, method, path, times, status, reason):
    """The next requests that match fail with a vendor-shaped error."""
    action = {"kind": "status", "status": status, "reason": reason}
    order = {"vendor": vendor, "method": method, "path_contains": path, "times": times, "action": action}
    control("POST", "/faults", order)
