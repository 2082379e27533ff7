"""The scripted day of tests/embed/README.md through calendar.wasm in Python. Prints its JSON."""

import json
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime

import stores
from browser import consent
from calendar_api import BookingRequest, Calendar, EventLocator, Selection, SlotQuery, SlotRules, TimeRange, WorkingHours
from component import CalendarError

USER = "ana"


def text(instant):
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def period(time):
    return {"start": text(time.start), "end": text(time.end)}


def pick(record, *names):
    return {name: getattr(record, name) for name in names}


def meeting(one):
    names = ("account", "calendar", "conferencing", "event_id", "idempotency_key", "status", "title")
    attendees = [pick(attendee, "email", "participation") for attendee in one.attendees]
    return pick(one, *names) | {"attendees": attendees, "time": period(one.time)}


def refused(call, *arguments):
    try:
        call(*arguments)
    except CalendarError as error:
        return {"code": error.code, "alternatives": [period(time) for time in error.alternatives]}
    raise AssertionError("the call was not refused")


def connect(calendar, provider, email):
    request = calendar.start_oauth_flow(USER, provider, email)
    return pick(calendar.complete_oauth_flow(USER, consent(request.url)), "email", "id", "provider", "state")


def day(calendar, change):
    accounts = [connect(calendar, "google", "ana@example.com"), connect(calendar, "outlook", "ana@contoso.example")]
    calendars = [pick(one, "access", "is_primary", "name") for one in calendar.list_calendars(USER).calendars]

    hours = [WorkingHours(day, 540, 720) for day in ("monday", "tuesday", "wednesday", "thursday", "friday")]
    hours.append(WorkingHours("sunday", 60, 300))
    rules = SlotRules(30, "Europe/Berlin", working_hours=hours, buffer_before_minutes=10)
    week = TimeRange(change - 6 * 86400, change + 18 * 3600)
    found = calendar.check_availability(USER, SlotQuery(week, rules))

    request = BookingRequest(
        title="Day",
        time=found.slots[-1],
        time_zone="Europe/Berlin",
        attendees=["customer@example.org"],
        description="The night the clocks change",
        target=Selection(provider="google"),
        idempotency_key="day-1",
    )
    booked = calendar.book_meeting(USER, request)
    again = calendar.book_meeting(USER, request)
    conflict = refused(calendar.book_meeting, USER, replace(request, title="Other", idempotency_key="day-2"))
    cancelled = calendar.cancel_event(USER, EventLocator(booked.event_id))
    unknown = refused(calendar.get_event, USER, EventLocator("nonexistent", provider="google"))
    agenda = calendar.get_upcoming_meetings(USER, week).meetings
    return {
        "accounts": accounts,
        "agenda": [{"time": period(one.time), "title": one.title} for one in agenda],
        "booked": meeting(booked),
        "booked_again": again.event_id == booked.event_id,
        "calendars": calendars,
        "cancelled": meeting(cancelled),
        "conflict": conflict,
        "slots": {
            "reasons": [pick(one, "count", "reason") for one in found.reasons],
            "slots": [period(time) for time in found.slots],
            "unknown": len(found.unknown),
        },
        "unknown_event": unknown,
    }


told = day(Calendar(sys.argv[1], stores.in_memory()), int(os.environ["DAY_CHANGE"]))
print(json.dumps(told, indent=2, sort_keys=True, ensure_ascii=False))
