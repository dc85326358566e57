// The labeller: shows one item, takes one key, paints the next at once and sends later.

const REMEMBERED = 50;      // answers that can be taken back

class Labeller {
  /** @param {HTMLElement} root @param {LabellerData} data @param {() => void} renew */
  constructor(root, data, renew) {
    this.root = root;
    this.model = data.model;
    this.person = data.person;
    this.classes = data.classes;
    this.base = data.base;
    this.token = data.token;
    this.guideline = data.guideline;
    this.links = data.links;
    this.renew = renew;
    this.holder = tabName();
    /** @type {Map<string, {slot: HTMLElement, key: string | null}>} */
    this.parts = new Map();  // what is drawn
    root.replaceChildren();
    /** @type {PastAnswer[]} */
    this.past = [];
    /** @type {number[]} */
    this.moments = [];
    /** @type {Item | undefined} */
    this.drawn = undefined;
    this.since = 0;        // when the item was drawn
    this.open = "";        // "", "help", "note" or "filter"
    this.zoomed = false;
    this.warning = "";
    this.draft = "";       // a note that is being written
    this.pictures = new Pictures(this.base);
    this.sync = new Sync(this, new Outbox(this.model, this.person), () => this.render());
    this.ends = [listen((command, digit) => this.press(command, digit))];
    this.on(window, "pagehide", () => { this.sync.leave(); keepTabName(this.holder); });
    this.on(window, "pageshow", (event) => { if (event.persisted) { tabName(); this.sync.claimed = 0; this.sync.wake(); } });
    this.on(window, "online", () => this.sync.wake());
    this.render();
    this.sync.pump();
  }

  /** @param {EventTarget} target @param {string} name @param {(event: any) => void} handler */
  on(target, name, handler) {
    target.addEventListener(name, handler);
    this.ends.push(() => target.removeEventListener(name, handler));
  }

  get item() { return this.sync.queue[0]; }

  // What is not on the screen yet can be skipped, but not answered.
  get seen() { return this.item && !this.root.querySelector("[data-loading]"); }

  // A new permission from the page: go on where we stopped.
  /** @param {LabellerData} data */
  refresh(data) {
    this.token = data.token;
    if (this.sync.trouble === "expired") this.sync.wake();
  }

  /** @param {PastAnswer[]} answers */
  history(answers) { this.past.unshift(...answers); }

  /** @param {{message: string, hint: string}} answer */
  refused(answer) { this.warning = `${answer.message} ${answer.hint}`; }

  /** @param {Item[]} items */
  lost(items) { this.warning = wentTo(items, this.person, this.item); }

  /** @param {string} command @param {string} [digit] */
  press(command, digit) {
    if (this.open && command !== this.open) return;  // what lies under a panel is not answered
    if (command === "class" && this.numbers) this.type(digit ?? "");
    else if (command === "filter" && this.numbers) this.type("");
    else if (command === "class") this.choose(digit ?? "");
    else if (command === "agree" || command === "keep") this.verify(command);
    else if (command === "undo") this.undo();
    else if (command === "skip" || command === "unsure" || command === "flag") this.answer(command);
    else if (command === "zoom") this.change({ zoomed: !this.zoomed });
    else if (command !== "note" || this.item) this.change({ open: this.open === command ? "" : command });
  }

  /** @param {Partial<Labeller>} state */
  change(state) {
    Object.assign(this, state);
    this.render();
  }

  // A panel was closed; another may be open by now.
  /** @param {string} panel */
  closed(panel) { if (this.open === panel) this.change({ open: "" }); }

  // A model without classes asks for numbers.
  get numbers() { return this.classes.length === 0; }

  /** @param {string | undefined} name */
  label(name) {
    if (name === undefined) return;
    if (this.numbers ? isNumber(name) : this.classes.includes(name)) this.answer("label", name);
  }

  /** @param {string} digit */
  choose(digit) {
    const name = digitClass(digit, this.classes);
    if (name === undefined && this.item) this.change({ warning: `No class has the key ${digit}.` });
    else this.label(name);
  }

  /** @param {"agree" | "keep"} command */
  verify(command) {
    if (!this.item) return;
    const name = { agree: this.item.suggested, keep: this.item.given }[command];
    if (this.item.blind || !name) this.change({ warning: unsuited(command, this.item, this.numbers) });
    else this.label(name);
  }

  // The first digit of a number opens its field; the field takes the rest.
  /** @param {string} digit */
  type(digit) {
    const field = /** @type {HTMLInputElement | null} */ (this.root.querySelector("[data-number]"));
    if (!field) return;
    field.value += digit;
    field.focus();
    field.dispatchEvent(new Event("input"));
  }

  /** @param {Answer["action"]} action @param {string | null} label */
  answer(action, label = null) {
    const item = this.item;
    if (!item) return;
    if (!this.seen && action !== "skip") return this.change({ warning: "The picture is not here yet: until then S skips it." });
    this.sync.queue.shift();
    const shown = item.blind ? "none" : item.suggested && item.given ? "both" : item.suggested ? "model" : item.given ? "given" : "none";
    const mode = item.blind || !item.suggested ? "choose" : "verify";
    const uid = this.put({ task: item.task, action, label, shown, mode, ms: Math.round(performance.now() - this.since) });
    this.past = [...this.past, { uid, action, label, item }].slice(-REMEMBERED);
    this.moments = [...this.moments.slice(-REMEMBERED), Date.now()];
    this.open = this.warning = this.draft = "";
    this.paint();
  }

  undo() {
    const back = this.past.pop();
    if (!back) return this.change({ warning: "There is no answer to take back." });
    this.warning = this.draft = "";
    this.put({ task: back.item.task, action: "undo", supersedes: back.uid });
    this.sync.queue = [back.item, ...this.sync.queue.filter((item) => item.task !== back.item.task)];
    this.moments.pop();
    this.paint();
  }

  /** @param {string} words */
  note(words) {
    if (words.trim() && this.item) this.put({ task: this.item.task, action: "note", note: words });
    this.change({ open: "", draft: "" });
    this.sync.nudge();
  }

  /** @param {Omit<Answer, "uid" | "at">} answer */
  put(answer) {
    const at = this.sync.outbox.moment();
    const uid = uuid7(at);
    this.sync.outbox.add({ uid, at, ...answer });
    return uid;
  }

  // Paint first, send later.
  paint() {
    this.render();
    requestAnimationFrame(() => setTimeout(() => this.sync.nudge()));
  }

  render() {
    this.pictures.prepare(this.sync.queue);
    if (this.item !== this.drawn) this.since = performance.now();
    this.drawn = this.item;
    draw(this);
  }

  end() {
    this.sync.leave();
    keepTabName(this.holder);
    this.sync.stop();
    for (const end of this.ends) end();
  }
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

/** @type {WeakMap<HTMLElement, Labeller>} */
const desks = new WeakMap();

/** @param {{data: LabellerData, parentElement: HTMLElement, setTriggerValue: (name: string, value: unknown) => void}} component */
export default function mount({ data, parentElement, setTriggerValue }) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".labeller"));
  const before = desks.get(root);
  if (before && before.model === data.model && before.person === data.person) {
    before.refresh(data);
  } else {
    before?.end();
    desks.set(root, new Labeller(root, data, () => setTriggerValue("renew", Date.now())));
  }
  return () => {
    desks.get(root)?.end();
    desks.delete(root);
  };
}
