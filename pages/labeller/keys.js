// Keys: what a press means, and what is none of our business.

const COMMANDS = {
  a: "agree", k: "keep", s: "skip", d: "unsure", f: "flag", n: "note", u: "undo", z: "zoom", "?": "help", "/": "filter",
};
const SWALLOWED = new Set(["c", "r"]);  // Streamlit's own: clear the cache, run again
const OFF = "caretaker.keys-off";

// A digit names the class of that name, or the class at that place (0 is the tenth).
function digitClass(digit, classes) {
  if (classes.every((name) => /^\d$/.test(name))) return classes.includes(digit) ? digit : undefined;
  return classes[digit === "0" ? 9 : Number(digit) - 1];
}

// The same, seen from the class: which digit is written on its button.
function classDigit(name, classes) {
  return [..."1234567890"].find((digit) => digitClass(digit, classes) === name) ?? "";
}

function typing(event) {
  const target = event.composedPath()[0];
  const typed = target instanceof Element && target.matches("input, textarea, select, [contenteditable], [role=combobox]");
  return typed || document.querySelector("[role=dialog]") !== null;
}

function keysOff() {
  try { return localStorage.getItem(OFF) === "1"; } catch { return false; }
}

function switchKeys(off) {
  try { localStorage.setItem(OFF, off ? "1" : "0"); } catch { /* storage is switched off: keys stay on */ }
}

// Calls press(command, digit) for what is ours; gives the function that ends the listening.
function listen(press) {
  const heard = (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || typing(event)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const digit = /^\d$/.test(key) ? key : undefined;
    if (keysOff() && key !== "?") return;
    if (!digit && !COMMANDS[key] && !SWALLOWED.has(key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!event.repeat && !SWALLOWED.has(key)) press(digit ? "class" : COMMANDS[key], digit);
  };
  document.addEventListener("keydown", heard, true);
  return () => document.removeEventListener("keydown", heard, true);
}
