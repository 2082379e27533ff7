// The scripted day of tests/embed/README.md through calendar.wasm in Node. Prints its JSON.

import { authorization, availability, calendars, everything, meetings, refusal, text } from "./calendar.mjs";
import { consent } from "./browser.mjs";

const user = "ana";
const change = BigInt(process.env.DAY_CHANGE); // the instant at which Berlin's clocks change
const range = { start: change - 6n * 86400n, end: change + 18n * 3600n };

const period = ({ start, end }) => ({ end: text(end), start: text(start) });
const account = ({ email, id, provider, state }) => ({ email, id, provider, state });
const meeting = (one) => ({
  account: one.account,
  attendees: one.attendees.map(({ email, participation }) => ({ email, participation })),
  calendar: one.calendar,
  conferencing: one.conferencing,
  event_id: one.eventId,
  idempotency_key: one.idempotencyKey ?? null,
  status: one.status,
  time: period(one.time),
  title: one.title,
});
const failure = ({ alternatives, code }) => ({ alternatives: alternatives.map(period), code });

async function connect(provider, email) {
  const { url } = authorization.startOauthFlow(user, provider, undefined, email);
  return account(authorization.completeOauthFlow(user, await consent(url)));
}

const accounts = [await connect("google", "ana@example.com"), await connect("outlook", "ana@contoso.example")];

const listed = calendars.listCalendars(user, everything);
const names = listed.calendars.map(({ access, isPrimary, name }) => ({ access, is_primary: isPrimary, name }));

const window = (weekday, startMinute, endMinute) => ({ weekday, startMinute, endMinute });
const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"].map((day) => window(day, 540, 720));
const rules = {
  durationMinutes: 30,
  timeZone: "Europe/Berlin",
  workingHours: [...weekdays, window("sunday", 60, 300)],
  overrides: [],
  holidays: [],
  travel: [],
  limits: [],
  bufferBeforeMinutes: 10,
};
const found = availability.checkAvailability(user, { range, rules, selection: everything });

const request = {
  title: "Day",
  time: found.slots.at(-1),
  timeZone: "Europe/Berlin",
  attendees: ["customer@example.org"],
  description: "The night the clocks change",
  video: false,
  target: { provider: "google", calendars: [] },
  idempotencyKey: "day-1",
};
const booked = meetings.bookMeeting(user, request);
const again = meetings.bookMeeting(user, request);
const conflict = refusal(() => meetings.bookMeeting(user, { ...request, title: "Other", idempotencyKey: "day-2" }));
const cancelled = meetings.cancelEvent(user, { eventId: booked.eventId }, undefined, undefined);
const unknown = refusal(() => meetings.getEvent(user, { eventId: "nonexistent", provider: "google" }));

const day = {
  accounts,
  agenda: meetings.getUpcomingMeetings(user, range, everything, undefined).meetings.map(({ title, time }) => ({ time: period(time), title })),
  booked: meeting(booked),
  booked_again: again.eventId === booked.eventId,
  calendars: names,
  cancelled: meeting(cancelled),
  conflict: failure(conflict),
  slots: {
    reasons: found.reasons.map(({ count, reason }) => ({ count, reason })),
    slots: found.slots.map(period),
    unknown: found.unknown.length,
  },
  unknown_event: failure(unknown),
};
console.log(JSON.stringify(day, null, 2));
