// Connects a Google account, finds the first free half hour of the coming week and books it. The README shows this file.

import { authorization, availability, everything, instant, meetings, text } from "./calendar.mjs";
import { consent } from "./browser.mjs";

const user = "ana"; // your own name for the person

const { url } = authorization.startOauthFlow(user, "google", undefined, "ana@example.com");
const callback = await consent(url); // your web server sends the browser to `url` and gets it back here
const account = authorization.completeOauthFlow(user, callback);
console.log(`connected ${account.email}`);

const start = instant(new Date());
const found = availability.findNextAvailableSlot(user, {
  range: { start, end: start + 7n * 86400n },
  rules: { durationMinutes: 30, timeZone: "Europe/Berlin", overrides: [], holidays: [], travel: [], limits: [] },
  selection: everything,
});
const [time] = found.slots; // none: found.reasons and found.unknown say why

const meeting = meetings.bookMeeting(user, {
  title: "Demo",
  time,
  attendees: ["customer@example.org"],
  video: true,
  target: everything,
  idempotencyKey: "order-17", // the same call again makes no second meeting
});
console.log(`${meeting.title} at ${text(meeting.time.start)}: ${meeting.conferencingLink}`);
