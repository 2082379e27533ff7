"""The user's browser, before a sandbox whose consent page answers by itself."""

import urllib.error
import urllib.request


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def consent(url: str) -> str:
    """Where the browser is sent with the code."""
    try:
        answer = urllib.request.build_opener(_Stay).open(url, timeout=20)
    except urllib.error.HTTPError as redirect:
        answer = redirect
    callback = answer.headers.get("Location")
    if callback is None:
        raise AssertionError(f"no consent: {answer.status}")
    return callback
