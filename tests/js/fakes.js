// Stand-ins for what a browser gives the labeller.

/** A storage whose entries are its own properties, as localStorage's are. */
export function storage(entries = {}) {
  const methods = {
    getItem(key) { return Object.hasOwn(this, key) ? this[key] : null; },
    setItem(key, value) { this[key] = String(value); },
    removeItem(key) { delete this[key]; },
  };
  return Object.assign(Object.create(methods), entries);
}

/** A server that answers from a list, and says what it was sent. */
export function server(...replies) {
  const requests = [];
  const fetch = async (address, { body, signal }) => {
    requests.push({ route: address.split("/").at(-1), body: JSON.parse(body), signal });
    const reply = replies.shift() ?? {};
    if (reply instanceof Error) throw reply;
    const { status = 200, headers = {}, ...document } = reply;
    return { ok: status < 400, status, headers: new Headers(headers), json: async () => document };
  };
  return { fetch, requests };
}

/** Timers that run when they are told to. */
export function timers(now = 1_000_000) {
  const clock = { now, due: new Map(), number: 0 };
  return {
    Date: class extends Date { static now() { return clock.now; } },
    setTimeout(work, wait = 0) {
      clock.number += 1;
      clock.due.set(clock.number, { work, at: clock.now + wait });
      return clock.number;
    },
    clearTimeout(number) { clock.due.delete(number); },
    /** Milliseconds until each thing that is due, the nearest first. */
    waits() { return [...clock.due.values()].map(({ at }) => at - clock.now).sort((a, b) => a - b); },
    /** Let time pass, and what came due do its work. */
    async pass(milliseconds) {
      clock.now += milliseconds;
      for (const [number, { work, at }] of [...clock.due]) {
        if (at <= clock.now && clock.due.delete(number)) work();
      }
      await settle();
    },
  };
}

/** Wait until nothing is left that was promised. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));
