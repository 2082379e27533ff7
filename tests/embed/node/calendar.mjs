// calendar.wasm in Node, after
//   npx jco transpile calendar.wasm -o calendar --name calendar --map 'calendar:scheduling/*=../stores.mjs#*'
// Calls block until they are done: in a server, run them in a worker thread.

export { authorization, availability, calendars, meetings, slots } from "./calendar/calendar.js";

// Instants are BigInt seconds since 1970.
export const instant = (date) => BigInt(Math.floor(date.getTime() / 1000));
export const text = (instant) => new Date(Number(instant) * 1000).toISOString().replace(".000Z", "Z");
export const everything = { calendars: [] };

// A failed call throws an error whose `payload` is the record `error` of the interface.
export function refusal(call) {
  try {
    call();
  } catch (error) {
    if (error.payload?.code) return error.payload;
    throw error;
  }
  throw new Error("the call was not refused");
}
