"""google-auth-oauthlib and google-auth against the sandbox's accounts: consent, PKCE, refresh, revocation."""

import os
from urllib.parse import parse_qs

import google.auth.exceptions
from google.auth.transport.requests import AuthorizedSession, Request
from google_auth_oauthlib.flow import Flow, InstalledAppFlow
from oauthlib.oauth2 import OAuth2Error

import browser
from sandbox import BASE, control, exchanges, headers
from steps import Steps, holds, refused, same

PREFIX = "https://www.googleapis.com/auth/"
FREE_BUSY = f"{PREFIX}calendar.freebusy"
SCOPES = ["openid", f"{PREFIX}calendar.events", f"{PREFIX}calendar.calendarlist.readonly", FREE_BUSY]
ANA = "ana@example.com"
CALENDARS = f"{BASE}/calendar/v3/users/me/calendarList"


def configuration(kind, client_id):
    secret = os.environ["GOOGLE_CLIENT_SECRET"]
    return {kind: {"client_id": client_id, "client_secret": secret, "auth_uri": f"{BASE}/o/oauth2/v2/auth", "token_uri": f"{BASE}/token"}}


def consented(**choice):
    """A flow whose person has answered, and the address the browser was sent to, as over TLS."""
    settings = configuration("web", os.environ["GOOGLE_CLIENT_ID"])
    flow = Flow.from_client_config(settings, SCOPES, redirect_uri=os.environ["GOOGLE_REDIRECT_URI"], autogenerate_code_verifier=True)
    address, _ = flow.authorization_url(access_type="offline", prompt="consent", login_hint=ANA)
    sent = browser.consent(address, **choice)
    return flow, sent.address.replace("http://", "https://", 1)


def login():
    flow, address = consented()
    flow.fetch_token(authorization_response=address)
    return flow.credentials


def main():
    steps = Steps("google-auth-oauthlib")
    with steps.step("signs in with PKCE through the consent page"), exchanges() as seen:
        flow, address = consented()
        same(len(flow.code_verifier), 128)
        flow.fetch_token(authorization_response=address)
        credentials = flow.credentials
        holds(credentials.valid and credentials.refresh_token and credentials.id_token, credentials)
        same(set(credentials.granted_scopes or credentials.scopes), set(SCOPES))
    with steps.step("sends the client's secret by HTTP Basic, and it is accepted"):
        exchange = [one for one in seen if one["path"] == "/token"][-1]
        holds(headers(exchange)["authorization"].startswith("Basic "), exchange["path"])
        holds("client_id" not in parse_qs(exchange["request_body"]), exchange["path"])
    with steps.step("refuses a code that was used before"):
        error = refused(OAuth2Error, lambda: flow.fetch_token(authorization_response=address))
        same(error.error, "invalid_grant")
    with steps.step("refuses a code with another verifier"):
        other, address = consented()
        other.code_verifier = "x" * 43
        same(refused(OAuth2Error, lambda: other.fetch_token(authorization_response=address)).error, "invalid_grant")
    with steps.step("reports a person who says no"):
        denied, address = consented(decision="deny")
        same(refused(OAuth2Error, lambda: denied.fetch_token(authorization_response=address)).error, "access_denied")
    with steps.step("notices partial consent by the answered scope"):
        partial, address = consented(without=[FREE_BUSY])
        error = refused(Warning, lambda: partial.fetch_token(authorization_response=address))
        holds("Scope has changed" in str(error), str(error))
    with steps.step("works with what is left after partial consent"):
        os.environ["OAUTHLIB_RELAX_TOKEN_SCOPE"] = "1"
        partial, address = consented(without=[FREE_BUSY])
        partial.fetch_token(authorization_response=address)
        same(set(partial.credentials.granted_scopes), set(SCOPES) - {FREE_BUSY})
        session = AuthorizedSession(partial.credentials)
        same(session.get(CALENDARS).status_code, 200)
        answer = session.post(f"{BASE}/calendar/v3/freeBusy", json={"timeMin": "2030-01-01T00:00:00Z", "timeMax": "2030-01-02T00:00:00Z", "items": [{"id": "primary"}]})
        same((answer.status_code, answer.json()["error"]["errors"][0]["reason"]), (403, "insufficientPermissions"))
        del os.environ["OAUTHLIB_RELAX_TOKEN_SCOPE"]
    with steps.step("refreshes with the secret in the form and keeps the refresh token"), exchanges() as seen:
        before = (credentials.token, credentials.refresh_token)
        credentials.refresh(Request())
        holds(credentials.token != before[0] and credentials.refresh_token == before[1], credentials.expiry)
    with steps.step("names client and scopes in the refresh form"):
        form = parse_qs([one for one in seen if one["path"] == "/token"][-1]["request_body"])
        holds({"client_id", "client_secret", "refresh_token", "scope"} <= set(form), sorted(form))
    with steps.step("renews by itself after a 401"), exchanges() as seen:
        control("POST", "/oauth/expire", {"vendor": "google"})
        same(AuthorizedSession(credentials).get(CALENDARS).status_code, 200)
    with steps.step("asks three times for that: 401, token, 200"):
        same([(one["path"], one["status"]) for one in seen], [("/calendar/v3/users/me/calendarList", 401), ("/token", 200), ("/calendar/v3/users/me/calendarList", 200)])
    with steps.step("listens on loopback as an installed program"):
        client_id = "410000000002-desktop.apps.googleusercontent.com"
        control("POST", "/oauth/client", {"vendor": "google", "id": client_id, "secrets": [os.environ["GOOGLE_CLIENT_SECRET"]], "redirect_uris": ["http://localhost/"]})
        installed = InstalledAppFlow.from_client_config(configuration("installed", client_id), SCOPES)
        found = installed.run_local_server(port=0, timeout_seconds=20, authorization_prompt_message="", access_type="offline")
        holds(found.valid and found.refresh_token, found.expiry)
    with steps.step("revokes a grant, which ends its refresh token"):
        ended = login()
        answer = AuthorizedSession(ended).post(f"{BASE}/revoke", data={"token": ended.refresh_token})
        same(answer.status_code, 200)
        error = refused(google.auth.exceptions.RefreshError, lambda: ended.refresh(Request()))
        holds("invalid_grant" in str(error), str(error))


browser.be_the_default()
main()
