"""Connects a Google account, finds the first free half hour of the coming week and books it. The README shows this file."""

import sys
import time

import stores
from browser import consent
from calendar_api import BookingRequest, Calendar, SlotQuery, SlotRules, TimeRange

calendar = Calendar(sys.argv[1], stores.in_memory())  # dist/calendar.wasm
user = "ana"  # your own name for the person

request = calendar.start_oauth_flow(user, "google", login_hint="ana@example.com")
callback = consent(request.url)  # your web server sends the browser there and gets it back here
account = calendar.complete_oauth_flow(user, callback)
print(f"connected {account.email}")

now = int(time.time())
query = SlotQuery(TimeRange(now, now + 7 * 86400), SlotRules(duration_minutes=30, time_zone="Europe/Berlin"))
found = calendar.find_next_available_slot(user, query)
slot = found.slots[0]  # none: found.reasons and found.unknown say why

meeting = calendar.book_meeting(
    user,
    BookingRequest(
        title="Demo",
        time=slot,
        attendees=["customer@example.org"],
        video=True,
        idempotency_key="order-18",  # the same call again makes no second meeting
    ),
)
print(f"{meeting.title} at {time.strftime('%FT%TZ', time.gmtime(meeting.time.start))}: {meeting.conferencing_link}")
