// Talk to the server: one request in flight, answers first, items before they are needed.

const FULL = 40;            // items that are held at most
const LOW = 12;             // refill below this where items are asked one by one
const PORTION = 50;         // answers in one request
const BEACON = 100;         // answers in one beacon (browsers take 64 kB)
const PATIENCE = 15_000;    // ms until a request counts as lost
const HEARTBEAT = 120_000;  // ms between renewals of the leases (they last five minutes)
const LOOK_AGAIN = 20_000;  // ms between two looks at an empty queue
const LONGEST_WAIT = 30_000;

class Sync {
  /** @param {SyncDesk} desk @param {Outbox} outbox @param {() => void} changed */
  constructor(desk, outbox, changed) {
    this.desk = desk;
    this.outbox = outbox;
    this.changed = changed;
    /** @type {Item[]} */
    this.queue = [];
    /** @type {Progress | null} */
    this.progress = null;
    this.trouble = "";      // "", "busy" (asked to come again), "offline" or "expired"
    this.failures = 0;
    this.exhausted = false;
    this.started = false;
    this.again = false;
    this.whose = "";        // whose items to take over
    this.least = LOW;       // refill below this
    this.onScreen = 1;      // items that are asked about just now
    this.claimed = 0;
    this.busy = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.stopped = false;
  }

  // Do the next thing that is due; does nothing while a request is in flight or a pause after a failure lasts.
  pump() {
    if (this.busy || this.stopped || this.timer) return;
    const low = this.queue.length < this.least && !this.exhausted;
    const stale = Date.now() - this.claimed > (this.queue.length ? HEARTBEAT : LOOK_AGAIN);
    if ((low && this.queue.length <= this.onScreen) || !this.started || this.whose) this.run(() => this.claim());
    else if (this.outbox.size) this.run(() => this.send());
    else if (low || stale) this.run(() => this.claim());
    else this.later(Math.min(HEARTBEAT, LOOK_AGAIN));
  }

  // Everything is confirmed, and the last look found nothing more for this tab.
  get settled() { return this.started && this.exhausted && !this.outbox.size; }

  // Look for items now, with what is wanted this time.
  /** @param {{again?: boolean, whose?: string}} wanted */
  seek(wanted) {
    Object.assign(this, wanted, { exhausted: false });
    this.changed();
    this.wake();
  }

  // Something new is waiting: a pause between two looks ends, a pause after a failure does not.
  nudge() {
    if (this.timer && !this.failures) this.wake();
    else this.pump();
  }

  wake() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.pump();
  }

  /** @param {number} wait */
  later(wait) {
    this.timer = setTimeout(() => this.wake(), wait);
  }

  /** @param {() => Promise<void>} work */
  async run(work) {
    this.busy = true;
    try {
      await work();
      this.failures = 0;
      this.trouble = "";
    } catch (failure) {
      const error = /** @type {Refusal} */ (failure);
      this.failures += 1;
      this.trouble = ({ 401: "expired", 503: "busy" })[error.status ?? 0] ?? "offline";
      if (error.status === 401) this.desk.renew();
      const wait = Math.min(LONGEST_WAIT, 500 * 2 ** this.failures) * (0.75 + Math.random() / 2);
      this.later(Math.max(wait, (error.after ?? 0) * (1 + Math.random() / 4)));
    }
    this.busy = false;
    this.changed();
    this.pump();
  }

  async claim() {
    const wanted = { again: this.again, ...(this.whose && { take_over: this.whose }) };
    // What is taken over comes next: the rest of the hand goes back, and comes again behind it.
    const [kept, back] = this.whose ? [this.queue.slice(0, this.onScreen), this.queue.slice(this.onScreen)] : [this.queue, []];
    const body = { held: [...kept.map((item) => item.task), ...this.outbox.tasks()], ...wanted };
    const number = Math.max(0, FULL - kept.length);
    const reply = await this.post("claims", { ...body, number, history: !this.started });
    this.remove([...reply.closed, ...back.map((item) => item.task)], reply.lost);
    const known = new Set([...this.queue.map((item) => item.task), ...this.outbox.tasks()]);
    this.queue.push(...reply.items.filter((item) => !known.has(item.task)));
    if (number) this.exhausted = reply.items.length === 0;  // who asks for none learns nothing
    this.claimed = Date.now();
    this.progress = reply.progress;
    if (!this.started) this.desk.history(reply.history ?? []);
    this.started = true;
    this.again = false;
    this.whose = "";
  }

  // Tasks leave the hand: those, and what is with somebody else by now. The one on the screen stays there.
  /** @param {number[]} tasks @param {Record<string, string>} lost */
  remove(tasks, lost) {
    const unsent = new Set(this.outbox.tasks());
    const removed = new Set([...tasks, ...this.lose(lost, unsent)]);
    this.queue = this.queue.filter((item, place) => place === 0 || unsent.has(item.task) || !removed.has(item.task));
  }

  // Items that are with somebody else by now: told once, gives their tasks.
  /** @param {Record<string, string>} lost @param {Set<number>} unsent */
  lose(lost, unsent) {
    const others = this.queue.filter((item) => lost[item.task] && !unsent.has(item.task));
    const news = others.filter((item) => item.lost !== lost[item.task]);
    for (const item of this.queue) item.lost = lost[item.task];
    if (news.length) this.desk.lost(news);
    return others.map((item) => item.task);
  }

  async send() {
    const answers = this.outbox.first(PORTION);
    const reply = await this.post("answers", { answers, held: this.queue.map((item) => item.task) });
    for (const uid of reply.saved) this.outbox.drop(uid);
    for (const refused of reply.refused) {
      this.outbox.drop(refused.uid);
      this.desk.refused(refused);
    }
    if (reply.saved.length + reply.refused.length === 0) throw new Error("nothing was confirmed");
    this.remove(reply.closed, reply.lost);
    this.progress = reply.progress;
  }

  /** @param {string} route @param {object} body */
  async post(route, body) {
    const stop = new AbortController();
    const lost = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const reply = await fetch(this.address(route), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: this.body(body),
        signal: stop.signal,
        keepalive: route === "answers",
      });
      if (!reply.ok) throw refusal(reply);
      return await reply.json();
    } finally {
      clearTimeout(lost);
    }
  }

  // The tab closes: everything unconfirmed goes out, and the items go back.
  leave() {
    const waiting = this.outbox.first(Infinity);
    for (let start = 0; start === 0 || start < waiting.length; start += BEACON) {
      const leave = start + BEACON >= waiting.length;
      const body = this.body({ answers: waiting.slice(start, start + BEACON), leave });
      navigator.sendBeacon(this.address("answers"), new Blob([body], { type: "application/json" }));
    }
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** @param {object} more */
  body(more) { return JSON.stringify({ token: this.desk.token, holder: this.desk.holder, ...more }); }

  /** @param {string} route */
  address(route) { return `${this.desk.base}/api/v1/${route}`; }
}

// What was refused, and how long the server asks us to wait (ms).
/** @param {Response} reply @returns {Refusal} */
function refusal(reply) {
  const after = 1000 * (Number(reply.headers.get("Retry-After")) || 0);
  return Object.assign(new Error(`refused with ${reply.status}`), { status: reply.status, after });
}

// The name of this tab: it outlives a reload, so that the items of the page before are given back. While the page
// is open it lies nowhere: a tab that is duplicated would copy it, and the two would take each other's items.
const TAB = "caretaker.tab";

function tabName() {
  const fresh = uuid7(Date.now());
  try {
    const name = sessionStorage.getItem(TAB) ?? fresh;
    sessionStorage.removeItem(TAB);
    return name;
  } catch {
    return fresh;
  }
}

/** @param {string} name */
function keepTabName(name) {
  try { sessionStorage.setItem(TAB, name); } catch { /* storage is switched off: leases run out by themselves */ }
}
