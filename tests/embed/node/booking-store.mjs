// What calendar.wasm imports as `booking-store` (wit/booking-store.wit): who holds which time, here in memory.
// A real one survives a restart, and decides overlaps atomically for all processes that share it.

const HOLD = 600n; // seconds for which a reservation keeps others out before it is committed
const kept = []; // { userId, booking }

const now = () => BigInt(Math.floor(Date.now() / 1000));
const find = (userId, key) => kept.find((one) => one.userId === userId && one.booking.key === key);
const remove = (one) => one && kept.splice(kept.indexOf(one), 1);
const blocks = ({ booking: { state, expiresAt } }) =>
  state === "committed" || (["held", "reserved"].includes(state) && expiresAt > now());
const heldTime = ({ key, time, blocked, expiresAt }) => ({ key, time, blocked, expiresAt });

function list(userId, range) {
  const overlaps = ({ blocked }) => blocked.start < range.end && range.start < blocked.end;
  const found = kept.filter((one) => one.userId === userId && blocks(one)).map((one) => one.booking).filter(overlaps);
  return found.sort((a, b) => (a.blocked.start < b.blocked.start ? -1 : 1));
}

export const bookingStore = {
  reserve(wanted) {
    const { userId, replaces, hold, ...facts } = wanted;
    const earlier = find(userId, wanted.key);
    const { booking } = earlier ?? {};
    const isOpen = booking !== undefined && booking.state !== "cancelled";
    if (isOpen && (booking.state === "held" || booking.fingerprint !== wanted.fingerprint)) return { tag: "key-conflict", val: booking };
    if (isOpen && booking.state === "committed") return { tag: "committed", val: booking };

    const blocked = isOpen ? booking.blocked : wanted.blocked;
    const taken = isOpen && blocks(earlier) ? [] : list(userId, blocked);
    const isOther = ({ key, state }) => key !== wanted.key && key !== replaces && !(state === "held" && key === hold);
    const inTheWay = taken.filter(isOther);
    if (inTheWay.length > 0) return { tag: "overlap", val: inTheWay.map((one) => one.blocked) };

    bookingStore.release(userId, hold);
    const expiresAt = now() + HOLD;
    if (isOpen) {
      earlier.booking = { ...booking, expiresAt };
      return { tag: "resumed", val: booking };
    }
    remove(earlier);
    const generation = booking === undefined ? 0 : booking.generation + 1;
    const reserved = { ...facts, state: "reserved", generation, createdAt: now(), expiresAt };
    kept.push({ userId, booking: reserved });
    return { tag: "reserved", val: reserved };
  },

  commit(userId, key, event, blocked) {
    const one = find(userId, key);
    if (!one) throw "not-found";
    const isCancelled = event.status === "cancelled";
    const { state: before } = one.booking;
    if (before === "held" || (before === "cancelled" && !isCancelled)) throw "wrong-state";
    const state = isCancelled ? "cancelled" : "committed";
    one.booking = { ...one.booking, state, time: event.time, blocked, event, expiresAt: undefined };
    return one.booking;
  },

  abort(userId, key) {
    const one = find(userId, key);
    if (["committed", "held"].includes(one?.booking.state)) throw "wrong-state";
    if (one?.booking.state !== "reserved") return false;
    // A later generation is remembered, so that none is given out twice.
    if (one.booking.generation > 0) one.booking = { ...one.booking, state: "cancelled" };
    else remove(one);
    return true;
  },

  get: (userId, key) => find(userId, key)?.booking,

  findEvent(userId, eventId) {
    const found = kept.filter((one) => one.userId === userId && one.booking.event?.eventId === eventId);
    return (found.find(({ booking }) => booking.state !== "cancelled") ?? found[0])?.booking;
  },

  list,

  hold(wanted) {
    const { userId, ttlSeconds, ...facts } = wanted;
    const earlier = find(userId, wanted.key);
    if (earlier && earlier.booking.state !== "held") return { tag: "key-conflict" };
    if (earlier && blocks(earlier)) {
      const isSame = earlier.booking.fingerprint === wanted.fingerprint;
      return isSame ? { tag: "held", val: heldTime(earlier.booking) } : { tag: "key-conflict" };
    }
    const taken = list(userId, wanted.blocked);
    if (taken.length > 0) return { tag: "overlap", val: taken.map((one) => one.blocked) };
    remove(earlier);
    const nowhere = { account: "", provider: "google", calendar: "", generation: 0 };
    const booking = { ...facts, ...nowhere, state: "held", createdAt: now(), expiresAt: now() + BigInt(ttlSeconds) };
    kept.push({ userId, booking });
    return { tag: "held", val: heldTime(booking) };
  },

  release(userId, key) {
    const one = find(userId, key);
    if (one?.booking.state !== "held") return false;
    remove(one);
    return blocks(one);
  },
};
