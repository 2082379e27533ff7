// What calendar.wasm imports as `token-store` (wit/token-store.wit): grants and sign-ins under way, here in memory.
// A real one encrypts the values at rest, survives a restart, and refuses keys of another user than the one it serves.

const entries = new Map();
let last = 0n;

function present(key) {
  const entry = entries.get(key);
  if (entry?.expiresAt !== undefined && entry.expiresAt <= BigInt(Math.floor(Date.now() / 1000))) entries.delete(key);
  return entries.get(key);
}

export const tokenStore = {
  load(key) {
    return present(key);
  },

  // Saves over the expected version only: undefined = there must be none. What is thrown is the error of the interface.
  save(key, value, expected, expiresAt) {
    if (present(key)?.version !== expected) throw "version-mismatch";
    entries.set(key, { value: Uint8Array.from(value), version: ++last, expiresAt });
    return last;
  },

  delete(key, expected) {
    if (expected !== undefined && present(key)?.version !== expected) throw "version-mismatch";
    const existed = present(key) !== undefined;
    entries.delete(key);
    return existed;
  },

  list(prefix) {
    const below = prefix.endsWith("/") ? prefix : `${prefix}/`;
    return [...entries.keys()].filter((key) => key.startsWith(below) && present(key)).sort();
  },
};
