// The labeller: shows one item, takes one key, paints the next at once and sends later.

const SHOWN_CLASSES = 10;   // with more, "/" filters the list
const REMEMBERED = 50;      // answers that can be taken back

class Labeller {
  constructor(root, data, renew) {
    Object.assign(this, { root, model: data.model, person: data.person, classes: data.classes, base: data.base });
    Object.assign(this, { token: data.token, guideline: data.guideline, links: data.links, renew });
    this.holder = tabName();
    this.parts = new Map();  // what is drawn
    root.replaceChildren();
    this.past = [];
    this.moments = [];
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

  on(target, name, heard) {
    target.addEventListener(name, heard);
    this.ends.push(() => target.removeEventListener(name, heard));
  }

  get item() { return this.sync.queue[0]; }

  // What is not on the screen yet can be skipped, but not answered.
  get seen() { return this.item && !this.root.querySelector("[data-loading]"); }

  // A new permission from the page: go on where we stopped.
  refresh(data) {
    this.token = data.token;
    if (this.sync.trouble === "expired") this.sync.wake();
  }

  history(answers) { this.past.unshift(...answers); }

  refused(answer) { this.warning = `${answer.message} ${answer.hint}`; }

  lost(items) { this.warning = wentTo(items, this.person, this.item); }

  press(command, digit) {
    if (this.open && command !== this.open) return;  // what lies under a panel is not answered
    if (command === "class" && this.numbers) this.type(digit);
    else if (command === "filter" && this.numbers) this.type("");
    else if (command === "class") this.choose(digit);
    else if (command === "agree" || command === "keep") this.verify(command);
    else if (command === "undo") this.undo();
    else if (["skip", "unsure", "flag"].includes(command)) this.answer(command);
    else if (command === "zoom") this.change({ zoomed: !this.zoomed });
    else if (command !== "note" || this.item) this.change({ open: this.open === command ? "" : command });
  }

  change(state) {
    Object.assign(this, state);
    this.render();
  }

  // A panel was closed; another may be open by now.
  closed(panel) { if (this.open === panel) this.change({ open: "" }); }

  // A model without classes asks for numbers.
  get numbers() { return this.classes.length === 0; }

  label(name) { if (this.numbers ? isNumber(name) : this.classes.includes(name)) this.answer("label", name); }

  choose(digit) {
    const name = digitClass(digit, this.classes);
    if (name === undefined && this.item) this.change({ warning: `No class has the key ${digit}.` });
    else this.label(name);
  }

  verify(command) {
    if (!this.item) return;
    const name = { agree: this.item.suggested, keep: this.item.given }[command];
    if (this.item.blind || !name) this.change({ warning: unsuited(command, this.item, this.numbers) });
    else this.label(name);
  }

  // The first digit of a number opens its field; the field takes the rest.
  type(digit) {
    const field = this.root.querySelector("[data-number]");
    if (!field) return;
    field.value += digit;
    field.focus();
    field.dispatchEvent(new Event("input"));
  }

  answer(action, label = null) {
    if (!this.item) return;
    if (!this.seen && action !== "skip") return this.change({ warning: "The picture is not here yet: until then S skips it." });
    const item = this.sync.queue.shift();
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

  note(words) {
    if (words.trim() && this.item) this.put({ task: this.item.task, action: "note", note: words });
    this.change({ open: "", draft: "" });
    this.sync.nudge();
  }

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

function keepTabName(name) {
  try { sessionStorage.setItem(TAB, name); } catch { /* storage is switched off: leases run out by themselves */ }
}

const desks = new WeakMap();

export default function mount({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".labeller");
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
