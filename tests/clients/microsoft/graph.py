"""msgraph-sdk for Python against the sandbox's Microsoft Graph: views, schedules, and an event from its birth to its end."""

import asyncio
import uuid
import warnings
from datetime import datetime, timedelta

from kiota_abstractions.api_error import APIError
from kiota_abstractions.authentication import AccessTokenProvider, AllowedHostsValidator, BaseBearerTokenAuthenticationProvider
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.request_information import RequestInformation
from kiota_abstractions.method import Method
from msgraph import GraphServiceClient
from msgraph.generated.models.attendee import Attendee
from msgraph.generated.models.attendee_type import AttendeeType
from msgraph.generated.models.calendar import Calendar
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.event import Event
from msgraph.generated.models.free_busy_status import FreeBusyStatus
from msgraph.generated.models.online_meeting_provider_type import OnlineMeetingProviderType
from msgraph.generated.models.single_value_legacy_extended_property import SingleValueLegacyExtendedProperty
from msgraph.generated.users.item.calendar.get_schedule.get_schedule_post_request_body import GetSchedulePostRequestBody
from msgraph.generated.users.item.calendar_view.calendar_view_request_builder import CalendarViewRequestBuilder
from msgraph.generated.users.item.calendar_view.delta.delta_request_builder import DeltaRequestBuilder
from msgraph.generated.users.item.events.events_request_builder import EventsRequestBuilder
from msgraph.generated.users.item.events.item.cancel.cancel_post_request_body import CancelPostRequestBody
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.tasks.page_iterator import PageIterator

from sandbox import BASE, access_token, control, exchanges, monday
from steps import Steps, holds, same

ANA, LEE, HOME = "ana@contoso.example", "lee@contoso.example", "ana@outlook.example"
ALL = ("User.Read", "Calendars.ReadWrite", "Calendars.Read.Shared", "MailboxSettings.Read")
MONDAY = monday()
KEY = "String {6d1b7b0e-5e0d-4b6e-9a39-2f1f1c2d3e4f} Name BookingKey"


class Token(AccessTokenProvider):
    """One token of the sandbox, for its own host."""

    def __init__(self, email, *scopes):
        self.token = access_token("microsoft", email, *scopes)

    async def get_authorization_token(self, uri, additional_authentication_context=None):
        return self.token

    def get_allowed_hosts_validator(self):
        return AllowedHostsValidator([])


def service(email, *scopes):
    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(Token(email, *scopes)))
    adapter.base_url = f"{BASE}/v1.0"
    return GraphServiceClient(request_adapter=adapter)


def at(moment, zone="UTC"):
    return DateTimeTimeZone(date_time=moment.isoformat(), time_zone=zone)


def wall(value):
    """The wall time of an answer, which has seven digits of a second."""
    return datetime.fromisoformat(value.date_time.split(".")[0])


def configured(parameters=None, **headers):
    settings = RequestConfiguration(query_parameters=parameters)
    for name, value in headers.items():
        settings.headers.add(name.replace("_", "-"), value)
    return settings


async def refused(call):
    """(status, code) of the error the call must raise."""
    try:
        answer = await call
    except APIError as error:
        return error.response_status_code, error.error.code
    raise AssertionError(f"not refused, but answered {answer!r}")


def view(**more):
    return CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters(
        start_date_time=f"{MONDAY.isoformat()}Z", end_date_time=f"{(MONDAY + timedelta(days=7)).isoformat()}Z", **more
    )


async def lists(steps, api):
    with steps.step("says who it is, with zone and working hours"):
        same((await api.me.get()).user_principal_name, ANA)
        settings = await api.me.mailbox_settings.get()
        same((settings.time_zone, len(settings.working_hours.days_of_week)), ("W. Europe Standard Time", 5))
    with steps.step("lists, adds and removes calendars"):
        made = await api.me.calendars.post(Calendar(name="Side"))
        names = [one.name for one in (await api.me.calendars.get()).value]
        holds("Side" in names and len(names) >= 2, names)
        await api.me.calendars.by_calendar_id(made.id).delete()
        same("Side" in [one.name for one in (await api.me.calendars.get()).value], False)
    with steps.step("pages through a week by two, following the next link"):
        page = await api.me.calendar_view.get(configured(view(top=2)))
        holds(page.odata_next_link.startswith(f"{BASE}/v1.0/me/calendarView?"), page.odata_next_link)
        small, count = [one.id for one in page.value], 1
        while page.odata_next_link:
            page = await api.me.calendar_view.with_url(page.odata_next_link).get()
            small, count = small + [one.id for one in page.value], count + 1
        whole = [one.id for one in (await api.me.calendar_view.get(configured(view(top=100)))).value]
        holds(count > 3 and sorted(small) == sorted(whole) and len(set(small)) == len(small), (count, small, whole))
    with steps.step("iterates over all pages by PageIterator"):
        seen = []
        first = await api.me.calendar_view.get(configured(view(top=3)))
        await PageIterator(first, api.request_adapter).iterate(lambda one: seen.append(one.id) or True)
        same(sorted(seen), sorted(whole))
    with steps.step("is answered in the zone it prefers"):
        berlin = await api.me.calendar_view.get(configured(view(top=100), Prefer='outlook.timezone="W. Europe Standard Time"'))
        planning = next(one for one in berlin.value if one.subject == "Planning")
        same((wall(planning.start), planning.start.time_zone), (MONDAY + timedelta(hours=10), "W. Europe Standard Time"))
    with steps.step("gets only what it selects"):
        chosen = await api.me.calendar_view.get(configured(view(select=["subject", "showAs"], orderby=["start/dateTime"], top=100)))
        holds(all(one.subject and one.start is None for one in chosen.value), chosen.value)
    with steps.step("reads schedules, of which one is unknown"), exchanges() as seen:
        order = GetSchedulePostRequestBody(schedules=[ANA, LEE, "typo@contoso.example"], start_time=at(MONDAY), end_time=at(MONDAY + timedelta(days=1)), availability_view_interval=30)
        ana, lee, typo = (await api.me.calendar.get_schedule.post(order)).value
        same((len(ana.availability_view), len(lee.availability_view)), (48, 48))
        holds("2" in ana.availability_view and ana.schedule_items[0].status == FreeBusyStatus.Busy, ana.schedule_items)
        same((typo.error.response_code, typo.availability_view or ""), ("ErrorMailRecipientNotFound", ""))
    with steps.step("sends that order's members in PascalCase"):
        holds('"Schedules"' in seen[0]["request_body"], seen[0]["request_body"])
    with steps.step("is refused schedules for a personal account"):
        status, _ = await refused(service(HOME, *ALL).me.calendar.get_schedule.post(order))
        same(status, 403)


async def changes(steps, api):
    start = MONDAY + timedelta(days=22, hours=9)
    transaction = str(uuid.uuid4())

    def draft():
        guest = Attendee(type=AttendeeType.Required, email_address=EmailAddress(address=LEE, name="Lee"))
        return Event(
            subject="Demo", start=at(start), end=at(start + timedelta(minutes=30)), attendees=[guest], transaction_id=transaction,
            is_online_meeting=True, online_meeting_provider=OnlineMeetingProviderType.TeamsForBusiness,
            single_value_extended_properties=[SingleValueLegacyExtendedProperty(id=KEY, value="booking-1")],
        )

    with steps.step("creates an event with a Teams link"):
        control("DELETE", "/mails")
        event = await api.me.events.post(draft())
        holds(event.online_meeting.join_url.startswith("https://teams.microsoft.com/"), event.online_meeting)
        same(((event.transaction_id, event.is_organizer, wall(event.start))), (transaction, True, start))
    with steps.step("gets the same event for the same transactionId"):
        same((await api.me.events.post(draft())).id, event.id)
    with steps.step("sends one invitation for both"):
        same([mail["to"] for mail in control("GET", "/mails")], [LEE])
    with steps.step("is refused the transactionId for another event"):
        other = draft()
        other.subject = "Other"
        same(await refused(api.me.events.post(other)), (400, "ErrorDuplicateTransactionId"))
    with steps.step("finds the event by its extended property"):
        find = EventsRequestBuilder.EventsRequestBuilderGetQueryParameters(filter=f"singleValueExtendedProperties/Any(ep: ep/id eq '{KEY}' and ep/value eq 'booking-1')")
        same([one.id for one in (await api.me.events.get(configured(find))).value], [event.id])
    mine = api.me.events.by_event_id(event.id)
    etag = event.additional_data.get("@odata.etag")
    with steps.step("patches with If-Match and gets a new ETag"):
        hour = timedelta(hours=1)
        changed = await mine.patch(Event(start=at(start + hour), end=at(start + hour + timedelta(minutes=30))), configured(If_Match=etag))
        holds(etag and changed.additional_data["@odata.etag"] != etag, changed.additional_data)
        same(wall(changed.start), start + hour)
    with steps.step("keeps guests and link in a patch that does not name them"):
        same([one.email_address.address for one in changed.attendees], [LEE])
        same(changed.online_meeting.join_url, event.online_meeting.join_url)
    with steps.step("patch with a stale ETag is 412"):
        status, _ = await refused(mine.patch(Event(subject="Late"), configured(If_Match=etag)))
        same(status, 412)
    with steps.step("may not cancel what somebody else organises"):
        theirs = service(LEE, *ALL)
        copy = next(one for one in (await theirs.me.events.get()).value if one.subject == "Demo")
        same((await refused(theirs.me.events.by_event_id(copy.id).cancel.post(CancelPostRequestBody(comment="no"))))[0], 400)
    with steps.step("cancels with a comment"):
        control("DELETE", "/mails")
        await mine.cancel.post(CancelPostRequestBody(comment="Another time."))
        same([(mail["kind"], mail["to"]) for mail in control("GET", "/mails")], [("cancellation", LEE)])
        same(await refused(mine.get()), (404, "ErrorItemNotFound"))
    with steps.step("deletes an event"):
        plain = await api.me.events.post(Event(subject="Alone", start=at(start), end=at(start + timedelta(hours=1))))
        await api.me.events.by_event_id(plain.id).delete()
    with steps.step("delete again is 404"):
        same(await refused(api.me.events.by_event_id(plain.id).delete()), (404, "ErrorItemNotFound"))
    with steps.step("is told that its token has too little scope"):
        same(await refused(service(ANA, "Calendars.Read").me.events.post(draft())), (403, "ErrorAccessDenied"))


async def rounds(steps, api):
    window = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters(start_date_time=f"{MONDAY.isoformat()}Z", end_date_time=f"{(MONDAY + timedelta(days=28)).isoformat()}Z")
    delta = api.me.calendar_view.delta
    with steps.step("follows a first delta round to its delta link"):
        page = await delta.get(configured(window, Prefer="odata.maxpagesize=5"))
        known, count = [one.id for one in page.value], 1
        while page.odata_next_link:
            page = await delta.with_url(page.odata_next_link).get()
            known, count = known + [one.id for one in page.value], count + 1
        holds(count > 1 and page.odata_delta_link.startswith(f"{BASE}/v1.0/me/calendarView/delta?"), (count, page.odata_delta_link))
    with steps.step("is told what is new and what is gone"):
        start = MONDAY + timedelta(days=15, hours=13)
        made = await api.me.events.post(Event(subject="New", start=at(start), end=at(start + timedelta(hours=1))))
        page = await delta.with_url(page.odata_delta_link).get()
        same([one.id for one in page.value], [made.id])
        await api.me.events.by_event_id(made.id).delete()
        page = await delta.with_url(page.odata_delta_link).get()
        same([(one.id, one.additional_data["@removed"]["reason"]) for one in page.value], [(made.id, "deleted")])
    with steps.step("sends a batch and reads the parts in any order"):
        batch = BatchRequestContent()
        ids = []
        for path in ("me/calendars", "me/events/missing"):
            part = RequestInformation(Method.GET, "{+baseurl}/" + path, {"baseurl": f"{BASE}/v1.0"})
            batch.add_request_information(part)
            ids.append(batch.requests and list(batch.requests)[-1])
        answer = await api.batch.post(batch)
        statuses = answer.get_response_status_codes()
        same(statuses[ids[0]], 200)
        holds(400 <= statuses[ids[1]] <= 404, statuses)


async def main():
    steps, api = Steps("msgraph-sdk"), service(ANA, *ALL)
    for part in (lists, changes, rounds):
        await part(steps, api)


warnings.simplefilter("ignore")
asyncio.run(main())
