"""The official Python client: one whole day, over one transport and one generation of the protocol.

client.py stdio|http legacy|modern FOLDER WEEK
"""

import asyncio
import datetime
import sys

from mcp import Client, types

from sandbox import consent, control, created, fault
from server import Server, printed, text
from steps import Steps, holds, same

TRANSPORT, GENERATION, FOLDER, WEEK = sys.argv[1:5]
MODE = {"legacy": "legacy", "modern": "auto"}[GENERATION]
VERSION = {"legacy": "2025-11-25", "modern": "2026-07-28"}[GENERATION]
ANA, WORK, CUSTOMER = "ana@example.com", "ana@contoso.example", "customer@elsewhere.example"
#: A Tuesday without anything in it: every run has its own week.
TODAY = datetime.date.today()
DAY = TODAY + datetime.timedelta(days=(1 - TODAY.weekday()) % 7 + 7 * int(WEEK))
AFTER = DAY + datetime.timedelta(days=1)

steps = Steps(f"python mcp {TRANSPORT} {VERSION}")
questions = []
agrees = True


async def person(context, request):
    """The person who is asked."""
    questions.append(request.message)
    return types.ElicitResult(action="accept" if agrees else "decline", content={} if agrees else None)


def failure(result, code):
    """The error that a call must end with."""
    holds(result.is_error, result)
    error = result.structured_content["error"]
    same(error["code"], code)
    holds(text(result).startswith(f"error ({code}): ") and "\nnext: " in text(result), text(result))
    return error


async def day(server, open_client):
    global agrees
    async with open_client() as client:
        with steps.step("agrees on the protocol and reads who serves"):
            same(client.session.protocol_version, VERSION)
            holds("unknown is not free" in client.session.instructions, client.session.instructions)
        with steps.step("lists 23 tools with titles, schemas, examples and hints"):
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            same(len(tools), 23)
            for tool in tools.values():
                holds(tool.title and tool.description and tool.output_schema and tool.input_schema["examples"], tool)
            same(tools["check_availability"].annotations.read_only_hint, True)
            same(tools["cancel_event"].annotations.destructive_hint, True)
            same(tools["book_meeting"].annotations.idempotent_hint, True)
        with steps.step("is told to connect an account first"):
            error = failure(await client.call_tool("list_calendars"), "not-authenticated")
            same(server.command("calendars"), printed_error(error))
        await connect(client)
        await reading(client, server)
        await holding(client, server)
        await booking(client, server)
        agrees = False
        with steps.step("books nothing when the person declines"):
            result = await client.call_tool("book_meeting", {"title": "Declined", "start": f"{DAY}T15:00"})
            failure(result, "permission-denied")
            same(created("Declined"), 0)
        agrees = True
        await waiting(client)
        await more(client, server)
        with steps.step("disconnects the account"):
            result = await client.call_tool("disconnect", {"account": ANA})
            same(result.structured_content["disconnected"][0]["revoked"], True)
            holds(questions[-1].startswith("Disconnect the account"), questions)


def printed_error(error):
    import json

    return json.dumps({"error": error}, indent=2, ensure_ascii=False)


async def connect(client):
    with steps.step("connects a Google account through the consent page"):
        flow = (await client.call_tool("start_oauth_flow", {"provider": "google", "login_hint": ANA})).structured_content
        account = await client.call_tool("complete_oauth_flow", {"callback_url": consent(flow["url"])})
        same((account.structured_content["email"], account.structured_content["state"]), (ANA, "active"))
    with steps.step("cannot use the callback again"):
        failure(await client.call_tool("complete_oauth_flow", {"callback_url": consent(flow["url"])}), "invalid-argument")
    with steps.step("begins to connect an Outlook account by code"):
        flow = (await client.call_tool("start_device_flow", {"provider": "outlook"})).structured_content
        holds(flow["user_code"] in flow["message"], flow)
        status = (await client.call_tool("poll_device_flow", {"state": flow["state"]})).structured_content
        holds(status["account"] is None and status["wait_seconds"] > 0, status)
    with steps.step("finishes it once the person has entered the code, and disconnects it again"):
        control("POST", "/oauth/device", {"user_code": flow["user_code"], "email": WORK})
        while status["account"] is None:
            await asyncio.sleep(status["wait_seconds"])
            status = (await client.call_tool("poll_device_flow", {"state": flow["state"]})).structured_content
        same((status["account"]["email"], status["account"]["state"]), (WORK, "active"))
        result = await client.call_tool("disconnect", {"account": status["account"]["account"]})
        same(result.structured_content["disconnected"][0]["email"], WORK)


async def reading(client, server):
    span = {"from": f"{DAY}T00:00", "to": f"{AFTER}T00:00"}
    line = ["--from", span["from"], "--to", span["to"]]
    rules = {"duration_minutes": 45, "hours": "09:00-12:00,13:00-17:00", "buffer_minutes": 10}
    options = ["--duration", "45", "--hours", "09:00-12:00,13:00-17:00", "--buffer", "10"]
    same_as = [
        ("list_accounts", {}, ["auth", "status"]),
        ("list_calendars", {}, ["calendars"]),
        ("get_busy_times", span, ["busy", *line]),
        ("get_schedule", {"emails": ["bob@example.com"], **span}, ["schedule", "bob@example.com", *line]),
        ("check_availability", {**span, **rules}, ["slots", *line, *options]),
        ("find_next_available_slot", {**span, **rules}, ["next", *line, *options]),
        (
            "propose_meeting_times",
            {**span, **rules, "options": 2, "attendees": [CUSTOMER], "invitee_time_zone": "America/New_York"},
            ["propose", *line, *options, "--options", "2", "--with", CUSTOMER, "--with-tz", "America/New_York"],
        ),
    ]
    for tool, arguments, command in same_as:
        with steps.step(f"{tool} answers byte for byte what `calendar-host {command[0]} --json` prints"):
            result = await client.call_tool(tool, arguments)
            holds(not result.is_error, result)
            same(text(result), server.command(*command))
            same(printed(result), text(result))
    with steps.step("find_slots computes the night in which the clock of Lord Howe changes"):
        busy = [{"start": "2026-10-04T01:00:00+10:30", "end": "2026-10-04T01:30:00+10:30"}]
        night = {"from": "2026-10-04T00:00", "to": "2026-10-04T04:00", "time_zone": "Australia/Lord_Howe"}
        people = {"participants": [{"name": "ann", "busy": busy}], "explain": True}
        result = await client.call_tool("find_slots", {**people, **night, "hours": "all", "days": "all"})
        starts = [slot["start"][11:] for slot in result.structured_content["slots"]]
        same(starts, ["00:00:00+10:30", "00:30:00+10:30", "01:30:00+10:30", "02:30:00+11:00", "03:00:00+11:00", "03:30:00+11:00"])
        same(result.structured_content["refused"][0]["reasons"][0]["participant"], "ann")
    with steps.step("an argument that cannot be meant is refused by its name"):
        error = failure(await client.call_tool("check_availability", {"hours": "9-5"}), "invalid-argument")
        holds("'hours'" in error["message"] and "--" not in error["message"], error)
        error = failure(await client.call_tool("get_busy_times", {"user": "eve"}), "invalid-argument")
        same(error["message"], '"user" is no argument of this tool')


async def holding(client, server):
    evening = {"from": f"{DAY}T18:00", "to": f"{AFTER}T00:00", "hours": "all", "days": "all"}
    asked = len(questions)
    with steps.step("holds a free time without asking, and says until when"):
        slot = (await client.call_tool("check_availability", evening)).structured_content["slots"][0]
        hold = (await client.call_tool("hold_slot", {"start": slot["start"], "ttl_seconds": 900})).structured_content
        same((hold["start"], hold["end"]), (slot["start"], slot["end"]))
        holds(hold["expires_at"] and len(questions) == asked, (hold, questions))
    with steps.step("list_holds answers byte for byte what `calendar-host holds --json` prints"):
        result = await client.call_tool("list_holds")
        same([one["id"] for one in result.structured_content["holds"]], [hold["id"]])
        same(text(result), server.command("holds"))
    with steps.step("a held time is taken for every other booking"):
        failure(await client.call_tool("book_meeting", {"title": "Other", "start": slot["start"]}), "conflict")
        found = (await client.call_tool("check_availability", evening)).structured_content
        holds(all(one["start"] != slot["start"] for one in found["slots"]), found)
    with steps.step("a booking takes the hold it names"):
        result = await client.call_tool("book_meeting", {"title": "Held", "start": slot["start"], "hold": hold["id"]})
        same(result.structured_content["start"], slot["start"])
        same((await client.call_tool("list_holds")).structured_content["holds"], [])
    with steps.step("lets go of a held time, and of one that is not held any more"):
        hold = (await client.call_tool("hold_slot", {"start": f"{AFTER}T20:00", "key": "after"})).structured_content
        for was_held in (True, False):
            result = await client.call_tool("release_hold", {"id": hold["id"]})
            same(result.structured_content, {"id": hold["id"], "was_held": was_held})


async def booking(client, server):
    request = {"title": f"Plan {WEEK}", "start": f"{DAY}T10:00", "duration_minutes": 45, "attendees": [CUSTOMER]}
    with steps.step("asks the person, then books"):
        first = await client.call_tool("book_meeting", {**request, "video": True})
        holds(not first.is_error, first)
        holds(f'Book "Plan {WEEK}" on Tue {DAY} 10:00-10:45' in questions[-1] and CUSTOMER in questions[-1], questions)
    with steps.step("the same call again gives the same meeting"):
        again = await client.call_tool("book_meeting", {**request, "video": True})
        same(again.structured_content["event_id"], first.structured_content["event_id"])
        same(created(f"Plan {WEEK}"), 1)
    with steps.step("a taken time is refused with free ones, and with what to do"):
        result = await client.call_tool("book_meeting", {"title": "Other", "start": f"{DAY}T10:30"})
        error = failure(result, "conflict")
        holds(error["alternatives"] and "offer the free times to the person" in text(result), text(result))
    event = {"event_id": first.structured_content["event_id"]}
    with steps.step("get_event answers byte for byte what `calendar-host show --json` prints"):
        result = await client.call_tool("get_event", event)
        same(text(result), server.command("show", event["event_id"]))
    with steps.step("moves the meeting, and asks about what changes"):
        result = await client.call_tool("update_event", {**event, "start": f"{DAY}T11:00"})
        holds(result.structured_content["start"].startswith(f"{DAY}T11:00:00"), result)
        holds("New: start" in questions[-1] and "1 guest" in questions[-1], questions)
    with steps.step("cancels it"):
        result = await client.call_tool("cancel_event", {**event, "comment": "Not needed"})
        same(result.structured_content["status"], "cancelled")
        holds(questions[-1].startswith(f'Cancel "Plan {WEEK}" on Tue {DAY} 11:00-11:45'), questions)


async def waiting(client):
    told = []

    async def progress(done, total, message):
        told.append((done, message))

    with steps.step("hears that a long call goes on"):
        fault("POST", "/freeBusy", {"kind": "latency", "milliseconds": 1600})
        result = await client.call_tool("get_busy_times", {}, progress_callback=progress)
        holds(not result.is_error, result)
        holds(len(told) > 1 and told == sorted(told) and "requests to the providers" in told[0][1], told)
    with steps.step("a cancelled booking makes no event, and the same call afterwards makes one"):
        request = {"title": f"Late {WEEK}", "start": f"{DAY}T13:00"}
        fault("POST", "/events", {"kind": "latency", "milliseconds": 4000})
        call = asyncio.ensure_future(client.call_tool("book_meeting", request))
        while control("GET", "/faults"):
            await asyncio.sleep(0.05)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        await asyncio.sleep(4.5)
        same(created(f"Late {WEEK}"), 0)
        result = await client.call_tool("book_meeting", request)
        holds(not result.is_error, result)
        same(created(f"Late {WEEK}"), 1)


async def more(client, server):
    with steps.step("quick_book_meeting books the first free slot once"):
        request = {"title": "Quick", "from": f"{DAY}T08:00", "to": f"{AFTER}T00:00", "idempotency_key": f"quick-{WEEK}"}
        first = await client.call_tool("quick_book_meeting", request)
        again = await client.call_tool("quick_book_meeting", request)
        same(first.structured_content["event_id"], again.structured_content["event_id"])
    with steps.step("reads the agenda and the accounts as resources"):
        uris = {str(resource.uri) for resource in (await client.list_resources()).resources}
        same(uris, {"calendar://agenda", "calendar://accounts"})
        accounts = await client.read_resource("calendar://accounts")
        same(accounts.contents[0].text, server.command("auth", "status"))
        agenda = await client.read_resource("calendar://agenda")
        same(agenda.contents[0].text, text(await client.call_tool("get_upcoming_meetings")))
    with steps.step("gets the prompt that schedules a meeting"):
        same([prompt.name for prompt in (await client.list_prompts()).prompts], ["schedule_meeting"])
        prompt = await client.get_prompt("schedule_meeting", {"title": "Plan", "attendees": CUSTOMER})
        holds("propose_meeting_times" in prompt.messages[0].content.text, prompt)


async def refusals(server):
    import httpx2

    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    token = server.environment["CALENDAR_HOST_MCP_TOKEN"]
    good = {"Authorization": f"Bearer {token}", "Accept": "application/json, text/event-stream"}
    cases = [
        ("without a token", {"Authorization": ""}, 401),
        ("with another token", {"Authorization": "Bearer wrong-wrong-wrong"}, 401),
        ("for another host", {"Host": "evil.example"}, 403),
        ("from another page", {"Origin": "http://evil.example"}, 403),
    ]
    for words, headers, status in cases:
        with steps.step(f"a request {words} is refused with {status}"):
            async with httpx2.AsyncClient() as client:
                same((await client.post(server.url, json=ping, headers={**good, **headers})).status_code, status)


async def main():
    control("POST", "/oauth/auto_approve", {"on": True})
    server = Server(TRANSPORT, FOLDER)
    with server.open() as address:
        await day(server, lambda: Client(address(), mode=MODE, elicitation_callback=person, read_timeout_seconds=60))
        if TRANSPORT == "http":
            await refusals(server)
    strict = Server(TRANSPORT, FOLDER, "--confirm", "always")
    with strict.open() as address:
        async with Client(address(), mode=MODE, read_timeout_seconds=60) as client:
            with steps.step("--confirm always refuses a client that cannot ask"):
                result = await client.call_tool("book_meeting", {"title": "x", "start": f"{DAY}T15:00"})
                failure(result, "unsupported")
    trusting = Server(TRANSPORT, FOLDER, "--confirm", "never")
    with trusting.open() as address:
        async with Client(address(), mode=MODE, elicitation_callback=person, read_timeout_seconds=60) as client:
            with steps.step("--confirm never books, or fails, without a question"):
                asked = len(questions)
                result = await client.call_tool("book_meeting", {"title": "x", "start": f"{DAY}T15:00"})
                failure(result, "not-authenticated")
                same(len(questions), asked)


asyncio.run(main())
