// The labeller: shows one item, takes one key, paints the next at once and sends later.

const REMEMBERED = 50;      // steps that can be taken back: an answer, or those of a grid

class Labeller {
  /** @param {HTMLElement} root @param {LabellerData} data @param {() => void} renew */
  constructor(root, data, renew) {
    this.root = root;
    this.model = data.model;
    this.person = data.person;
    this.classes = data.classes;
    this.kind = data.kind;
    this.base = data.base;
    this.token = data.token;
    this.guideline = data.guideline;
    this.links = data.links;
    this.renew = renew;
    this.holder = tabName();
    /** @type {Map<string, {slot: HTMLElement, key: string | null}>} */
    this.parts = new Map();  // what is drawn
    root.replaceChildren();
    /** @type {Step[]} */
    this.past = [];
    /** @type {number[]} */
    this.moments = [];
    /** @type {Item | Grid | undefined} */
    this.drawn = undefined;
    this.since = 0;        // when the item or grid was drawn
    this.mode = new GridMode(data.classes);
    this.open = "";        // "", "help", "note" or "filter"
    this.zoom = new Zoom(root);
    this.warning = "";
    this.draft = "";       // a note that is being written
    this.pictures = new Pictures(this.base);
    this.sync = new Sync(this, new Outbox(this.model, this.person), () => this.render());
    this.ends = [listen((command, which) => this.press(command, which), () => Boolean(this.grid) && !this.open)];
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

  get grid() { return this.mode.grid; }

  // What is not on the screen yet can be skipped, but not answered.
  get seen() { return this.item && !this.root.querySelector("[data-loading]"); }

  // What tiles may take.
  get space() { return { width: this.root.clientWidth, height: window.innerHeight }; }

  // A new permission from the page: go on where we stopped.
  /** @param {LabellerData} data */
  refresh(data) {
    this.token = data.token;
    this.guideline = data.guideline;
    if (this.sync.trouble === "expired") this.sync.wake();
  }

  /** @param {PastAnswer[]} answers */
  history(answers) { this.past.unshift(...stepsOf(answers)); }

  /** @param {{message: string, hint: string}} answer */
  refused(answer) { this.warning = `${answer.message} ${answer.hint}`; }

  /** @param {Item[]} items */
  lost(items) { this.warning = wentTo(items, this.person, this.grid ? undefined : this.item); }

  /** @param {string} command @param {string} [which] */
  press(command, which) {
    if (this.open && command !== this.open) return;  // what lies under a panel is not answered
    if (DRAWERS.has(command)) turnDrawer(this.root, command);
    else if (command === "undo") this.undo();
    else if (command === "grid" || command === "leave") this.switchGrids(command === "grid" && !this.mode.on);
    else if (this.grid && command !== "help") this.pressGrid(command, which);
    else if (command === "class" && this.numbers) this.type(which ?? "");
    else if (command === "filter" && this.numbers) this.type("");
    else if (command === "class") this.choose(which ?? "");
    else if (command === "agree" || command === "keep") this.verify(command);
    else if (command === "takeover") this.takeOver();
    else if (command === "skip" || command === "unsure" || command === "flag") this.answer(command);
    else if (command === "zoom") this.zoom.toggle();
    else if (command === "larger" || command === "smaller") this.zoom.by(command === "larger" ? STEP : 1 / STEP);
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

  get gridable() { return !this.numbers && this.kind !== "record"; }

  /** @param {string | undefined} name */
  label(name) {
    if (name === undefined) return;
    if (this.numbers ? isNumber(name) : this.classes.includes(name)) this.answer("label", name);
  }

  /** @param {string} digit */
  choose(digit) {
    const name = digitClass(digit, this.classes);
    if (name === undefined && digit === "0" && this.zoom.enlarged) this.zoom.by(0);
    else if (name === undefined && this.item) this.change({ warning: `No class has the key ${digit}.` });
    else this.label(name);
  }

  /** @param {"agree" | "keep"} command */
  verify(command) {
    if (!this.item) return;
    const name = { agree: this.item.suggested, keep: this.item.given }[command];
    if (this.item.blind || !name) this.change({ warning: unsuited(command, this.item, this.numbers) });
    else this.label(name);
  }

  // What another tab of this person has.
  takeOver() {
    const mine = this.sync.progress?.elsewhere.find((other) => other.mine);
    if (mine) this.sync.seek({ whose: mine.person });
    else this.change({ warning: "No other tab of yours has questions." });
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
    if (item.before && action === "skip") return this.change({ warning: "" });
    if (item.before) this.sync.outbox.changed.add(item.task);
    const shown = item.blind ? "none" : item.suggested && item.given ? "both" : item.suggested ? "model" : item.given ? "given" : "none";
    const mode = item.blind || !item.suggested ? "choose" : "verify";
    const uid = this.put({ task: item.task, action, label, shown, mode, ms: Math.round(performance.now() - this.since) });
    this.remember({ answers: [{ uid, action, label, item }] });
  }

  // What was answered before is asked about again: a new answer replaces that one, S leaves it as it is.
  /** @param {PastAnswer} before */
  reopen(before) {
    const { item } = before;
    this.mode.turn(false);
    this.sync.queue = [{ ...item, before }, ...this.sync.queue.filter(({ task }) => task !== item.task)];
    this.change({ warning: `You: ${verdictOf(before)}. Choose anew, or S leaves it.` });
    this.root.querySelector(".stage")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {Step} step */
  remember(step) {
    if (step.answers.length) this.past = [...this.past, step].slice(-REMEMBERED);
    this.moments = [...this.moments, ...step.answers.map(() => Date.now())].slice(-REMEMBERED);
    this.open = this.warning = this.draft = "";
    this.paint();
  }

  undo() {
    const step = this.past.pop();
    if (!step) return this.change({ warning: "There is no answer to take back." });
    this.warning = this.draft = "";
    const items = step.answers.map(({ item }) => item);
    for (const { uid, item } of step.answers) this.put({ task: item.task, action: "undo", supersedes: uid });
    const tasks = new Set(items.map((item) => item.task));
    this.sync.queue = [...items, ...this.sync.queue.filter((item) => !tasks.has(item.task))];
    this.moments.splice(-items.length);
    this.mode.restore(step);
    this.paint();
  }

  /** @param {boolean} on */
  switchGrids(on) {
    if (on && !this.gridable) return this.change({ warning: `${this.numbers ? "Numbers" : "Records"} are asked one by one.` });
    this.mode.turn(on);
    this.change({ drawn: undefined, warning: "" });
    if (this.grid) tilesOf(this.root)[0].focus({ preventScroll: true });
    else if (on && this.item) this.change({ warning: "Grids are on: this one is asked by itself." });
    this.sync.nudge();
  }

  /** @param {string} command @param {string} [which] */
  pressGrid(command, which) {
    const grid = /** @type {Grid} */ (this.grid);
    if (command === "confirm") return this.keepRest(grid);
    if (command === "mark") return this.mark(grid.place);
    if (command !== "move") return this.change({ warning: "In a grid X marks the wrong ones, Enter keeps the rest, Escape leaves it." });
    grid.move(which ?? "", columnsOf(this.root));
    this.render();
    tilesOf(this.root)[grid.place].focus();
  }

  /** @param {number} place */
  mark(place) {
    if (this.grid) this.mode.mark(this.grid, place, this.sync.queue);
    this.change({ warning: "" });
  }

  /** @param {Grid} grid */
  keepRest(grid) {
    const looked = performance.now() - this.since;
    if (looked < LOOK) return;
    if (!this.seen) return this.change({ warning: "Not all pictures are here yet." });
    const { kept, wrong, rest } = this.mode.finish(grid, this.sync.queue);
    const ms = Math.round(looked / (kept.length + wrong.length));
    const more = { action: /** @type {const} */ ("label"), label: grid.label, mode: "grid", ms };
    const answers = kept.map((item) => ({ ...more, item, uid: this.put({ ...more, task: item.task, shown: onDisplay(item) }) }));
    this.sync.queue = rest;
    this.remember({ answers, grid, wrong });
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
    this.mode.lay(this.sync.queue, this.space);
    this.sync.least = this.mode.on ? FULL - LOW : LOW;
    this.sync.onScreen = this.grid?.items.length ?? 1;
    this.pictures.prepare(this.sync.queue, this.mode.on ? FULL : AHEAD);
    const asked = this.grid ?? this.item;
    if (asked !== this.drawn) {
      this.since = performance.now();
      if (this.kind === "image") this.zoom.scale = 1;  // larger letters stay, a picture is looked at anew
    }
    this.drawn = asked;
    draw(this);
  }

  end() {
    this.sync.leave();
    keepTabName(this.holder);
    this.sync.stop();
    for (const end of this.ends) end();
  }
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
