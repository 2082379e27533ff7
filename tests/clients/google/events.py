"""google-api-python-client against the sandbox's Google Calendar: lists, free/busy, and an event from its birth to its end."""

import hashlib
import os
from base64 import b32hexencode
from datetime import datetime, timedelta, timezone

from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from sandbox import BASE, access_token, control, exchanges, fault, monday
from steps import Steps, holds, refused, same

PREFIX = "https://www.googleapis.com/auth/"
ANA, BEN = "ana@example.com", "ben@example.com"
NOW = datetime.now(timezone.utc).replace(microsecond=0)
MONDAY = monday().replace(tzinfo=timezone.utc)


def service(*scopes):
    credentials = Credentials(token=access_token("google", ANA, *[PREFIX + scope for scope in scopes]))
    options = {"api_endpoint": f"{BASE}/calendar/v3/"}
    return build("calendar", "v3", credentials=credentials, static_discovery=True, client_options=options)


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def own_id(key):
    return b32hexencode(hashlib.sha256(key.encode()).digest()).decode().rstrip("=").lower()


def reason(error):
    """(status, reason) of an error, as the library parsed them."""
    return error.resp.status, error.error_details[0]["reason"]


def pages(resource, request):
    """Every page, following the library's own list_next."""
    found = []
    while request is not None:
        found.append(request.execute())
        request = resource.list_next(request, found[-1])
    return found


def with_etag(request, etag, name="If-Match"):
    request.headers[name] = etag
    return request


def lists(steps, api):
    with steps.step("pages through the calendar list"):
        entries = api.calendarList()
        found = pages(entries, entries.list(maxResults=1))
        ids = [item["id"] for page in found for item in page["items"]]
        holds(len(found) == len(ids) and len(set(ids)) == len(ids) >= 3 and ANA in ids, ids)
        holds("nextSyncToken" in found[-1] and "nextPageToken" not in found[-1], found[-1])
    with steps.step("reads one calendar's entry and its metadata"):
        same(api.calendarList().get(calendarId="primary").execute()["primary"], True)
        same(api.calendars().get(calendarId=ANA).execute()["timeZone"], "Europe/Berlin")
    with steps.step("pages through a week of events by two and finds what one page shows"):
        events = api.events()
        week = {"calendarId": "primary", "singleEvents": True, "orderBy": "startTime", "timeMin": stamp(MONDAY), "timeMax": stamp(MONDAY + timedelta(days=7))}
        found = pages(events, events.list(maxResults=2, **week))
        small = [item["id"] for page in found for item in page.get("items", [])]
        whole = [item["id"] for item in events.list(**week).execute()["items"]]
        holds(len(found) > 3 and small == whole, (len(found), small, whole))
    with steps.step("cuts an answer by fields"):
        answer = events.list(fields="items(id,etag),nextPageToken", maxResults=1, **week).execute()
        same((set(answer), set(answer["items"][0])), ({"items", "nextPageToken"}, {"id", "etag"}))
    with steps.step("shows the occurrences of a series"):
        answer = events.instances(calendarId="primary", eventId="standup0000", timeMin=stamp(MONDAY), timeMax=stamp(MONDAY + timedelta(days=7))).execute()
        same([item["recurringEventId"] for item in answer["items"]], ["standup0000"] * 2)
    with steps.step("asks for free and busy times, and is told which calendar is unknown"):
        order = {"timeMin": stamp(MONDAY), "timeMax": stamp(MONDAY + timedelta(days=7)), "items": [{"id": ANA}, {"id": "gone@example.com"}]}
        answer = api.freebusy().query(body=order).execute()["calendars"]
        holds(len(answer[ANA]["busy"]) > 3 and "errors" not in answer[ANA], answer)
        same(answer["gone@example.com"], {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []})


def changes(steps, api):
    events = api.events()
    key, start = own_id(f"client {NOW}"), MONDAY + timedelta(days=22, hours=9)
    body = {
        "id": key, "summary": "Demo", "attendees": [{"email": BEN}, {"email": "lee@customer.example", "optional": True}],
        "start": {"dateTime": stamp(start), "timeZone": "Europe/Berlin"},
        "end": {"dateTime": stamp(start + timedelta(minutes=30)), "timeZone": "Europe/Berlin"},
        "extendedProperties": {"private": {"bk": "booking-1"}},
        "conferenceData": {"createRequest": {"requestId": "booking-1-0", "conferenceSolutionKey": {"type": "hangoutsMeet"}}},
    }
    insert = {"calendarId": "primary", "sendUpdates": "all", "conferenceDataVersion": 1}
    with steps.step("inserts an event under its own id, with a Meet link"):
        control("DELETE", "/mails")
        event = events.insert(body=body, **insert).execute()
        same((event["id"], event["status"], event["conferenceData"]["createRequest"]["status"]["statusCode"]), (key, "confirmed", "success"))
        holds(event["hangoutLink"].startswith("https://meet.google.com/"), event)
    with steps.step("sends one invitation to each guest"):
        same(sorted(mail["to"] for mail in control("GET", "/mails") if mail["kind"] == "invitation"), [BEN, "lee@customer.example"])
    with steps.step("is refused with 409 when the id is used again"):
        same(reason(refused(HttpError, events.insert(body=body, **insert).execute)), (409, "duplicate"))
    with steps.step("reads the event back, and 304 while its ETag is the same"):
        same(events.get(calendarId="primary", eventId=key).execute()["etag"], event["etag"])
        request = with_etag(events.get(calendarId="primary", eventId=key), event["etag"], "If-None-Match")
        same(refused(HttpError, request.execute).resp.status, 304)
    with steps.step("finds the event by its private property"):
        found = events.list(calendarId="primary", privateExtendedProperty="bk=booking-1").execute()["items"]
        same([item["id"] for item in found], [key])
    later = {name: {"dateTime": stamp(start + timedelta(hours=1, minutes=more)), "timeZone": "Europe/Berlin"} for name, more in (("start", 0), ("end", 30))}
    patch = {"calendarId": "primary", "eventId": key, "sendUpdates": "all", "conferenceDataVersion": 1}
    with steps.step("patches with If-Match and gets a new ETag"):
        changed = with_etag(events.patch(body=later, **patch), event["etag"]).execute()
        holds(changed["etag"] != event["etag"] and changed["sequence"] > event["sequence"], changed)
        same(datetime.fromisoformat(changed["start"]["dateTime"]), start + timedelta(hours=1))
    with steps.step("keeps guests and link in a patch that does not name them"):
        same(sorted(one["email"] for one in changed["attendees"]), sorted([BEN, "lee@customer.example"]))
        same(changed["hangoutLink"], event["hangoutLink"])
    with steps.step("patch with a stale ETag is 412"):
        request = with_etag(events.patch(body={"summary": "Late"}, **patch), event["etag"])
        same(reason(refused(HttpError, request.execute)), (412, "conditionNotMet"))
    with steps.step("update replaces the event and drops what is left out"):
        written = events.update(body={"summary": "Plain", "start": changed["start"], "end": changed["end"]}, **patch).execute()
        same((written["summary"], "attendees" in written), ("Plain", False))
    with steps.step("delete with a stale ETag is 412"):
        request = with_etag(events.delete(calendarId="primary", eventId=key), event["etag"])
        same(reason(refused(HttpError, request.execute)), (412, "conditionNotMet"))
    with steps.step("deletes the event: 204, nothing else"):
        same(events.delete(calendarId="primary", eventId=key, sendUpdates="all").execute(), "")
    with steps.step("delete again is 410"):
        same(reason(refused(HttpError, events.delete(calendarId="primary", eventId=key).execute)), (410, "deleted"))
    with steps.step("reads the deleted event as cancelled"):
        same(events.get(calendarId="primary", eventId=key).execute()["status"], "cancelled")
    with steps.step("cannot use the id of a deleted event again"):
        same(reason(refused(HttpError, events.insert(body=body, **insert).execute)), (409, "duplicate"))


def moves(steps, api):
    events = api.events()
    team = next(item["id"] for item in api.calendarList().list().execute()["items"] if item["summary"] == "Team")
    with steps.step("moves an event to another calendar, whose it then is"):
        body = {"summary": "Wanders", "start": {"date": "2030-01-01"}, "end": {"date": "2030-01-02"}}
        event = events.insert(calendarId="primary", body=body).execute()
        moved = events.move(calendarId="primary", eventId=event["id"], destination=team).execute()
        same((moved["id"], moved["organizer"]["email"]), (event["id"], team))
        same(events.get(calendarId=team, eventId=event["id"]).execute()["summary"], "Wanders")
    with steps.step("leaves a cancelled stub behind"):
        same(events.get(calendarId="primary", eventId=event["id"]).execute()["status"], "cancelled")


def series(steps, api):
    events = api.events()
    at = (MONDAY + timedelta(days=29)).date()
    body = {
        "summary": "Weekly", "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"],
        "start": {"dateTime": f"{at}T09:00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": f"{at}T09:30:00", "timeZone": "Europe/Berlin"},
    }
    with steps.step("inserts a series of four with times by the wall clock"):
        master = events.insert(calendarId="primary", body=body, sendUpdates="none").execute()
        found = events.instances(calendarId="primary", eventId=master["id"]).execute()["items"]
        same(len(found), 4)
    with steps.step("changes one occurrence and leaves the others"):
        second = found[1]
        name = events.patch(calendarId="primary", eventId=second["id"], body={"summary": "Other"}).execute()
        same((name["recurringEventId"], name["originalStartTime"]["dateTime"]), (master["id"], second["start"]["dateTime"]))
        shown = events.instances(calendarId="primary", eventId=master["id"]).execute()["items"]
        same([item["summary"] for item in shown], ["Weekly", "Other", "Weekly", "Weekly"])
    with steps.step("removes one occurrence"):
        events.delete(calendarId="primary", eventId=found[2]["id"]).execute()
        shown = events.instances(calendarId="primary", eventId=master["id"]).execute()["items"]
        same([item["id"] for item in shown], [found[0]["id"], found[1]["id"], found[3]["id"]])
    with steps.step("is told of every change by the sync token"):
        token = pages(events, events.list(calendarId="primary", maxResults=250))[-1]["nextSyncToken"]
        events.delete(calendarId="primary", eventId=master["id"]).execute()
        answer = events.list(calendarId="primary", syncToken=token).execute()
        holds({"id": master["id"], "status": "cancelled"}.items() <= {item["id"]: item for item in answer["items"]}[master["id"]].items(), answer)
    with steps.step("must start over when the sync token is dead"):
        control("POST", f"/google/calendars/{ANA}/expire_sync_tokens")
        error = refused(HttpError, events.list(calendarId="primary", syncToken=answer["nextSyncToken"]).execute)
        same(reason(error), (410, "fullSyncRequired"))


def errors(steps, api):
    events = api.events()
    with steps.step("tries again after a rate limit, because of the reason alone"), exchanges() as seen:
        fault("google", "GET", "/calendars/primary", 2, 403, "userRateLimitExceeded")
        request = api.calendars().get(calendarId="primary")
        request._sleep = lambda seconds: None
        same(request.execute(num_retries=3)["id"], ANA)
    with steps.step("asks three times for that"):
        same([one["status"] for one in seen], [403, 403, 200])
    with steps.step("finds no event that was never there: 404"):
        same(reason(refused(HttpError, events.get(calendarId="primary", eventId="nevermade0").execute)), (404, "notFound"))
    with steps.step("is told that the range is empty"):
        error = refused(HttpError, events.list(calendarId="primary", timeMin=stamp(NOW), timeMax=stamp(NOW)).execute)
        same(reason(error), (400, "timeRangeEmpty"))
    with steps.step("is told that its token has too little scope"):
        narrow = service("calendar.freebusy")
        error = refused(HttpError, narrow.events().list(calendarId="primary").execute)
        same(error.resp.status, 403)
        holds("insufficient" in str(error).lower(), str(error))
    with steps.step("may not book in a calendar it only sees as free or busy"):
        board = next(item["id"] for item in api.calendarList().list().execute()["items"] if item["accessRole"] == "freeBusyReader")
        body = {"start": {"date": "2030-01-01"}, "end": {"date": "2030-01-02"}}
        same(refused(HttpError, events.insert(calendarId=board, body=body).execute).resp.status, 403)


def main():
    steps, api = Steps("google-api-python-client"), service("calendar")
    holds(os.environ["GOOGLE_API_URL"].startswith("https://localhost:"), BASE)
    for part in (lists, changes, moves, series, errors):
        part(steps, api)


main()
