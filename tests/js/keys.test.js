// Broken here: a key answers an item while somebody types, takes a browser's own shortcut, or means another class.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { Window } from "happy-dom";
import { storage } from "./fakes.js";
import { load } from "./scripts.js";

let window, parts, pressed, stop;

beforeEach(() => {
  window = new Window();
  parts = load({ document: window.document, Element: window.Element, localStorage: storage() });
  pressed = [];
  stop = parts.listen((command, digit) => pressed.push(digit ? `${command} ${digit}` : command));
});

afterEach(() => window.happyDOM.close());

/** Press a key on an element; says whether the labeller kept the press for itself. */
function press(key, more = {}, target = window.document.body) {
  const event = new window.KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event.defaultPrevented;
}

test("every command has its key, large and small, and a digit means a class", () => {
  for (const key of ["a", "K", "s", "d", "f", "G", "n", "u", "z", "?", "/", "3", "+", "=", "-", "e", "h", "m"]) assert.ok(press(key), key);
  assert.deepEqual(pressed, ["agree", "keep", "skip", "unsure", "flag", "grid", "note", "undo", "zoom", "help", "filter", "class 3", "larger", "larger", "smaller", "examples", "history", "mine"]);
});

test("Streamlit's own keys are swallowed: they would clear the cache or run the page again", () => {
  assert.ok(press("c") && press("r"));
  assert.deepEqual(pressed, []);
});

test("other keys and shortcuts stay with the browser", () => {
  assert.ok(!press("Tab") && !press("Enter") && !press("x") && !press("F5"));
  for (const held of ["ctrlKey", "metaKey", "altKey", "isComposing"]) assert.ok(!press("a", { [held]: true }), held);
  assert.deepEqual(pressed, []);
});

test("a key that is held down counts once", () => {
  assert.ok(press("a") && press("a", { repeat: true }));
  assert.deepEqual(pressed, ["agree"]);
});

test("who types answers nothing", () => {
  for (const tag of ["input", "textarea", "select"]) {
    const field = window.document.body.appendChild(window.document.createElement(tag));
    assert.ok(!press("a", {}, field), tag);
  }
  const dialog = window.document.body.appendChild(window.document.createElement("div"));
  dialog.setAttribute("role", "dialog");
  assert.ok(!press("a"), "behind a dialog");
  assert.deepEqual(pressed, []);
});

test("keys that are switched off do nothing but open the help, where they are switched on again", () => {
  parts.switchKeys(true);
  assert.ok(!press("a") && press("?"));
  parts.switchKeys(false);
  press("a");
  assert.deepEqual(pressed, ["help", "agree"]);
});

test("in a grid, and only there, arrows move, X marks, Enter keeps and Escape leaves", () => {
  assert.ok(!press("ArrowUp") && !press("Escape"), "without one");
  stop();
  stop = parts.listen((command, which) => pressed.push(which ? `${command} ${which}` : command), () => true);
  for (const key of ["ArrowUp", "End", "X", "Enter", "Escape", "u"]) assert.ok(press(key), key);
  assert.deepEqual(pressed, ["move ArrowUp", "move End", "mark", "confirm", "leave", "undo"]);
  press("ArrowUp", { repeat: true });
  press("x", { repeat: true });
  assert.equal(pressed.length, 7);
});

test("Enter on a button is the button's, and keys that are switched off leave a grid its arrows", () => {
  stop();
  stop = parts.listen((command) => pressed.push(command), () => true);
  const other = window.document.body.appendChild(window.document.createElement("button"));
  assert.ok(!press("Enter", {}, other) && press("ArrowUp", {}, other));
  parts.switchKeys(true);
  assert.ok(!press("x") && press("ArrowUp") && press("Enter"));
  assert.deepEqual(pressed, ["move", "move", "confirm"]);
});

test("nobody listens after the end", () => {
  stop();
  assert.ok(!press("a"));
  assert.deepEqual(pressed, []);
});

test("a digit is the class of that name, or the one at that place, and its button says so", () => {
  const digits = [..."0123456789"];
  const { digitClass, classDigit } = parts;
  assert.deepEqual(["0", "7"].map((digit) => digitClass(digit, digits)), ["0", "7"]);
  assert.equal(digitClass("4", ["1", "2"]), undefined);
  const pets = ["cat", "dog", "cow", "hen", "pig", "fox", "owl", "bee", "ant", "elk", "eel"];
  assert.deepEqual(["1", "9", "0"].map((digit) => digitClass(digit, pets)), ["cat", "ant", "elk"]);
  assert.deepEqual(["cat", "ant", "elk", "eel"].map((name) => classDigit(name, pets)), ["1", "9", "0", ""]);
});
