// Keys: what a press means, and what is none of our business.

/** @type {Record<string, string>} */
const COMMANDS = {
  a: "agree", k: "keep", s: "skip", d: "unsure", f: "flag", n: "note", u: "undo", z: "zoom", "?": "help", "/": "filter",
};
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

// Calls press(command, digit) for what is ours; gives the function that ends the listening.
/** @param {(command: string, digit?: string) => void} press */
function listen(press) {
  const handler = (/** @type {KeyboardEvent} */ event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const digit = /^\d$/.test(key) ? key : undefined;
    if (keysOff() && key !== "?") return;
    if (!digit && !COMMANDS[key] && !SWALLOWED.has(key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!event.repeat && !SWALLOWED.has(key)) press(digit ? "class" : COMMANDS[key], digit);
  };
  document.addEventListener("keydown", handler, true);
  return () => document.removeEventListener("keydown", handler, true);
}
