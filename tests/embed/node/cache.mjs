// What calendar.wasm imports as `cache` (wit/cache.wit). Keeping nothing is allowed; a real one belongs to one user.

export const cache = {
  get: () => undefined,
  put() {},
  invalidate() {},
};
