"""The operations of the component with types: what wit/ calls `book-meeting` is `Calendar.book_meeting` here.

Operations and fields that are not written out: `Calendar.call("availability", "get-schedule", …)` answers namespaces."""

from dataclasses import dataclass, field

from component import CalendarComponent


@dataclass
class TimeRange:
    """Half-open, in whole seconds since 1970."""

    start: int
    end: int


@dataclass
class Selection:
    """Which calendars: all of all accounts unless said otherwise."""

    provider: str | None = None
    account: str | None = None
    calendars: list[str] = field(default_factory=list)


@dataclass
class AuthorizationRequest:
    url: str
    state: str
    expires_at: int


@dataclass
class Account:
    id: str
    provider: str
    email: str | None
    state: str
    scopes: list[str]
    missing_scopes: list[str]
    remedy: str | None


@dataclass
class CalendarEntry:
    account: str
    provider: str
    id: str
    name: str
    time_zone: str | None
    access: str
    is_primary: bool
    is_selected: bool
    supports_video: bool


@dataclass
class WorkingHours:
    """A window of one weekday, in minutes from local midnight."""

    weekday: str
    start_minute: int
    end_minute: int


@dataclass
class SlotRules:
    duration_minutes: int
    time_zone: str
    working_hours: list[WorkingHours] | None = None
    overrides: list = field(default_factory=list)
    holidays: list = field(default_factory=list)
    travel: list = field(default_factory=list)
    buffer_before_minutes: int | None = None
    buffer_after_minutes: int | None = None
    buffers_inside_hours: bool | None = None
    minimum_notice_minutes: int | None = None
    horizon_days: int | None = None
    step_minutes: int | None = None
    offset_minutes: int | None = None
    anchor: str | None = None
    grid_time_zone: str | None = None
    limits: list = field(default_factory=list)
    statuses: object | None = None


@dataclass
class SlotQuery:
    range: TimeRange
    rules: SlotRules
    selection: Selection = field(default_factory=Selection)
    max_slots: int | None = None


@dataclass
class RefusalCount:
    reason: str
    count: int


@dataclass
class UnknownSource:
    account: str
    calendar: str | None
    code: str
    reason: str


@dataclass
class Slots:
    slots: list[TimeRange]
    unknown: list[UnknownSource]
    reasons: list[RefusalCount]
    nearest: list[TimeRange]
    truncated_at: int | None


@dataclass
class BookingRequest:
    title: str
    time: TimeRange
    time_zone: str | None = None
    attendees: list[str] = field(default_factory=list)
    description: str | None = None
    location: str | None = None
    video: bool = False
    target: Selection = field(default_factory=Selection)
    idempotency_key: str | None = None
    buffer_before_minutes: int | None = None
    buffer_after_minutes: int | None = None
    alternatives: SlotRules | None = None
    hold: str | None = None


@dataclass
class EventLocator:
    event_id: str
    provider: str | None = None
    account: str | None = None
    calendar: str | None = None


@dataclass
class Attendee:
    email: str
    name: str | None
    participation: str
    is_optional: bool


@dataclass
class Meeting:
    event_id: str
    account: str
    provider: str
    calendar: str
    title: str
    time: TimeRange
    attendees: list[Attendee]
    location: str | None
    description: str | None
    conferencing_link: str | None
    conferencing: str
    status: str
    idempotency_key: str | None
    etag: str | None


@dataclass
class MeetingList:
    meetings: list[Meeting]
    unknown: list[UnknownSource]


@dataclass
class CalendarList:
    calendars: list[CalendarEntry]
    unknown: list[UnknownSource]


EVERYTHING = Selection()


class Calendar(CalendarComponent):
    """Every method raises `CalendarError` where the component refuses."""

    def start_oauth_flow(self, user: str, provider: str, login_hint: str | None = None) -> AuthorizationRequest:
        arguments = (user, provider, None, login_hint)
        return self.call("authorization", "start-oauth-flow", *arguments, returns=AuthorizationRequest)

    def complete_oauth_flow(self, user: str, callback_url: str) -> Account:
        return self.call("authorization", "complete-oauth-flow", user, callback_url, returns=Account)

    def list_accounts(self, user: str) -> list[Account]:
        return self.call("authorization", "list-accounts", user, returns=list[Account])

    def list_calendars(self, user: str, selection: Selection = EVERYTHING) -> CalendarList:
        return self.call("calendars", "list-calendars", user, selection, returns=CalendarList)

    def check_availability(self, user: str, query: SlotQuery) -> Slots:
        return self.call("availability", "check-availability", user, query, returns=Slots)

    def find_next_available_slot(self, user: str, query: SlotQuery) -> Slots:
        return self.call("availability", "find-next-available-slot", user, query, returns=Slots)

    def book_meeting(self, user: str, request: BookingRequest) -> Meeting:
        return self.call("meetings", "book-meeting", user, request, returns=Meeting)

    def get_event(self, user: str, event: EventLocator) -> Meeting:
        return self.call("meetings", "get-event", user, event, returns=Meeting)

    def cancel_event(
        self, user: str, event: EventLocator, comment: str | None = None, if_match: str | None = None
    ) -> Meeting:
        return self.call("meetings", "cancel-event", user, event, comment, if_match, returns=Meeting)

    def get_upcoming_meetings(self, user: str, time: TimeRange, selection: Selection = EVERYTHING) -> MeetingList:
        return self.call("meetings", "get-upcoming-meetings", user, time, selection, None, returns=MeetingList)
