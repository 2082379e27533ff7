"""MSAL for Python against the sandbox's Entra ID: metadata, code flow, device code, silent renewal, error codes."""

import os

import msal

import browser
from sandbox import BASE, control, exchanges
from steps import Steps, holds, refused, same

AUTHORITY = f"{BASE}/common"
SCOPES = ["User.Read", "Calendars.ReadWrite"]
ANA, LEE, HOME = "ana@contoso.example", "lee@contoso.example", "ana@outlook.example"
PUBLIC = "00001111-aaaa-2222-bbbb-3333cccc5555"


def confidential(**changed):
    given = {"client_id": os.environ["OUTLOOK_CLIENT_ID"], "client_credential": os.environ["OUTLOOK_CLIENT_SECRET"], "authority": AUTHORITY, **changed}
    return msal.ConfidentialClientApplication(instance_discovery=False, **given)


def started(app, **parameters):
    return app.initiate_auth_code_flow(SCOPES, redirect_uri=os.environ["OUTLOOK_REDIRECT_URI"], **parameters)


def login(app, account=ANA):
    flow = started(app)
    return app.acquire_token_by_auth_code_flow(flow, browser.consent(flow["auth_uri"], account).parameters())


def main():
    steps = Steps("msal")
    with steps.step("refuses an authority without TLS by itself"):
        refused(ValueError, lambda: confidential(authority=AUTHORITY.replace("https://", "http://")))
    with steps.step("takes the endpoints from openid-configuration"), exchanges() as seen:
        app = confidential()
        same(app.authority.token_endpoint, f"{AUTHORITY}/oauth2/v2.0/token")
        same(app.authority.device_authorization_endpoint, f"{AUTHORITY}/oauth2/v2.0/devicecode")
    with steps.step("asks for nothing else"):
        same([one["path"] for one in seen], ["/common/v2.0/.well-known/openid-configuration"])
    with steps.step("does not find an unknown tenant"):
        refused(ValueError, lambda: confidential(authority=f"{BASE}/nobody.example"))
    with steps.step("signs in with code, PKCE and nonce"):
        flow = started(app, login_hint=ANA)
        answer = browser.consent(flow["auth_uri"]).parameters()
        result = app.acquire_token_by_auth_code_flow(flow, answer)
        holds("error" not in result and result["refresh_token"], sorted(result))
        same(result["id_token_claims"]["preferred_username"], ANA)
    with steps.step("names the account by user and tenant"):
        account = app.get_accounts(username=ANA)[0]
        claims = result["id_token_claims"]
        same(account["home_account_id"], f"{claims['oid']}.{claims['tid']}")
    with steps.step("is refused when the code comes twice: AADSTS54005"):
        again = app.acquire_token_by_auth_code_flow(flow, answer)
        same((again["error"], again["error_codes"]), ("invalid_grant", [54005]))
        holds(again["error_description"].startswith("AADSTS54005") and again["correlation_id"], again)
    with steps.step("is refused with another verifier: AADSTS501481"):
        flow = started(app)
        answer = browser.consent(flow["auth_uri"], ANA).parameters()
        wrong = app.acquire_token_by_auth_code_flow({**flow, "code_verifier": "x" * 43}, answer)
        same((wrong["error"], wrong["error_codes"]), ("invalid_grant", [501481]))
    with steps.step("takes the answer as a posted form too"):
        flow = started(app, response_mode="form_post")
        sent = browser.consent(flow["auth_uri"], LEE)
        holds(sent.fields, sent.address)
        same(app.acquire_token_by_auth_code_flow(flow, sent.parameters())["id_token_claims"]["preferred_username"], LEE)
    with steps.step("is told that the person declined"):
        flow = started(app)
        answer = browser.consent(flow["auth_uri"], ANA, decision="deny").parameters()
        same(app.acquire_token_by_auth_code_flow(flow, answer)["error"], "access_denied")
    with steps.step("renews silently with the refresh token"), exchanges() as seen:
        silent = app.acquire_token_silent(SCOPES, account, force_refresh=True)
        holds(silent["access_token"] != result["access_token"], sorted(silent))
    with steps.step("asks once for that, and not at all while the token is good"), exchanges() as none:
        same([one["status"] for one in seen], [200])
        same(app.acquire_token_silent(SCOPES, account)["access_token"], silent["access_token"])
    with steps.step("asks nothing from its cache"):
        same(none, [])
    with steps.step("is told that another factor is needed: AADSTS50076"):
        action = {"kind": "status", "status": 400, "reason": "invalid_grant#50076"}
        control("POST", "/faults", {"vendor": "microsoft", "path_contains": "/token", "times": 1, "action": action})
        failed = app.acquire_token_silent_with_error(SCOPES, account, force_refresh=True)
        same((failed["error"], failed["error_codes"]), ("invalid_grant", [50076]))
    with steps.step("is told that the grant was ended: AADSTS50173"):
        ending = confidential()
        login(ending, HOME)
        control("POST", "/oauth/revoke", {"vendor": "microsoft", "email": HOME})
        failed = ending.acquire_token_silent_with_error(SCOPES, ending.get_accounts()[0], force_refresh=True)
        same((failed["error"], failed["error_codes"]), ("invalid_grant", [50173]))
    with steps.step("is told that its secret is wrong: AADSTS7000215"):
        failed = login(confidential(client_credential="wrong"))
        same((failed["error"], failed["error_codes"]), ("invalid_client", [7000215]))
    devices(steps)


def devices(steps):
    app = msal.PublicClientApplication(PUBLIC, authority=AUTHORITY, instance_discovery=False)

    def poll(flow):
        """One poll: the library would wait and ask again, and is told not to."""
        return app.acquire_token_by_device_flow(flow, exit_condition=lambda _: True)

    with steps.step("shows a device code and waits"):
        flow = app.initiate_device_flow(SCOPES)
        holds(flow["user_code"] in flow["message"] and flow["interval"] == 5, sorted(flow))
        same(poll(flow)["error"], "authorization_pending")
    with steps.step("signs in once the person has entered the code"):
        browser.enter_code(flow["verification_uri"], flow["user_code"])
        result = poll(flow)
        holds("access_token" in result, result)
        same(result["id_token_claims"]["preferred_username"], ANA)
    with steps.step("cannot use the device code again"):
        same(poll(flow)["error"], "bad_verification_code")
    with steps.step("stops when the person declines the code"):
        flow = app.initiate_device_flow(SCOPES)
        browser.enter_code(flow["verification_uri"], flow["user_code"], decision="deny")
        same(poll(flow)["error"], "authorization_declined")
    with steps.step("stops when the code has expired"):
        flow = app.initiate_device_flow(SCOPES)
        control("POST", "/clock", {"advance_seconds": 901})
        same(poll(flow)["error"], "expired_token")
        control("DELETE", "/clock")
    with steps.step("listens on loopback as a public program"):
        control("POST", "/oauth/client", {"vendor": "microsoft", "id": PUBLIC, "secrets": [], "redirect_uris": ["http://localhost"]})
        result = app.acquire_token_interactive(SCOPES, login_hint=LEE, timeout=20)
        holds("access_token" in result, result)
        same(result["id_token_claims"]["preferred_username"], LEE)


browser.be_the_default()
main()
