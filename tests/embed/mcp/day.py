"""The scripted day of tests/embed/README.md, through the tools of `calendar-host mcp`. Prints its JSON.

day.py FOLDER: the data folder of the server. DAY_CHANGE is the instant at which the clocks of Berlin change, in seconds.
"""

import asyncio
import json
import os
import sys
from datetime import UTC, datetime, timedelta

from mcp import Client, StdioServerParameters

from sandbox import consent
from server import PROGRAM

CHANGE = datetime.fromtimestamp(int(os.environ["DAY_CHANGE"]), UTC)
BERLIN = "Europe/Berlin"


def text(moment):
    return datetime.fromisoformat(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def period(time):
    return {"start": text(time["start"]), "end": text(time["end"])}


def pick(record, *names):
    return {name: record[name] for name in names}


def meeting(one):
    names = ("account", "calendar", "conferencing", "event_id", "idempotency_key", "status", "title")
    attendees = [pick(attendee, "email", "participation") for attendee in one["attendees"]]
    return pick(one, *names) | {"attendees": attendees, "time": period(one)}


def refused(result):
    if not result.is_error:
        raise AssertionError("the call was not refused")
    error = result.structured_content["error"]
    return {"code": error["code"], "alternatives": [period(time) for time in error["alternatives"]]}


async def connect(call, provider, email):
    request = await call("start_oauth_flow", provider=provider, login_hint=email)
    account = await call("complete_oauth_flow", callback_url=consent(request["url"]))
    return pick(account, "email", "provider", "state") | {"id": account["account"]}


async def day(client):
    async def call(tool, **arguments):
        result = await client.call_tool(tool, arguments)
        if result.is_error:
            raise AssertionError(result.content[0].text)
        return result.structured_content

    accounts = [await connect(call, "google", "ana@example.com"), await connect(call, "outlook", "ana@contoso.example")]
    calendars = (await call("list_calendars"))["calendars"]
    week = {"from": (CHANGE - timedelta(6)).isoformat(), "to": (CHANGE + timedelta(hours=18)).isoformat()}
    hours = {"hours": "09:00-12:00", "days": "mon-fri", "overrides": [f"{CHANGE.date()}=01:00-05:00"]}
    rules = {"duration_minutes": 30, "buffer_before_minutes": 10, "time_zone": BERLIN}
    found = await call("check_availability", **week, **hours, **rules)
    request = {
        "title": "Day",
        **pick(found["slots"][-1], "start", "end"),
        "time_zone": BERLIN,
        "attendees": ["customer@example.org"],
        "description": "The night the clocks change",
        "provider": "google",
        "idempotency_key": "day-1",
    }
    booked = await call("book_meeting", **request)
    again = await call("book_meeting", **request)
    other = request | {"title": "Other", "idempotency_key": "day-2"}
    conflict = refused(await client.call_tool("book_meeting", other))
    cancelled = await call("cancel_event", event_id=booked["event_id"])
    unknown = refused(await client.call_tool("get_event", {"event_id": "nonexistent", "provider": "google"}))
    agenda = (await call("get_upcoming_meetings", **week))["meetings"]
    return {
        "accounts": accounts,
        "agenda": [{"time": period(one), "title": one["title"]} for one in agenda],
        "booked": meeting(booked),
        "booked_again": again["event_id"] == booked["event_id"],
        "calendars": [pick(one, "access", "is_primary", "name") for one in calendars],
        "cancelled": meeting(cancelled),
        "conflict": conflict,
        "slots": {
            "reasons": [pick(one, "count", "reason") for one in found["reasons"]],
            "slots": [period(time) for time in found["slots"]],
            "unknown": len(found["unknown"]),
        },
        "unknown_event": unknown,
    }


async def main():
    environment = dict(os.environ, CALENDAR_HOST_DATA_DIR=sys.argv[1])
    server = StdioServerParameters(command=PROGRAM, args=["mcp", "--user", "ana", "--tz", "UTC"], env=environment)
    async with Client(server, mode="legacy") as client:
        told = await day(client)
    print(json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False))


asyncio.run(main())
