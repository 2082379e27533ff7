"""A person with a browser: opens the address, fills in the sandbox's form, goes where it is sent. It runs no script."""

import threading
import urllib.error
import urllib.request
import webbrowser
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit


class _Form(HTMLParser):
    """The first form of a page with the fields a browser would send."""

    def __init__(self, page):
        super().__init__()
        self.action, self.fields = None, []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form":
            self.action = given["action"]
        if tag != "input" or "disabled" in given or not given.get("name"):
            return
        if given.get("type") in ("radio", "checkbox") and "checked" not in given:
            return
        self.fields.append((given["name"], given.get("value") or ""))


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


_OPENER = urllib.request.build_opener(_Stay)


class Sent:
    """Where the authorization server sent the browser: an address to get, or a form to post there."""

    def __init__(self, address, fields=None):
        self.address, self.fields = address, fields

    def parameters(self):
        """What the client is told."""
        return dict(self.fields if self.fields is not None else parse_qsl(urlsplit(self.address).query))

    def go(self):
        """Delivers it to the client's own listener."""
        data = None if self.fields is None else urlencode(self.fields).encode()
        urllib.request.urlopen(self.address, data, timeout=20).read()


def _open(address, data=None):
    """(status, target of a redirect, text)"""
    try:
        with _OPENER.open(address, data, timeout=20) as answer:
            return answer.status, None, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers.get("Location"), answer.read().decode()


def consent(address, account=None, without=(), decision="allow"):
    """Signs in as the account (else the one that is ticked), unticks scopes, and presses the button."""
    status, target, page = _open(address)
    form = _Form(page)
    if status != 200 or form.action is None:
        raise AssertionError(f"no consent page: {status} {target} {page}")
    fields = [(name, value) for name, value in form.fields if value not in without]
    if account:
        fields = [(name, account if name == "sandbox_account" else value) for name, value in fields]
    fields.append(("sandbox_decision", decision))
    status, target, page = _open(urljoin(address, form.action), urlencode(fields).encode())
    if status == 302:
        return Sent(target)
    answer = _Form(page)
    if status != 200 or answer.action is None:
        raise AssertionError(f"not sent back: {status} {page}")
    return Sent(answer.action, answer.fields)


def enter_code(address, user_code, decision="allow"):
    """Types a device's code at the page it named."""
    status, _, page = _open(address)
    form = _Form(page)
    if status != 200 or form.action is None:
        raise AssertionError(f"no page for the code: {status} {page}")
    fields = [(name, user_code if name == "user_code" else value) for name, value in form.fields]
    status, _, page = _open(urljoin(address, form.action), urlencode([*fields, ("sandbox_decision", decision)]).encode())
    if status != 200:
        raise AssertionError(f"code not taken: {status} {page}")
    return page


class Scripted(webbrowser.BaseBrowser):
    """What `webbrowser.open` finds: the same person, beside a client that listens for the answer."""

    def open(self, url, new=0, autoraise=True):
        threading.Thread(target=lambda: consent(url).go(), daemon=True).start()
        return True


def be_the_default():
    """From now on the libraries' own `webbrowser.open` reaches this person."""
    webbrowser.register("scripted", None, Scripted("scripted"), preferred=True)
