// Broken here: a grid on the screen writes answers that nobody gave, loses some, or cannot be taken back.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Window } from "happy-dom";
import { server, settle, storage } from "./fakes.js";
import { load } from "./scripts.js";

const TEXT = { kind: "text", blind: false, given: "no", suggested: "yes", reasons: [], table: [], text: "some words" };
const items = [1, 2, 3, 4, 5].map((task) => ({ ...TEXT, task, row_id: `r${task}`, blind: task === 2 }));
const progress = { total: 5, done: 0, open: 5, skipped: 0, waiting: 0, elsewhere: [], changed: 0, kept: 0, unsure: 0, flagged: 0, conflict: 0 };
const claims = { items, closed: [], lost: {}, progress, history: [] };

let window, door, root, now;

/** A labeller with all items of the queue in hand, to whom the server says this next. */
async function open(reply) {
  window = new Window({ width: 1200, height: 900 });
  door = server(claims, { ...claims, items: [] }, reply);
  now = 1000;
  const { document, Element, Event } = window;
  root = document.body.appendChild(document.createElement("div"));
  root.className = "labeller";
  const { mount } = load({
    window, document, Element, Event, fetch: door.fetch, AbortController, crypto, localStorage: storage(), sessionStorage: storage(),
    getComputedStyle: () => ({ gridTemplateColumns: "1px 1px" }), requestAnimationFrame: (work) => work(), performance: { now: () => now },
    Image: class {}, setTimeout: (work, wait) => setTimeout(work, wait ? 9_999_999 : 0).unref(),
  });
  const data = { model: "notes", person: "ann", classes: ["yes", "no"], kind: "text", base: "", token: "t", guideline: "", links: {} };
  mount({ data, parentElement: document.body, setTriggerValue() {} });
  await settle();
}
beforeEach(() => open(new TypeError("network")));
afterEach(() => window.happyDOM.close());

const press = (...keys) => keys.forEach((key) => {
  now += 1000;
  const target = root.getRootNode().activeElement ?? window.document.body;
  target.dispatchEvent(new window.KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true }));
});
const tiles = () => [...root.querySelectorAll("[role=option]")];
const marks = () => tiles().map((tile) => tile.getAttribute("aria-selected") === "true");
const words = (part) => root.querySelector(`[data-part=${part}]`).textContent;
const sent = async () => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  return door.requests.filter(({ route }) => route === "answers").at(-1).body.answers;
};

test("Enter keeps the rest, each with what was on display; the marked ones come next, the blind one by itself", async () => {
  press("g", "ArrowRight", "x", "Enter");
  assert.equal(root.dataset.itemId, "r3");
  assert.equal(words("last"), "You: “yes” for 3 items of a grid, 1 marked");
  const answers = await sent();
  assert.deepEqual(answers.map(({ task, action, label, shown, mode }) => [task, action, label, shown, mode]),
    [1, 4, 5].map((task) => [task, "label", "yes", "model", "grid"]));
  assert.equal(new Set(answers.map(({ uid }) => uid)).size, 3);
  assert.ok(answers.every(({ ms }) => ms === 1000 * 3 / 4));
  press("k");
  assert.equal(root.dataset.itemId, "r2");
  assert.equal(words("question"), "Which class?");
});

test("undo takes the whole grid back, with its marks, after the answers that came later", () => {
  press("g", "x", "Enter", "k", "u");
  assert.equal(root.dataset.itemId, "r1");
  press("u");
  assert.equal(root.dataset.state, "grid");
  assert.deepEqual(marks(), [true, false, false, false]);
  assert.equal(root.querySelector("[data-command=confirm]").textContent, "EnterKeep 3 as “yes”");
  press("u");
  assert.equal(words("last"), "There is no answer to take back.");
});

test("Escape leaves the grid and answers nothing; the marks are there when it is opened again", () => {
  press("g", "End", "x", "Escape");
  assert.equal(root.dataset.state, "asking");
  assert.equal(root.dataset.pending, "0");
  press("g");
  assert.deepEqual(marks(), [false, false, false, true]);
});

test("a key of single items does nothing in a grid but say so, and a second Enter at once keeps nothing", () => {
  press("g", "a", "1", "s");
  assert.equal(root.dataset.pending, "0");
  assert.match(words("last"), /^In a grid X marks/);
  now = 0;
  press("Escape", "g");
  now -= 900;
  press("Enter");
  assert.equal(root.dataset.pending, "0");
});

test("a click marks, and a click on the marked one takes the mark away; Enter on a button presses the button", () => {
  press("g");
  tiles()[2].click();
  assert.deepEqual(marks(), [false, false, true, false]);
  tiles()[2].click();
  assert.deepEqual(marks(), [false, false, false, false]);
  root.querySelector("[data-command=leave]").focus();
  press("Enter");
  assert.equal(root.dataset.pending, "0");
});

test("an item that went to somebody else says so on its tile, and is not kept", async () => {
  window.happyDOM.close();
  await open({ ...claims, items: [], lost: { 4: "bob" } });
  press("g");
  window.dispatchEvent(Object.assign(new window.Event("pageshow"), { persisted: true }));
  await settle();
  assert.equal(words("last"), "1 item of this tab went to bob.");
  assert.equal(tiles()[2].textContent, "with bob✕ wrong");
  press("Enter");
  assert.deepEqual((await sent()).map(({ task }) => task), [1, 3, 5]);
});

test("what was enlarged before does not hold up what has no stage: a grid, or the end", () => {
  press("z", "g");
  assert.equal(root.dataset.state, "grid");
  press("Escape", ..."k2kkk");
  assert.equal(root.dataset.itemId, "");
});

test("+ and - change the size of the letters, which stays with the next item; 0 ends it where no class has that key", () => {
  const size = () => root.querySelector(".stage").style.getPropertyValue("--zoom");
  press("+", "+");
  assert.equal(size(), "1.5625");
  press("a");
  assert.equal(size(), "1.5625");
  assert.equal(root.querySelector("[data-command=zoom]").getAttribute("aria-pressed"), "true");
  press("-", "0");
  assert.equal(size(), "1");
  assert.equal(root.dataset.itemId, "r2");
  press("0");
  assert.equal(words("last"), "No class has the key 0.");
});

test("an own answer that is changed comes first, S leaves it as it is, and it is counted once", async () => {
  window.happyDOM.close();
  const past = { uid: "u", action: "label", label: "no", at: 0, item: { ...TEXT, task: 9, row_id: "r9" } };
  await open({ own: [past] });
  press("m");
  await settle();
  const change = () => root.querySelector("[data-command=change]").click();
  change();
  assert.equal(root.dataset.itemId, "r9");
  assert.equal(words("last"), "You: no. Choose anew, or S leaves it.");
  press("s");
  assert.deepEqual([root.dataset.itemId, root.dataset.pending], ["r1", "0"]);
  change();
  press("a");
  assert.deepEqual([root.dataset.itemId, root.dataset.pending], ["r1", "1"]);
  assert.match(words("progress"), /^0\/5 /);
  press("u");
  assert.equal(root.dataset.itemId, "r9");
});

test("the keys of a grid are in the help, and Escape closes the help before the grid", () => {
  press("g", "?");
  assert.match(root.querySelector("dialog").textContent, /keep the rest/);
  root.querySelector("dialog").dispatchEvent(new window.KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true }));
  assert.equal(root.querySelector("dialog"), null);
  assert.equal(root.dataset.state, "grid");
});
