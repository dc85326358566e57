// The outbox: an answer stays in this browser until the server has confirmed it.

// One key an answer: two tabs of the same person never overwrite each other's.
class Outbox {
  /** @param {string} model @param {string} person */
  constructor(model, person) {
    this.prefix = `caretaker.answer/${model}/${person}/`;
    /** @type {Map<string, Answer>} */
    this.waiting = new Map();
    this.last = 0;
    /** @type {Set<number>} */
    this.changed = new Set();  // tasks that were finished before they were answered here again
    for (const key of this.keys()) this.read(key);
  }

  // Their uids begin with the moment: in order of their names they are in the order in which they were given.
  keys() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(this.prefix)).sort();
    } catch { return []; /* storage is switched off: answers wait in memory only */ }
  }

  /** @param {string} key */
  read(key) {
    try {
      const answer = JSON.parse(localStorage.getItem(key) ?? "null");
      if (answer) this.waiting.set(key.slice(this.prefix.length), answer);
    } catch { /* what cannot be read holds up none of the others */ }
  }

  get size() { return this.waiting.size; }

  /** @param {Answer} answer */
  add(answer) {
    this.waiting.set(answer.uid, answer);
    try { localStorage.setItem(this.prefix + answer.uid, JSON.stringify(answer)); } catch { /* as above */ }
  }

  /** @param {string} uid */
  drop(uid) {
    this.waiting.delete(uid);
    try { localStorage.removeItem(this.prefix + uid); } catch { /* as above */ }
  }

  /** @param {number} number */
  first(number) { return [...this.waiting.values()].slice(0, number); }

  // Tasks that are answered here and not yet confirmed: the server must not offer them again.
  tasks() { return [...new Set([...this.waiting.values()].map((answer) => answer.task))]; }

  // By how much the confirmed number of finished items is behind what was done here.
  ahead() {
    let sum = 0;
    for (const task of this.tasks().filter((each) => !this.changed.has(each))) {
      const done = [...this.waiting.values()].filter((answer) => answer.task === task && answer.action !== "note");
      if (done.length && done.at(-1)?.action !== "undo") sum += 1;
      if (done.some((answer) => answer.action === "undo" && !this.waiting.has(answer.supersedes ?? ""))) sum -= 1;
    }
    return sum;
  }

  // Strictly later than every answer before, so that the order is never in doubt.
  moment() { return (this.last = Math.max(Date.now(), this.last + 1)); }
}

// UUIDv7 (RFC 9562): its first 48 bits are the moment. randomUUID needs a secure context, this does not.
/** @param {number} moment */
function uuid7(moment) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let k = 5, rest = moment; k >= 0; k -= 1, rest = Math.floor(rest / 256)) bytes[k] = rest % 256;
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
