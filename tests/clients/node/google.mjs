// googleapis (Node) against the sandbox's Google Calendar: how this library writes addresses, and what it repeats by itself.

import assert from "node:assert/strict";
import { google } from "googleapis";
import { BASE, accessToken, control, exchanges, moment, refused, steps } from "./steps.mjs";

const step = steps("googleapis");
const scopes = ["https://www.googleapis.com/auth/calendar"];
const { GOOGLE_CLIENT_ID: id, GOOGLE_CLIENT_SECRET: secret, GOOGLE_REDIRECT_URI: redirect } = process.env;
const endpoints = { oauth2AuthBaseUrl: `${BASE}/o/oauth2/v2/auth`, oauth2TokenUrl: `${BASE}/token`, oauth2RevokeUrl: `${BASE}/revoke` };
const auth = new google.auth.OAuth2({ clientId: id, clientSecret: secret, redirectUri: redirect, endpoints, forceRefreshOnFailure: true });
auth.setCredentials({ access_token: await accessToken("google", "ana@example.com", scopes) });
const { events, calendarList, freebusy } = google.calendar({ version: "v3", rootUrl: `${BASE}/`, auth });
const reason = (error) => [error.response.status, error.response.data.error.errors[0].reason];
const week = { calendarId: "primary", singleEvents: true, timeMin: moment(0).toISOString(), timeMax: moment(7).toISOString() };

await step("lists events of two kinds by a repeated parameter", async () => {
  const seen = await exchanges(async () => {
    const { data } = await events.list({ ...week, eventTypes: ["outOfOffice", "workingLocation"] });
    assert.deepEqual([...new Set(data.items.map((item) => item.eventType))].sort(), ["outOfOffice", "workingLocation"]);
  });
  assert.match(seen[0].query, /eventTypes=outOfOffice&eventTypes=workingLocation/);
});

await step("pages through the calendar list", async () => {
  const ids = [];
  let pageToken;
  do {
    const { data } = await calendarList.list({ maxResults: 2, pageToken });
    ids.push(...data.items.map((item) => item.id));
    pageToken = data.nextPageToken;
  } while (pageToken);
  assert.ok(ids.length >= 3 && new Set(ids).size === ids.length, ids.join());
});

await step("asks for free and busy times of a known and an unknown calendar", async () => {
  const items = [{ id: "ana@example.com" }, { id: "gone@example.com" }];
  const { data } = await freebusy.query({ requestBody: { timeMin: week.timeMin, timeMax: week.timeMax, items } });
  assert.ok(data.calendars["ana@example.com"].busy.length > 3);
  assert.equal(data.calendars["gone@example.com"].errors[0].reason, "notFound");
});

let event;
await step("inserts an event with times at +01:00", async () => {
  const at = (minutes) => moment(23, 9, minutes).toISOString().replace(".000Z", "+01:00");
  const requestBody = { summary: "Demo", start: { dateTime: at(0) }, end: { dateTime: at(30) }, attendees: [{ email: "ben@example.com" }] };
  event = (await events.insert({ calendarId: "ana@example.com", sendUpdates: "all", requestBody })).data;
  assert.equal(Date.parse(event.start.dateTime), moment(23, 8).getTime());
});

await step("finds it by bounds at +01:00, with the calendar's address escaped", async () => {
  const bound = (hours) => moment(23, hours).toISOString().replace(".000Z", "+01:00");
  const seen = await exchanges(async () => {
    const { data } = await events.list({ calendarId: "ana@example.com", singleEvents: true, timeMin: bound(9), timeMax: bound(10) });
    assert.ok(data.items.some((item) => item.id === event.id), JSON.stringify(data.items));
  });
  assert.equal(seen[0].path, "/calendar/v3/calendars/ana%40example.com/events");
  assert.match(seen[0].query, /%2B01(:|%3A)00/);
});

await step("repeats a list three times while the answer is 503", async () => {
  await control("POST", "/faults", { vendor: "google", method: "GET", times: 3, action: { kind: "status", status: 503, reason: "backendError" } });
  const seen = await exchanges(() => events.list(week));
  assert.deepEqual(seen.map((one) => one.status), [503, 503, 503, 200]);
});

await step("does not repeat an insert", async () => {
  await control("POST", "/faults", { vendor: "google", method: "POST", times: 1, action: { kind: "status", status: 503, reason: "backendError" } });
  const seen = await exchanges(async () => {
    const requestBody = { start: { date: "2030-01-01" }, end: { date: "2030-01-02" } };
    assert.deepEqual(reason(await refused(events.insert({ calendarId: "primary", requestBody }))), [503, "backendError"]);
  });
  assert.deepEqual(seen.map((one) => one.status), [503]);
});

await step("patches with If-Match", async () => {
  const headers = { "If-Match": event.etag };
  const { data } = await events.patch({ calendarId: "primary", eventId: event.id, requestBody: { summary: "Changed" } }, { headers });
  assert.equal(data.summary, "Changed");
  assert.notEqual(data.etag, event.etag);
  assert.equal(data.attendees.length, 1);
});

await step("patch with a stale ETag is 412", async () => {
  const headers = { "If-Match": event.etag };
  const call = events.patch({ calendarId: "primary", eventId: event.id, requestBody: { summary: "Late" } }, { headers });
  assert.deepEqual(reason(await refused(call)), [412, "conditionNotMet"]);
});

await step("deletes the event, and again is 410", async () => {
  assert.equal((await events.delete({ calendarId: "primary", eventId: event.id })).status, 204);
  assert.deepEqual(reason(await refused(events.delete({ calendarId: "primary", eventId: event.id }))), [410, "deleted"]);
  assert.equal((await events.get({ calendarId: "primary", eventId: event.id })).data.status, "cancelled");
});

await step("signs in with PKCE, renews after a 401, and revokes", async () => {
  const { codeVerifier, codeChallenge } = await auth.generateCodeVerifierAsync();
  const address = auth.generateAuthUrl({ access_type: "offline", prompt: "consent", scope: ["openid", ...scopes], code_challenge: codeChallenge, code_challenge_method: "S256" });
  const form = new URLSearchParams(new URL(address).searchParams);
  for (const scope of ["openid", ...scopes]) form.append("sandbox_scope", scope);
  form.append("sandbox_account", "ana@example.com");
  form.append("sandbox_decision", "allow");
  const sent = await fetch(endpoints.oauth2AuthBaseUrl, { method: "POST", body: form, redirect: "manual" });
  const code = new URL(sent.headers.get("location")).searchParams.get("code");
  const { tokens } = await auth.getToken({ code, codeVerifier });
  assert.ok(tokens.refresh_token && tokens.id_token);
  auth.setCredentials(tokens);
  await control("POST", "/oauth/expire", { vendor: "google" });
  const seen = await exchanges(() => events.list(week));
  assert.deepEqual(seen.map((one) => [one.path.split("/").at(-1), one.status]), [["events", 401], ["token", 200], ["events", 200]]);
  assert.equal((await auth.revokeCredentials()).status, 200);
});
