// Keys: what a press means, and what is none of our business.

/** @type {Record<string, string>} */
const COMMANDS = {
  a: "agree", k: "keep", s: "skip", d: "unsure", f: "flag", g: "grid", n: "note", t: "takeover", u: "undo", z: "zoom", e: "examples", h: "history", m: "mine", "?": "help", "/": "filter",
  "+": "larger", "=": "larger", "-": "smaller",
};
/** @type {Record<string, string>} What else keys mean while a grid is on the screen. */
const IN_GRID = {
  x: "mark", Enter: "confirm", Escape: "leave",
  ...Object.fromEntries(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].map((key) => [key, "move"])),
};
const REPEATED = new Set(["move", "larger", "smaller"]);  // while the key is held
const SWALLOWED = new Set(["c", "r"]);  // Streamlit's own: clear the cache, run again
const OFF = "caretaker.keys-off";

// A digit names the class of that name, or the class at that place (0 is the tenth).
/** @param {string} digit @param {string[]} classes */
function digitClass(digit, classes) {
  if (classes.every((name) => /^\d$/.test(name))) return classes.includes(digit) ? digit : undefined;
  return classes[digit === "0" ? 9 : Number(digit) - 1];
}

// The same, seen from the class: which digit is written on its button.
/** @param {string} name @param {string[]} classes */
function classDigit(name, classes) {
  return [..."1234567890"].find((digit) => digitClass(digit, classes) === name) ?? "";
}

/** @param {Event} event */
function typing(event) {
  const target = event.composedPath()[0];
  const typed = target instanceof Element && target.matches("input, textarea, select, [contenteditable], [role=combobox]");
  return typed || document.querySelector("[role=dialog]") !== null;
}

function keysOff() {
  try { return localStorage.getItem(OFF) === "1"; } catch { return false; }
}

/** @param {boolean} off */
function switchKeys(off) {
  try { localStorage.setItem(OFF, off ? "1" : "0"); } catch { /* storage is switched off: keys stay on */ }
}

// Enter on a button presses that button.
/** @param {Event} event */
function onControl(event) {
  const target = event.composedPath()[0];
  return target instanceof Element && target.matches("button, a, summary");
}

// Calls press(command, which) for what is ours, with the digit or the way of the arrow; gives the function that ends
// the listening.
/** @param {(command: string, which?: string) => void} press @param {() => boolean} gridded */
function listen(press, gridded = () => false) {
  const handler = (/** @type {KeyboardEvent} */ event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const digit = /^\d$/.test(key) ? key : undefined;
    if (keysOff() && key !== "?" && key.length === 1) return;
    const command = digit ? "class" : COMMANDS[key] ?? (gridded() ? IN_GRID[key] : undefined);
    if (!command && !SWALLOWED.has(key)) return;
    if (key === "Enter" && onControl(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (command && (!event.repeat || REPEATED.has(command))) press(command, digit ?? (command === "move" ? key : undefined));
  };
  document.addEventListener("keydown", handler, true);
  return () => document.removeEventListener("keydown", handler, true);
}
