// @microsoft/microsoft-graph-client (JavaScript) against the sandbox's Microsoft Graph.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { BatchRequestContent, BatchResponseContent, Client, PageIterator } from "@microsoft/microsoft-graph-client";
import { BASE, accessToken, control, exchanges, moment, refused, steps } from "./steps.mjs";

const step = steps("microsoft-graph-client");
const scopes = ["User.Read", "Calendars.ReadWrite", "Calendars.Read.Shared", "MailboxSettings.Read"];
const [ana, lee] = ["ana@contoso.example", "lee@contoso.example"];
const token = await accessToken("microsoft", ana, scopes);
const client = (base) =>
  Client.init({ baseUrl: `${base}/`, defaultVersion: "v1.0", customHosts: new Set([new URL(base).hostname]), authProvider: (done) => done(null, token) });
const graph = client(BASE);
const utc = (date) => ({ dateTime: date.toISOString().replace("Z", ""), timeZone: "UTC" });
const view = `/me/calendarView?startDateTime=${moment(0).toISOString()}&endDateTime=${moment(7).toISOString()}`;
// Ids hold `/` and `+`: this library leaves it to its user to escape them.
const own = (event) => `/me/events/${encodeURIComponent(event.id)}`;
const BERLIN = "W. Europe Standard Time";

let whole;
await step("shows a week in the zone it prefers", async () => {
  const seen = await exchanges(async () => {
    whole = (await graph.api(view).top(100).header("Prefer", `outlook.timezone="${BERLIN}"`).get()).value;
  });
  const planning = whole.find((event) => event.subject === "Planning");
  assert.deepEqual(planning.start, { dateTime: moment(0, 10).toISOString().replace(".000Z", ".0000000"), timeZone: BERLIN });
  const headers = Object.fromEntries(seen[0].request_headers);
  assert.ok(headers["client-request-id"] && headers.sdkversion, JSON.stringify(headers));
});

await step("iterates over pages of two by PageIterator", async () => {
  const ids = [];
  const first = await graph.api(view).top(2).get();
  assert.ok(first["@odata.nextLink"].startsWith(`${BASE}/v1.0/`), first["@odata.nextLink"]);
  const iterator = new PageIterator(graph, first, (event) => ids.push(event.id) > 0);
  await iterator.iterate();
  assert.deepEqual(ids.sort(), whole.map((event) => event.id).sort());
});

await step("follows delta links to the end by PageIterator", async () => {
  const first = await graph.api(view.replace("calendarView?", "calendarView/delta?")).header("Prefer", "odata.maxpagesize=3").get();
  const iterator = new PageIterator(graph, first, () => true);
  await iterator.iterate();
  assert.ok(iterator.getDeltaLink().startsWith(`${BASE}/v1.0/me/calendarView/delta?`));
  assert.deepEqual((await graph.api(iterator.getDeltaLink()).get()).value, []);
});

await step("selects, orders and counts by the library's own options", async () => {
  const { value } = await graph.api(view).select(["subject", "start"]).orderby("start/dateTime").top(3).get();
  assert.equal(value.length, 3);
  assert.ok(value.every((event) => event.subject && !event.end), JSON.stringify(value));
});

await step("reads schedules, of which one is unknown", async () => {
  const order = { schedules: [ana, "typo@contoso.example"], startTime: utc(moment(0)), endTime: utc(moment(1)), availabilityViewInterval: 60 };
  const { value } = await graph.api("/me/calendar/getSchedule").post(order);
  assert.equal(value[0].availabilityView.length, 24);
  assert.equal(value[1].error.responseCode, "ErrorMailRecipientNotFound");
});

await step("is given meeting times that suit both", async () => {
  const timeSlots = [{ start: utc(moment(0, 8)), end: utc(moment(0, 16)) }];
  const attendees = [{ type: "required", emailAddress: { address: lee } }];
  const order = { attendees, timeConstraint: { activityDomain: "unrestricted", timeSlots }, meetingDuration: "PT30M", maxCandidates: 5 };
  const { meetingTimeSuggestions: found } = await graph.api("/me/findMeetingTimes").post(order);
  assert.ok(found.length > 0 && found.length <= 5, JSON.stringify(found));
  for (const { meetingTimeSlot } of found) {
    const start = Date.parse(`${meetingTimeSlot.start.dateTime}Z`);
    assert.equal(Date.parse(`${meetingTimeSlot.end.dateTime}Z`) - start, 30 * 60_000);
    assert.ok(start >= moment(0, 8).getTime() && start <= moment(0, 15, 30).getTime());
  }
});

let event;
await step("creates an event with a Teams link, once for one transactionId", async () => {
  const attendees = [{ type: "required", emailAddress: { address: lee, name: "Lee" } }];
  const body = {
    subject: "Demo", body: { contentType: "text", content: "Agenda" }, start: utc(moment(23, 9)), end: utc(moment(23, 10)), attendees,
    isOnlineMeeting: true, onlineMeetingProvider: "teamsForBusiness", transactionId: randomUUID(),
  };
  event = await graph.api("/me/events").post(body);
  assert.match(event.onlineMeeting.joinUrl, /^https:\/\/teams\.microsoft\.com\//);
  assert.equal((await graph.api("/me/events").post(body)).id, event.id);
});

await step("updates with If-Match", async () => {
  const changed = await graph.api(own(event)).header("If-Match", event["@odata.etag"]).patch({ subject: "Changed" });
  assert.equal(changed.subject, "Changed");
  assert.notEqual(changed["@odata.etag"], event["@odata.etag"]);
});

await step("update with a stale ETag is 412", async () => {
  const error = await refused(graph.api(own(event)).header("If-Match", event["@odata.etag"]).update({ subject: "Late" }));
  assert.equal(error.statusCode, 412);
});

await step("sends a batch of three, one of which depends on another", async () => {
  // The library strips the host only; what is left must be relative to the version.
  const request = (path, init) => new Request(`${BASE}${path}`, init);
  const body = JSON.stringify({ subject: "From a batch", start: utc(moment(24, 9)), end: utc(moment(24, 10)) });
  const parts = [
    { id: "1", request: request("/me/calendars", { method: "GET" }) },
    { id: "2", request: request("/me/events", { method: "POST", headers: { "Content-Type": "application/json" }, body }), dependsOn: ["1"] },
    { id: "3", request: request(own(event), { method: "GET" }), dependsOn: ["2"] },
  ];
  const content = await new BatchRequestContent(parts).getContent();
  const answer = new BatchResponseContent(await graph.api("/$batch").post(content));
  assert.deepEqual(["1", "2", "3"].map((id) => answer.getResponseById(id).status), [200, 201, 200]);
  assert.equal((await answer.getResponseById("2").json()).subject, "From a batch");
});

await step("repeats by itself after 429 with Retry-After", async () => {
  const action = { kind: "status", status: 429, reason: "TooManyRequests", retry_after: { seconds: 1 } };
  await control("POST", "/faults", { vendor: "microsoft", method: "GET", times: 1, action });
  const seen = await exchanges(() => graph.api("/me").get());
  assert.deepEqual(seen.map((one) => one.status), [429, 200]);
});

await step("cancels with a comment, after which it is not found", async () => {
  await control("DELETE", "/mails");
  await graph.api(`${own(event)}/cancel`).post({ comment: "Another time." });
  const mails = await control("GET", "/mails");
  assert.deepEqual(mails.map((mail) => [mail.kind, mail.to]), [["cancellation", lee]]);
  const error = await refused(graph.api(own(event)).get());
  assert.deepEqual([error.statusCode, error.code], [404, "ErrorItemNotFound"]);
});

await step("deletes an event, and again is 404", async () => {
  const made = await graph.api("/me/events").post({ subject: "Alone", start: utc(moment(25, 9)), end: utc(moment(25, 10)) });
  await graph.api(own(made)).delete();
  assert.equal((await refused(graph.api(own(made)).delete())).statusCode, 404);
});
