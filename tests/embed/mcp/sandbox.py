"""The sandbox's control plane, and the person in front of its consent page."""

import json
import os
import urllib.error
import urllib.request

BASE = os.environ["SANDBOX_URL"]


def control(method, path, body=None):
    """One call of the control plane; the parsed answer, or None for an empty one."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{BASE}/_sandbox{path}", data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=20) as answer:
        text = answer.read()
    return json.loads(text) if text else None


class Stay(urllib.request.HTTPRedirectHandler):
    """A browser that stays where it is."""

    def redirect_request(self, *_):
        return None


def consent(url):
    """Opens a consent page, which approves by itself; the address that it sends the browser to."""
    try:
        urllib.request.build_opener(Stay).open(url, timeout=20)
    except urllib.error.HTTPError as redirect:
        if redirect.status in (302, 303):
            return redirect.headers["Location"]
        raise
    raise AssertionError("the consent page did not redirect")


def fault(method, path, action, times=1):
    """The next requests that match go wrong."""
    order = {"vendor": "google", "method": method, "path_contains": path, "times": times, "action": action}
    control("POST", "/faults", order)


def created(title):
    """How often somebody asked Google to make an event of this title, and got it."""
    made = 0
    for one in control("GET", "/exchanges"):
        is_insert = one["method"] == "POST" and one["path"].endswith("/events") and one["status"] == 200
        made += is_insert and json.loads(one["request_body"]).get("summary") == title
    return made
