// Everything that calendar.wasm asks of this program, in one module for `jco transpile --map`.

export { bookingStore } from "./booking-store.mjs";
export { cache } from "./cache.mjs";
export { secrets } from "./secrets.mjs";
export { tokenStore } from "./token-store.mjs";
